"""Who asks: everybody, or somebody with a token who may see internal datasets.

Tokens are random, kept as SHA-256 only, may expire, and come in the Authorization header, never in an address.
"""

import hashlib
import hmac

from psycopg2 import sql

from catalogue.layout import LEDGER
from service.database import Database

_FOUND = sql.SQL("SELECT sha256 FROM {} WHERE sha256 = %s AND (expires IS NULL OR expires > now())").format(
    sql.Identifier(LEDGER, "token")
)
_LONGEST = 512


class UnknownTokenError(Exception):
    """A token was given, and it is not a valid one."""


def is_internal(authorization: str | None, database: Database) -> bool:
    """Return whether the Authorization header opens internal datasets; False when there is none.

    Raises UnknownTokenError for a token that is unknown or expired, and as `Database.read`.
    """
    if authorization is None:
        return False
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or len(token) > _LONGEST:
        raise UnknownTokenError
    digest = hashlib.sha256(token.strip().encode()).hexdigest()
    kept = [row[0] for row in database.rows(_FOUND, (digest,))]
    if not any(hmac.compare_digest(digest, each) for each in kept):
        raise UnknownTokenError
    return True
