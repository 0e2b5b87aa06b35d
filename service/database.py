"""Connections to PostGIS for requests: few, read-only, with a deadline, and mended once when they are lost.

Apart because a restart of the database, an exhausted server and a slow query each have one right answer (try again,
wait briefly, give up in time), and because nothing else may hold a connection.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg2
from psycopg2.extensions import connection, cursor

LOG = logging.getLogger(__name__)

CONNECT_SECONDS = 3
PAUSES = 0.0, 0.1, 0.3
"""Seconds before each further try: a server that is restarted fast refuses for a moment."""
_SETTINGS = {
    "default_transaction_read_only": "on",
    "default_transaction_isolation": r"repeatable\ read",
    "timezone": "UTC",
    "jit": "off",  # compiling a plan costs more than the short queries of a request
    "max_parallel_workers_per_gather": "0",  # starting one costs 10 ms; many requests at once fill the machine anyhow
    "lock_timeout": "3s",  # a migration holds the table: better to say so than to wait with it
    "client_connection_check_interval": "1s",  # a question whose asker has gone is given up
}
_LOST = ("57P01", "57P02", "57P03", "08000", "08001", "08003", "08006")
_CHANGED = (
    psycopg2.errors.UndefinedTable,
    psycopg2.errors.UndefinedColumn,
    psycopg2.errors.UndefinedFunction,
    psycopg2.errors.DatatypeMismatch,
    psycopg2.errors.InvalidSchemaName,
)
_NO_RESULT = (
    psycopg2.errors.NumericValueOutOfRange,
    psycopg2.errors.InvalidArgumentForPowerFunction,
    psycopg2.errors.InvalidEscapeSequence,
)


class DatabaseUnavailableError(Exception):
    """The database cannot be reached, or every connection stayed busy: try again later."""


class TooSlowError(Exception):
    """The query was given up at its deadline."""


class NoResultError(Exception):
    """What was asked to be reckoned has no result: a number out of range."""


class TableChangedError(Exception):
    """The table is not as the state of this worker says: something was published a moment ago."""


class Database:
    """A bounded pool of connections for any number of threads.

    `size` is how many connections there are at most; a thread waits `wait` seconds for one. Every statement has
    `deadline` seconds. Connections are opened when first needed and kept.
    """

    def __init__(self, url: str, *, size: int = 8, wait: float = 5, deadline: float = 10) -> None:
        self.url = url
        self._wait = wait
        self._free: deque[connection] = deque()
        self._slots = threading.BoundedSemaphore(size)
        self._options = options(deadline)

    def read[Answer](self, work: Callable[["cursor"], Answer]) -> Answer:
        """Return what `work` makes of a cursor in one read-only snapshot; it is called again if a connection was lost.

        `work` may therefore run several times and must only read. Raises DatabaseUnavailableError, TooSlowError,
        TableChangedError; other errors of psycopg2 are faults of ours and go through.
        """
        with self._slot():
            for pause in PAUSES:
                try:
                    return self._once(work, self._take())
                except psycopg2.Error as error:
                    if not is_lost(error):
                        raise translated(error) from error
                    LOG.warning("connection to the database lost: %s", type(error).__name__)
                self._drop_free()  # what broke this one broke the idle ones too
                time.sleep(pause)
            try:
                return self._once(work, self.connect())
            except psycopg2.Error as error:
                raise translated(error) from error

    def rows(self, query: Any, values: Any = None) -> list[tuple[Any, ...]]:  # noqa: ANN401 (as psycopg2 has it)
        """Return the rows of one query. Raises as `read`."""

        def work(cursor: cursor) -> list[tuple[Any, ...]]:
            cursor.execute(query, values)
            return cursor.fetchall()

        return self.read(work)

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._drop_free()

    def connect(self, *, listening: bool = False) -> connection:
        """Return a new connection outside the pool. Raises psycopg2.OperationalError."""
        made: connection = psycopg2.connect(
            self.url,
            connect_timeout=CONNECT_SECONDS,
            options=self._options,
            application_name="krajina-listen" if listening else "krajina-serve",
            keepalives_idle=30,
        )
        return made

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self._wait):
            raise DatabaseUnavailableError("every connection is busy")
        try:
            yield
        finally:
            self._slots.release()

    def _once[Answer](self, work: Callable[["cursor"], Answer], held: connection) -> Answer:
        try:
            with held, held.cursor() as opened:  # the transaction ends with the block
                answer = work(opened)
        except psycopg2.Error as error:
            if is_lost(error):
                held.close()
            raise
        finally:
            if not held.closed:
                self._free.append(held)
        return answer

    def _take(self) -> connection:
        try:
            return self._free.pop()
        except IndexError:
            return self.connect()

    def _drop_free(self) -> None:
        with suppress(IndexError):  # another thread may take the last one
            while True:
                self._free.pop().close()


def options(deadline: float, others: Mapping[str, str] | None = None) -> str:
    """Return the settings of a reading connection, `deadline` seconds for a statement, in the way of libpq."""
    settings = _SETTINGS | {"statement_timeout": str(int(deadline * 1000))} | dict(others or {})
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def is_lost(error: psycopg2.Error) -> bool:
    """Return whether the connection, rather than the query, was at fault."""
    if error.pgcode is None:  # not the server's word but the client's: the connection broke, or never was
        return not isinstance(error, psycopg2.ProgrammingError)
    return error.pgcode in _LOST


def translated(error: psycopg2.Error) -> Exception:
    """Return the error in the terms of this module; the text of the database's own stays in the log."""
    if isinstance(error, psycopg2.errors.QueryCanceled):
        return TooSlowError("deadline")
    if isinstance(error, _NO_RESULT):
        return NoResultError(str(error).splitlines()[0])
    if isinstance(error, _CHANGED):
        return TableChangedError(str(error).splitlines()[0])
    if is_lost(error) or isinstance(error, psycopg2.errors.InsufficientResources | psycopg2.errors.LockNotAvailable):
        return DatabaseUnavailableError("no connection")
    return error
