"""Values of columns as they are written in an address: text read strictly, by the column's type. Pure."""

import math
import re
from collections.abc import Callable
from datetime import date

from catalogue import Column
from service.moments import Span, read_span

type Value = str | int | float | bool | date | Span

BIGINT = 2**63
TEXT_MAX = 2000


def typed(text: str, column: Column | None) -> Value:
    """Return the text as a value of the column; no column means text. Raises ValueError."""
    if "\x00" in text or len(text) > TEXT_MAX:
        raise ValueError("no text of ours")
    return _READ[column.type if column else "text"](text)


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,19}", text) or not -BIGINT <= int(text) < BIGINT:
        raise ValueError("no whole number")
    return int(text)


def number(text: str) -> float:
    """Return the text as a finite number. Raises ValueError."""
    if not re.fullmatch(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*", text):
        raise ValueError("no number")
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("not finite")
    return value


def _boolean(text: str) -> bool:
    if text not in {"true", "false", "1", "0"}:
        raise ValueError("not true or false")
    return text in {"true", "1"}


_READ: dict[str, Callable[[str], Value]] = {
    "text": str,
    "code": str,
    "integer": _integer,
    "decimal": number,
    "boolean": _boolean,
    "date": date.fromisoformat,
    "datetime": read_span,
}
"""How a value of each column type is written in a request."""
