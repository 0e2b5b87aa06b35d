"""Tokens that open internal datasets: made, listed, revoked. The service only reads them.

The secret is shown once; kept is its sha256, which is enough for 256 random bits (no dictionary holds them).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from etl.store.connect import Connection

BYTES = 32


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret: whose it is, what it opens, from when to when."""

    label: str
    role: str
    created: datetime
    expires: datetime


def create(connection: Connection, label: str, expires: datetime, role: str = "internal") -> str:
    """Make a token and return its secret: 43 characters that can stand in a header. Commits."""
    secret = secrets.token_urlsafe(BYTES)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO krajina.token (label, sha256, role, expires) VALUES (%s, %s, %s, %s)",
            [label, hashlib.sha256(secret.encode()).hexdigest(), role, expires],
        )
    return secret


def listed(connection: Connection) -> list[Token]:
    """Return all tokens by label, expired ones too; empty if there are none."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT label, role, created, expires FROM krajina.token ORDER BY label, created")
        return [Token(*row) for row in cursor.fetchall()]


def revoke(connection: Connection, label: str) -> int:
    """Delete the tokens of the label; return how many there were. Commits."""
    with connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM krajina.token WHERE label = %s", [label])
        return cursor.rowcount
