"""Submissions: handed in for a municipality, listed and read by those who may.

Every statement takes its condition from `desk.rights`. What is decided about a submission is in `desk.decisions`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from psycopg2.extras import Json

from desk import checks, folders, keys, rights
from desk.database import Connection, Pool, one, rows, run
from desk.errors import Invalid, NotFound
from desk.events import entered
from desk.gist import plan_key
from desk.model import Account, Declared, Event, Handed, Submission, Waiver
from desk.register import Register, named
from desk.states import State

_COLUMNS = (
    's.id, s.municipality, s.title, s.plan, s.version, s.state, s."check", (SELECT who FROM desk.event e WHERE'
    " e.submission = s.id ORDER BY e.id LIMIT 1), s.created, s.published, s.follows, s.task, s.trouble"
)


class Submissions:
    """The submissions in the database of the pool; their files are in the desk's folder."""

    def __init__(self, database: Pool, folder: Path, megabytes: int, register: Register | None) -> None:
        self._database = database
        self._folder = folder
        self._most = megabytes << 20
        self._register = register

    def submit(
        self, account: Account, what: Sequence[Handed] | str, *, language: str, in_force: date | None = None
    ) -> Submission:
        """Hand in files, or those of an earlier check by its id, for the account's municipality; they are checked.

        `in_force`: since when the plan is, for one that does not say so itself.

        Files that already wait for their check, with the same day (a button pressed twice), are not handed in again:
        the submission that waits is returned. Raises Forbidden for other accounts than a municipality's, Invalid,
        TooLarge, and NotFound for an unknown check.
        """
        rights.demand(account, rights.SUBMIT, account.municipality)
        handed, check = self._handed(what), keys.new_id()
        declared = Declared(account.municipality, in_force)
        kept = folders.keep(self._folder, check, handed, self._most)
        try:
            with self._database.transaction() as connection:
                if (waiting := _waiting(connection, account, kept, in_force)) is not None:
                    folders.remove(self._folder, check)
                    return known(connection, account, waiting)
                id_ = self._entered(connection, account, kept, check, language, declared)
                return known(connection, account, id_)
        except BaseException:
            folders.remove(self._folder, check)
            raise

    def mine(self, account: Account) -> list[Submission]:
        """Return what the account's municipality has handed in, the newest first; empty for the region's officers."""
        return self._listed(account, "s.municipality = %(own)s")

    def queue(self, account: Account) -> list[Submission]:
        """Return what is not published, returned or withdrawn yet and the account may see, the oldest first."""
        return self._listed(account, "s.state IN ('received', 'checked', 'accepted', 'failed')", order="ASC")

    def all(self, account: Account | None) -> list[Submission]:
        """Return all that the account may see, the newest first."""
        return self._listed(account, "true")

    def published(self) -> list[Submission]:
        """Return what is published, the newest first."""
        return self._listed(None, "s.state = 'published'")

    def versions(self, account: Account | None, submission: Submission) -> list[Submission]:
        """Return the versions of the same plan that the account may see, the newest first."""
        same = {"municipality": submission.municipality, "plan": submission.plan}
        return self._listed(account, "s.municipality = %(municipality)s AND s.plan = %(plan)s", same)

    def get(self, account: Account | None, id_: str) -> Submission:
        """Return the submission. Raises NotFound, also for one that the account may not see."""
        with self._database.transaction() as connection:
            return known(connection, account, id_)

    def events(self, account: Account | None, id_: str) -> list[Event]:
        """Return what happened to it, in order. Raises as `get`. The public reads when, not who and why."""
        with self._database.transaction() as connection:
            known(connection, account, id_)
            found = rows(
                connection,
                "SELECT at, who, was, becomes, reason FROM desk.event WHERE submission = %s ORDER BY id",
                [id_],
            )
        return [
            Event(at, who if account else "", State(was) if was else None, State(becomes), reason if account else None)
            for at, who, was, becomes, reason in found
        ]

    def waivers(self, account: Account | None, id_: str) -> list[Waiver]:
        """Return the rules whose errors are accepted in it, with reasons, by rule. Raises as `get`.

        Everybody may read them who may read the submission: that is what makes a waiver bearable.
        """
        with self._database.transaction() as connection:
            known(connection, account, id_)
            found = rows(
                connection,
                "SELECT rule, reason, who, at FROM desk.waiver WHERE submission = %s ORDER BY rule",
                [id_],
            )
        return [Waiver(rule, reason, who if account else "", at) for rule, reason, who, at in found]

    def possible(self, account: Account | None, submission: Submission) -> frozenset[str]:
        """Return what the account may do with it now (names as in `desk.rights`): for buttons."""
        return rights.possible(account, submission)

    def _handed(self, what: Sequence[Handed] | str) -> Sequence[Handed]:
        if not isinstance(what, str):
            return what
        with self._database.transaction() as connection:
            check = checks.known(connection, what)
        return folders.handed_in(self._folder, check.id, check.files)

    def _entered(
        self,
        connection: Connection,
        account: Account,
        files: Sequence[Mapping[str, Any]],
        check: str,
        language: str,
        declared: Declared,
    ) -> str:
        municipality = declared.municipality or ""
        if self._register is None or named(connection, self._register, municipality) is None:
            raise Invalid("municipality-unknown", code=municipality)
        id_ = keys.new_id()
        run(
            connection,
            'INSERT INTO desk.submission (id, municipality, title, state, "check", by)'
            " VALUES (%s, %s, %s, 'received', %s, %s)",
            [id_, municipality, files[0]["name"], check, account.id],
        )
        entered(connection, id_, account)
        checks.enter(connection, check, files, language, declared, account, submission=id_)
        return id_

    def _listed(
        self, account: Account | None, which: str, more: Mapping[str, Any] | None = None, *, order: str = "DESC"
    ) -> list[Submission]:
        condition, values = rights.seen_by(account)
        statement = f"SELECT {_COLUMNS} FROM desk.submission s WHERE {which} AND {condition}"
        with self._database.transaction() as connection:
            found = rows(connection, f"{statement} ORDER BY s.created {order}, s.id", values | dict(more or {}))
        return [_submission(row) for row in found]


def _waiting(
    connection: Connection, account: Account, files: Sequence[Mapping[str, Any]], in_force: date | None
) -> str | None:
    """Return the municipality's submission of these very files and day that is not checked yet; None if there is none.

    Until the end of the transaction nobody else hands in for the municipality.
    """
    run(connection, "SELECT pg_advisory_xact_lock(hashtext('hand in'), hashtext(%s))", [account.municipality])
    found = one(
        connection,
        'SELECT s.id FROM desk.submission s JOIN desk."check" c ON c.id = s."check"'
        " WHERE s.municipality = %s AND s.state = 'received' AND c.files = %s"
        " AND c.in_force IS NOT DISTINCT FROM %s LIMIT 1",
        [account.municipality, Json(list(files)), in_force],
    )
    return str(found[0]) if found else None


def known(connection: Connection, account: Account | None, id_: str, *, locked: bool = False) -> Submission:
    """Return the submission, its row locked until the end of the transaction if that is wished.

    Raises NotFound, also for one that the account may not see.
    """
    condition, values = rights.seen_by(account)
    statement = f"SELECT {_COLUMNS} FROM desk.submission s WHERE s.id = %(id)s AND {condition}"
    found = one(connection, statement + (" FOR UPDATE" if locked else ""), values | {"id": id_})
    if found is None:
        raise NotFound("no-submission")
    return _submission(found)


def of_the_desk(connection: Connection, which: str, values: Mapping[str, Any]) -> Submission | None:
    """Return the submission for which the condition holds, whoever may see it, its row locked; None if there is none.

    For the desk's own work (worker, publishing), which nobody reads.
    """
    found = one(connection, f"SELECT {_COLUMNS} FROM desk.submission s WHERE {which} FOR UPDATE", values)
    return _submission(found) if found else None


def plan_of(connection: Connection, municipality: str, found: Mapping[str, Any]) -> str | None:
    """Return which plan of the municipality a report (as `desk.gist`) is about; None if there is none in it.

    A plan is the same as an earlier one when kind and id are; or kind and title, for some programs give a plan another
    id each time they write it.
    """
    key = plan_key(found)
    if key is None:
        return None
    same = one(
        connection,
        "SELECT plan FROM desk.submission WHERE municipality = %(of)s AND (plan = %(key)s OR title = %(title)s"
        " AND split_part(plan, ':', 1) = %(kind)s) ORDER BY plan <> %(key)s, created LIMIT 1",
        {"of": municipality, "key": key, "kind": key.split(":")[0], "title": found["plans"][0]["title"]},
    )
    return str(same[0]) if same else key


def _submission(row: tuple[Any, ...]) -> Submission:
    id_, municipality, title, plan, version, state, *rest = row
    return Submission(id_, municipality, title, plan, version, State(state), *rest)
