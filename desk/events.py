"""Steps of submissions: the row and the event that says who, when and why, always together."""

from desk.database import Connection, run
from desk.errors import WrongState
from desk.model import Account, Submission
from desk.states import State, possible

DESK = "–"
"""Who did what the desk does by itself."""


def entered(connection: Connection, submission: str, account: Account) -> None:
    """Write down that a submission was handed in."""
    _write(connection, submission, None, State.RECEIVED, account, None)


def moved(
    connection: Connection,
    submission: Submission,
    becomes: State,
    account: Account | None = None,
    reason: str | None = None,
) -> None:
    """Move the submission, whose row the caller has locked, to the state; account None is the desk itself.

    Raises WrongState when there is no such step.
    """
    if not possible(submission.state, becomes):
        raise WrongState("no-such-step", state=submission.state.value)
    touched = run(
        connection,
        "UPDATE desk.submission SET state = %s, task = NULL,"
        " published = CASE WHEN %s THEN now() ELSE published END WHERE id = %s AND state = %s",
        [becomes, becomes is State.PUBLISHED and submission.published is None, submission.id, submission.state],
    )
    if not touched:
        raise WrongState("no-such-step", state=submission.state.value)
    _write(connection, submission.id, submission.state, becomes, account, reason)


def _write(
    connection: Connection,
    submission: str,
    was: State | None,
    becomes: State,
    account: Account | None,
    reason: str | None,
) -> None:
    run(
        connection,
        "INSERT INTO desk.event (submission, who, by, was, becomes, reason) VALUES (%s, %s, %s, %s, %s, %s)",
        [submission, account.who if account else DESK, account.id if account else None, was, becomes, reason or None],
    )
