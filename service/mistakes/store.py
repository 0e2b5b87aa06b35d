"""Reports in the database (migrations 0008, 0013): written once, shown without what is private, answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.database import Pool, one, rows, run
from desk.errors import Forbidden, Invalid, NotFound
from desk.model import Account, Role
from service.mistakes import post

OPEN, CLOSED = ("new", "open"), ("fixed", "right")
STATES = (*OPEN, *CLOSED)
SHOWN = 200
"""Reports on one page, the newest."""
MOST_IN_AN_HOUR = 300
"""Reports of all senders together; more are no people."""

_COLUMNS = (
    "id, dataset, feature, called, lon, lat, municipality, said, email, language, state, answer, created, changed"
)


@dataclass(frozen=True)
class Report:
    """What somebody reports. `feature` is an id, `called` its name, `lon` and `lat` degrees; None where not known."""

    dataset: str
    said: str
    language: str
    feature: str | None = None
    called: str | None = None
    lon: float | None = None
    lat: float | None = None
    municipality: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Mistake:
    """A report as it is kept. `said` is None where the public may not see it yet, `email` None but for officers."""

    id: int
    dataset: str
    feature: str | None
    called: str | None
    lon: float | None
    lat: float | None
    municipality: str | None
    said: str | None
    email: str | None
    language: str
    state: str
    answer: str | None
    created: datetime
    changed: datetime

    @property
    def object(self) -> str:
        """The object by its name as it was then, and its id; "" where the report names none."""
        named = self.called and self.called != self.feature
        return f"{self.called} ({self.feature})" if named else self.feature or ""


class Mistakes:
    """The reports in the database of the pool; with `letters`, who is concerned is told by e-mail."""

    def __init__(self, database: Pool, *, letters: bool = False) -> None:
        self._database, self._letters = database, letters

    def add(self, report: Report, contact: str | None = None, language: str = "en") -> int | None:
        """Keep a report; return its number, None when there are too many just now.

        `contact` is the e-mail address of whoever answers for the dataset, `language` theirs.
        """
        values = vars(report)
        names = ", ".join(values)
        with self._database.transaction() as connection:
            lately = one(connection, "SELECT count(*) FROM desk.mistake WHERE created > now() - interval '1 hour'")
            if lately and lately[0] >= MOST_IN_AN_HOUR:
                return None
            holes = ", ".join(f"%({name})s" for name in values)
            made = one(connection, f"INSERT INTO desk.mistake ({names}) VALUES ({holes}) RETURNING id", values)
            if made and self._letters:
                post.tell_the_concerned(connection, made[0], report.municipality, contact, language)
        return int(made[0]) if made else None

    def get(self, number: int) -> Mistake | None:
        """Return the report of the number with all that is kept of it, None if there is none."""
        with self._database.transaction() as connection:
            found = one(connection, f"SELECT {_COLUMNS} FROM desk.mistake WHERE id = %s", [number])
        return Mistake(*found) if found else None

    def public(self, datasets: list[str], number: int | None = None) -> list[Mistake]:
        """Return the reports on the datasets, the newest first, or the one of the number, as everybody may see them."""
        values = {"datasets": datasets, "number": number, "most": SHOWN}
        statement = (
            f"SELECT {_COLUMNS} FROM desk.mistake WHERE dataset = ANY (%(datasets)s)"
            " AND coalesce(id = %(number)s, true) ORDER BY id DESC LIMIT %(most)s"
        )
        with self._database.transaction() as connection:
            return [_public(Mistake(*row)) for row in rows(connection, statement, values)]

    def of(self, account: Account) -> list[Mistake]:
        """Return the reports that the account answers, open ones first, then the newest."""
        values = {"own": account.municipality, "all": account.role is Role.REGION, "most": SHOWN}
        statement = (
            f"SELECT {_COLUMNS} FROM desk.mistake WHERE %(all)s OR municipality = %(own)s"
            " ORDER BY state IN ('fixed', 'right'), id DESC LIMIT %(most)s"
        )
        with self._database.transaction() as connection:
            return [Mistake(*row) for row in rows(connection, statement, values)]

    def decide(self, account: Account, number: int, state: str, answer: str) -> None:
        """Give a report its state and answer; `removed` deletes it. A closed one loses the e-mail address.

        Raises NotFound, Forbidden for a report of another municipality, Invalid for no such state or no answer.
        """
        with self._database.transaction() as connection:
            found = one(connection, "SELECT municipality FROM desk.mistake WHERE id = %s FOR UPDATE", [number])
            if found is None:
                raise NotFound("unknown-mistake")
            if account.role is not Role.REGION and found[0] != account.municipality:
                raise Forbidden("other-municipality")
            if state == "removed":
                run(connection, "DELETE FROM desk.mistake WHERE id = %s", [number])
                return
            if state not in STATES[1:] or (state in CLOSED and not answer.strip()):
                raise Invalid("mistake-answer")
            if state in CLOSED and self._letters:
                post.tell_the_reporter(connection, number)
            values: dict[str, Any] = {"n": number, "state": state, "answer": answer.strip()[:4000] or None}
            run(
                connection,
                "UPDATE desk.mistake SET state = %(state)s, answer = %(answer)s, by = %(by)s, changed = now(),"
                " email = CASE WHEN %(state)s = 'open' THEN email END WHERE id = %(n)s",
                values | {"by": account.id},
            )
            if state == "open":
                post.call_back(connection, number)


def _public(mistake: Mistake) -> Mistake:
    said = mistake.said if mistake.state != "new" else None
    return Mistake(**vars(mistake) | {"said": said, "email": None})
