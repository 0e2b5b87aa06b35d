"""A server of the bench: how it is made ready, started, reached and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bench.serve.asks import Ask
from bench.serve.paths import Paths
from bench.serve.place import ROOT, Place

STARTED = 90.0
"""Seconds in which a server takes connections."""


class NotHere(Exception):  # noqa: N818 (it is no error: the bench goes on without that server)
    """A server cannot be had on this machine; the text says why."""


class Server:
    """A server with a port of its own. Subclasses say what it needs and how it is started."""

    name: str
    port: int
    paths: Paths

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[bytes]] = []

    def install(self, place: Place) -> None:
        """Bring what the server needs onto the machine. Raises NotHere."""

    def start(self, place: Place) -> None:
        """Start the server's processes."""
        raise NotImplementedError

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def roots(self) -> list[int]:
        """The processes whose trees are the server."""
        return [process.pid for process in self._started]

    def path(self, ask: Ask) -> str | None:
        """Return the address of a request without host, or None if the server cannot answer it."""
        return self.paths.of(ask)

    def run(
        self, words: Sequence[str], place: Place, environment: Mapping[str, str], folder: Path | None = None
    ) -> None:
        """Start a program in a session of its own; what it says goes to a file in the place's run folder."""
        with (place.run() / f"{self.name}.log").open("ab") as log:
            self._started.append(
                subprocess.Popen(
                    words,
                    env={**os.environ, **environment},
                    cwd=folder or place.run(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def wait(self) -> None:
        """Wait until the server answers a small page, then ask a few more, to wake each worker. Raises NotHere."""
        self.reached()
        why = ""
        for _ in range(10):
            try:
                fetch(self.address + (self.path(Ask("parcels", limit=2)) or ""))
                why = ""
            except OSError as error:
                why = str(error)
                time.sleep(1)
        if why:
            raise NotHere(f"it does not answer: {why}")

    def reached(self) -> None:
        """Wait until the server takes connections. Raises NotHere if it does not, or ends."""
        until = time.monotonic() + STARTED
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            if any(process.poll() is not None for process in self._started):
                raise NotHere("it ended at once; see its log in the run folder")
            time.sleep(0.2)
        raise NotHere("it takes no connections")

    def forget(self, place: Place) -> None:
        """Lose what is kept of earlier answers, on the disk and in memory; most servers keep nothing."""

    def stop(self) -> None:
        """End the processes that were started here."""
        for process in self._started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._started:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(15)
        self._started.clear()


def fetch(address: str) -> bytes:
    """Return the body of an answer. Raises OSError for anything but success."""
    with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310 (a server of ours)
        body: bytes = answer.read()
        return body


def environment(name: str, packages: Sequence[str], place: Place) -> Path:
    """Return the bin folder of a virtual environment with the packages, making it unless it is there.

    Environments stand in var/bench of the checkout, since each run uses the same ones. Raises NotHere if pip cannot
    install the packages.
    """
    folder = ROOT / "var" / "bench" / name
    stamp = folder / "packages"
    if stamp.exists() and stamp.read_text(encoding="utf-8").split() == list(packages):
        return folder / "bin"
    print(f"{name}: installing {', '.join(packages)}", flush=True)
    log = place.run() / f"{name}.install.log"
    with log.open("ab") as file:
        for words in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(folder / "bin" / "pip"), "install", "-q", *packages],
        ):
            if subprocess.run(words, stdout=file, stderr=file, stdin=subprocess.DEVNULL, check=False).returncode:
                raise NotHere(f"`{' '.join(words)}` failed; see {log}")
    stamp.write_text("\n".join(packages), encoding="utf-8")
    return folder / "bin"


def uvicorn(programs: Path, application: str, port: int, workers: int) -> list[str]:
    """Return the words that start an ASGI application as it is run in production."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    return [str(programs / "uvicorn"), application, *options, "--no-access-log", "--log-level", "warning"]
