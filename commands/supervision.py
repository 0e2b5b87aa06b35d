"""A process of ours beside the one that serves: started with it, started again when it dies, ended with it.

Apart from serving because it knows nothing of what the process does. It is ended by its number alone.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

PATIENCE = 3.0
"""Seconds to end in; then it is killed, which it must bear at any time anyway."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds between a death and the next start, doubled each time; a process that lived for long begins anew."""
LONG_LIFE = 60.0


@contextmanager
def beside(
    arguments: Sequence[str], environment: Mapping[str, str], died: Callable[[int], None]
) -> Iterator[Callable[[], int | None]]:
    """Run `python -m commands` with the arguments as long as the block; yield what returns its number.

    `died` is told the exit code each time it ends by itself.
    """
    supervised = _Supervised([sys.executable, "-m", "commands", *arguments], environment, died)
    supervised.start()
    try:
        yield supervised.number
    finally:
        supervised.stop()


class _Supervised:
    def __init__(self, command: list[str], environment: Mapping[str, str], died: Callable[[int], None]) -> None:
        self._command = command
        self._environment = dict(environment)
        self._died = died
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def number(self) -> int | None:
        return self._process.pid if self._process else None

    def stop(self) -> None:
        with self._lock:  # no new one is started behind our back
            self._ending.set()
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            with self._lock:
                if self._ending.is_set():
                    return
                # A session of its own: Ctrl-C at the terminal reaches us, and we end it.
                self._process = subprocess.Popen(  # noqa: S603 (our own command)
                    self._command, env=self._environment, start_new_session=True
                )
            began = time.monotonic()
            code = self._process.wait()
            if self._ending.is_set():
                return
            self._died(code)
            pause = FIRST_PAUSE if time.monotonic() - began > LONG_LIFE else min(pause * 2, LONGEST_PAUSE)
            self._ending.wait(pause)
