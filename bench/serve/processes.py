"""What processes cost, read from /proc: CPU seconds of a tree of processes, its memory, and what others took.

On a machine that others use, CPU per request is the figure to trust: it counts the work, not the waiting.
"""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
PARENT, OWN, REAPED = 1, slice(11, 13), slice(13, 15)
"""Fields of /proc/PID/stat after the name: parent; user and system time; the same of children that have ended."""


@dataclass(frozen=True)
class Reading:
    """Seconds of CPU so far: of the server, of PostgreSQL, of our own children, and of the whole machine."""

    server: float
    database: float
    children: float
    machine: float

    def since(self, earlier: "Reading") -> "Reading":
        return Reading(
            self.server - earlier.server,
            self.database - earlier.database,
            self.children - earlier.children,
            self.machine - earlier.machine,
        )


def read(server: Iterable[int], postmaster: int) -> Reading:
    """Read all counters, of the trees of processes under the roots."""
    now = os.times()
    return Reading(seconds(server), seconds([postmaster]), now.children_user + now.children_system, _machine())


def seconds(roots: Iterable[int]) -> float:
    """Return the seconds of the trees under the roots, of children that have ended too."""
    found = [fields for process in tree(roots) if (fields := _fields(process))]
    return sum(sum(map(int, (*fields[OWN], *fields[REAPED]))) for fields in found) / TICKS


def own() -> float:
    """Return the seconds of CPU of this very process."""
    now = os.times()
    return now.user + now.system


def memory(roots: Iterable[int]) -> int:
    """Return the megabytes of the trees under the roots; what they share with others counts in part (PSS)."""
    return sum(map(_pss, tree(roots))) // 1024


def largest(roots: Iterable[int]) -> int:
    """Return the megabytes of the largest process in the trees under the roots."""
    return max(map(_pss, tree(roots)), default=0) // 1024


def tree(roots: Iterable[int]) -> list[int]:
    """Return the processes and all that descend from them."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _fields(int(entry.name))
        if fields:
            children.setdefault(int(fields[PARENT]), []).append(int(entry.name))
    found, left = [], list(roots)
    while left:
        process = left.pop()
        found.append(process)
        left += children.get(process, [])
    return found


def settle(busy: Callable[[], float], patience: float = 60) -> None:
    """Wait until a counter of CPU seconds stands still: work that a client gave up must not burden the next cell."""
    until = time.monotonic() + patience
    before = busy()
    while time.monotonic() < until:
        time.sleep(0.2)
        now = busy()
        if now - before <= 0.02:  # noqa: PLR2004 (two ticks)
            return
        before = now


def _pss(process: int) -> int:
    """Return kilobytes; 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _fields(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _machine() -> float:
    """Return the seconds in which any core of the machine was not idle."""
    with Path("/proc/stat").open(encoding="ascii") as file:
        fields = list(map(int, file.readline().split()[1:]))
    return (sum(fields[:3]) + sum(fields[5:8])) / TICKS
