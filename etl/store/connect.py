"""Connections to PostGIS, and what goes wrong with them told in our words.

Apart so that every statement of this room runs with the same settings, and no driver's error leaves it.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
from psycopg2 import errors, extensions

from etl.errors import StoreError, Unreachable

type Connection = extensions.connection

SETTINGS = {
    "application_name": "krajina load",
    "maintenance_work_mem": "256MB",  # indexes are built in memory
    "work_mem": "64MB",  # and so are the hash tables of a comparison
    "jit": "off",  # our statements are long by their data, not by their expressions
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",  # a source may be slow
    # A killed load must let go of its lock at once, not at the end of the statement it was in.
    "client_connection_check_interval": "1s",
}


@contextmanager
def connected(dsn: str) -> Iterator[Connection]:
    """Yield a connection for loading; it is closed at the end, and what was not committed is rolled back.

    Raises Unreachable when there is no database or the connection is lost, StoreError when the database cannot go on
    (disk full, right missing). Errors of ours in SQL stay what they are.
    """
    with translated(), closing(psycopg2.connect(dsn, connect_timeout=10, keepalives_idle=30)) as connection:
        with connection.cursor() as cursor:
            for name, value in SETTINGS.items():
                cursor.execute("SELECT set_config(%s, %s, false)", [name, value])
        connection.commit()
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors about the database itself into ours."""
    try:
        yield
    except errors.DiskFull as error:
        raise StoreError("STORE-FULL", reason=_first_line(error)) from error
    except errors.InsufficientPrivilege as error:
        raise StoreError("STORE-FORBIDDEN", reason=_first_line(error)) from error
    except errors.UndefinedTable as error:
        raise StoreError("STORE-NOT-PREPARED", reason=_first_line(error)) from error
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise Unreachable("STORE-UNREACHABLE", reason=_first_line(error)) from error


def _first_line(error: psycopg2.Error) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
