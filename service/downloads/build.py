"""The process that makes one file: `python -m service.downloads.build`, its work given as JSON on standard input.

A process of its own, because GDAL, Arrow and a long COPY would take a worker's memory and time; and killed at any
moment it leaves nothing that could be taken for a file: it writes into a folder of its own and renames at the end. The
locks that say that it works are open files which it inherits, so they end with it, however it ends.
"""

import json
import os
import shutil
import signal
import sys
from importlib import import_module
from pathlib import Path

import psycopg2

from service.downloads import order as orders
from service.downloads.errors import Ended, TooMuchError
from service.downloads.kinds import KINDS, Kind
from service.downloads.order import Order
from service.downloads.snapshot import BatchGoneError, snapshot

DEADLINE = 3600
"""Seconds after which a file that is not made is given up."""
KEPT, KEPT_PAST = 2, 30
"""Files of each form that stay: the new one, and the one before for those who are just fetching it; and those of past
batches, which are made anew when they are asked for again."""
MAKING = ".making"


def make(order: Order, kind: Kind, url: str, target: Path) -> None:
    """Make the file, and put it in its place whole. Raises BatchGoneError, TooMuchError, psycopg2.Error."""
    folder = target.parent / f"{MAKING}-{kind.extension}"
    shutil.rmtree(folder, ignore_errors=True)  # of one that was killed; the lock says that nobody else is at it
    folder.mkdir(parents=True)
    try:
        fresh = folder / f"{order.table}.{kind.extension}"
        module, _, function = kind.writer.partition(":")
        write = getattr(import_module(f"service.downloads.{module}"), function)
        with snapshot(url, order) as state:
            write(order, state, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tidy(target, kind, KEPT_PAST if order.past else KEPT)


def tidy(target: Path, kind: Kind, kept: int = KEPT) -> None:
    """Remove old files of the form but for so many."""
    made = [path for path in target.parent.iterdir() if path.name.partition(".")[2] == kind.extension]
    others = sorted((path for path in made if path != target), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[kept - 1 :]:
        path.unlink(missing_ok=True)


def main() -> int:
    """Do the work on standard input; return how it ended. What went wrong stands on standard error."""
    work = json.load(sys.stdin)
    os.nice(10)  # who waits for a page goes before who waits for a file
    signal.alarm(DEADLINE)
    try:
        make(orders.read(work["order"]), KINDS[work["kind"]], work["url"], Path(work["target"]))
    except (BatchGoneError, psycopg2.errors.UndefinedTable, psycopg2.errors.UndefinedColumn) as error:
        print(error, file=sys.stderr)  # noqa: T201 (the one way to tell)
        return Ended.BATCH_GONE
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return Ended.NO_DATABASE
    except TooMuchError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return Ended.TOO_MUCH
    return Ended.MADE


if __name__ == "__main__":
    sys.exit(main())
