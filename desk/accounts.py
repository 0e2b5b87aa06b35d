"""Accounts of officers: invited, signing in, locked for a while after wrong passwords, closed."""

from datetime import UTC, datetime, timedelta

from psycopg2 import errors

from desk import keys, sessions
from desk.database import Connection, Pool, one, rows, run
from desk.errors import Expired, Invalid, NotFound, SignInRefused, TriedTooOften
from desk.model import Account, Officer, Role, SignedIn
from desk.sessions import ACCOUNT, account_of

INVITED = timedelta(days=14)
FREE_TRIES = 5
"""Wrong passwords in a row before an account is locked; then each further one doubles the time."""
FIRST_LOCK, LONGEST_LOCK = 30, 3600
"""Seconds. Short at first: a lock is also a way to keep somebody out."""


class Accounts:
    """The accounts in the database of the pool."""

    def __init__(self, database: Pool) -> None:
        self._database = database

    def invite(
        self, email: str, name: str, role: Role, municipality: str | None = None, *, language: str = "en"
    ) -> str:
        """Make an account and return the secret of its one-time link, good for INVITED.

        Somebody who was invited and has not accepted is invited anew; the earlier link is worthless then. Raises
        Invalid when the address is none or has an account that is in use, or for a municipality where none belongs.
        """
        if (role is Role.MUNICIPALITY) != bool(municipality):
            raise Invalid("role-municipality")
        with self._database.transaction() as connection:
            account = self._invited_account(connection, email.strip().lower(), name.strip(), role, municipality)
            run(connection, "UPDATE desk.account SET language = %s WHERE id = %s", [language, account])
            run(connection, "DELETE FROM desk.invitation WHERE account = %s AND used IS NULL", [account])
            secret = keys.made()
            run(
                connection,
                "INSERT INTO desk.invitation (sha256, account, expires) VALUES (%s, %s, %s)",
                [keys.digest(secret), account, datetime.now(UTC) + INVITED],
            )
            return secret

    def _invited_account(
        self, connection: Connection, email: str, name: str, role: Role, municipality: str | None
    ) -> int:
        """Return the account that is invited; a closed one is opened again, without its old password."""
        try:
            found = one(
                connection,
                "INSERT INTO desk.account AS a (email, name, role, municipality) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (email) DO UPDATE SET name = excluded.name, role = excluded.role,"
                " municipality = excluded.municipality, password = NULL, closed = NULL"
                " WHERE a.password IS NULL OR a.closed IS NOT NULL RETURNING id",
                [email, name or email, role, municipality or None],
            )
        except errors.CheckViolation:
            raise Invalid("email", email=email) from None
        if found is None:
            raise Invalid("account-exists", email=email)
        return int(found[0])

    def invited(self, secret: str) -> Account:
        """Return whose invitation it is. Raises NotFound, or Expired when it was used or is too old."""
        with self._database.transaction() as connection:
            return self._invitation(connection, secret)

    def accept_invitation(self, secret: str, password: str) -> SignedIn:
        """Set the password and sign in; the link is used up. Raises as `invited`, and Invalid for a poor password."""
        hashed = keys.hashed(password)
        with self._database.transaction() as connection:
            account = self._invitation(connection, secret)
            used = run(
                connection,
                "UPDATE desk.invitation SET used = now() WHERE sha256 = %s AND used IS NULL",
                [keys.digest(secret)],
            )
            if not used:
                raise Expired("invitation-over")
            set_password(connection, account.id, hashed)
            return sessions.begin(connection, account, "password")

    def _invitation(self, connection: Connection, secret: str) -> Account:
        found = one(
            connection,
            f"SELECT {ACCOUNT}, i.used IS NULL AND i.expires > now() AND a.closed IS NULL"
            " FROM desk.invitation i JOIN desk.account a ON a.id = i.account WHERE i.sha256 = %s",
            [keys.digest(secret)],
        )
        if found is None:
            raise NotFound("no-invitation")
        if not found[-1]:
            raise Expired("invitation-over")
        return account_of(found[:-1])

    def sign_in(self, email: str, password: str) -> SignedIn:
        """Return a new session. Raises SignInRefused, and TriedTooOften while the account is locked.

        A lock is said only of accounts that exist; whether one exists can be learnt by FREE_TRIES tries and no faster.
        """
        kept = self._tried(email.strip().lower())
        if not keys.matches(password, kept):
            raise SignInRefused("wrong-password")
        renewed = keys.hashed(password) if kept and keys.is_outdated(kept) else kept
        with self._database.transaction() as connection:
            found = one(
                connection,
                f"UPDATE desk.account a SET failures = 0, locked_until = NULL, password = %s WHERE email = %s"
                f" AND password = %s AND closed IS NULL RETURNING {ACCOUNT}",
                [renewed, email.strip().lower(), kept],
            )
            if found is None:  # changed or closed while the password was compared
                raise SignInRefused("wrong-password")
            return sessions.begin(connection, account_of(found), "password")

    def _tried(self, email: str) -> str | None:
        """Count a try before it is judged, so that many at once count as many; return what is kept of the password."""
        with self._database.transaction() as connection:
            found = one(
                connection,
                "SELECT id, password, failures, ceil(extract(epoch FROM locked_until - now()))::int"
                " FROM desk.account WHERE email = %s AND closed IS NULL FOR UPDATE",
                [email],
            )
            if found is None:
                return None
            id_, password, failures, locked = found
            if locked is not None and locked > 0:
                raise TriedTooOften("locked", seconds=locked, n=locked)
            beyond = failures + 1 - FREE_TRIES
            lock = min(LONGEST_LOCK, FIRST_LOCK << min(beyond, 10)) if beyond >= 0 else None
            run(
                connection,
                "UPDATE desk.account SET failures = failures + 1,"
                " locked_until = now() + make_interval(secs => %s) WHERE id = %s",
                [lock, id_],
            )
            return None if password is None else str(password)

    def session(self, secret: str) -> Account:
        """Return whose session it is. Raises SignInRefused."""
        with self._database.transaction() as connection:
            return sessions.holder(connection, secret)

    def sign_out(self, secret: str) -> None:
        """End the session."""
        with self._database.transaction() as connection:
            sessions.end(connection, secret)

    def change_password(self, account: Account, old: str, new: str) -> SignedIn:
        """Change the password; all sessions end but the one returned. Raises SignInRefused, Invalid, TriedTooOften."""
        self.sign_in(account.email, old)
        hashed = keys.hashed(new)
        with self._database.transaction() as connection:
            set_password(connection, account.id, hashed)
            return sessions.begin(connection, account, "password")

    def officers(self) -> list[Officer]:
        """Return all accounts in order of e-mail."""
        with self._database.transaction() as connection:
            found = rows(
                connection,
                "SELECT email, name, role, municipality, created,"
                " password IS NOT NULL OR EXISTS (SELECT FROM desk.invitation i WHERE i.account = a.id AND used IS NOT"
                " NULL), closed, (SELECT max(seen) FROM desk.session s WHERE s.account = a.id)"
                " FROM desk.account a ORDER BY email",
            )
        return [Officer(email, name, Role(role), *rest) for email, name, role, *rest in found]

    def close_account(self, email: str) -> None:
        """Close an account: sessions, tokens and invitations of it open nothing more. Raises NotFound."""
        with self._database.transaction() as connection:
            found = one(
                connection,
                "UPDATE desk.account SET closed = now() WHERE email = %s AND closed IS NULL RETURNING id",
                [email.strip().lower()],
            )
            if found is None:
                raise NotFound("no-account", email=email)
            sessions.end_all(connection, int(found[0]))
            run(connection, "UPDATE desk.token SET revoked = now() WHERE account = %s AND revoked IS NULL", [found[0]])


def set_password(connection: Connection, account: int, hashed: str) -> None:
    """Set a password; sessions that were begun with the old one end."""
    run(
        connection,
        "UPDATE desk.account SET password = %s, failures = 0, locked_until = NULL WHERE id = %s",
        [hashed, account],
    )
    sessions.end_all(connection, account)


def known_by_email(connection: Connection, email: str) -> Account:
    """Return the account of an address that a provider has verified; its invitation counts as accepted.

    Raises SignInRefused for an address that nobody invited.
    """
    found = one(
        connection,
        f"SELECT {ACCOUNT} FROM desk.account a WHERE email = %s AND closed IS NULL AND (password IS NOT NULL OR EXISTS"
        " (SELECT FROM desk.invitation i WHERE i.account = a.id AND (used IS NOT NULL OR expires > now())))",
        [email.strip().lower()],
    )
    if found is None:
        raise SignInRefused("not-invited")
    run(connection, "UPDATE desk.invitation SET used = now() WHERE account = %s AND used IS NULL", [found[0]])
    return account_of(found)
