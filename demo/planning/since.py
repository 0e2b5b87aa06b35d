"""Since when the plans of the demo region are in force: each municipality has finished its own in its own year.

Apart from the writers of the three standards because it is one story: told in order, it is how the region was covered.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from demo.chance import stream

SPANS: Mapping[str, tuple[date, date]] = {
    "CZ": (date(2011, 1, 1), date(2025, 12, 31)),
    "PL": (date(2024, 9, 1), date(2026, 8, 31)),
    "DE": (date(2004, 1, 1), date(2024, 12, 31)),
}
"""By state: the years over which such plans came into force. Polish general plans are a matter of the last of them."""


def first_day(code: str, state: str) -> date:
    """Return the day since when a municipality's plan is in force; the same one whenever asked."""
    earliest, latest = SPANS[state]
    days = int(stream(int(code), "plan in force").integers((latest - earliest).days + 1))
    return earliest + timedelta(days=days)
