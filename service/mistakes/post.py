"""Letters that wait for the mail server (migration 0011): who gets one, which is the next, what became of it.

A letter is put here in the transaction of what it tells, so it exists exactly when that does. A worker takes it by
putting off when it is due: no other worker takes it then, no lock is held while a mail server thinks, and should the
worker be killed, the letter is due again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.database import Connection, Pool, one, rows, run
from service.mistakes.troubles import read

HELD = timedelta(minutes=10)
"""How long a letter that was taken is nobody else's; far longer than `postman` lets a server take."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
"""Until the second try, doubled with each further one; and the longest."""
GIVEN_UP_AFTER = timedelta(days=4)
MOST_IN_AN_HOUR = 200
"""Letters that go in an hour: a flood of reports must not become one of e-mail. The others wait."""

_CONCERNED = """
    INSERT INTO desk.mail (mistake, kind, recipient, language)
    SELECT DISTINCT ON (recipient) %(mistake)s, 'reported', recipient, language
    FROM (SELECT email AS recipient, language, 1 AS place FROM desk.account
          WHERE closed IS NULL AND municipality = %(municipality)s
          UNION ALL
          SELECT lower(%(contact)s), %(language)s, 2 WHERE %(contact)s IS NOT NULL) AS concerned
    ORDER BY recipient, place
"""
_REGION = """
    INSERT INTO desk.mail (mistake, kind, recipient, language)
    SELECT %s, 'reported', email, language FROM desk.account WHERE closed IS NULL AND role = 'region'
"""
_TAKE = """
    UPDATE desk.mail SET due = now() + %(held)s, tries = tries + 1
    WHERE id = (SELECT id FROM desk.mail
                WHERE sent IS NULL AND given_up IS NULL AND due <= now()
                  AND (SELECT count(*) FROM desk.mail WHERE sent > now() - interval '1 hour') < %(most)s
                ORDER BY kind, due, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, mistake, kind, recipient, language
"""
"""Answers go before reports: somebody waits for them."""
_OVER = "recipient = CASE kind WHEN 'reported' THEN recipient END"
_PUT_OFF = """
    UPDATE desk.mail SET trouble = %(trouble)s, due = now() + least(%(first)s * 2 ^ least(tries - 1, 12), %(longest)s)
    WHERE id = %(id)s AND created > now() - %(days)s AND NOT %(final)s AND sent IS NULL RETURNING id
"""
_GIVE_UP = f"UPDATE desk.mail SET trouble = %(trouble)s, given_up = now(), {_OVER} WHERE id = %(id)s AND sent IS NULL"


@dataclass(frozen=True)
class Letter:
    """A letter that was taken: `kind` reported or answered, about report number `mistake`."""

    id: int
    mistake: int
    kind: str
    recipient: str
    language: str


@dataclass(frozen=True)
class Fate:
    """What became of a letter, for the office. `recipient` None: who reported; `trouble` is that of the last try."""

    kind: str
    recipient: str | None
    tries: int
    trouble: str | None
    sent: datetime | None
    given_up: datetime | None

    @property
    def state(self) -> str:
        """The name of the text that tells it."""
        return "sent" if self.sent else "given-up" if self.given_up else "again" if self.trouble else "waiting"

    def because(self, language: str) -> str:
        """Return why it has not gone, and in which setting that is mended; "" if there is no reason."""
        return read(self.trouble).text(language) if self.trouble else ""


def tell_the_concerned(
    connection: Connection, mistake: int, municipality: str | None, contact: str | None, language: str
) -> None:
    """Put letters of a new report to the municipality's officers and to the contact of the dataset, each address once.

    `language` is that of the contact. Where there is neither, the region's officers get it.
    """
    values = {"mistake": mistake, "municipality": municipality, "contact": contact, "language": language}
    if not run(connection, _CONCERNED, values):
        run(connection, _REGION, [mistake])


def tell_the_reporter(connection: Connection, mistake: int) -> None:
    """Put a letter to who reported, if an address was left; it must not have been deleted yet."""
    run(
        connection,
        "INSERT INTO desk.mail (mistake, kind, recipient, language)"
        " SELECT id, 'answered', email, language FROM desk.mistake WHERE id = %s AND email IS NOT NULL",
        [mistake],
    )


def call_back(connection: Connection, mistake: int) -> None:
    """Take back the answer to a report that is open again, if it has not gone: the address is the report's again."""
    run(
        connection,
        "WITH back AS (DELETE FROM desk.mail WHERE mistake = %(n)s AND kind = 'answered' AND recipient IS NOT NULL"
        " RETURNING recipient) UPDATE desk.mistake SET email = back.recipient FROM back WHERE id = %(n)s",
        {"n": mistake},
    )


class Post:
    """The letters in the database of the pool."""

    def __init__(self, database: Pool) -> None:
        self._database = database

    def take(self) -> Letter | None:
        """Return the next letter that is due, which is the caller's for HELD; None if there is none."""
        with self._database.transaction() as connection:
            found = one(connection, _TAKE, {"held": HELD, "most": MOST_IN_AN_HOUR})
        return Letter(*found) if found else None

    def is_wanted(self, letter: Letter) -> bool:
        """Return whether a letter that was taken has not been called back since."""
        with self._database.transaction() as connection:
            return one(connection, "SELECT FROM desk.mail WHERE id = %s", [letter.id]) is not None

    def sent(self, letter: Letter) -> None:
        """Note that a letter has gone; the address of who reported goes with it."""
        with self._database.transaction() as connection:
            run(connection, f"UPDATE desk.mail SET sent = now(), trouble = NULL, {_OVER} WHERE id = %s", [letter.id])

    def failed(self, letter: Letter, trouble: str, *, final: bool) -> bool:
        """Put a letter off, or give it up: when the trouble is `final`, and after GIVEN_UP_AFTER; return which.

        True: it is tried again.
        """
        values = {"id": letter.id, "trouble": trouble[:300], "final": final, "days": GIVEN_UP_AFTER}
        with self._database.transaction() as connection:
            again = rows(connection, _PUT_OFF, {**values, "first": FIRST_WAIT, "longest": LONGEST_WAIT})
            if not again:
                run(connection, _GIVE_UP, values)
        return bool(again)

    def of(self, mistakes: Sequence[int]) -> dict[int, list[Fate]]:
        """Return what became of the letters about reports, by their number, the oldest first."""
        found: dict[int, list[Fate]] = {}
        with self._database.transaction() as connection:
            for mistake, *each in rows(
                connection,
                "SELECT mistake, kind, recipient, tries, trouble, sent, given_up FROM desk.mail"
                " WHERE mistake = ANY (%s) ORDER BY id",
                [list(mistakes)],
            ):
                found.setdefault(mistake, []).append(Fate(*each))
        return found
