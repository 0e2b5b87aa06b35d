"""The texts of the list in cs, de, pl and en."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from findings import Messages

TEXTS = Messages(Path(__file__).parent / "messages")

type Say = Callable[..., str]
"""Returns the text of a key, filled with values."""


def spoken(language: str) -> Say:
    """Return the texts of a language."""

    def say(key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
        return TEXTS.text(key, language, **values)

    return say
