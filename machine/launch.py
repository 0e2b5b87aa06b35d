"""From `./krajina COMMAND` to the running program: prepare what the command needs, then become the program.

Apart because it is the whole way of the launcher on one screen. Two commands end here: `prepare [COMMAND]`, which
prepares and stops, and `stop`, which stops the private database cluster.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from machine import ROOT, environment, say, system, web
from machine.cluster import Cluster
from machine.needs import Need, needs_of


def main(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code, or does not return because the program has taken over."""
    data = Path(os.environ.get("KRAJINA_DATA") or ROOT / "var").absolute()
    command = arguments[0] if arguments else "--help"
    wanted = arguments if command != "prepare" else arguments[1:] or ["all"]
    try:
        if command == "stop":
            say.line(say.text("stopped" if Cluster(data / "postgres").stop() else "not-running"))
            return 0
        prepare(needs_of(wanted, os.environ), data)
    except say.MachineError as refused:
        say.line(str(refused))
        return refused.code
    except KeyboardInterrupt:
        return 130
    if command == "prepare":
        say.line(say.text("ready", command=" ".join(wanted)))
        return 0
    return _become(arguments or ["--help"])


def prepare(needs: Need, data: Path) -> None:
    """Bring the machine to what the needs say, each step only if it is not done yet; `data` takes tools and the log.

    Two launchers at once take turns. Raises say.MachineError.
    """
    log = data / "log" / "prepare.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (data / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        system.prepare(needs, log)
        if Need.ENVIRONMENT in needs:
            environment.prepare(data, log, tests=Need.TESTS in needs)
        if Need.WEB in needs:
            web.prepare(data, log)


def _become(arguments: Sequence[str]) -> int:
    """Replace this process by the program: its exit code and signals are its own."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    python = str(environment.PYTHON)
    sys.stderr.flush()
    os.execve(python, [python, "-m", "commands", *arguments], settings)  # noqa: S606 (no shell is wanted)
