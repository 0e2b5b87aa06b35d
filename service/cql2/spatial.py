"""Spatial predicates of a filter, before they are SQL: what is asked of which geometries.

Where the data lies decides how a predicate is made SQL, and that is known only when the statement is made; until then
the predicate stands in the statement as itself (see `binding`).
"""

from dataclasses import dataclass

import shapely
from psycopg2 import sql
from shapely.geometry.base import BaseGeometry

from service.cql2.terms import Kind, Term, need
from service.cql2.tree import FilterError, Literal, Node, Place, Property
from service.crs import Crs

PREDICATES = {
    "s_intersects": "ST_Intersects",
    "s_equals": "ST_Equals",
    "s_disjoint": "ST_Intersects",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
    "s_overlaps": "ST_Overlaps",
    "s_crosses": "ST_Crosses",
    "s_contains": "ST_Contains",
}
"""PostGIS's functions; `s_disjoint` is the opposite."""
DWITHIN = "s_dwithin"
METRES = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), 1000.0),
    **dict.fromkeys(("ft", "foot", "feet"), 0.3048),
    **dict.fromkeys(("mi", "mile", "miles"), 1609.344),
    **dict.fromkeys(("nmi", "nautical mile", "nautical miles"), 1852.0),
}
"""Units of S_DWITHIN."""
DISTANCE_MAX = 20_037_508.0
"""Metres: half round the earth."""
WORLD = shapely.box(-180, -90, 180, 90)
_MIXED = frozenset({"s_intersects", "s_disjoint"})
"""Predicates that a collection of points, lines and areas can stand in."""


@dataclass(frozen=True)
class Geometric(Term):
    """A term of a geometry: a literal in the filter's CRS, x first, or the features' own when `shape` is None."""

    shape: BaseGeometry | None = None


class Spatial(sql.Composable):
    """A spatial predicate in its place in a statement; it must be replaced before the statement is sent."""

    def __init__(self, name: str, sides: tuple[Geometric, Geometric], crs: Crs, metres: float = 0) -> None:
        super().__init__(name)
        self.name, self.crs, self.metres = name, crs, metres
        self.shapes = sides[0].shape, sides[1].shape

    def as_string(self, context: object) -> str:
        """Raise TypeError: what this is in SQL depends on where the data lies."""
        raise TypeError(f"{self.name} is not bound to data, in {context!r}")


def predicate(name: str, sides: tuple[Term, ...], crs: Crs, place: Place) -> Term:
    """Return the condition that two geometries stand so to each other. Raises FilterError."""
    first, second = (_geometric(side) for side in sides)
    for side in (first, second):
        if name not in _MIXED and side.shape is not None and side.shape.geom_type == "GeometryCollection":
            raise FilterError("geometry-mixed", side.place)
    return Term(Kind.BOOLEAN, Spatial(name, (first, second), crs), place)


def within_distance(sides: tuple[Term, ...], distance: Node, unit: Node, crs: Crs, place: Place) -> Term:
    """Return the condition that two geometries are at most so far apart on the ground. Raises FilterError."""
    first, second = (_geometric(side) for side in sides)
    if not isinstance(distance, Literal) or isinstance(distance.value, str | bool):
        raise FilterError("distance", distance.place, most=int(DISTANCE_MAX))
    metres = distance.value * _metres(unit)
    if not 0 <= metres <= DISTANCE_MAX:
        raise FilterError("distance", distance.place, most=int(DISTANCE_MAX))
    for side in (first, second):
        if side.shape is not None and crs.geographic and not _is_on_earth(side.shape):
            raise FilterError("geometry-earth", side.place)
    return Term(Kind.BOOLEAN, Spatial(DWITHIN, (first, second), crs, metres), place)


def _metres(unit: Node) -> float:
    """Return how many metres a unit has; it is written as a text or as a bare word."""
    name = unit.value if isinstance(unit, Literal) else unit.name if isinstance(unit, Property) else None
    if not isinstance(name, str) or name.lower() not in METRES:
        raise FilterError("unit", unit.place, known=", ".join(METRES))
    return METRES[name.lower()]


def _is_on_earth(shape: BaseGeometry) -> bool:
    return bool(shapely.covers(WORLD, shape))


def _geometric(term: Term) -> Geometric:
    if not isinstance(need(term, frozenset({Kind.GEOMETRY})), Geometric):
        raise FilterError("kind", term.place, found=term.kind, needed=Kind.GEOMETRY)
    return term  # type: ignore[return-value]
