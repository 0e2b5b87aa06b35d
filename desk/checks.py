"""Checks: begun by anybody, told where they are, and their reports; kept for a stated time, or with a submission."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg2.extras import Json

from desk import folders, keys, queue
from desk.database import Connection, Pool, one, run
from desk.errors import Forbidden, NotFound, TriedTooOften
from desk.model import Account, Check, Declared, Handed

MOST_WAITING = 200
"""Checks that may wait at once; more are refused with the advice to come again."""
MOST_ATTEMPTS = 3
"""How often a check is taken up again after its worker was killed: what kills three workers would kill the next."""

_COLUMNS = (
    "id, name, language, municipality, in_force, files, submission, state, stage, stages, attempts, summary, trouble,"
    " created, started, finished, expires"
)


class Checks:
    """The checks in the database of the pool and in the desk's folder.

    `megabytes` is the most that is taken at once, `days` how long a check is kept that belongs to no submission.
    """

    def __init__(self, database: Pool, folder: Path, megabytes: int, days: int) -> None:
        self.most = megabytes << 20
        self.days = days
        self._database = database
        self._folder = folder

    def start(
        self, files: Sequence[Handed], *, language: str, municipality: str | None = None, by: Account | None = None
    ) -> Check:
        """Keep the files and put their check into the queue; nobody needs an account for it.

        `municipality` is the code of the one whose plan it is said to be; None: the plan says it. Raises Invalid,
        TooLarge, and TriedTooOften when too many checks are waiting.
        """
        with self._database.transaction() as connection:
            if queue.waiting(connection) >= MOST_WAITING:
                raise TriedTooOften("queue-full", seconds=60, n=60)
        id_ = keys.new_id()
        kept = folders.keep(self._folder, id_, files, self.most)
        try:
            with self._database.transaction() as connection:
                expires = datetime.now(UTC) + timedelta(days=self.days)
                enter(connection, id_, kept, language, Declared(municipality), by, expires=expires)
                return known(connection, id_)
        except BaseException:
            folders.remove(self._folder, id_)
            raise

    def get(self, id_: str) -> Check:
        """Return the check. Raises NotFound, also for one whose time is over."""
        with self._database.transaction() as connection:
            return known(connection, id_)

    def folder(self, check: Check) -> Path:
        """Return the folder with what the check has made."""
        return folders.place(self._folder, check.id) / "out"

    def file(self, check: Check, name: str) -> Path:
        """Return a file that the check has made. Raises NotFound for any other name than those of `folders.FILES`."""
        return folders.made(self._folder, check.id, name)

    def dismiss(self, check: Check) -> None:
        """Delete the check and its files before their time. Raises Forbidden for one that was handed in."""
        with self._database.transaction() as connection:
            if not run(connection, 'DELETE FROM desk."check" WHERE id = %s AND submission IS NULL', [check.id]):
                raise Forbidden("handed-in")
        folders.remove(self._folder, check.id)

    def names(self, check: Check) -> list[str]:
        """Return the names of the files that the check has made."""
        inside = self.folder(check)
        return sorted(name for name in folders.FILES if (inside / name).is_file())


def enter(
    connection: Connection,
    id_: str,
    files: Sequence[Mapping[str, Any]],
    language: str,
    declared: Declared,
    by: Account | None,
    *,
    expires: datetime | None = None,
    submission: str | None = None,
) -> None:
    """Write a check down and put it into the queue; those of submissions come first."""
    run(
        connection,
        'INSERT INTO desk."check" (id, name, language, municipality, in_force, files, by, submission, state, expires)'
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'queued', %s)",
        [
            id_,
            files[0]["name"],
            language if language in folders.LANGUAGES else "en",
            declared.municipality,
            declared.in_force,
            Json(list(files)),
            by.id if by else None,
            submission,
            expires,
        ],
    )
    queue.defer(connection, queue.CHECK, f"check:{id_}", priority=int(submission is not None), check=id_)


def known(connection: Connection, id_: str) -> Check:
    """Return the check. Raises NotFound."""
    found = one(
        connection,
        f'SELECT {_COLUMNS} FROM desk."check" WHERE id = %s AND (expires IS NULL OR expires > now())',
        [id_],
    )
    if found is None:
        raise NotFound("no-check")
    id_, name, language, municipality, in_force, files, submission, state, stage, stages, *rest = found
    known_files, passed = tuple(files), tuple(stages)
    return Check(id_, name, language, municipality, in_force, known_files, submission, state, stage, passed, *rest)


def take(connection: Connection, id_: str) -> int | None:
    """Begin the check, or begin it anew after its worker was killed; return the number of the attempt.

    None: there is nothing to do, for it is over or was deleted.
    """
    found = one(
        connection,
        "UPDATE desk.\"check\" SET state = 'running', attempts = attempts + 1, started = now(), stage = NULL,"
        " stages = '[]' WHERE id = %s AND state IN ('queued', 'running') RETURNING attempts",
        [id_],
    )
    return int(found[0]) if found else None


def at_stage(connection: Connection, id_: str, attempt: int, stage: str, stages: Sequence[Mapping[str, Any]]) -> bool:
    """Write down where the check is; False when another worker has taken it up in the meantime."""
    return bool(
        run(
            connection,
            "UPDATE desk.\"check\" SET stage = %s, stages = %s WHERE id = %s AND attempts = %s AND state = 'running'",
            [stage, Json(list(stages)), id_, attempt],
        )
    )


def finish(
    connection: Connection,
    id_: str,
    attempt: int,
    stages: Sequence[Mapping[str, Any]],
    *,
    summary: Mapping[str, Any] | None = None,
    trouble: Mapping[str, Any] | None = None,
) -> bool:
    """Write down how the check ended: done with a summary, or failed with a reason.

    False, and nothing written, when another worker has taken it up or ended it: a check ends once.
    """
    return bool(
        run(
            connection,
            'UPDATE desk."check" SET state = %s, stage = NULL, stages = %s, summary = %s, trouble = %s,'
            " finished = now() WHERE id = %s AND attempts = %s AND state = 'running'",
            [
                "done" if trouble is None else "failed",
                Json(list(stages)),
                Json(summary) if summary is not None else None,
                Json(trouble) if trouble is not None else None,
                id_,
                attempt,
            ],
        )
    )


def errors(connection: Connection, id_: str) -> dict[str, int]:
    """Return the rules with faults that forbid publishing, and how many each has; empty before the check is done."""
    found = one(connection, "SELECT summary -> 'errors' FROM desk.\"check\" WHERE id = %s", [id_])
    return dict(found[0]) if found and found[0] else {}


def again(connection: Connection, id_: str) -> None:
    """Put a check that has failed into the queue once more."""
    run(
        connection,
        "UPDATE desk.\"check\" SET state = 'queued', attempts = 0, trouble = NULL, finished = NULL WHERE id = %s",
        [id_],
    )
    queue.defer(connection, queue.CHECK, f"check:{id_}", priority=1, check=id_)
