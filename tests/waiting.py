"""Waiting for what comes about by itself: in another process, another thread, the database."""

import time
from collections.abc import Callable


def until[Found](look: Callable[[], Found | None], seconds: float = 60, otherwise: str = "it did not happen") -> Found:
    """Return the first true thing that `look` finds. Raises AssertionError when there is none in that time."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, otherwise
        time.sleep(0.02)
    return found
