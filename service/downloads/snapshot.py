"""One consistent state of a published table, out of which a file is made: COPY for texts, Arrow for all else.

Apart because two connections look at the same state: PostgreSQL lends the snapshot of one to the other. It is the state
of exactly the batch that was ordered, or none; a past batch is read from the history.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection, cursor

from catalogue.layout import DATA, HISTORY, LEDGER
from service.downloads.order import Order

if TYPE_CHECKING:
    import pyarrow as pa

_SETTINGS = {
    "default_transaction_isolation": r"repeatable\ read",
    "default_transaction_read_only": "on",
    "timezone": "UTC",
    "datestyle": "ISO",
    "statement_timeout": "0",  # the process has a deadline of its own
    "work_mem": "64MB",
}
LOCK_SECONDS = 20


class BatchGoneError(Exception):
    """Another batch is published now than the ordered one."""


@dataclass(frozen=True)
class Snapshot:
    """The state, and how it is read."""

    held: connection
    url: str
    name: str

    def copy(self, statement: sql.Composable, file: BinaryIO) -> int:
        """Write what a COPY statement gives into the file; return how many rows there were."""
        with self.held.cursor() as cursor:
            cursor.copy_expert(statement, file, size=1 << 20)
            return int(cursor.rowcount)

    def holds(self, query: sql.Composable) -> bool:
        """Return whether the query has any row."""
        with self.held.cursor() as cursor:
            cursor.execute(sql.SQL("SELECT EXISTS ({})").format(query))
            return bool((cursor.fetchone() or (False,))[0])

    @contextmanager
    def arrow(self, query: sql.Composable) -> Iterator["pa.RecordBatchReader"]:
        """Give the rows of a query as Arrow batches of some 16 MB, streamed."""
        import adbc_driver_postgresql.dbapi as adbc  # texts are written without it, and begin sooner

        with adbc.connect(self.url) as lent:
            with lent.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute(f"SET TRANSACTION SNAPSHOT '{self.name}'")
                cursor.execute("SET LOCAL work_mem = '64MB'")
            with lent.cursor() as cursor:
                cursor.execute(query.as_string(self.held))
                yield cursor.fetch_record_batch()


@contextmanager
def snapshot(url: str, order: Order) -> Iterator[Snapshot]:
    """Give the state of the ordered batch. Raises BatchGoneError, psycopg2.Error.

    The lock comes first: a snapshot taken before a publication that replaces the table would see the new one empty.
    """
    options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    with closing(psycopg2.connect(url, options=options, application_name="krajina-download")) as held:
        with held.cursor() as cursor:
            cursor.execute(
                sql.SQL("SET LOCAL lock_timeout = {}; LOCK TABLE {} IN ACCESS SHARE MODE").format(
                    sql.Literal(f"{LOCK_SECONDS}s"), sql.Identifier(DATA, order.table)
                )
            )
            current = sql.SQL("SELECT batch, pg_export_snapshot() FROM {} WHERE dataset = {}")
            cursor.execute(current.format(sql.Identifier(LEDGER, "current"), sql.Literal(order.dataset)))
            found: tuple[Any, ...] = cursor.fetchone() or (None, "")
            if order.past:
                _hold_to_history(order, cursor)
        if found[0] != order.batch and not order.past:
            raise BatchGoneError(f"{order.dataset}: batch {found[0]}, not {order.batch}")
        yield Snapshot(held, url, found[1])


def _hold_to_history(order: Order, cursor: cursor) -> None:
    """Raise BatchGoneError if the rows of a past batch stand elsewhere by now: a change of columns puts them aside."""
    cursor.execute(
        "SELECT coalesce(min(substring(relname FROM '__([0-9]+)$')::bigint), 0) FROM pg_class"
        " WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r' AND starts_with(relname, %s)"
        " AND relname ~ '__[0-9]+$' AND substring(relname FROM '__([0-9]+)$')::bigint > %s",
        (HISTORY, f"{order.table}__", order.batch),
    )
    (archive,) = cursor.fetchone() or (0,)
    if archive != order.archive:
        raise BatchGoneError(f"{order.dataset}: batch {order.batch} stands in the history {archive}")
