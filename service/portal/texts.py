"""The texts of the portal's own pages in cs, de, pl and en."""

from functools import partial
from pathlib import Path
from typing import Any

from findings import Messages

HERE = Path(__file__).parent
TEXTS = Messages(HERE / "messages")


def spoken(language: str) -> partial[str]:
    """Return how a template says a text: `p("home.lead")`."""
    return partial(_text, language)


def _text(language: str, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    return TEXTS.text(key, language, **values)
