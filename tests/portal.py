"""A running portal for tests: the real `demo` command in a process of its own, on a database of the test cluster."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 300
STOP_SECONDS = 60
PLAN_SECONDS = 240
"""In which a plan is checked, returned, checked again and published, on a busy machine."""
_KEPT: list[socket.socket] = []


@dataclass(frozen=True)
class Portal:
    """Where the portal answers, its process, and what it works with."""

    url: str
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    log: Path


@contextmanager
def running(
    root: Path, dsn: str, data: Path, *arguments: str, workers: int = 2, answer_cache: int = 32
) -> Iterator[Portal]:
    """Start `demo` with the arguments; yield when it is ready, stop it as Ctrl-C does."""
    port = free_port()
    environment = os.environ | {
        "KRAJINA_DATABASE_URL": dsn,
        "KRAJINA_DATA": str(data),
        "KRAJINA_PORT": str(port),
        "KRAJINA_WORKERS": str(workers),
        "KRAJINA_ANSWER_CACHE": str(answer_cache),
        "KRAJINA_LANGUAGE": "en",
        "PYTHONPATH": str(root),
    }
    data.mkdir(parents=True, exist_ok=True)
    log = data / "portal.log"
    command = [sys.executable, "-m", "commands", "demo", *arguments]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=out, stderr=subprocess.STDOUT)
    portal = Portal(f"http://127.0.0.1:{port}", process, environment, log)
    try:
        _wait(portal)
        yield portal
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f"the portal did not stop:\n{log.read_text()}") from None


def until_published(portal: Portal, plans: int) -> None:
    """Wait until that many municipalities have a plan that has come through the desk."""
    until = time.monotonic() + PLAN_SECONDS * plans
    address = f"{portal.url}/ogc/collections/plan-coverage/items?standing=published&limit=1"
    while time.monotonic() < until:
        with suppress(urllib.error.URLError, TimeoutError), urllib.request.urlopen(address, timeout=30) as answer:
            if json.load(answer)["numberMatched"] >= plans:
                return
        time.sleep(0.2)
    raise AssertionError(f"{plans} plans were not published:\n{portal.log.read_text()}")


def free_port() -> int:
    """Return a port that nobody listens on, and that the system gives to nobody else until these tests end.

    It stays bound, without being listened on; servers may bind such a port (SO_REUSEADDR, which all of ours set).
    """
    kept = socket.socket()
    kept.bind(("127.0.0.1", 0))
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _KEPT.append(kept)
    return int(kept.getsockname()[1])


def _wait(portal: Portal) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if portal.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{portal.url}/health/ready", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"the portal did not start:\n{portal.log.read_text()}")
