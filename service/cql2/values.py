"""Values as they are written in a filter, in either language: numbers, texts, dates and times, ends of intervals.

Strict where a database would stumble: no number that does not fit, no letter that is none, no day that is not in the
calendar.
"""

import math
import re
from datetime import UTC, date, datetime

from service.cql2.tree import FilterError, Instant, Literal, Node, Place, Property

DIGITS_MAX = 40
"""Of a whole number; more are read as a decimal."""
OPEN = ".."
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII | re.IGNORECASE)


def number(text: str, place: Place) -> int | float:
    """Return a number, whole if it is written so. Raises FilterError for one that is beyond double precision."""
    value = float(text)
    if not math.isfinite(value):
        raise FilterError("number", place)
    return int(text) if re.fullmatch(rf"[+-]?[0-9]{{1,{DIGITS_MAX}}}", text) else value


def plain(text: str, place: Place) -> str:
    """Return a text that PostgreSQL takes. Raises FilterError for one with NUL or half a letter."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise FilterError("text", place)
    return text


def moment(text: str, place: Place, kind: str) -> Instant:
    """Return the instant that a text means; `kind` is `date`, `timestamp`, or `either`. Raises FilterError.

    GDAL writes a date as `2024-05-01T`.
    """
    try:
        if kind != "timestamp" and _DATE.fullmatch(text.removesuffix("T") if kind == "either" else text):
            return Instant(place, date.fromisoformat(text.removesuffix("T")))
        if kind != "date" and _TIME.fullmatch(text):
            read = datetime.fromisoformat(text.upper())
            return Instant(place, (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise FilterError(f"value-{kind}", place) from error
    raise FilterError(f"value-{kind}", place)


def interval_end(node: Node) -> Node | None:
    """Return an end of an interval: an instant, a property, or None for an open end. Raises FilterError."""
    if isinstance(node, Literal) and isinstance(node.value, str):
        return None if node.value == OPEN else moment(node.value, node.place, "either")
    if isinstance(node, Property | Instant):
        return node
    raise FilterError("value-either", node.place)
