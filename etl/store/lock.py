"""One load of a dataset at a time: a lock that the database holds, and drops when the loader dies.

Apart because its life is the session's, not a transaction's: a load is several transactions.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg2 import errors

from etl.errors import Busy
from etl.store.connect import Connection
from etl.store.migrate import LOCK


@contextmanager
def locked(connection: Connection, dataset: str, wait: float, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a dataset; if another load has it, call `waiting` and wait for at most `wait` seconds.

    Raises Busy when it does not come free in that time.
    """
    if not try_lock(connection, dataset):
        waiting()
        _wait(connection, dataset, wait)
    try:
        yield
    finally:
        if not connection.closed:
            connection.rollback()
            unlock(connection, dataset)


def try_lock(connection: Connection, dataset: str) -> bool:
    """Take the lock of a dataset unless someone has it; say whether it was taken."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK, dataset])
        return cursor.fetchone() == (True,)


def unlock(connection: Connection, dataset: str) -> None:
    """Let go of the lock of a dataset."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK, dataset])


def _wait(connection: Connection, dataset: str, wait: float) -> None:
    milliseconds = max(1, round(wait * 1000))  # 0 would mean: for ever
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(milliseconds)])
            cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCK, dataset])
    except errors.LockNotAvailable:
        raise Busy("STORE-BUSY", dataset=dataset, n=round(wait)) from None
