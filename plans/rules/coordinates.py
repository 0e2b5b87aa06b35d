"""What readers meet while they make geometries of text and bytes: numbers that are none, rings that are open, two CRS.

Apart from the rules on geometry because here there may be no geometry at all to look at.
"""

from collections.abc import Iterator

import numpy as np
import shapely

from findings import Level
from plans.delivery import Delivery, Incident
from plans.fault import Fault
from plans.model import NOWHERE, Standard
from plans.rules.rule import Backing, Source, met, package_rule
from plans.rules.sources import FEATURES, FLAT, GML, OURS
from plans.tolerance import FARTHEST

_INFINITE = "not-finite"
_WRITTEN = (Standard.POLISH, Standard.GERMAN)
"""Standards whose geometries are GML."""
_ELEVATION = {Standard.POLISH: OURS, Standard.GERMAN: FLAT}
_ONE_CRS = Source(Backing.TECHNICAL, "ISO 19111: one coordinate reference system")


@package_rule("geometry.coordinates", Level.ERROR, FEATURES)
def coordinates(delivery: Delivery) -> Iterator[Fault]:
    """Find geometries whose coordinates are not numbers, or not as many as they should be."""
    for each in delivery.incidents:
        if each.rule == "geometry.coordinates" and each.values.get("reason") != _INFINITE:
            yield _told(each, text=str(each.values.get("text", "")))


@package_rule("geometry.non-finite", Level.ERROR, FEATURES)
def non_finite(delivery: Delivery) -> Iterator[Fault]:
    """Find coordinates that are no place: NaN, infinity, and what lies beyond the Earth."""
    rule = "geometry.non-finite"
    for each in delivery.incidents:
        if each.rule == rule or (each.rule == "geometry.coordinates" and each.values.get("reason") == _INFINITE):
            yield _told(each, rule)
    for plan in delivery.plans:
        elements = list(plan.everything())
        corners, index = shapely.get_coordinates([each.geometry for each in elements], return_index=True)
        for number in np.unique(index[~(np.abs(corners) < FARTHEST).all(axis=1)]).tolist():
            element = elements[number]
            yield Fault(rule, object=element.id or None, layer=element.layer, place=element.place)


@package_rule("geometry.third-dimension", Level.NOTE, _ELEVATION, levels={"XPlan": Level.WARNING})
def third_dimension(delivery: Delivery) -> Iterator[Fault]:
    """Find files whose coordinates have heights; one fault for each."""
    found = [each for each in delivery.incidents if each.rule == "geometry.third-dimension"]
    for file in dict.fromkeys(each.place.file for each in found):
        mine = [each for each in found if each.place.file == file]
        yield Fault("geometry.third-dimension", {"n": len(mine)}, place=mine[0].place)


@package_rule("geometry.two-crs", Level.ERROR, _ONE_CRS)
def two_crs(delivery: Delivery) -> Iterator[Fault]:
    """Find files in which a second CRS is named."""
    yield from met("geometry.two-crs")(delivery)


@package_rule("geometry.crs-assumed", Level.WARNING, _ONE_CRS, standards=_WRITTEN)
def crs_assumed(delivery: Delivery) -> Iterator[Fault]:
    """Find geometries that name no CRS, nor anything around them, in files where others do; one fault for each file."""
    found = [each for each in delivery.incidents if each.rule == "geometry.crs-assumed"]
    for file in dict.fromkeys(each.place.file for each in found):
        mine = [each for each in found if each.place.file == file]
        yield _told(mine[0], n=len(mine))


@package_rule("geometry.unclosed", Level.ERROR, FEATURES, fix="close-ring")
def unclosed(delivery: Delivery) -> Iterator[Fault]:
    """Find rings and joined curves whose end is not where they begin; readers have closed them."""
    for each in delivery.incidents:
        if each.rule == "geometry.unclosed":
            distance = float(each.values.get("distance", 0.0))
            yield _told(each, distance=round(distance, 3), measured=distance)


for _rule, _source, _standards in (
    ("geometry.too-few-points", FEATURES, tuple(Standard)),
    ("geometry.unknown-crs", GML, _WRITTEN),
    ("geometry.unknown-type", GML, _WRITTEN),
    ("geometry.arc", GML, _WRITTEN),
    ("geometry.broken-link", GML, _WRITTEN),
    ("geometry.limits", Source(Backing.TECHNICAL, "Krajina"), _WRITTEN),
):
    package_rule(_rule, Level.ERROR, _source, standards=_standards)(met(_rule))


def _told(incident: Incident, rule: str | None = None, measured: float | None = None, **values: object) -> Fault:
    """Return the fault that an incident is; values given are put beside those of the incident."""
    return Fault(
        rule or incident.rule,
        {**incident.values, **values},
        object=incident.object,
        layer=incident.layer,
        place=incident.place or NOWHERE,
        where=incident.where,
        measured=measured,
        tolerance=None if measured is None else 0.0,
        unit="" if measured is None else "m",
    )
