"""Harmonising: a plan of any of the three standards in the terms of INSPIRE Planned Land Use 4.0.

`harmonise(plan)` gives rows, with `preview()` (which code becomes what) and `unknown_share`; `write` makes the
GeoPackage that the collections read, `plu` the INSPIRE GML.
"""

from plans.harmonise.geopackage import write
from plans.harmonise.making import harmonise, harmonised
from plans.harmonise.model import UNKNOWN_USE, Harmonised, Item, Meaning, SpatialPlan, Status, Use
from plans.harmonise.plu import plu
from plans.harmonise.tables import Land, group, hilucs

__all__ = [
    "UNKNOWN_USE",
    "Harmonised",
    "Item",
    "Land",
    "Meaning",
    "SpatialPlan",
    "Status",
    "Use",
    "group",
    "harmonise",
    "harmonised",
    "hilucs",
    "plu",
    "write",
]
