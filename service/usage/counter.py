"""Counting requests while they are answered, and writing the counts down now and then.

Only sums leave this module: a day, what was asked for, how, and how often. A worker that is killed loses a minute.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date

import psycopg2
from psycopg2.extras import execute_values
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalogue.layout import LEDGER
from service.dashboards.reading import shown
from service.database import CONNECT_SECONDS
from service.state import Live, State
from service.usage.kinds import COUNTED, Known, Use, use_of

LOG = logging.getLogger(__name__)
EVERY_SECONDS = 60.0
KEYS_MAX = 20_000
"""Sums that are kept while the database cannot be written; beyond it new ones are not begun."""
_ADD = (
    f"INSERT INTO {LEDGER}.usage AS known (day, subject, use, requests) VALUES %s"
    " ON CONFLICT (day, subject, use) DO UPDATE SET requests = known.requests + excluded.requests"
)

type Key = tuple[date, str, str]


class UsageCounter:
    """The sums of one worker. `start` begins to write them down, `stop` writes what is left."""

    def __init__(self, live: Live, url: str, *, every: float = EVERY_SECONDS) -> None:
        self._live, self._url, self._every = live, url, every
        self._sums: Counter[Key] = Counter()
        self._state: State | None = None
        self._known = Known((), (), ())
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="krajina-usage", daemon=True)

    def count(self, scope: Scope, status: int, media_type: bytes) -> None:
        """Count an answer, if it is one that counts."""
        state = self._live.state
        if state is None or scope["method"] != "GET" or status not in COUNTED:
            return
        if state is not self._state:
            self._state, self._known = state, _known(state)
        used = use_of(scope["path"], media_type, dict(scope["headers"]), self._known)
        if used is not None:
            self.add(used)

    def add(self, used: Use, day: date | None = None) -> None:
        """Add one to the sum of a use, today's if no day is named."""
        key = (day or date.today(), *used)  # noqa: DTZ011 (a day as people here reckon it)
        with self._lock:
            if key in self._sums or len(self._sums) < KEYS_MAX:
                self._sums[key] += 1

    def start(self) -> None:
        """Begin to write down every now and then."""
        self._thread.start()

    def stop(self) -> None:
        """Write down what is left, and end."""
        self._stopped.set()
        self._thread.join(timeout=CONNECT_SECONDS + 2)

    def flush(self) -> None:
        """Write the sums down; those that cannot be written are kept for the next time."""
        with self._lock:
            sums, self._sums = self._sums, Counter()
        if not sums:
            return
        try:
            self._write(sums)
        except psycopg2.Error as error:
            LOG.warning("usage cannot be written down: %s", type(error).__name__)
            with self._lock:
                self._sums.update(sums)

    def _write(self, sums: Counter[Key]) -> None:
        made = psycopg2.connect(self._url, connect_timeout=CONNECT_SECONDS, application_name="krajina-usage")
        with closing(made) as connection, connection, connection.cursor() as cursor:
            # In one order, so that two workers cannot wait for each other.
            execute_values(cursor, _ADD, [(*key, number) for key, number in sorted(sums.items())])

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            self.flush()
        self.flush()


def _known(state: State) -> Known:
    served = state.public.served
    boards = {id_ for id_, board in state.catalogue.dashboards.items() if shown(board.parts, served)}
    return Known(served, boards, state.catalogue.portal.languages)


class Counting:
    """ASGI middleware: tells the counter of each answer that has begun."""

    def __init__(self, app: ASGIApp, counter: UsageCounter) -> None:
        self._app, self._counter = app, counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _telling(scope, self._counter.count, send))


def _telling(scope: Scope, count: Callable[[Scope, int, bytes], None], send: Send) -> Send:
    async def forward(message: Message) -> None:
        if message["type"] == "http.response.start":
            media_type = next((value for name, value in message["headers"] if name == b"content-type"), b"")
            count(scope, message["status"], media_type)
        await send(message)

    return forward
