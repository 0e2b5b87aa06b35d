"""kill -9 of the worker inside a check: it is taken up again, and ends once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desk.database import one, rows, run
from desk.model import Handed
from desk.states import State
from tests.integration.desk.municipality import HOME, ROOT, Office, good
from tests.waiting import until

WORKER = """
import sys
from pathlib import Path
from tests.integration.desk.municipality import Office, QUICK, publisher, work
office = Office(sys.argv[1], Path(sys.argv[2]))
work(office.desk, publisher(office.settings), QUICK)
"""


@contextmanager
def worker(office: Office, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", WORKER, office.settings.database_url or "", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def inside(folder: Path) -> list[str]:
    """Return the command lines of processes that know the folder."""
    listed = subprocess.run(["ps", "-wweo", "args="], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in listed if str(folder) in line]


def test_a_killed_check_is_taken_up_again_and_ends_once(office: Office, tmp_path: Path) -> None:
    account, plan = office.officer(HOME), good(tmp_path / "plan")
    submission = office.desk.submissions.submit(account, [Handed(plan.name, plan)], language="cs")
    work_folder = office.desk.folder / submission.check
    with worker(office, tmp_path) as first:
        until(lambda: office.desk.checks.get(submission.check).stage)
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert office.desk.checks.get(submission.check).state == "running"
    until(lambda: not inside(work_folder))  # nothing behind the wall outlives the worker
    with worker(office, tmp_path):
        until(lambda: office.desk.checks.get(submission.check).is_over)
        until(lambda: _jobs(office) == [])
    check = office.desk.checks.get(submission.check)
    assert (check.state, check.attempts) == ("done", 2)
    assert {path.name for path in work_folder.iterdir()} == {"in", "out"}
    states = [event.becomes for event in office.desk.submissions.events(account, submission.id)]
    assert states == [State.RECEIVED, State.CHECKED]


def test_what_kills_three_workers_is_given_up(office: Office, tmp_path: Path) -> None:
    account, plan = office.officer(HOME), good(tmp_path / "plan")
    submission = office.desk.submissions.submit(account, [Handed(plan.name, plan)], language="cs")
    with office.desk.database.transaction() as connection:
        run(connection, "UPDATE desk.\"check\" SET state = 'running', attempts = 3")
    office.work()
    check = office.desk.checks.get(submission.check)
    assert check.trouble == {"key": "check-failed", "values": {}}
    assert office.desk.submissions.get(account, submission.id).state is State.FAILED
    office.desk.decisions.retry(account, submission.id)
    office.work()
    assert office.desk.submissions.get(account, submission.id).state is State.CHECKED


def test_a_late_worker_writes_nothing(office: Office, tmp_path: Path) -> None:
    plan = good(tmp_path / "plan")
    check = office.desk.checks.start([Handed(plan.name, plan)], language="cs")
    taken = office.desk.checker._at  # noqa: SLF001 (where another worker comes between)

    def overtaken(*told: object) -> None:
        with office.desk.database.transaction() as connection:
            run(connection, 'UPDATE desk."check" SET attempts = attempts + 1')
        taken(*told)  # type: ignore[arg-type]

    office.desk.checker._at = overtaken  # type: ignore[assignment,method-assign]  # noqa: SLF001
    office.work()
    assert office.desk.checks.get(check.id).state == "running"
    assert not (office.desk.folder / check.id / "out").exists()


def _jobs(office: Office) -> list[tuple[object, ...]]:
    with office.desk.database.transaction() as connection:
        assert one(connection, "SELECT true") == (True,)
        return rows(connection, "SELECT task_name, status FROM jobs.procrastinate_jobs WHERE task_name <> 'purge'")
