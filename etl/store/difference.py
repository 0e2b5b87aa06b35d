"""What changed: staged rows against published ones, by the key, column by column.

No row hash is kept: PostgreSQL compares the columns themselves about as fast as it would read a hash, and a comparison
cannot go stale when a column is added. Geometries are the same when their coordinates are, bit for bit, in the same
order (PostGIS's `=`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from psycopg2 import sql

from catalogue import layout
from catalogue.model import Dataset
from etl.store.connect import Connection
from etl.store.tables import execute, exists, fetch, own_columns, table

CHANGED = sql.Identifier("krajina_changed")
"""Temporary table of the rows that differ: `id`, `change` (inserted, updated, deleted); gone with the transaction."""

type Same = Callable[[str], sql.Composable]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a batch inserted, updated, deleted and left as they were."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0

    @property
    def touched(self) -> int:
        """Rows that are not as they were."""
        return self.inserted + self.updated + self.deleted

    @property
    def before(self) -> int:
        """Rows that were published before."""
        return self.updated + self.deleted + self.unchanged


def compare(connection: Connection, dataset: Dataset, staged: int, *, same_layout: bool) -> Counts:
    """Compare the staging table (of `staged` rows, ids unique) with the published one; list the differences in CHANGED.

    With another layout, rows can be matched by id only: all that are in both count as updated.
    """
    if not exists(connection, table(layout.DATA, dataset)):
        return Counts(inserted=staged)
    execute(
        connection,
        "CREATE TEMPORARY TABLE {changed} ON COMMIT DROP AS"
        " SELECT coalesce(new._found, old._found) AS id,"
        " CASE WHEN old._found IS NULL THEN 'inserted' WHEN new._found IS NULL THEN 'deleted' ELSE 'updated' END"
        " AS change"
        " FROM (SELECT {new_id} AS _found, * FROM {staging}) AS new"
        " FULL JOIN (SELECT {old_id} AS _found, * FROM {data}) AS old ON new._found = old._found"
        " WHERE new._found IS NULL OR old._found IS NULL OR {differ}",
        changed=CHANGED,
        new_id=sql.SQL("{}" if same_layout else "{}::text").format(sql.Identifier(layout.id_column(dataset))),
        old_id=sql.Identifier(layout.id_column(dataset)) if same_layout else _key_of(connection, dataset),
        staging=table(layout.STAGING, dataset),
        data=table(layout.DATA, dataset),
        differ=differ(dataset) if same_layout else sql.SQL("true"),
    )
    execute(connection, "ANALYZE {changed}", changed=CHANGED)
    found = fetch(connection, "SELECT change, count(*) FROM {changed} GROUP BY change", changed=CHANGED)
    counted = {str(change): int(n) for change, n in found}
    return Counts(**counted, unchanged=staged - counted.get("inserted", 0) - counted.get("updated", 0))


def differ(dataset: Dataset) -> sql.Composable:
    """Return the condition that the rows `new` and `old` hold different things; geometries last, for they are long."""
    id_ = layout.id_column(dataset)
    columns = [sql.Identifier(name) for name in own_columns(dataset) if name != id_]
    tests = [sql.SQL("new.{0} IS DISTINCT FROM old.{0}").format(column) for column in columns]
    return sql.SQL("(") + sql.SQL(" OR ").join(tests or [sql.SQL("false")]) + sql.SQL(")")


def _key_of(connection: Connection, dataset: Dataset) -> sql.Composable:
    """Return the key of the published table, whatever its layout, as text."""
    found = fetch(
        connection,
        "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)"
        " WHERE indrelid = %s::regclass AND indisprimary",
        table(layout.DATA, dataset).as_string(connection),
    )
    return sql.SQL("{}::text").format(sql.Identifier(str(found[0][0])))
