"""Connections on which the event loop itself waits: for the short questions that make up nearly all of the traffic.

psycopg2 in its asynchronous mode. Threads that wait for PostgreSQL hand the interpreter lock to and fro; measured, that
cost four times as much as the question itself (docs/adr/0009). Every statement is one snapshot: a connection is in
autocommit, and READ COMMITTED, where a snapshot is taken after the table has been found and locked. So a table that is
replaced at this moment is seen whole, the old one or the new one.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg2
from psycopg2 import extensions, sql
from psycopg2.extensions import connection

from service.database import CONNECT_SECONDS, PAUSES, DatabaseUnavailableError, is_lost, options, translated

LOG = logging.getLogger(__name__)
_SETTINGS = {"default_transaction_isolation": r"read\ committed"}

type Rows = list[tuple[Any, ...]]


class Readers:
    """A bounded pool of read-only connections of one event loop.

    `size` is how many there are at most, `wait` how many seconds a question waits for a free one, `deadline` how many
    an answer may take. Connections are opened when first needed and kept.
    """

    def __init__(self, url: str, *, size: int = 6, wait: float = 5, deadline: float = 10) -> None:
        self._url = url
        self._wait = wait
        self._options = options(deadline, _SETTINGS)
        self._free: deque[connection] = deque()
        self._slots = asyncio.BoundedSemaphore(size)

    async def rows(self, statement: sql.Composable) -> Rows:
        """Return the rows of a statement; it is asked again if a connection was lost, so it must only read.

        Raises DatabaseUnavailableError, TooSlowError, TableChangedError; other errors of psycopg2 go through.
        """
        async with self._slot():
            for pause in PAUSES:
                try:
                    return await self._once(statement)
                except psycopg2.Error as error:
                    if not is_lost(error):
                        raise translated(error) from error
                    LOG.warning("connection to the database lost: %s", type(error).__name__)
                self.close()  # what broke this one broke the idle ones too
                await asyncio.sleep(pause)
            try:
                return await self._once(statement)
            except psycopg2.Error as error:
                raise translated(error) from error

    def close(self) -> None:
        """Close the connections that are not in use."""
        while self._free:
            self._free.pop().close()

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._wait if self._slots.locked() else None):
                await self._slots.acquire()
        except TimeoutError as error:
            raise DatabaseUnavailableError("every connection is busy") from error
        try:
            yield
        finally:
            self._slots.release()

    async def _once(self, statement: sql.Composable) -> Rows:
        held = self._free.pop() if self._free else await self._connected()
        healthy = False
        try:
            with held.cursor() as cursor:
                cursor.execute(statement)
                await _done(held)
                rows: Rows = cursor.fetchall()
            healthy = True
        except psycopg2.Error as error:
            healthy = not is_lost(error)
            raise
        finally:
            # A task that is cancelled leaves a question behind: such a connection is not to be asked again.
            if healthy:
                self._free.append(held)
            else:
                held.close()
        return rows

    async def _connected(self) -> connection:
        made: connection = psycopg2.connect(
            self._url, options=self._options, application_name="krajina-read", keepalives_idle=30, async_=1
        )
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await _done(made)
        except TimeoutError as error:
            made.close()
            raise DatabaseUnavailableError("no connection") from error
        except BaseException:
            made.close()
            raise
        return made


async def _done(held: connection) -> None:
    """Wait until the connection has done what it was asked."""
    loop = asyncio.get_running_loop()
    while (state := held.poll()) != extensions.POLL_OK:
        ready: asyncio.Future[None] = loop.create_future()
        place = held.fileno()
        watch, forget = (
            (loop.add_reader, loop.remove_reader)
            if state == extensions.POLL_READ
            else (loop.add_writer, loop.remove_writer)
        )
        watch(place, _settle(ready))
        try:
            await ready
        finally:
            with suppress(OSError, ValueError):  # a connection that broke has no place any more
                forget(place)


def _settle(future: "asyncio.Future[None]") -> Callable[[], None]:
    def settle() -> None:
        if not future.done():
            future.set_result(None)

    return settle
