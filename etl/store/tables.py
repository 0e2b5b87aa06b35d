"""The tables of a dataset in PostGIS: made, indexed, compared with what the dataset file says.

Column names and types come from `catalogue.layout`, which the service reads by; here they become statements.
"""

from hashlib import sha256
from typing import Any

from psycopg2 import sql

from catalogue import layout
from catalogue.model import Dataset
from catalogue.values import IDENTIFIER_BYTES
from etl.store.connect import Connection

READER = "krajina_reader"


def table(schema: str, dataset: Dataset) -> sql.Identifier:
    """Return the dataset's table in the schema."""
    return sql.Identifier(schema, layout.table_name(dataset.id))


def names(columns: list[str], alias: str | None = None) -> sql.Composed:
    """Return the columns, quoted and joined by commas, each with the alias if there is one."""
    path = [alias] if alias else []
    return sql.SQL(", ").join(sql.Identifier(*path, name) for name in columns)


def own_columns(dataset: Dataset) -> list[str]:
    """Return the columns that a row comes with: all but the batch that wrote it."""
    return [name for name in layout.columns(dataset) if name != layout.BATCH]


def execute(connection: Connection, statement: str, *values: object, **parts: sql.Composable) -> int:
    """Run a statement whose `{names}` are the parts given; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**parts), values)
        return cursor.rowcount


def fetch(connection: Connection, statement: str, *values: object, **parts: sql.Composable) -> list[tuple[Any, ...]]:
    """Run a query whose `{names}` are the parts given; return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**parts), values)
        return cursor.fetchall()


def create(connection: Connection, dataset: Dataset, target: sql.Identifier, batch: int, *, logged: bool) -> None:
    """Make an empty table of the dataset's layout, without constraints; rows that do not say so are of the batch.

    Unlogged for a table that does not outlive the transaction: then nothing of it needs to survive a crash.
    """
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(type_)) for name, type_ in layout.columns(dataset).items()
    ]
    execute(
        connection,
        "CREATE {kind} TABLE {target} ({columns} NOT NULL DEFAULT {batch})",
        kind=sql.SQL("" if logged else "UNLOGGED"),
        target=target,
        columns=sql.SQL(", ").join(columns),
        batch=sql.Literal(batch),
    )


def finish(connection: Connection, dataset: Dataset, target: sql.Identifier) -> None:
    """Give a filled table its key and indexes, statistics, and the right to be read."""
    name = layout.table_name(dataset.id)
    execute(
        connection,
        "ALTER TABLE {target} ALTER {batch} DROP DEFAULT, ADD CONSTRAINT {key} PRIMARY KEY ({id})",
        target=target,
        batch=sql.Identifier(layout.BATCH),
        key=sql.Identifier(f"{name}_pkey"),
        id=sql.Identifier(layout.id_column(dataset)),
    )
    _create_indexes(connection, dataset, target, set())
    execute(connection, "ANALYZE {target}", target=target)
    grant(connection, target)


def index_places(connection: Connection, dataset: Dataset, target: sql.Identifier) -> None:
    """Index the geometry of a staging table, for checks that compare rows by place."""
    column = sql.Identifier(layout.lon_lat_column(dataset) or "")
    execute(connection, "CREATE INDEX ON {target} USING gist ({column})", target=target, column=column)
    execute(connection, "ANALYZE {target}", target=target)


def grant(connection: Connection, target: sql.Identifier) -> None:
    """Let the reader role read the table, where that role exists."""
    if fetch(connection, "SELECT FROM pg_roles WHERE rolname = %s", READER):
        execute(connection, "GRANT SELECT ON {target} TO {role}", target=target, role=sql.Identifier(READER))


def copy_rights(connection: Connection, old: sql.Identifier, new: sql.Identifier) -> None:
    """Let whoever may read the old table read the new one."""
    readers = fetch(
        connection,
        "SELECT CASE WHEN grantee <> 0 THEN grantee::regrole::text END FROM pg_class, aclexplode(relacl)"
        " WHERE pg_class.oid = %s::regclass AND privilege_type = 'SELECT'",
        old.as_string(connection),
    )
    for (reader,) in readers:
        role = sql.SQL(str(reader) if reader else "PUBLIC")  # regrole is quoted text already
        execute(connection, "GRANT SELECT ON {new} TO {role}", new=new, role=role)


def exists(connection: Connection, target: sql.Identifier) -> bool:
    """Say whether there is such a table."""
    return fetch(connection, "SELECT to_regclass(%s) IS NOT NULL", target.as_string(connection)) == [(True,)]


def same_layout(connection: Connection, dataset: Dataset) -> bool:
    """Say whether the published table has the columns and types that the dataset file asks for, and that key."""
    target = table(layout.DATA, dataset).as_string(connection)
    found = fetch(
        connection,
        "SELECT attname, format_type(atttypid, atttypmod), attnum = ANY (indkey) FROM pg_attribute"
        " JOIN pg_index ON indrelid = attrelid AND indisprimary"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        target,
    )
    key = [name for name, _, is_key in found if is_key]
    return {name: type_ for name, type_, _ in found} == layout.columns(dataset) and key == [layout.id_column(dataset)]


def renew_indexes(connection: Connection, dataset: Dataset) -> bool:
    """Give the published table the indexes it lacks, when the dataset file asks for others than before; say if it did.

    Readers go on meanwhile. One that is not wanted any more stays: to drop it, everyone would have to stop reading.
    """
    target = table(layout.DATA, dataset)
    present = fetch(
        connection,
        "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = %s::regclass",
        target.as_string(connection),
    )
    return _create_indexes(connection, dataset, target, {str(name) for (name,) in present})


def _create_indexes(connection: Connection, dataset: Dataset, target: sql.Identifier, present: set[str]) -> bool:
    missing = {name: method for name, method in _indexes(dataset).items() if name not in present}
    for name, method in missing.items():
        index = sql.Identifier(name)
        execute(
            connection, "CREATE INDEX {index} ON {target} USING {method}", index=index, target=target, method=method
        )
        if name == _search_index(dataset):  # nobody plans by what is in it, and ANALYZE would make all again
            execute(
                connection,
                "ALTER INDEX {index} ALTER COLUMN 1 SET STATISTICS 0",
                index=sql.Identifier(target.strings[0], name),
            )
    return bool(missing)


def _indexes(dataset: Dataset) -> dict[str, sql.Composable]:
    """Return the indexes beside the key by name. The search index is named by what it holds, for that may change."""
    name = layout.table_name(dataset.id)
    indexes: dict[str, sql.Composable] = {}
    if column := layout.lon_lat_column(dataset):
        indexes[f"{name}_{column}_idx"] = sql.SQL("gist ({})").format(sql.Identifier(column))
    for named in layout.indexed_columns(dataset):
        # With the key behind it the first page needs no sorting, and counting none of the rows.
        columns = names(list(dict.fromkeys((named, layout.id_column(dataset)))))
        indexes[_short(f"{name}_{named}_idx")] = sql.SQL("btree ({})").format(columns)
    if search := _search_index(dataset):
        indexes[search] = sql.SQL(f"gin (({layout.search_expression(dataset)}))")
    return indexes


def _search_index(dataset: Dataset) -> str | None:
    """Return the name of the search index; None for a dataset that is not searched."""
    if not layout.search_columns(dataset):
        return None
    version = sha256(layout.search_expression(dataset).encode()).hexdigest()[:8]
    return f"{layout.table_name(dataset.id)}_search_{version}"


def _short(name: str) -> str:
    """Return a name that PostgreSQL keeps whole; one that is too long ends in a digest of itself."""
    if len(name) <= IDENTIFIER_BYTES:
        return name
    return f"{name[: IDENTIFIER_BYTES - 9]}_{sha256(name.encode()).hexdigest()[:8]}"
