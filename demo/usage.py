"""Made-up statistics of the portal: two months of requests that end yesterday, so that there is something to be shown.

Apart from the region because they are no file: they are counts such as the service keeps, and go where it keeps them.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from demo.chance import stream

DAYS = 60
_SATURDAY = 5
_WANTED = {
    ("home", "page"): 60,
    ("map", "page"): 90,
    ("here", "page"): 34,
    ("municipalities", "map"): 140,
    ("municipalities", "data"): 28,
    ("roads", "map"): 110,
    ("roads", "download"): 3,
    ("memorials", "map"): 75,
    ("memorials", "page"): 18,
    ("memorials", "list"): 9,
    ("war-graves", "page"): 14,
    ("war-graves", "data"): 11,
    ("war-graves", "download"): 2,
    ("street-lights", "map"): 35,
    ("street-lights", "data"): 22,
    ("street-lights", "download"): 6,
    ("plan-coverage", "map"): 52,
    ("plan-coverage", "page"): 12,
    ("spatial-plans", "data"): 17,
    ("benches", "map"): 8,
    ("terrain", "map"): 26,
    ("budget", "data"): 7,
    ("budget", "dashboard"): 21,
    ("memory", "dashboard"): 16,
    ("plans", "dashboard"): 9,
}
"""Requests on a working day, on average, by what is asked for and how."""


def usage(last: date, seed: int) -> Iterator[tuple[date, str, str, int]]:
    """Yield day, subject, use and number of requests (more than 0) of the days up to `last`; fewer at weekends."""
    rng = stream(seed, "usage")
    for back in range(DAYS - 1, -1, -1):
        day = last - timedelta(days=back)
        week = 0.45 if day.weekday() >= _SATURDAY else 1.0
        for (subject, use), wanted in _WANTED.items():
            found = int(rng.poisson(wanted * week * rng.uniform(0.7, 1.3)))
            if found:
                yield day, subject, use, found
