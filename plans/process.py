"""The process of a check, seen from outside: started behind the wall, listened to, and ended when it takes too long."""

import os
import re
import selectors
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO

from plans.limits import MEGABYTE, TOLD, Limits
from plans.order import Paths
from plans.sandbox import NoSandbox, Sandbox

type Progress = Callable[[str], None]

_PIECE = 256 * 1024
_GRACE = 5.0
"""Seconds in which a process that has nothing more to say may end by itself."""
_STAGE, _EXCEEDED = (re.compile(rb'\{"%s": "([a-z-]{1,20})"\}' % word) for word in (b"stage", b"exceeded"))
_WRAPPED = 128
"""What bubblewrap adds to the signal that ended the process."""


@dataclass(frozen=True)
class Killed:
    """At which limit a check was stopped (time, memory, written, crash), its figure, and in which stage.

    `n` is in seconds or megabytes; for a crash it is the number of the signal, or the exit code.
    """

    limit: str
    n: int
    stage: str


def run(paths: Paths, limits: Limits, sandbox: Sandbox, progress: Progress, *, keep: bool = True) -> Killed | None:
    """Run `plans.inside` on the folder to its end, or end it; None if it did what it should.

    What it tells is kept in the folder, or not. Raises NoSandbox if it could not even begin.
    """
    listener = _Listener(progress, paths.streamed if keep else None)
    with paths.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (our own command)
            sandbox.command(paths.work),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=dict(sandbox.environment()),
            cwd=paths.work,
            start_new_session=True,
        )
        in_time = False
        try:
            in_time = _listen(process, listener, monotonic() + limits.wall)
        finally:
            _end(process, at_once=not in_time)
            listener.close()
    if process.returncode == 0:
        return None
    if not in_time:
        return Killed("time", limits.wall, listener.stage or "start")
    if not listener.stage:
        raise NoSandbox("forbidden", end_of(paths.log))
    return _killed(process.returncode, listener, limits)


def end_of(log: Path) -> str:
    """Return the end of what the process wrote to its standard error."""
    return log.read_text(encoding="utf-8", errors="replace")[-2000:].strip()


class _Listener:
    """Takes what the process tells, line by line. What is in the lines is not trusted, only passed on."""

    def __init__(self, progress: Progress, streamed: Path | None) -> None:
        self.progress, self.stage, self.exceeded = progress, "", ""
        self._kept: IO[bytes] | None = streamed.open("wb") if streamed else None
        self._left, self._rest = TOLD, b""

    def take(self, piece: bytes) -> None:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            self._line(line)
        if len(self._rest) > TOLD:
            self._rest = b""

    def _line(self, line: bytes) -> None:
        self._left -= len(line)
        if self._kept and self._left > 0:
            self._kept.write(line + b"\n")
        stage, exceeded = _STAGE.fullmatch(line), _EXCEEDED.fullmatch(line)
        if stage:
            self.stage = stage[1].decode()
            self.progress(self.stage)
        elif exceeded:
            self.exceeded = exceeded[1].decode()

    def close(self) -> None:
        if self._kept:
            self._kept.close()


def _listen(process: subprocess.Popen[bytes], listener: _Listener, until: float) -> bool:
    """Pass on what the process tells until it stops; False if the time was up before."""
    stream = process.stdout
    if stream is None:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while (left := until - monotonic()) > 0:
            if not selector.select(left):
                continue
            piece = os.read(stream.fileno(), _PIECE)
            if not piece:
                return True
            listener.take(piece)
    return False


def _end(process: subprocess.Popen[bytes], *, at_once: bool) -> None:
    """See that the process, and all that it started, is gone."""
    try:
        process.wait(0 if at_once else _GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout:
        process.stdout.close()


def _killed(code: int, listener: _Listener, limits: Limits) -> Killed:
    """Return at which limit the process ended itself, or was ended by the system."""
    number = -code if code < 0 else code - _WRAPPED
    if number == signal.SIGXCPU:
        return Killed("time", limits.cpu, listener.stage)
    if listener.exceeded == "written":
        return Killed("written", limits.written // MEGABYTE, listener.stage)
    if listener.exceeded == "memory" or number == signal.SIGKILL:
        return Killed("memory", limits.memory // MEGABYTE, listener.stage)
    return Killed("crash", number if number > 0 else code, listener.stage)
