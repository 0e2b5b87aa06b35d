"""Making the next thing while the last one is used: an iterator in a thread of its own.

Apart because it knows nothing of rows. Reading and transforming work in GDAL, PROJ and GEOS, which leave Python's lock
alone; so a chunk can be made while the one before it is written to the database.
"""

from collections.abc import Iterator
from queue import Empty, Queue
from threading import Event, Thread

_WAIT = 0.1


class _End:
    """Says that there is nothing more, and what it was that ended it."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead[Item](items: Iterator[Item]) -> Iterator[Item]:
    """Yield the items in order, one of them made ahead; what they raise is raised here.

    All of `items` runs in one thread, its end too. If this iterator is closed early, the thread stops after the item
    it is making.
    """
    made: Queue[Item | _End] = Queue(maxsize=1)
    stopped = Event()
    thread = Thread(target=_make, args=(items, made, stopped), name="ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := made.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        while thread.is_alive():
            try:
                made.get(timeout=_WAIT)
            except Empty:
                continue
        thread.join()


def _make[Item](items: Iterator[Item], made: "Queue[Item | _End]", stopped: Event) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            made.put(item)
            if stopped.is_set():
                break
    except BaseException as raised:  # noqa: BLE001 (raised again where the items are used)
        error = raised
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()
        made.put(_End(error))
