"""kill -9 at every step of a load: the old state is served, nothing is left behind, the next load ends well."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.etl.places import Row, chunk, dataset, many, publish, published, query

BEFORE: list[Row] = many(50)
AFTER: list[Row] = [(code, "after", float(code)) for code in range(10, 70)]
OTHER = {"key": None}
"""Another layout: the road that replaces the table."""


def load(dsn: str, steps: list[str], *, other: bool, kill_at: int | None) -> None:
    """Load AFTER in two chunks, write down each step, and die at the one with that number, in the way of kill -9."""

    def note(step: str, _rows: int = 0) -> None:
        if len(steps) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        steps.append(step)

    chunks = [chunk(AFTER[:30]), chunk(AFTER[30:])]
    publish(dsn, dataset(**(OTHER if other else {})), chunks, note)


def killed(dsn: str, *, other: bool, step: int) -> None:
    """Load in a process of its own that dies at the step."""
    arguments = [sys.executable, "-m", "tests.integration.etl.test_kill", dsn, str(int(other)), str(step)]
    done = subprocess.run(arguments, cwd=Path(__file__).parents[3], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


def forgotten(dsn: str) -> bool:
    """Whether the database has noticed that the loader is gone."""
    return query(dsn, "SELECT FROM pg_stat_activity WHERE application_name = 'krajina load'") == []


@pytest.mark.parametrize("road", ["first", "difference", "replacement"])
def test_killed_at_every_step(database: str, road: str) -> None:
    other = road == "replacement"
    steps = dry_steps(database, road)
    query(database, "DROP TABLE IF EXISTS data.places, history.places; TRUNCATE krajina.batch CASCADE")
    if road != "first":
        publish(database, dataset(), [chunk(BEFORE)])
    before = None if road == "first" else published(database)
    for step, name in enumerate(steps):
        killed(database, other=other, step=step)
        end = time.monotonic() + 10
        while not forgotten(database) and time.monotonic() < end:
            time.sleep(0.02)
        if name == "done":
            break
        if before is None:
            assert query(database, "SELECT to_regclass('data.places')") == [(None,)], name
        else:
            assert published(database) == before, name
        assert query(database, "SELECT FROM pg_class WHERE relnamespace = 'staging'::regnamespace") == [], name
    rows = query(database, "SELECT code, name FROM data.places ORDER BY code")
    assert rows == [(code, name) for code, name, _ in AFTER]
    outcome = publish(database, dataset(**(OTHER if other else {})), [chunk(AFTER)])
    assert outcome.state == "unchanged"
    states = query(database, "SELECT state, message, count(*) FROM krajina.batch GROUP BY 1, 2 ORDER BY 1, 2")
    assert ("failed", "interrupted") in [state[:2] for state in states]
    assert "running" not in [state[0] for state in states]


def dry_steps(dsn: str, road: str) -> list[str]:
    """The steps of a load that is not killed."""
    if road != "first":
        publish(dsn, dataset(), [chunk(BEFORE)])
    steps: list[str] = []
    load(dsn, steps, other=road == "replacement", kill_at=None)
    assert steps[-1] == "done"
    assert len(steps) > 6
    return steps


if __name__ == "__main__":
    load(sys.argv[1], [], other=sys.argv[2] == "1", kill_at=int(sys.argv[3]))
