"""What XPlanung demands of the geometry of single objects, beyond what every standard does."""

from collections.abc import Iterator

import numpy as np
import shapely

from findings import Level
from plans.fault import Fault
from plans.model import Element
from plans.rules import needs
from plans.rules.german.sources import GERMAN, condition, version
from plans.rules.rule import Source, plan_rule
from plans.standards.german import schema
from plans.subject import Subject
from plans.topology.place import place

STANDARD_CRS = frozenset(f"EPSG:{code}" for code in (25831, 25832, 25833, 31466, 31467, 31468, 31469, 4647, 5649, 5650))
"""ETRS89/UTM 31 to 33, with and without zone number, and DHDN Gauß-Krüger 2 to 5."""
_SURFACE = frozenset(("Polygon", "MultiPolygon"))
_LINE = frozenset(("LineString", "LinearRing", "MultiLineString"))
_POINT = frozenset(("Point", "MultiPoint"))
ALLOWED = {
    "Flaechenschlussobjekt": _SURFACE,
    "Ueberlagerungsobjekt": _SURFACE,
    "Flaechenobjekt": _SURFACE,
    "Linienobjekt": _LINE,
    "Punktobjekt": _POINT,
}
KINDS = Source(
    condition("", "").backing,
    "XPlanung, Konformitätsbedingungen 4.1.4.2, 4.1.8.1, 4.1.9.1, 5.1.4.2, 5.1.8.1, 5.1.9.1: Art der Geometrie",
)


@plan_rule(
    "geometry.de-crs",
    Level.WARNING,
    condition("2.1.3.1", "Angabe eines Standard-CRS"),
    standards=GERMAN,
    needs=(needs.crs,),
)
def unusual_crs(subject: Subject) -> Iterator[Fault]:
    """Find plans in a CRS that is none of those usual for XPlanung; in degrees their areas cannot even be examined."""
    if subject.plan.crs not in STANDARD_CRS:
        level = Level.ERROR if subject.once(needs.in_degrees) else None
        yield Fault("geometry.de-crs", {"crs": subject.plan.crs}, level, place=subject.plan.place)


@plan_rule("geometry.de-type", Level.ERROR, KINDS, standards=GERMAN)
def wrong_kind(subject: Subject) -> Iterator[Fault]:
    """Find objects whose type wants surfaces, lines or points, and that are something else."""
    release = version(subject)
    for element in (*subject.plan.areas, *subject.plan.regulations, *subject.plan.lines):
        allowed = ALLOWED.get(schema.ground(element.layer, release))
        found = type(element.geometry).__name__
        if element.geometry is not None and allowed is not None and found not in allowed:
            wanted = schema.ground(element.layer, release)
            yield Fault.of("geometry.de-type", element, values={"found": found, "wanted": wanted})


def unturned(subject: Subject) -> str | None:
    """Need coordinates in the right order: exchanged, they turn every ring."""
    found = subject.once(place)
    return "misplaced" if found is not None and not found.is_right and found.turned else None


@plan_rule(
    "geometry.de-orientation",
    Level.ERROR,
    condition("2.2.2.1", "Laufrichtung der Ringe"),
    standards=GERMAN,
    needs=(unturned,),
    fix="orient-ring",
)
def wrong_way_round(subject: Subject) -> Iterator[Fault]:
    """Find polygons whose outer ring does not run anticlockwise, or an inner one clockwise."""
    plan = subject.plan
    some = [plan.boundary, *plan.areas, *plan.regulations, *plan.parts]
    elements = [each for each in some if each is not None and type(each.geometry).__name__ in _SURFACE]
    for element, rings in zip(elements, _turned(elements), strict=True):
        if rings:
            yield Fault.of("geometry.de-orientation", element, values={"n": len(rings)}, where=_lines(rings))


def _turned(elements: list[Element]) -> list[list[shapely.Geometry]]:
    """Return for each element the rings that run the wrong way round."""
    shapes = np.array([each.geometry for each in elements], dtype=object)
    polygons, owners = shapely.get_parts(shapes, return_index=True)
    rings, of = shapely.get_rings(polygons, return_index=True)
    outer = np.ones(len(of), dtype=bool)
    outer[1:] = of[1:] != of[:-1]
    found: list[list[shapely.Geometry]] = [[] for _ in elements]
    for index in np.flatnonzero(shapely.is_ccw(rings) != outer):
        found[owners[of[index]]].append(rings[index])
    return found


def _lines(rings: list[shapely.Geometry]) -> shapely.Geometry:
    return shapely.MultiLineString([shapely.get_coordinates(ring) for ring in rings])
