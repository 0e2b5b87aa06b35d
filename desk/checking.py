"""A check as the worker makes it: context from the database, `plans.check` behind its wall, one result.

A worker may be killed at any line of this. The check is then taken up again, in a new work folder, under a new number
of attempt; whoever comes late with an old number writes nothing.
"""

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any

from desk import checks, folders, submissions
from desk.context import Setting, context, guessed, in_force_of, told
from desk.database import Connection, Pool, one, run
from desk.events import moved
from desk.gist import NoReportError, gist
from desk.model import Check
from desk.register import Register
from desk.states import State
from plans.check import CheckFailed, Order
from plans.check import check as judged
from plans.sandbox import NoSandbox, Sandbox

LOG = logging.getLogger(__name__)


class Checker:
    """Makes checks: with the database of the pool, in the desk's folder, behind the wall of the sandbox."""

    def __init__(self, database: Pool, folder: Path, register: Register | None, sandbox: Sandbox) -> None:
        self._database = database
        self._folder = folder
        self._register = register
        self._sandbox = sandbox

    def make(self, id_: str) -> None:
        """Make the check of that id; nothing happens if it is over or was deleted.

        What lies with the files is part of the report. What lies with the desk (no sandbox, a check that killed its
        worker again and again) fails the check. Other errors, such as a lost database, are raised: try again later.
        """
        with self._database.transaction() as connection:
            attempt = checks.take(connection, id_)
            check = checks.known(connection, id_) if attempt else None
        if attempt is None or check is None:
            return
        told = Stages(lambda stage, stages: self._at(id_, attempt, stage, stages))
        work = folders.place(self._folder, id_) / f"work-{attempt}"
        try:
            found = self._found(check, work, told, attempt)
        except (CheckFailed, NoSandbox, NoReportError) as error:
            LOG.exception("the check %s could not be made", id_)
            key = "no-sandbox" if isinstance(error, NoSandbox) else "check-failed"
            self._failed(check, attempt, told, {"key": key, "values": {}})
        except TakenOverError:
            LOG.warning("the check %s was taken over", id_)
        else:
            told.end()
            self._done(check, attempt, told, found, work)
        finally:
            rmtree(work, ignore_errors=True)

    def _found(self, check: Check, work: Path, told_stages: "Stages", attempt: int) -> Mapping[str, Any]:
        """Check the files; once more when the plan turns out to be another one than it was taken for."""
        if attempt > checks.MOST_ATTEMPTS:
            raise CheckFailed(f"taken up {attempt} times")
        for left in work.parent.glob("work-*"):
            rmtree(left, ignore_errors=True)
        with self._database.transaction() as connection:
            first = guessed(connection, self._register, check.municipality, check.name)
        found = self._judged(check, work, first, told_stages)
        with self._database.transaction() as connection:
            second = told(connection, self._register, first, found)
            same = first == second or (
                first.municipality == second.municipality
                and in_force_of(connection, first) == in_force_of(connection, second)
            )
        if same:
            return found
        rmtree(work)
        return self._judged(check, work, second, told_stages)

    def _judged(self, check: Check, work: Path, setting: Setting, told_stages: "Stages") -> Mapping[str, Any]:
        in_force = check.in_force and check.in_force.isoformat()
        told = {"municipality": check.municipality, "in_force": in_force}
        expected = {name: said for name, said in told.items() if said}
        with self._database.transaction() as connection:
            around = context(connection, self._register, self._folder, setting, expected)
        files = {each.name: Path(str(each.content)) for each in folders.handed_in(self._folder, check.id, check.files)}
        order = Order(check.name, check.language, expected)
        outcome = judged(files, work, order, around, told_stages, self._sandbox)
        return {
            **gist(outcome.folder / "summary.json"),
            "killed": outcome.killed,
            "harmonised": outcome.harmonised is not None,
        }

    def _at(self, id_: str, attempt: int, stage: str, stages: list[dict[str, Any]]) -> None:
        with self._database.transaction() as connection:
            if not checks.at_stage(connection, id_, attempt, stage, stages):
                raise TakenOverError(id_)

    def _done(self, check: Check, attempt: int, told_stages: "Stages", found: Mapping[str, Any], work: Path) -> None:
        """Put the result into its place and write it down. The files go first: a result has files, always."""
        target = folders.place(self._folder, check.id) / "out"
        with self._database.transaction() as connection:
            if not checks.finish(connection, check.id, attempt, told_stages.done, summary=found):
                return
            rmtree(target, ignore_errors=True)
            (work / "out").rename(target)
            if check.submission:
                _checked(connection, check.submission, found)

    def _failed(self, check: Check, attempt: int, told_stages: "Stages", trouble: Mapping[str, Any]) -> None:
        with self._database.transaction() as connection:
            if checks.finish(connection, check.id, attempt, told_stages.done, trouble=trouble) and check.submission:
                submission = submissions.of_the_desk(connection, "s.id = %(id)s", {"id": check.submission})
                if submission is not None and submission.state is State.RECEIVED:
                    moved(connection, submission, State.FAILED)


class TakenOverError(Exception):
    """Another worker has taken up the check: this one was believed dead."""


class Stages:
    """The stages of a check as they pass, with their seconds; each is told as it begins."""

    def __init__(self, tell: Callable[[str, list[dict[str, Any]]], None]) -> None:
        self.done: list[dict[str, Any]] = []
        self._tell = tell
        self._stage: str | None = None
        self._began = time.monotonic()

    def __call__(self, stage: str) -> None:
        """Take the name of the stage that begins."""
        self.end()
        self._stage, self._began = stage, time.monotonic()
        self._tell(stage, self.done)

    def end(self) -> None:
        """End the stage that runs, if one does."""
        if self._stage is not None:
            self.done.append({"stage": self._stage, "seconds": round(time.monotonic() - self._began, 2)})
        self._stage = None


def _checked(connection: Connection, id_: str, found: Mapping[str, Any]) -> None:
    """Move a submission on, now that is known which plan it is; one that was withdrawn in the meantime stays so."""
    submission = submissions.of_the_desk(connection, "s.id = %(id)s", {"id": id_})
    if submission is None or submission.state is not State.RECEIVED:
        return
    plan = submissions.plan_of(connection, submission.municipality, found)
    if plan is not None and submission.plan is None:
        run(connection, "SELECT pg_advisory_xact_lock(hashtext('desk'), hashtext(%s))", [submission.municipality])
        newest = one(
            connection,
            "SELECT coalesce(max(version), 0) FROM desk.submission WHERE municipality = %s AND plan = %s",
            [submission.municipality, plan],
        )
        run(
            connection,
            "UPDATE desk.submission SET plan = %s, version = %s, title = %s WHERE id = %s",
            [plan, (newest or (0,))[0] + 1, found["plans"][0]["title"] or submission.title, id_],
        )
    moved(connection, submission, State.CHECKED)
