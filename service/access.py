"""Who asks: everybody, or somebody with a token who may see internal datasets.

Tokens are random, kept as SHA-256 only, may expire, and come in the Authorization header, never in an address.
"""

import hashlib
import hmac
from dataclasses import dataclass

from psycopg2 import sql

from catalogue.layout import LEDGER
from service.database import Database

_FOUND = sql.SQL(
    "SELECT sha256, label, role FROM {} WHERE sha256 = %s AND (expires IS NULL OR expires > now())"
).format(sql.Identifier(LEDGER, "token"))
_LONGEST = 512


class UnknownTokenError(Exception):
    """A token was given, and it is not a valid one."""


@dataclass(frozen=True)
class Holder:
    """The holder of a valid token: whose it is, and what it opens beside internal datasets."""

    label: str
    role: str


def is_internal(authorization: str | None, database: Database) -> bool:
    """Return whether the Authorization header opens internal datasets; False when there is none.

    Raises UnknownTokenError for a token that is unknown or expired, and as `Database.read`.
    """
    return holder_of(authorization, database) is not None


def holder_of(authorization: str | None, database: Database) -> Holder | None:
    """Return the holder of the token in the Authorization header; None when there is none. Raises as `is_internal`."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or len(token) > _LONGEST:
        raise UnknownTokenError
    digest = hashlib.sha256(token.strip().encode()).hexdigest()
    for kept, label, role in database.rows(_FOUND, (digest,)):
        if hmac.compare_digest(digest, kept):
            return Holder(label, role)
    raise UnknownTokenError
