"""Connections of the desk: a small pool of its own, short transactions, mended once when a connection was lost.

Apart from the service's, which only reads and repeats what it reads: what the desk does must happen once.
"""

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg2
from psycopg2 import extensions

from desk.errors import DeskError

type Connection = extensions.connection
type Values = Sequence[Any] | Mapping[str, Any]

CONNECT_SECONDS = 5
WAIT_SECONDS, AGAIN_SECONDS = 10.0, 60
_SETTINGS = "-c timezone=UTC -c jit=off -c lock_timeout=10s -c statement_timeout=30s"


class Unreachable(DeskError):  # noqa: N818 (its family says that it is an error)
    """There is no database, or every connection stayed busy."""

    status = 503


class Pool:
    """Connections for any number of threads, `size` at most; each is opened when it is first needed, and kept."""

    def __init__(self, url: str, size: int = 4) -> None:
        self.url = url
        self._free: deque[Connection] = deque()
        self._slots = threading.BoundedSemaphore(size)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yield a connection in a new transaction: committed at the end of the block, rolled back by an exception.

        Raises Unreachable; other errors of psycopg2 are faults of ours and go through.
        """
        if not self._slots.acquire(timeout=WAIT_SECONDS):
            raise Unreachable("database-busy", seconds=AGAIN_SECONDS)
        held: Connection | None = None
        try:
            held = self._taken()
            with held:
                yield held
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            raise Unreachable("database-away", seconds=AGAIN_SECONDS) from error
        finally:
            if held is not None and not held.closed:
                self._free.append(held)
            self._slots.release()

    def close(self) -> None:
        """Close the connections that are not in use."""
        with suppress(IndexError):  # another thread may take the last one
            while True:
                self._free.pop().close()

    def _taken(self) -> Connection:
        """Return a connection that answers; one that idled through a restart of the server is thrown away."""
        while self._free:
            with suppress(IndexError, psycopg2.Error):
                held = self._free.pop()
                with held.cursor() as cursor:
                    cursor.execute("SELECT 1")
                held.rollback()
                return held
        made: Connection = psycopg2.connect(
            self.url, connect_timeout=CONNECT_SECONDS, options=_SETTINGS, application_name="krajina desk"
        )
        return made


def rows(connection: Connection, statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def one(connection: Connection, statement: str, values: Values = ()) -> tuple[Any, ...] | None:
    """Return the first row of a statement, None if it has none."""
    return next(iter(rows(connection, statement, values)), None)


def run(connection: Connection, statement: str, values: Values = ()) -> int:
    """Run a statement; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount
