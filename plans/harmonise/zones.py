"""Which of the national zones an area is, for the map in national terms: the tables' word for it in four languages.

Apart from the matching because it is a matter of legends: coarser than the codes of the plans, and of no consequence.
"""

from collections.abc import Mapping
from functools import cache

from plans.harmonise.matching import texts
from plans.harmonise.model import Item
from plans.harmonise.tables import rows
from plans.model import Standard

BUILT = ("besondereArtDerBaulNutzung", "allgArtDerBaulNutzung")
"""Attributes of German building areas that say the zone, the more telling first; others are known by their class."""


def zone_of(item: Item, standard: Standard) -> str | None:
    """Return the zone of an area as `national-zones.csv` calls it (cz-BI, pl-SW, de-WA); None for one not in it."""
    known = _zones()
    keys = [item.term.partition(".")[0].upper()]
    if standard is Standard.GERMAN:
        keys = [f"{name}={value}" for name in BUILT for value in texts(item.attributes, name)] or [item.layer]
    return next((known[standard, key] for key in keys if (standard, key) in known), None)


@cache
def _zones() -> Mapping[tuple[Standard, str], str]:
    return {
        (Standard(row["standard"]), key): row["code"]
        for row in rows("national-zones")
        for key in row["keys"].split(";")
    }
