"""Which moment a snapshot is of: a day, or a minute, in the form that stands in its address. Pure.

All in UTC, so that an address means the same whatever clock the machine goes by, and for ever.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z")
SETTLED = timedelta(minutes=2)
"""How long after a moment it may still change what was published then: a load names its time just before it ends."""


@dataclass(frozen=True)
class Moment:
    """The moment, as the address has it and as a time: of a day its last one."""

    text: str
    time: datetime

    def is_final(self, now: datetime) -> bool:
        """Return whether what was published at the moment can change no more."""
        return self.time + SETTLED <= now


def read(text: str) -> Moment:
    """Return the moment of an address: `2026-11-20` or `2026-11-20T09:30Z`. Raises ValueError for anything else."""
    if _DAY.fullmatch(text):
        return Moment(text, datetime.combine(date.fromisoformat(text), time.max, UTC))
    if _MINUTE.fullmatch(text):
        return Moment(text, datetime.fromisoformat(text))
    raise ValueError("no day and no minute")


def settled(now: datetime) -> Moment:
    """Return the latest minute that is final."""
    minute = (now - SETTLED).astimezone(UTC).replace(second=0, microsecond=0)
    return Moment(f"{minute:%Y-%m-%dT%H:%MZ}", minute)
