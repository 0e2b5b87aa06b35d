"""Texts of the command line, in the language of the person at it.

Apart so that every command says `text("key")` and none knows where the language comes from.
"""

from functools import cache
from pathlib import Path
from typing import Any

from findings import Messages
from settings import Settings


@cache
def language() -> str:
    """Return the language of this run."""
    return Settings.from_environment().language


def text(key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    """Return the text of the key in the language of this run."""
    return texts().text(key, language(), **values)


@cache
def texts() -> Messages:
    """Return all texts of the command line."""
    return Messages(Path(__file__).parent / "messages")
