"""The wall around a check: what its process may see, touch and use.

Apart because it is the promise of the desk in one place: files of strangers are read where there is no network, no
password, no home and no database; only the interpreter, this program's own code, and the folder of the check. On Linux
bubblewrap builds it of namespaces. Where a container forbids those, the kind `limits` makes the process forbid itself
what the kernel lets it (`plans.landlock`) before it reads anything; the walls of the container remain.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from plans.landlock import restrict
from plans.limits import Limits

ROOT = Path(__file__).parents[1]
ROOMS = ("plans", "findings", "geodesy", "look", "catalogue", "web/dist/report")
"""What of the program may be seen inside: the rooms that a check imports, and the built map of its report."""
INSIDE = Path("/.check/folder")
"""What the folder of the check is called inside the wall: a name below which no program is installed.

Whatever lies below it outside is hidden by it inside; named /check, it hid a checkout in a folder of that name.
"""
WRITTEN = ("unpacked", "tmp", "out")
"""What of it may be written. Nothing else of the folder can be changed from inside, nor be made to lead elsewhere."""
GRIDS = Path("/.check/grids")
BUBBLEWRAP, LIMITS = "bubblewrap", "limits"
_PROGRAM = "bwrap"
_SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64", "/etc/ld.so.cache")
"""Shared libraries; no programs, no settings."""


class NoSandbox(Exception):  # noqa: N818 (it says what is missing)
    """The wall cannot be built. `reason`: missing (no bubblewrap) or forbidden (namespaces); `detail`: what it said."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Sandbox:
    """How checks are kept apart: `kind` is bubblewrap or limits; `grids` is a folder with PROJ grids."""

    kind: str = BUBBLEWRAP
    grids: Path | None = None

    def command(self, work: Path) -> list[str]:
        """Return the command that runs `plans.inside` on the folder. Raises NoSandbox if bubblewrap is not here."""
        grids = self.grids if self.grids and self.grids.is_dir() else None
        if self.kind == LIMITS:
            return [*_PYTHON, "--alone", str(work), *([str(grids)] if grids else [])]
        return [*self.wall(work), *_PYTHON, str(INSIDE), *([str(GRIDS)] if grids else [])]

    def wall(self, work: Path) -> list[str]:
        """Return the beginning of a command that runs behind the wall of bubblewrap, with the folder inside."""
        program = shutil.which(_PROGRAM)
        if program is None:
            raise NoSandbox("missing")
        binds = [*_walls(), "--ro-bind", str(work), str(INSIDE)]
        for folder in WRITTEN:
            binds += ["--bind", str(work / folder), str(INSIDE / folder)]
        if self.grids and self.grids.is_dir():
            binds += ["--ro-bind", str(self.grids), str(GRIDS)]
        binds += ["--remount-ro", "/"]  # folders that only lead to what is bound
        settings = [word for name, value in self.environment().items() for word in ("--setenv", name, value)]
        return [program, *binds, "--clearenv", *settings, "--chdir", str(INSIDE), "--"]

    def environment(self) -> Mapping[str, str]:
        """Return all variables that the process has: none of ours."""
        return {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


_PYTHON = (sys.executable, "-s", "-P", "-B", "-W", "ignore", "-m", "plans.inside")


def _walls() -> Iterator[str]:
    """Yield the arguments that build the empty room and put into it, to be read only, what a check needs."""
    yield from ("--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL")
    yield from ("--die-with-parent", "--new-session", "--hostname", "check")
    for place in map(Path, _SYSTEM):
        if place.is_symlink():
            yield from ("--symlink", str(place.readlink()), str(place))
        elif place.exists():
            yield from ("--ro-bind", str(place), str(place))
    for place in _interpreter():
        yield from ("--ro-bind", str(place), str(place))
    for room in ROOMS:
        yield from ("--ro-bind-try", str(ROOT / room), str(ROOT / room))
    yield from ("--dev-bind", "/dev/null", "/dev/null")


def _interpreter() -> Iterator[Path]:
    """Yield where Python and the locked packages lie."""
    system = Path("/usr")
    base = Path(sys.base_prefix)
    if base != system:
        yield base
    else:
        yield Path(sys.executable).resolve()  # its libraries lie in /usr/lib, which is there
    if Path(sys.prefix) != base:
        yield Path(sys.prefix)


def works() -> bool:
    """Return whether bubblewrap is here and may build its wall."""
    program = shutil.which(_PROGRAM)
    if program is None:
        return False
    command = [program, *_walls(), "--", sys.executable, "-S", "-c", ""]
    return subprocess.run(command, capture_output=True, check=False, env={}).returncode == 0  # noqa: S603 (our own words)


def close(work: Path, others: Iterable[Path]) -> None:
    """Close what a process that no wall surrounds has open around it, as far as the kernel lets it; for `limits`.

    It keeps the interpreter and our rooms, `others` to read (grids), and of the folder `work` what a check writes.
    """
    with suppress(OSError):  # a container may forbid it; Landlock forbids TCP
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
    system = [Path(place) for place in _SYSTEM]
    rooms = [ROOT / room for room in ROOMS]
    restrict([*system, *_interpreter(), *rooms, *others, work, Path("/dev/null")], [work / each for each in WRITTEN])


def confine(limits: Limits) -> None:
    """Bind this process, and what it starts, to the limits of a check. It cannot loosen them again."""
    # The kernel kills at the hard limit without a word; before it, at the soft one, the process ends by SIGXCPU.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
    for what, much in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.written),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (much, much))


def tell(**what: object) -> None:
    """Tell the process outside something: one line of JSON on standard output."""
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()
