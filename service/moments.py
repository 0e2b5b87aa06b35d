"""The datetime parameter: instants and intervals as spans of time. Pure.

Clients write it in more ways than RFC 3339 has: years, months, a date with a bare `T`, open ends as `..` or nothing.
All are understood; what is not is refused, never guessed.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?T?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
"""RFC 3339, with seconds and zone left out if one likes. Python reads more, weeks as instants among them."""
_OPEN = frozenset({"", ".."})


@dataclass(frozen=True)
class Span:
    """A time from `start` to `end`, both included, with time zone; None is an open end."""

    start: datetime | None
    end: datetime | None


def read_span(text: str) -> Span:
    """Return the span that the text means: an instant, a day, a month, a year, or an interval of these.

    A time without a zone is UTC. Raises ValueError for anything else, also for an end before its start.
    """
    first, slash, last = text.strip().upper().partition("/")
    if not slash:
        return Span(*_bounds(first))
    start = None if first in _OPEN else _bounds(first)[0]
    end = None if last in _OPEN else _bounds(last)[1]
    if start and end and end < start:
        raise ValueError("the end is before the start")
    if start is None and end is None:
        raise ValueError("an interval needs one end")
    return Span(start, end)


def _bounds(text: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment of an instant, day, month or year. Raises ValueError."""
    match = _PARTIAL.fullmatch(text)
    if not match:
        if not _MOMENT.fullmatch(text):
            raise ValueError("no time")
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment, moment
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or year == 0:
        raise ValueError("no such year")
    first = date(year, month or 1, day or 1)
    last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    return datetime.combine(first, time.min, UTC), datetime.combine(last, time.max, UTC)
