"""Tokens for programs that hand in plans: each is bound to a role and a municipality, never more than its maker has."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desk import keys
from desk.database import Pool, one, rows, run
from desk.errors import Forbidden, Invalid, NotFound, SignInRefused
from desk.model import Account, Role
from desk.sessions import account_of

MOST_DAYS = 730


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret."""

    id: int
    label: str
    role: Role
    municipality: str | None
    created: datetime
    expires: datetime


class Tokens:
    """The tokens in the database of the pool."""

    def __init__(self, database: Pool) -> None:
        self._database = database

    def make(self, account: Account, label: str, days: int, *, municipality: str | None = None) -> str:
        """Make a token and return its secret, which is shown once.

        The region's officer may make one for a municipality. Raises Forbidden for another municipality than the
        account's own, Invalid for a label or a time that is none.
        """
        if not label.strip() or not 1 <= days <= MOST_DAYS:
            raise Invalid("token-form", days=MOST_DAYS)
        if account.role is Role.MUNICIPALITY and municipality not in {None, account.municipality}:
            raise Forbidden("other-municipality")
        bound = municipality or account.municipality
        secret = keys.made()
        with self._database.transaction() as connection:
            run(
                connection,
                "INSERT INTO desk.token (sha256, account, label, role, municipality, expires)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [
                    keys.digest(secret),
                    account.id,
                    label.strip()[:100],
                    Role.MUNICIPALITY if bound else Role.REGION,
                    bound,
                    datetime.now(UTC) + timedelta(days=days),
                ],
            )
        return secret

    def holder(self, secret: str) -> Account:
        """Return the account that the token stands for: its maker's, with the token's role and label.

        Raises SignInRefused for one that is unknown, revoked or too old, or whose maker's account is closed.
        """
        with self._database.transaction() as connection:
            found = one(
                connection,
                "SELECT a.id, a.email, t.label, t.role, t.municipality, a.language FROM desk.token t"
                " JOIN desk.account a ON a.id = t.account WHERE t.sha256 = %s AND t.revoked IS NULL"
                " AND t.expires > now() AND a.closed IS NULL"
                " AND (a.role = 'region' OR a.municipality = t.municipality)",
                [keys.digest(secret)],
            )
        if found is None:
            raise SignInRefused("no-token")
        return account_of(found)

    def of(self, account: Account) -> list[Token]:
        """Return the tokens that the account has made and that still open something, the newest first."""
        with self._database.transaction() as connection:
            found = rows(
                connection,
                "SELECT id, label, role, municipality, created, expires FROM desk.token"
                " WHERE account = %s AND revoked IS NULL AND expires > now() ORDER BY id DESC",
                [account.id],
            )
        return [Token(id_, label, Role(role), *rest) for id_, label, role, *rest in found]

    def revoke(self, account: Account, id_: int) -> None:
        """Make a token of the account worthless. Raises NotFound."""
        with self._database.transaction() as connection:
            revoked = run(
                connection,
                "UPDATE desk.token SET revoked = now() WHERE id = %s AND account = %s AND revoked IS NULL",
                [id_, account.id],
            )
        if not revoked:
            raise NotFound("no-such-token")
