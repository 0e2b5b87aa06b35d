"""Geometry literals of a filter: from coordinates as they were written to valid shapely geometries, x first. Pure.

All that GEOS or PostGIS would stumble over is refused here: rings that are open or too short, areas that cross
themselves, numbers that are no position.
"""

from collections.abc import Callable, Iterable
from typing import Any

import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry as Geometry

from service.cql2.tree import Collection, FilterError, Nested, Place, Shape
from service.crs import Crs

_POSITION = (2, 3)
_BBOX_NUMBERS, _BBOX_NUMBERS_3D = 4, 6
_RING_MIN, _LINE_MIN = 4, 2
_WEST, _EAST = -180.0, 180.0


def build(node: Shape | Collection, crs: Crs) -> Geometry:
    """Return the geometry of a literal in a CRS, x first and flat. Raises FilterError.

    The parts of a collection that are of one dimension become one multi-part geometry without overlaps.
    """
    made = _collected(node, crs) if isinstance(node, Collection) else _shape(node, crs)
    if not shapely.is_valid(made):
        raise FilterError("geometry-invalid", node.place)
    if shapely.is_empty(made):
        raise FilterError("geometry-numbers", node.place)
    return made


def _collected(node: Collection, crs: Crs) -> Geometry:
    parts = [build(each, crs) for each in node.shapes]
    if len({int(shapely.get_dimensions(part)) for part in parts}) == 1 and "GeometryCollection" not in _types(parts):
        return shapely.union_all(parts)
    return shapely.geometrycollections(parts)


def _types(parts: Iterable[Geometry]) -> set[str]:
    return {part.geom_type for part in parts}


def _shape(node: Shape, crs: Crs) -> Geometry:
    if node.kind == "BBOX":
        return _rectangle(node, crs)
    return _BUILD[node.kind](node.coordinates, node.place, crs)


def _rectangle(node: Shape, crs: Crs) -> Geometry:
    """Return a box: flat it is a line or point, across the antimeridian it is two."""
    numbers = _numbers(node.coordinates)
    if len(numbers) not in {_BBOX_NUMBERS, _BBOX_NUMBERS_3D}:
        raise FilterError("geometry-box", node.place)
    half = len(numbers) // 2
    low, high = (_ordered(corner, crs) for corner in (numbers[:2], numbers[half : half + 2]))
    (west, south), (east, north) = low, high
    if south > north or (west > east and not crs.geographic):
        raise FilterError("geometry-box", node.place)
    if west > east:
        return shapely.union_all([_box(west, south, _EAST, north), _box(_WEST, south, east, north)])
    return _box(west, south, east, north)


def _box(west: float, south: float, east: float, north: float) -> Geometry:
    if west < east and south < north:
        return shapely.box(west, south, east, north)
    if west < east or south < north:
        return shapely.linestrings([[west, south], [east, north]])
    return shapely.points(west, south)


def _numbers(nested: Nested) -> list[float]:
    return [each for each in nested if isinstance(each, float)]


def _ordered(position: list[float], crs: Crs) -> tuple[float, float]:
    first, second = position
    return (second, first) if crs.swapped else (first, second)


def _positions(nested: Nested, place: Place, crs: Crs, least: int = 1) -> list[tuple[float, float]]:
    """Return positions x first; heights are read and not used."""
    found = []
    for each in nested:
        numbers = _numbers(each) if isinstance(each, tuple) else []
        if len(numbers) not in _POSITION or not isinstance(each, tuple) or len(each) != len(numbers):
            raise FilterError("geometry-numbers", place)
        found.append(_ordered(numbers[:2], crs))
    if len(found) < least:
        raise FilterError("geometry-few", place, least=least)
    return found


def _point(nested: Nested, place: Place, crs: Crs) -> Geometry:
    positions = _positions(nested, place, crs)
    if len(positions) != 1:
        raise FilterError("geometry-numbers", place)
    return shapely.points(*positions[0])


def _line(nested: Nested, place: Place, crs: Crs) -> LineString:
    return LineString(_positions(nested, place, crs, _LINE_MIN))


def _polygon(nested: Nested, place: Place, crs: Crs) -> Polygon:
    rings = [_positions(_level(ring, place), place, crs, _RING_MIN) for ring in nested]
    if not rings:
        raise FilterError("geometry-numbers", place)
    if any(ring[0] != ring[-1] for ring in rings):
        raise FilterError("geometry-open", place)
    return Polygon(rings[0], rings[1:])


def _points(nested: Nested, place: Place, crs: Crs) -> Geometry:
    return shapely.multipoints(_positions(nested, place, crs))


def _lines(nested: Nested, place: Place, crs: Crs) -> Geometry:
    return MultiLineString([_line(_level(each, place), place, crs) for each in nested])


def _polygons(nested: Nested, place: Place, crs: Crs) -> Geometry:
    return MultiPolygon([_polygon(_level(each, place), place, crs) for each in nested])


def _level(nested: Any, place: Place) -> Nested:  # noqa: ANN401 (a level of nested coordinates, or a number)
    if not isinstance(nested, tuple):
        raise FilterError("geometry-numbers", place)
    return nested


type Build = Callable[[Nested, Place, Crs], Geometry]

_BUILD: dict[str, Build] = {
    "POINT": _point,
    "LINESTRING": _line,
    "POLYGON": _polygon,
    "MULTIPOINT": _points,
    "MULTILINESTRING": _lines,
    "MULTIPOLYGON": _polygons,
}
