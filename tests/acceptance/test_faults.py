"""What breaks while somebody reads: no wrong answer, no mixed state, errors that say when to come back."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import pytest
import requests

from machine.cluster import Cluster, temporary_cluster
from tests.conftest import ROOT
from tests.portal import Portal, running
from tests.waiting import until

ITEMS = "/ogc/collections/street-lights/items?limit=10"


@dataclass
class Reader:
    """Reads one address again and again, and keeps count of what came back."""

    address: str
    answers: Counter[str] = field(default_factory=Counter)
    bodies: set[bytes] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Read until told to stop. A refused or reset connection is counted, not raised."""
        while not self._stop.is_set():
            try:
                answer = requests.get(self.address, timeout=60)
            except requests.RequestException as error:
                self.answers[type(error).__name__] += 1
                continue
            self.answers[str(answer.status_code)] += 1
            if answer.status_code == 200:
                self.bodies.add(b",".join(str(each["id"]).encode() for each in answer.json()["features"]))
            elif answer.status_code == 503:
                assert answer.headers["Retry-After"].isdigit()
                assert answer.headers["Content-Type"].startswith("application/problem+json")
            time.sleep(0.01)

    def until_has(self, status: str, more: int = 1) -> None:
        """Wait until so many more answers of the status have come."""
        enough = self.answers[status] + more
        until(lambda: self.answers[status] >= enough, otherwise=f"{status} was not read")

    @contextmanager
    def reading(self) -> Iterator["Reader"]:
        """Read in a thread for as long as the context lasts."""
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, Path]]:
    """A portal on a cluster of its own, which may be killed, over a copy of the demo region, which may be changed.

    It keeps no answers: every question must go to the database.
    """
    folder = tmp_path_factory.mktemp("fragile")
    shutil.copytree(ROOT / "collections", folder / "collections")
    # In a process of its own: the loader's process has no drivers but those it needs.
    program = "import demo, pathlib, sys; demo.generate(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", program, str(folder / "var" / "demo")], cwd=ROOT, check=True)
    arguments = ("--collections", str(folder / "collections"))
    with (
        temporary_cluster(folder / "postgres") as dsn,
        running(ROOT, dsn, folder / "var", *arguments, answer_cache=0) as portal,
    ):
        yield portal, folder


def children(process: int) -> list[int]:
    """Return the processes below this one that answer requests."""
    command = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(process)]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [int(line.split(maxsplit=1)[0]) for line in listed if "spawn_main" in line]


def until_workers(portal: Portal, n: int, without: int) -> list[int]:
    """Return the workers once there are n again and the killed one is not among them."""
    found: list[int] = []

    def are_back() -> bool:
        found[:] = children(portal.process.pid)
        return len(found) == n and without not in found

    until(are_back, otherwise=f"{n} workers did not come back")
    return found


def until_answers(address: str, status: int) -> None:
    def answers() -> bool:
        with suppress(requests.RequestException):
            return requests.get(address, timeout=60).status_code == status
        return False

    until(answers, otherwise=f"{address} did not answer {status}")


def test_a_killed_worker_loses_only_its_own_requests_and_comes_back(fragile: tuple[Portal, Path]) -> None:
    portal, _ = fragile
    before = children(portal.process.pid)
    assert len(before) == 2
    with Reader(portal.url + ITEMS).reading() as reader:
        reader.until_has("200", 50)
        os.kill(before[0], signal.SIGKILL)
        after = until_workers(portal, 2, without=before[0])
        reader.until_has("200", 100)
    assert len(reader.bodies) == 1
    assert sum(n for status, n in reader.answers.items() if status != "200") <= 2, reader.answers
    assert set(after) == set(children(portal.process.pid))


def test_broken_connections_are_tried_again(fragile: tuple[Portal, Path]) -> None:
    portal, _ = fragile
    with Reader(portal.url + ITEMS).reading() as reader:
        for _ in range(10):
            time.sleep(0.2)
            with closing(psycopg2.connect(portal.environment["KRAJINA_DATABASE_URL"])) as connection:
                connection.cursor().execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
    assert set(reader.answers) == {"200"}, reader.answers
    assert len(reader.bodies) == 1


def test_a_database_that_is_down_is_503_and_never_404_and_it_recovers(fragile: tuple[Portal, Path]) -> None:
    portal, folder = fragile
    database = Cluster(folder / "postgres", durable=False)
    with Reader(portal.url + ITEMS).reading() as reader:
        reader.until_has("200")
        database.stop()
        reader.until_has("503", 5)
        database.start()
        until_answers(portal.url + ITEMS, 200)
        reader.until_has("200", 10)
    assert set(reader.answers) == {"200", "503"}, reader.answers
    assert len(reader.bodies) == 1


def test_a_killed_load_changes_nothing_and_the_next_one_is_clean(fragile: tuple[Portal, Path]) -> None:
    portal, folder = fragile
    source = folder / "var" / "demo" / "street-lights.csv"
    rows = source.read_text(encoding="cp1250").splitlines(keepends=True)
    environment = portal.environment | {"KRAJINA_COLLECTIONS": str(folder / "collections")}
    command = [sys.executable, "-m", "commands", "load", "street-lights"]
    address = portal.url + "/ogc/collections/street-lights/items?limit=1"
    before = requests.get(address, timeout=60).json()["numberMatched"]
    source.write_text("".join(rows[:-100]), encoding="cp1250")
    with Reader(portal.url + ITEMS).reading() as reader:
        for delay in (0.7, 0.9, 1.1, 1.3):
            load = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
            time.sleep(delay)
            load.kill()
            load.wait()
            assert requests.get(address, timeout=60).json()["numberMatched"] in {before, before - 100}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    until(
        lambda: bool(requests.get(address, timeout=60).json()["numberMatched"] == before - 100),
        otherwise="it is not seen",
    )
    assert set(reader.answers) == {"200"}, reader.answers
    assert len(reader.bodies) == 1


SLOW_SECONDS = 6
SLOW = f"""
ALTER TABLE data.benches RENAME TO benches_as_they_were;
CREATE VIEW data.benches AS SELECT was.* FROM data.benches_as_they_were AS was, pg_sleep({SLOW_SECONDS})
"""
FAST_AGAIN = "DROP VIEW data.benches; ALTER TABLE data.benches_as_they_were RENAME TO benches"


def test_slow_questions_fill_their_own_share_and_no_more(fragile: tuple[Portal, Path]) -> None:
    portal, _ = fragile
    slow = portal.url + "/ogc/collections/benches/items"
    with closing(psycopg2.connect(portal.environment["KRAJINA_DATABASE_URL"])) as connection:
        connection.autocommit = True
        connection.cursor().execute(SLOW)
        try:
            with ThreadPoolExecutor(200) as crowd:
                asked = [crowd.submit(_timed, f"{slow}?limit={n}") for n in range(1, 201)]
                time.sleep(0.5)
                others = [_timed(portal.url + ITEMS) for _ in range(60)]
                told = [each.result() for each in asked]
        finally:
            connection.cursor().execute(FAST_AGAIN)
    assert {status for status, _ in others} == {200}
    assert sorted(seconds for _, seconds in others)[int(len(others) * 0.95)] < SLOW_SECONDS
    assert {status for status, _ in told} == {200, 503}
    assert max(seconds for status, seconds in told if status == 503) < 5 * SLOW_SECONDS
    until_answers(slow, 200)


def _timed(address: str) -> tuple[int, float]:
    """Return the status of an answer and the seconds until it was there."""
    began = time.monotonic()
    return requests.get(address, timeout=60).status_code, time.monotonic() - began
