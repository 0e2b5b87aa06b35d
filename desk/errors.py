"""What the desk refuses, as exceptions. Each carries the key of a text in `desk/messages` and what fills it.

Apart so that the pages and the command line can catch them by family (the HTTP status stands beside it) and say them in
the reader's language; `str(error)` is the English text, for logs.

    DeskError            500
    ├── Invalid          422  what was given cannot be used: a password too short, no file
    ├── TooLarge         413
    ├── SignInRefused    401  wrong e-mail or password, token or session; which of them is not said
    ├── TriedTooOften    429  `seconds` to wait
    ├── Forbidden        403  signed in, but not for this
    ├── NotFound         404  it does not exist, or not for this account
    ├── Expired          410  an invitation that is used or too old
    ├── WrongState       409  not possible in the state in which the submission is
    ├── NotPublished     409  the collections refused it
    └── NoRoom           507  the disk is nearly full
"""

from functools import cache
from pathlib import Path
from typing import Any

from findings import Messages


@cache
def texts() -> Messages:
    """Return all texts of the desk."""
    return Messages(Path(__file__).parent / "messages")


class DeskError(Exception):
    """The desk refuses; `key` and `values` say why in any language."""

    status = 500

    def __init__(self, key: str, **values: Any) -> None:  # noqa: ANN401 (values are what a text shows)
        """Take the key below `errors.` and its values."""
        self.key = key
        self.values = values
        super().__init__(key)

    def text(self, language: str) -> str:
        """Return what is refused and why, in the language (cs, de, pl, en)."""
        values = dict(self.values)
        if "state" in values:
            values["state"] = texts().text(f"states.{values['state']}", language)
        return texts().text(f"errors.{self.key}", language, **values)

    def __str__(self) -> str:
        return self.text("en")


class Invalid(DeskError):  # noqa: N818 (its family says that it is an error; so below)
    """What was given cannot be used."""

    status = 422


class TooLarge(DeskError):  # noqa: N818
    """More was handed in than is taken."""

    status = 413


class SignInRefused(DeskError):  # noqa: N818
    """Nobody is known by this."""

    status = 401


class TriedTooOften(DeskError):  # noqa: N818
    """Wait `values["seconds"]` before the next try."""

    status = 429


class Forbidden(DeskError):  # noqa: N818
    """The account may not do this."""

    status = 403


class NotFound(DeskError):  # noqa: N818
    """It does not exist, or not for this account: which of the two is not said."""

    status = 404


class Expired(DeskError):  # noqa: N818
    """It was good once."""

    status = 410


class WrongState(DeskError):  # noqa: N818
    """The submission is not in a state from which this is possible."""

    status = 409


class NotPublished(DeskError):  # noqa: N818
    """The collections did not take the plans; nothing has changed."""

    status = 409


class NoRoom(DeskError):  # noqa: N818
    """The disk is nearly full; what is there already stays safe."""

    status = 507
