"""How a worker learns that something changed: the database tells, the folder is watched, and now and then it looks.

Apart from the state so that the state can be made and tested without threads.
"""

import json
import logging
import select
import threading
from collections.abc import Callable

import psycopg2
from watchfiles import watch

from catalogue.layout import CHANNEL
from service.state import Live

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 30
"""How long a worker relies on being told; after that it looks for itself."""
RETRY_SECONDS = 1


class News:
    """The threads that keep a state current; `start` reads it for the first time."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Read the state and begin to listen and to watch. Returns even when the database is not there yet."""
        self._live.refresh()
        self._begin(self._listen, "listen")
        self._begin(self._watch, "watch")

    def stop(self) -> None:
        """End the threads; waits a few seconds at most."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(timeout=3)

    def _begin(self, target: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=target, name=f"krajina-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        """Refresh at every publication, after every reconnection, and every LOOK_SECONDS."""
        while not self._stopped.is_set():
            try:
                self._listen_once()
            except (psycopg2.Error, OSError) as error:
                LOG.warning("listening to the database: %s", type(error).__name__)
                self._live.refresh()
                self._stopped.wait(RETRY_SECONDS)

    def _listen_once(self) -> None:
        held = self._live.database.connect(listening=True)
        try:
            held.autocommit = True
            with held.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            self._live.refresh()  # what was published while nobody listened
            waited = 0.0
            while not self._stopped.is_set():
                told, _, _ = select.select([held], [], [], 0.5)
                waited = 0 if told else waited + 0.5
                if told:
                    held.poll()
                if held.notifies or waited >= LOOK_SECONDS:
                    waited = 0
                    self._tell(held.notifies)
        finally:
            held.close()

    def _tell(self, notifies: list[psycopg2.extensions.Notify]) -> None:
        for notify in notifies:
            LOG.info("published: %s", _payload(notify.payload))
        notifies.clear()
        self._live.refresh()

    def _watch(self) -> None:
        folder = self._live.settings.collections
        while not self._stopped.is_set():
            try:
                for _ in watch(folder, stop_event=self._stopped, debounce=200, step=50, rust_timeout=1000):
                    self._live.refresh()
            except FileNotFoundError:
                self._stopped.wait(RETRY_SECONDS)


def _payload(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
