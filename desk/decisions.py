"""Decisions about submissions: each locks the row, asks rights and state, and leaves an event with who and why."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from desk import checks, queue, rights, submissions
from desk.database import Connection, Pool, rows, run
from desk.errors import Invalid, NotFound, WrongState
from desk.events import moved
from desk.model import Account, Submission
from desk.register import same_municipality
from desk.states import State

_LONGEST_REASON = 4000


class Decisions:
    """What the region's officers and the municipalities decide.

    Each raises NotFound for what the account may not see, Forbidden for what it may not do, WrongState for what is not
    possible now, Invalid for a reason that is missing.
    """

    def __init__(self, database: Pool) -> None:
        self._database = database

    def accept(self, account: Account, id_: str, reason: str = "") -> None:
        """Accept what was checked; not when errors are left that nobody waived, or when it is no plan of theirs."""
        with self._deciding(account, id_, rights.ACCEPT) as (connection, submission):
            _demand_acceptable(connection, submission)
            moved(connection, submission, State.ACCEPTED, account, reason.strip()[:_LONGEST_REASON])

    def return_(self, account: Account, id_: str, reason: str) -> None:
        """Send it back; the reason is what the municipality reads."""
        with self._deciding(account, id_, rights.RETURN) as (connection, submission):
            moved(connection, submission, State.RETURNED, account, _stated(reason))

    def withdraw(self, account: Account, id_: str, reason: str) -> None:
        """Take back what was not published yet."""
        with self._deciding(account, id_, rights.WITHDRAW) as (connection, submission):
            moved(connection, submission, State.WITHDRAWN, account, _stated(reason))

    def waive(self, account: Account, id_: str, rule: str, reason: str) -> None:
        """Accept the errors of a rule, with a reason that stays visible; only of a rule that has errors in it."""
        with self._deciding(account, id_, rights.WAIVE) as (connection, submission):
            if rule not in checks.errors(connection, submission.check):
                raise Invalid("no-such-error", rule=rule[:100])
            run(
                connection,
                "INSERT INTO desk.waiver (submission, rule, reason, by, who) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT (submission, rule) DO UPDATE SET reason = excluded.reason, by = excluded.by,"
                " who = excluded.who, at = now()",
                [id_, rule, _stated(reason), account.id, account.who],
            )
            moved(connection, submission, State.CHECKED, account, f"{rule}: {reason.strip()}")

    def unwaive(self, account: Account, id_: str, rule: str) -> None:
        """Take a waiver back; that it was given stays in the events."""
        with self._deciding(account, id_, rights.UNWAIVE) as (connection, submission):
            if not run(connection, "DELETE FROM desk.waiver WHERE submission = %s AND rule = %s", [id_, rule]):
                raise NotFound("no-waiver", rule=rule[:100])
            moved(connection, submission, State.CHECKED, account, f"{rule}: –")

    def retry(self, account: Account, id_: str) -> None:
        """Check once more what could not be checked for a reason that lies with the desk."""
        with self._deciding(account, id_, rights.RETRY) as (connection, submission):
            moved(connection, submission, State.RECEIVED, account)
            checks.again(connection, submission.check)

    def ask_to_publish(self, account: Account, id_: str) -> None:
        """Have the worker publish it: `task` says so until it is done, `trouble` why it was not."""
        self._ask(account, id_, rights.PUBLISH, None)

    def ask_to_unpublish(self, account: Account, id_: str, reason: str) -> None:
        """Have the worker take it back; the version before it is published again."""
        self._ask(account, id_, rights.UNPUBLISH, _stated(reason))

    def _ask(self, account: Account, id_: str, task: str, reason: str | None) -> None:
        with self._deciding(account, id_, task) as (connection, submission):
            run(connection, "UPDATE desk.submission SET task = %s, trouble = NULL WHERE id = %s", [task, id_])
            asked: dict[str, Any] = {"submission": submission.id, "action": task, "by": account.id, "reason": reason}
            queue.defer(connection, queue.PUBLISH, "publish", priority=2, who=account.who, **asked)

    @contextmanager
    def _deciding(self, account: Account, id_: str, action: str) -> Iterator[tuple[Connection, Submission]]:
        with self._database.transaction() as connection:
            submission = submissions.known(connection, account, id_, locked=True)
            rights.demand(account, action, submission.municipality)
            if submission.task is not None:
                raise WrongState("worker-at-it")
            if not rights.fits(action, submission.state):
                raise WrongState("no-such-step", state=submission.state.value)
            yield connection, submission


def _stated(reason: str) -> str:
    if not reason.strip():
        raise Invalid("no-reason")
    return reason.strip()[:_LONGEST_REASON]


def _demand_acceptable(connection: Connection, submission: Submission) -> None:
    waived = {
        rule for (rule,) in rows(connection, "SELECT rule FROM desk.waiver WHERE submission = %s", [submission.id])
    }
    left = checks.errors(connection, submission.check).keys() - waived
    if left:
        raise WrongState("errors-left", n=len(left), rules=", ".join(sorted(left)))
    found = checks.known(connection, submission.check).summary
    if submission.plan is None or not found:
        raise WrongState("no-plan")
    if not found["harmonised"]:
        raise WrongState("not-harmonised")
    said = [code for plan in found["plans"] for code in plan["municipalities"]]
    if said and not any(same_municipality(code, submission.municipality) for code in said):
        raise WrongState("other-plan", said=", ".join(sorted(set(said))), code=submission.municipality)
