"""Passwords and secrets: how they are made, what is kept of them.

Passwords are kept as argon2id with the parameters that OWASP recommends (19 MiB, 2 passes); secrets of 256 random bits
(sessions, invitations, tokens) as SHA-256, which is enough for them: no dictionary holds them.
"""

import hashlib
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from desk.errors import Invalid

SHORTEST, LONGEST = 12, 200
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(4)
"""Hashes at a time: many people signing in must not take the memory of the portal."""
_NOBODYS = _HASHER.hash(secrets.token_urlsafe(32))
"""Compared with where there is no account, so that the time of an answer does not tell whether there is one."""


def made() -> str:
    """Return a new secret: 43 letters that can stand in a cookie, a header or an address."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """Return a new unguessable id: 128 random bits in 22 letters."""
    return secrets.token_urlsafe(16)


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hashed(password: str) -> str:
    """Return what is kept of a password. Raises Invalid for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password-length", shortest=SHORTEST, longest=LONGEST)
    if len(set(password)) < SHORTEST // 3:
        raise Invalid("password-simple")
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Return whether it is the password; takes the same time when there is none (None)."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _NOBODYS, password[: LONGEST + 1]) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Return whether the password was hashed with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)
