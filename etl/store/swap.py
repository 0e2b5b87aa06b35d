"""Exclusive locks that nobody waits for long: taken quickly or given back.

Apart because the danger is not obvious. A lock that waits behind one slow reader makes every new reader wait behind it.
So it is asked for with a short limit, given back, and asked for again.

The list of what is published is locked together with the table. Whoever reads `krajina.current` and then the table in
one transaction therefore finds the columns that he was told of.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2 import errors, sql

from etl.errors import StoreError
from etl.store.connect import Connection
from etl.store.tables import execute

LIMIT = "200ms"
"""The longest that new readers may have to wait behind us."""

PAUSE = 0.5  # seconds between two attempts, in which readers have the way free
PATIENCE = 20.0
"""Seconds after which the table counts as held."""


@contextmanager
def exclusively(connection: Connection, target: sql.Identifier) -> Iterator[None]:
    """Lock the table and the list of what is published until the end of the transaction; commit soon.

    Raises StoreError when it cannot be had in PATIENCE seconds, or when views depend on the table.
    """
    end = time.monotonic() + PATIENCE
    while not _locked(connection, target):
        if time.monotonic() > end:
            raise StoreError("STORE-HELD", table=".".join(target.strings))
        time.sleep(PAUSE)
    try:
        yield
    except errors.DependentObjectsStillExist as error:
        reason = error.diag.message_detail or ""
        raise StoreError("STORE-DEPENDED-ON", table=".".join(target.strings), reason=reason) from error


def _locked(connection: Connection, target: sql.Identifier) -> bool:
    execute(connection, "SAVEPOINT swap")
    try:
        execute(connection, "SELECT set_config('lock_timeout', %s, true)", LIMIT)
        execute(connection, "LOCK TABLE {target}, krajina.current IN ACCESS EXCLUSIVE MODE", target=target)
        execute(connection, "SELECT set_config('lock_timeout', '0', true)")
    except errors.LockNotAvailable:
        execute(connection, "ROLLBACK TO SAVEPOINT swap")
        return False
    return True
