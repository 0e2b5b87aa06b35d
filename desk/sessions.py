"""Sessions: begun when somebody signs in, moved on by requests, ended by signing out, by idleness or by their age."""

from datetime import UTC, datetime, timedelta

from desk import keys
from desk.database import Connection, one, run
from desk.errors import SignInRefused
from desk.model import Account, Role, SignedIn

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
"""A session that nobody used for so long is over. What was handed in is not lost with it."""
STEP = timedelta(minutes=1)
"""How exactly the last use is written down: not every request is worth a write."""

ACCOUNT = "a.id, a.email, a.name, a.role, a.municipality, a.language"


def account_of(row: tuple[object, ...]) -> Account:
    """Return the account of a row of the columns ACCOUNT."""
    id_, email, name, role, municipality, language = row
    return Account(
        id=int(str(id_)),
        email=str(email),
        who=str(name),
        role=Role(str(role)),
        municipality=None if municipality is None else str(municipality),
        language=str(language),
    )


def begin(connection: Connection, account: Account, way: str) -> SignedIn:
    """Make a session of an account that has shown who it is, by `password` or `openid`."""
    secret, expires = keys.made(), datetime.now(UTC) + LONGEST
    run(
        connection,
        "INSERT INTO desk.session (sha256, account, way, expires) VALUES (%s, %s, %s, %s)",
        [keys.digest(secret), account.id, way, expires],
    )
    return SignedIn(account, secret, expires)


def holder(connection: Connection, secret: str) -> Account:
    """Return whose session it is, and move its idle time on. Raises SignInRefused when it is over or never was."""
    found = one(
        connection,
        f"SELECT {ACCOUNT}, s.seen < now() - %(step)s FROM desk.session s JOIN desk.account a ON a.id = s.account"
        " WHERE s.sha256 = %(sha256)s AND s.expires > now() AND s.seen > now() - %(idle)s AND a.closed IS NULL",
        {"sha256": keys.digest(secret), "idle": IDLE, "step": STEP},
    )
    if found is None:
        raise SignInRefused("session-over")
    if found[-1]:
        run(connection, "UPDATE desk.session SET seen = now() WHERE sha256 = %s", [keys.digest(secret)])
    return account_of(found[:-1])


def end(connection: Connection, secret: str) -> None:
    """End a session; one that is over already is no matter."""
    run(connection, "DELETE FROM desk.session WHERE sha256 = %s", [keys.digest(secret)])


def end_all(connection: Connection, account: int) -> None:
    """End all sessions of an account: its password has changed, or it was closed."""
    run(connection, "DELETE FROM desk.session WHERE account = %s", [account])
