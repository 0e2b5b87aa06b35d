"""Counts what dashboards show before anybody asks: after the start of a worker and after each publication.

Apart because it is a thread, as the postman is. What it has counted lies in the memory of `reading`; whoever comes
earlier asks for it, as always. One worker counts at a time, one part at a time, and then rests.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from time import monotonic

import psycopg2

from catalogue.dashboards import Dashboard
from service.dashboards import choosing
from service.dashboards.address import read
from service.dashboards.reading import Reading, shown
from service.dashboards.words import Words
from service.database import DatabaseUnavailableError, TableChangedError, TooSlowError
from service.state import Live, State

LOG = logging.getLogger(__name__)
EVERY_SECONDS = 1.0
REST = 4
"""It rests so many times as long as it has counted: where something is published all the time, it has a fifth of it."""
_TURN = int.from_bytes(b"boards")
"""The lock that the worker holds which counts (`pg_try_advisory_lock`)."""


class Ahead:
    """Counts for this worker whenever its state is another; `start` begins, `stop` ends."""

    def __init__(self, live: Live) -> None:
        self._live, self._counted = live, ""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="krajina-ahead", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is being counted is not waited for longer than a few seconds."""
        self._stopped.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        rest = EVERY_SECONDS
        while not self._stopped.wait(rest):
            began, state = monotonic(), self._live.state
            try:
                if state is not None and state.version != self._counted and self._count(state):
                    self._counted = state.version
            except (DatabaseUnavailableError, TableChangedError, psycopg2.Error) as error:
                LOG.info("dashboards are not counted ahead now: %s", type(error).__name__)
            except Exception:
                LOG.exception("dashboards are not counted ahead")
            rest = max(EVERY_SECONDS, REST * (monotonic() - began))

    def _count(self, state: State) -> bool:
        """Count all dashboards if no other worker does; return whether that came to its end."""
        with closing(self._live.database.connect()) as held:
            held.autocommit = True
            with held.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [_TURN])
                is_ours = cursor.fetchone() == (True,)
            return is_ours and all(self._board(each, state) for each in state.catalogue.dashboards.values())

    def _board(self, board: Dashboard, state: State) -> bool:
        """Count one dashboard as everybody sees it first; return False when it is to end or the state is old."""
        language, served = state.catalogue.portal.default_language, state.public.served
        address, year = read({}, "", language, board.datasets), datetime.now().astimezone().year
        reading = Reading(self._live, served, address, year)
        asked: list[Callable[[], object]] = [partial(reading.answers, [each]) for each in shown(board.parts, served)]
        asked.append(partial(choosing.offered, board, reading, Words(state.catalogue, language)))
        for ask in asked:
            if self._stopped.is_set() or self._live.state is not state:
                return False
            try:
                ask()
            except TooSlowError:
                LOG.warning("a part of the dashboard %s takes too long", board.id)
        return True
