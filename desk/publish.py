"""Publishing: a submission becomes published, its predecessor superseded and the collections new, in one transaction.

The collections are the loader's, which this room does not know: it is handed a Publisher that runs the change and loads
them over the same connection. Whatever goes wrong, nothing has happened but a note of why.
"""

from collections.abc import Callable

from psycopg2.extras import Json

from desk.database import Connection, Pool, run
from desk.errors import NotFound, NotPublished, WrongState
from desk.events import moved
from desk.model import Account, Submission
from desk.states import State
from desk.submissions import of_the_desk

type Change = Callable[[Connection], None]
type Publisher = Callable[[Change], None]
"""Runs the change in a transaction, loads in it all collections that are made of what is published, and commits.

Raises NotPublished, and has changed nothing, when a collection refuses; any other error likewise changes nothing.
"""


def publish(database: Pool, id_: str, account: Account | None, publisher: Publisher) -> None:
    """Publish an accepted submission; readers see all of it or nothing. One that is published already is left as it is.

    Raises NotPublished when the collections refuse it: it stays accepted, with the reason in `trouble` and in an event.
    Raises WrongState when it is not accepted, or when a later version of the plan is published.
    """

    def change(connection: Connection) -> None:
        submission = _known(connection, id_)
        if submission.state is State.PUBLISHED:
            return
        before = of_the_desk(
            connection,
            "s.municipality = %(municipality)s AND s.plan = %(plan)s AND s.state = 'published'",
            {"municipality": submission.municipality, "plan": submission.plan},
        )
        if before is not None:
            if (before.version or 0) > (submission.version or 0):
                raise WrongState("newer-published", version=before.version)
            moved(connection, before, State.SUPERSEDED, account)
        moved(connection, submission, State.PUBLISHED, account)
        follows = before.id if before else None
        run(connection, "UPDATE desk.submission SET follows = %s, trouble = NULL WHERE id = %s", [follows, id_])

    _carried_out(database, id_, account, publisher, change)


def unpublish(database: Pool, id_: str, account: Account | None, reason: str, publisher: Publisher) -> None:
    """Take a published submission back: it is accepted again, and the one whose place it took is published again.

    Raises as `publish`. One that is not published any more is left as it is.
    """

    def change(connection: Connection) -> None:
        submission = _known(connection, id_)
        if submission.state is State.ACCEPTED:
            return
        moved(connection, submission, State.ACCEPTED, account, reason)
        before = of_the_desk(connection, "s.id = %(id)s AND s.state = 'superseded'", {"id": submission.follows})
        if before is not None:
            moved(connection, before, State.PUBLISHED, account, reason)
        run(connection, "UPDATE desk.submission SET follows = NULL, trouble = NULL WHERE id = %s", [id_])

    _carried_out(database, id_, account, publisher, change)


def _carried_out(database: Pool, id_: str, account: Account | None, publisher: Publisher, change: Change) -> None:
    try:
        publisher(change)
    except (NotPublished, WrongState) as refused:
        with database.transaction() as connection:
            submission = _known(connection, id_)
            trouble = {"key": refused.key, "values": refused.values}
            run(connection, "UPDATE desk.submission SET task = NULL, trouble = %s WHERE id = %s", [Json(trouble), id_])
            if submission.state is State.ACCEPTED:
                moved(connection, submission, State.ACCEPTED, account, str(refused))
        raise


def gave_up(database: Pool, id_: str) -> None:
    """Write down that a task could not be carried out for a reason that lies with the desk."""
    with database.transaction() as connection:
        trouble = Json({"key": "desk-fault", "values": {}})
        run(connection, "UPDATE desk.submission SET task = NULL, trouble = %s WHERE id = %s", [trouble, id_])


def _known(connection: Connection, id_: str) -> Submission:
    found = of_the_desk(connection, "s.id = %(id)s", {"id": id_})
    if found is None:
        raise NotFound("no-submission")
    return found
