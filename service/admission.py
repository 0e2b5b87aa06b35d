"""Admission: how many requests are worked on at once, how many may wait and for how long; the others are refused.

A service that takes in everything answers nothing once questions are slow. Here a burst of slow ones fills its own
share, waits a little and is then told to come again, while others pass. One event loop's matter: no locks.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class BusyError(Exception):
    """Too many requests are being worked on or waiting: come again in a moment."""


class Gate:
    """Lets in `slots` requests at once, of which no single key may hold more than `share`.

    `queue` more may wait, each for `patience` seconds. A key is what is asked for: the collection.
    """

    def __init__(self, *, slots: int, share: int, queue: int, patience: float) -> None:
        self._slots, self._share, self._queue, self._patience = slots, share, queue, patience
        self._inside: Counter[str] = Counter()
        self._waiting: deque[tuple[str, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def entered(self, key: str) -> AsyncIterator[None]:
        """Hold a slot for the time of the block. Raises BusyError when none comes free in time."""
        if self._is_free(key) and not any(waiting == key for waiting, _ in self._waiting):
            self._inside[key] += 1
        else:
            await self._wait(key)
        try:
            yield
        finally:
            self._leave(key)

    def _is_free(self, key: str) -> bool:
        return self._inside.total() < self._slots and self._inside[key] < self._share

    async def _wait(self, key: str) -> None:
        if len(self._waiting) >= self._queue:
            raise BusyError
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = (key, turn)
        self._waiting.append(place)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except (TimeoutError, asyncio.CancelledError) as error:
            if turn.cancelled():
                self._waiting.remove(place)
            else:  # let in at the very moment of going away: the place is the next one's
                self._leave(key)
            if isinstance(error, TimeoutError):
                raise BusyError from error
            raise

    def _leave(self, key: str) -> None:
        self._inside[key] -= 1
        self._let_in()

    def _let_in(self) -> None:
        """Let in those who wait, in their order, passing over keys that have their share."""
        for place in list(self._waiting):
            key, turn = place
            if self._inside.total() >= self._slots:
                return
            if self._is_free(key) and not turn.done():
                self._waiting.remove(place)
                self._inside[key] += 1
                turn.set_result(None)
