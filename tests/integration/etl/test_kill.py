"""kill -9 at every step of a load: the old state is served, nothing is left behind, the next load ends well."""

import multiprocessing
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.etl.places import Row, chunk, dataset, many, publish, publish_and_die, published, query

BEFORE: list[Row] = many(50)
AFTER: list[Row] = [(code, "after", float(code)) for code in range(10, 70)]
CHUNKS = [AFTER[:30], AFTER[30:]]


def killed(dsn: str, changes: dict[str, Any], step: int) -> None:
    """Load AFTER in a process of its own, which dies at the step."""
    context = multiprocessing.get_context("forkserver")
    child = context.Process(target=publish_and_die, args=(dsn, changes, CHUNKS, step))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


def wait_until_forgotten(dsn: str) -> None:
    """Wait until the database has noticed that the loader is gone."""
    end = time.monotonic() + 60
    mine = "datname = current_database() AND application_name = 'krajina load'"
    while query(dsn, f"SELECT FROM pg_stat_activity WHERE {mine}"):
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def _quick_start(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that begin with all modules read, those too that Arrow asks for later: else the test is imports."""
    monkeypatch.setenv("PYTHONPATH", str(root))
    multiprocessing.get_context("forkserver").set_forkserver_preload(["tests.integration.etl.places", "pandas"])


@pytest.mark.usefixtures("_quick_start")
@pytest.mark.parametrize(("road", "changes"), [("first", {}), ("difference", {}), ("replacement", {"key": None})])
def test_killed_at_every_step(database: str, road: str, changes: dict[str, Any]) -> None:
    def start_again() -> list[tuple[Any, ...]] | None:
        query(database, "DROP TABLE IF EXISTS data.places, history.places; TRUNCATE krajina.batch CASCADE")
        return None if road == "first" else (publish(database, dataset(), [chunk(BEFORE)]), published(database))[1]

    start_again()
    steps = steps_of(database, changes)
    assert len(steps) > 6
    before = start_again()
    for step, name in enumerate(steps):
        killed(database, changes, step)
        wait_until_forgotten(database)
        if name == "done":
            break
        if before is None:
            assert query(database, "SELECT to_regclass('data.places')") == [(None,)], name
        else:
            assert published(database) == before, name
        assert query(database, "SELECT FROM pg_class WHERE relnamespace = 'staging'::regnamespace") == [], name
    rows = query(database, "SELECT code, name, height FROM data.places ORDER BY code")
    assert rows == AFTER
    assert publish(database, dataset(**changes), [chunk(AFTER)]).state == "unchanged"
    states = query(database, "SELECT DISTINCT state, message FROM krajina.batch ORDER BY 1, 2")
    assert ("failed", "interrupted") in states
    assert "running" not in {state for state, _ in states}


def steps_of(dsn: str, changes: dict[str, Any]) -> list[str]:
    """The steps of a load of AFTER that is not killed."""
    steps: list[str] = []
    publish(dsn, dataset(**changes), [chunk(rows) for rows in CHUNKS], lambda step, _rows=0: steps.append(step))
    assert steps[-1] == "done"
    return steps
