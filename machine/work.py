"""Long commands of others (apt, uv, npm) run quietly: their output goes to a log, the person sees that it goes on.

Apart so that each step says in one line what it does, and shows the other program's words only when it fails.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from machine import say

HEARTBEAT = 15.0  # seconds of silence after which a person wonders whether it still works
TAIL = 40  # last lines of a failed command that are shown


def run(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None, folder: str = "/") -> None:
    """Run the command in the folder; its output is appended to the log, with a sign of life every HEARTBEAT seconds.

    Raises say.MachineError with the last lines of the output if the command fails or does not exist.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"\n$ {' '.join(command)}\n")
        file.flush()
        start = log.stat().st_size
        try:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )
        except OSError as error:
            raise say.MachineError("command-missing", command=command[0], why=error.strerror) from error
        code = _wait(process, log)
    if code != 0:
        said = log.read_bytes()[start:].decode("utf-8", "replace").splitlines()
        raise say.MachineError("command-failed", command=" ".join(command), tail="\n".join(said[-TAIL:]), log=log)


def _wait(process: subprocess.Popen[bytes], log: Path) -> int:
    began = time.monotonic()
    while True:
        try:
            return process.wait(timeout=HEARTBEAT)
        except subprocess.TimeoutExpired:
            say.line(f"  {time.monotonic() - began:.0f} s: {_last_line(log)}")
        except KeyboardInterrupt:
            # The other program had the same Ctrl-C; it ends by itself, and half-done work of apt must not be cut.
            process.wait()
            raise


def _last_line(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 400))
        lines = file.read().decode("utf-8", "replace").replace("\r", "\n").splitlines()
    return next((words.strip()[:100] for words in reversed(lines) if words.strip()), "")
