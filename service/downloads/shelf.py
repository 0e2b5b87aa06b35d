"""Where files stand, and how one comes about: once, whoever asks at the same time, in whichever worker.

The one who gets the form's lock starts the process that makes the file and hands it the lock; the others look for the
file until it is there or their patience ends. A second lock bounds how many files are made at once on the machine.
"""

import fcntl
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.database import DatabaseUnavailableError, TableChangedError
from service.downloads import order as orders
from service.downloads.errors import BeingMadeError, Ended, TooMuchError
from service.downloads.kinds import Kind
from service.downloads.order import Order
from settings import ROOT

LOG = logging.getLogger(__name__)

AT_ONCE = 2
"""Files that are made at once on a machine."""
WAITING = 4
"""Askers of a worker who may wait for a file; each keeps one of its threads."""
LOOK = 0.1
FORGET = 10.0
"""Seconds for which a failure is remembered: a file that cannot be made is not tried by each asker."""


class BrokenError(Exception):
    """The file could not be made; why stands in the log."""


class Shelf:
    """The files below a folder, made from the database at `url`."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url
        self._failed: dict[Path, tuple[float, int]] = {}
        self._waiting = threading.BoundedSemaphore(WAITING)

    def place(self, order: Order, kind: Kind) -> Path:
        """Return where the file of this version stands, or would stand."""
        return self._folder / order.table / f"{order.version}.{kind.extension}"

    def fetch(self, order: Order, kind: Kind, patience: float) -> Path:
        """Return the file, made if need be. Waits up to `patience` seconds.

        Raises BeingMadeError when it takes longer, TableChangedError when another batch is published meanwhile,
        DatabaseUnavailableError, TooMuchError when the form cannot hold so much, BrokenError.
        """
        target = self.place(order, kind)
        if target.is_file():
            return target
        if not self._waiting.acquire(blocking=False):
            raise BeingMadeError(round(patience))
        try:
            return self._awaited(order, kind, target, time.monotonic() + patience)
        finally:
            self._waiting.release()

    def _awaited(self, order: Order, kind: Kind, target: Path, until: float) -> Path:
        started = time.monotonic()
        while not target.is_file():
            self._raise_failure(target)
            self._begin(order, kind, target)
            time.sleep(LOOK)
            if time.monotonic() > until:
                raise BeingMadeError(max(2, round(time.monotonic() - started)))
        return target

    def _raise_failure(self, target: Path) -> None:
        when, code = self._failed.get(target, (0.0, 0))
        if not when or time.monotonic() - when > FORGET:
            return
        if code == Ended.BATCH_GONE:
            raise TableChangedError("another batch is published")
        if code == Ended.NO_DATABASE:
            raise DatabaseUnavailableError("a file cannot be made")
        if code == Ended.TOO_MUCH:
            raise TooMuchError("form-too-small")
        raise BrokenError(f"{target.name}: ended with {code}")

    def _begin(self, order: Order, kind: Kind, target: Path) -> None:
        """Start the process unless somebody's works already, or too many do."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target.parent / f".{kind.extension}.lock") as mine:
            if mine is None or target.is_file():
                return
            for number in range(AT_ONCE):
                with _locked(self._folder / f".making-{number}.lock") as slot:
                    if slot is None:
                        continue
                    self._start(order, kind, target, (mine, slot))
                    return

    def _start(self, order: Order, kind: Kind, target: Path, locks: tuple[int, int]) -> None:
        work = {"order": orders.written(order), "kind": kind.name, "url": self._url, "target": str(target)}
        process = subprocess.Popen(
            [sys.executable, "-m", "service.downloads.build"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=locks,
        )
        threading.Thread(target=self._attend, args=(process, json.dumps(work), target), daemon=True).start()

    def _attend(self, process: "subprocess.Popen[str]", work: str, target: Path) -> None:
        """Wait for the process and remember how it ended."""
        _, said = process.communicate(work)
        if process.returncode != Ended.MADE:
            LOG.error("%s was not made (%s): %s", target, process.returncode, said.strip()[-2000:])
            self._failed[target] = (time.monotonic(), process.returncode)
        else:
            self._failed.pop(target, None)


@contextmanager
def _locked(path: Path) -> Iterator[int | None]:
    """Give a lock as an open file, None when another has it. A process that inherits it keeps it."""
    held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield held
    except BlockingIOError:
        yield None
    finally:
        os.close(held)
