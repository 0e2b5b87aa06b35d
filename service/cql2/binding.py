"""Spatial predicates bound to a dataset's table: which column, which index, which coordinates.

Three roads, as for boxes (`service.boxes`): literals in lon/lat are compared with the indexed lon/lat column; literals
in the table's CRS with its geometry as it came, bounded through the index; literals in any other CRS are brought to
lon/lat with so many points that their edges stay within a millimetre of what they are in their own CRS.
"""

import math

import numpy as np
import shapely
from psycopg2 import sql
from shapely.geometry.base import BaseGeometry as Geometry

from catalogue import Dataset
from catalogue.layout import GEOMETRY, lon_lat_column, srid
from catalogue.values import Box as LonLatBox
from service import boxes
from service.cql2.spatial import DWITHIN, PREDICATES, Spatial
from service.crs import to_lon_lat
from service.parameters import Box

PIECES = 100.0, 10_000
"""Metres between the points of an edge that is brought to lon/lat (between them it is off by a millimetre at most), and
how many points one literal may get; those longer than a thousand kilometres are less fine."""
PIECES_NEAR = 300.0, 2_000
"""The same for distances, which centimetres suffice for, and which cost more for each point."""
_DEGREE = 110_574.0
"""Metres of one degree of latitude, where it is shortest."""
_POLE, _FAR = 89.0, 360.0
_WORLD = -180.0, -90.0, 180.0, 90.0
_LON_LAT = 4326
_NOWHERE = shapely.Polygon()


def bound(condition: sql.Composable, dataset: Dataset, extent: LonLatBox | None) -> sql.Composable:
    """Return a filter's condition as SQL. `extent` is the lon/lat box of all features, None if none has a geometry."""
    if isinstance(condition, Spatial):
        return _predicate(condition, dataset, extent)
    if isinstance(condition, sql.Composed):
        return sql.Composed([bound(part, dataset, extent) for part in condition.seq])
    return condition


def _predicate(asked: Spatial, dataset: Dataset, extent: LonLatBox | None) -> sql.Composable:
    lon_lat = sql.Identifier(lon_lat_column(dataset) or GEOMETRY)
    if extent is None:  # no feature has a geometry: the answer is NULL for each
        return sql.SQL("NULL::boolean")
    if asked.name == DWITHIN:
        return _near(asked, lon_lat, extent)
    if asked.crs.is_lon_lat:
        return _opposite(asked, _compared(asked, lon_lat, asked.shapes, _LON_LAT))
    if asked.crs.code != srid(dataset.crs):
        return _opposite(asked, _compared(asked, lon_lat, _moved(asked, extent), _LON_LAT))
    exact = _compared(asked, sql.Identifier(GEOMETRY), asked.shapes, srid(dataset.crs))
    literal = next((side for side in asked.shapes if side is not None), None)
    if literal is None or None not in asked.shapes:
        return _opposite(asked, exact)
    room = boxes.around(_box(literal, asked), extent)
    bounded = sql.SQL("({} AND {})").format(_meets(lon_lat, _NOWHERE if room is None else room), exact)
    return _opposite(asked, bounded)


def _compared(asked: Spatial, column: sql.Identifier, sides: tuple[Geometry | None, ...], code: int) -> sql.Composable:
    """Return PostGIS's predicate, the column standing where no literal stands; it uses the column's index if it can."""
    first, second = (column if side is None else _geometry(side, code) for side in sides)
    return sql.SQL("{}({}, {})").format(sql.SQL(PREDICATES[asked.name]), first, second)


def _opposite(asked: Spatial, made: sql.Composable) -> sql.Composable:
    return sql.SQL("(NOT {})").format(made) if asked.name == "s_disjoint" else made


def _near(asked: Spatial, lon_lat: sql.Identifier, extent: LonLatBox) -> sql.Composable:
    """Return the condition that two geometries are so near on the ground, the ellipsoid of WGS 84.

    PostGIS takes edges for geodesics; those of literals have so many points that they stay where they are straight.
    What cannot be near is told from the rest by the index, what is inside needs no measuring.
    """
    sides = _moved(asked, _grown(extent, _reach(extent, asked.metres)) if None in asked.shapes else _WORLD)
    first, second = (lon_lat if side is None else _geometry(side, _LON_LAT) for side in sides)
    made = sql.SQL("ST_DWithin({}::geography, {}::geography, {})").format(first, second, sql.Literal(asked.metres))
    literal = next((side for side in sides if side is not None), None)
    if literal is None or None not in sides or shapely.is_empty(literal):
        return made
    reach = _reach(tuple(shapely.bounds(literal)), asked.metres) + boxes.BEND * min(_size(extent), 4)
    zone = shapely.buffer(literal, reach) if reach < _FAR else shapely.box(*_WORLD)
    return sql.SQL("(ST_Intersects({column}, {zone}) AND (ST_Intersects({column}, {literal}) OR {made}))").format(
        column=lon_lat, zone=_geometry(zone, _LON_LAT), literal=_geometry(literal, _LON_LAT), made=made
    )


def _reach(box: LonLatBox, metres: float) -> float:
    """Return how many degrees a distance from what is in a box may be, the most; `_FAR` where it is all round."""
    west, south, east, north = box
    up = metres / _DEGREE * 1.02 + 1e-6
    top = max(abs(south - up), abs(north + up))
    side = up / math.cos(math.radians(top)) if top < _POLE else _FAR
    return side if west - side > _WORLD[0] and east + side < _WORLD[2] else _FAR


def _grown(box: LonLatBox, by: float) -> LonLatBox:
    west, south, east, north = box
    return (west - by, south - by, east + by, north + by) if by < _FAR else _WORLD


def _size(box: LonLatBox) -> float:
    """Return the square of the diagonal, in degrees."""
    west, south, east, north = box
    return float((east - west) ** 2 + (north - south) ** 2)


def _moved(asked: Spatial, extent: LonLatBox) -> tuple[Geometry | None, ...]:
    """Return the literals in lon/lat, cut to where data is: a CRS far from its area is not to be trusted."""
    return tuple(None if side is None else _brought(side, asked, extent) for side in asked.shapes)


def _brought(shape: Geometry, asked: Spatial, extent: LonLatBox) -> Geometry:
    if shape.geom_type == "GeometryCollection":
        parts = [_brought(part, asked, extent) for part in shapely.get_parts(shape)]
        return shapely.geometrycollections([part for part in parts if not shapely.is_empty(part)])
    part = boxes.clip(_box(shape, asked), extent)
    if part is None:
        return _NOWHERE
    rectangle = boxes.rectangle(part)
    cut = shape if shapely.covers(rectangle, shape) else _same_kind(shapely.intersection(shape, rectangle), shape)
    metres, most = PIECES_NEAR if asked.name == DWITHIN else PIECES
    piece = metres / _DEGREE if asked.crs.geographic else metres
    dense = shapely.segmentize(cut, max(piece, shapely.length(cut) / most))
    moved = shapely.transform(dense, lambda points: to_lon_lat(points, asked.crs))
    return moved if np.isfinite(shapely.get_coordinates(moved)).all() else _NOWHERE


def _box(shape: Geometry, asked: Spatial) -> Box:
    west, south, east, north = shapely.bounds(shape)
    return Box(west, south, east, north, asked.crs)


def _same_kind(cut: Geometry, shape: Geometry) -> Geometry:
    """Return what of a cut has the dimension of the whole: where an area only touches the edge, nothing is left."""
    size = shapely.get_dimensions(shape)
    parts = [part for part in shapely.get_parts(cut) if shapely.get_dimensions(part) == size]
    return shapely.union_all(parts) if parts else _NOWHERE


def _meets(column: sql.Identifier, shape: shapely.Geometry) -> sql.Composable:
    return sql.SQL("{} && {}").format(column, _geometry(shape, _LON_LAT))


def _geometry(shape: shapely.Geometry, code: int) -> sql.Composable:
    return sql.SQL("ST_GeomFromWKB({}, {})").format(sql.Literal(shapely.to_wkb(shape)), sql.Literal(code))
