"""Boxes as SQL conditions that are exact: no feature missed, none too many, in whichever CRS the box is asked.

Only the lon/lat column has an index, and a straight line in one CRS is a curve in another; so there are three roads:
lon/lat boxes are compared with the lon/lat column, boxes in the table's CRS with its geometry as it came (the index
bounds both), and boxes in any other CRS with the box's curved outline in lon/lat. On that road a feature whose edges
come so near to the outline that the curve matters is transformed and compared in the box's own CRS, one by one.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import DATA, GEOMETRY, id_column, lon_lat_column, srid, table_name
from catalogue.values import Box as LonLatBox
from service.crs import DEGREE_DECIMALS, Crs, Points, from_lon_lat, to_lon_lat
from service.parameters import Box

BEND = 0.005
"""How far (degrees) a straight edge of one degree may lie from itself drawn straight in another CRS.

It grows with the square of the length. The parallels' curvature gives 0.0022 tan(latitude); this holds to 65° with room
for obliqueness."""
OUTLINE_ERROR = 1e-8
"""Degrees (1 mm) by which the outline of a box may be off between the points that are computed."""
OUTLINE_POINTS = 4000
NOTHING = sql.SQL("false")
AREA = 2
"""Dimensions of a polygon."""


@dataclass(frozen=True)
class _Columns:
    """Names of the table's columns, quoted."""

    id: sql.Identifier
    stored: sql.Identifier
    lon_lat: sql.Identifier
    table: sql.Identifier


def are_straight(boxes: tuple[Box, ...], dataset: Dataset) -> bool:
    """Return whether all boxes are straight in a CRS of the table: then their condition needs no question."""
    return all(box.crs.is_lon_lat or box.crs.code == srid(dataset.crs) for box in boxes)


def condition(boxes: tuple[Box, ...], dataset: Dataset, extent: LonLatBox | None, ask: cursor | None) -> sql.Composable:
    """Return the SQL condition that a feature intersects one of the boxes.

    `extent` is the lon/lat box of all features, None if none has a geometry. `ask` is a cursor in the snapshot in which
    the condition will be used; straight boxes do without. Raises ValueError when another one has none.
    """
    lon_lat = lon_lat_column(dataset)
    if lon_lat is None or extent is None:
        return NOTHING
    names = _Columns(
        sql.Identifier(id_column(dataset)),
        sql.Identifier(GEOMETRY),
        sql.Identifier(lon_lat),
        sql.Identifier(DATA, table_name(dataset.id)),
    )
    return sql.SQL("({})").format(
        sql.SQL(" OR ").join(_condition(box, names, srid(dataset.crs), extent, ask) for box in boxes)
    )


def _condition(box: Box, names: _Columns, code: int, extent: LonLatBox, ask: cursor | None) -> sql.Composable:
    if box.crs.is_lon_lat:
        box = _as_served(box)
        near = sql.SQL("{} && {}").format(names.lon_lat, _envelope(box, 4326))
        return sql.SQL("({} AND {})").format(near, _touches(names.lon_lat, box, 4326))
    if box.crs.code != code:
        if ask is None:
            raise ValueError("the condition of a curved box needs a cursor")
        return _curved(box, names, extent, ask)
    room = around(box, extent)
    if room is None:
        return NOTHING
    return sql.SQL("({} AND {})").format(_bounded(names.lon_lat, room), _touches(names.stored, box, code))


def _as_served(box: Box) -> Box:
    """Return the box with room for the rounding of what is served: who asks where a corner was shown finds the feature.

    Shown are DEGREE_DECIMALS; the half of the last one is 5 mm.
    """
    room = 0.5 * 10.0**-DEGREE_DECIMALS
    return Box(box.min_x - room, box.min_y - room, box.max_x + room, box.max_y + room, box.crs)


def _touches(column: sql.Identifier, box: Box, code: int) -> sql.Composable:
    """Return the condition that a geometry near the box intersects it.

    What lies inside with its whole bounding box need not be looked at point by point; measured, that is three quarters
    of the time. PostGIS compares bounding boxes rounded outwards to single precision, hence by a box that is smaller.
    """
    if box.min_x == box.max_x or box.min_y == box.max_y:
        return _intersects(column, rectangle(box), code)
    room = 2 * float(np.spacing(np.float32(max(map(abs, (box.min_x, box.min_y, box.max_x, box.max_y))))))
    plain = sql.SQL("ST_Intersects({}, {})").format(column, _envelope(box, code))
    inner = Box(box.min_x + room, box.min_y + room, box.max_x - room, box.max_y - room, box.crs)
    if inner.min_x >= inner.max_x or inner.min_y >= inner.max_y:
        return plain
    return sql.SQL("({} @ {} OR {})").format(column, _envelope(inner, code), plain)


def _envelope(box: Box, code: int) -> sql.Composable:
    numbers = map(sql.Literal, (box.min_x, box.min_y, box.max_x, box.max_y, code))
    return sql.SQL("ST_MakeEnvelope({})").format(sql.SQL(",").join(numbers))


def _curved(box: Box, names: _Columns, extent: LonLatBox, ask: cursor) -> sql.Composable:
    """Return the condition for a box that is straight in neither of the table's two CRSs."""
    clipped = clip(box, extent)
    if clipped is None:
        return NOTHING
    outline, error = _outline(clipped)
    if not shapely.is_valid(outline):  # flat, or folded beyond the CRS's reach: compare all that is near, one by one
        outline, error = shapely.buffer(shapely.convex_hull(outline), 10 * OUTLINE_ERROR), 1.0
    doubtful = _doubtful(box, outline, error, names, ask)
    yes = [id_ for id_, inside in doubtful if inside]
    no = [id_ for id_, inside in doubtful if not inside]
    plain = _intersects(names.lon_lat, outline, 4326)
    return sql.SQL("({plain} AND {id} <> ALL({no}) OR {id} = ANY({yes}))").format(
        plain=plain, id=names.id, no=_list(no), yes=_list(yes)
    )


def _doubtful(
    box: Box, outline: shapely.Geometry, error: float, names: _Columns, ask: cursor
) -> list[tuple[object, bool]]:
    """Return ids of features that lie so near to the outline that its curve matters, and whether each is in the box.

    A feature with a point well inside is not doubtful, nor is one farther from the outline than its edges can bend.
    """
    inner = shapely.buffer(outline, -2 * error)
    bend = sql.SQL("{error} + {bend} * ((ST_XMax({g}) - ST_XMin({g}))^2 + (ST_YMax({g}) - ST_YMin({g}))^2)").format(
        error=sql.Literal(error), bend=sql.Literal(BEND), g=names.lon_lat
    )
    found = sql.SQL(
        "SELECT {id}, ST_AsBinary({g}) FROM {table} WHERE ST_DWithin({g}, {ring}, {bend})"
        " AND NOT ST_Intersects(ST_Points({g}), {inner})"
    ).format(
        id=names.id,
        g=names.lon_lat,
        table=names.table,
        ring=_geometry(shapely.boundary(outline) if shapely.get_dimensions(outline) == AREA else outline, 4326),
        bend=bend,
        inner=_geometry(inner, 4326),
    )
    ask.execute(found)
    rows = ask.fetchall()
    if not rows:
        return []
    features = shapely.from_wkb([bytes(wkb) for _, wkb in rows])
    moved = shapely.transform(features, lambda points: from_lon_lat(points, box.crs))
    inside = shapely.intersects(moved, rectangle(box))
    return [(id_, bool(is_inside)) for (id_, _), is_inside in zip(rows, inside, strict=True)]


def around(box: Box, extent: LonLatBox) -> shapely.Geometry | None:
    """Return a lon/lat rectangle that holds every feature which may intersect the box; None if there can be none."""
    clipped = clip(box, extent)
    if clipped is None:
        return None
    outline, error = _outline(clipped)
    west, south, east, north = shapely.bounds(outline)
    size = (extent[2] - extent[0]) ** 2 + (extent[3] - extent[1]) ** 2
    room = error + BEND * min(size, 4)
    near: shapely.Geometry = shapely.box(west - room, south - room, east + room, north + room)
    return near


def clip(box: Box, extent: LonLatBox) -> Box | None:
    """Return the part of the box that lies where the data is, so that the CRS is not used far from its area."""
    west, south, east, north = extent
    room = max(east - west, north - south) * 0.01 + 0.001
    around = _segmentized(shapely.box(west - room, south - room, east + room, north + room), 200)
    moved = from_lon_lat(shapely.get_coordinates(around), box.crs)
    moved = moved[np.isfinite(moved).all(axis=1)]
    if not len(moved):
        return None
    low, high = moved.min(axis=0), moved.max(axis=0)
    part = Box(
        max(box.min_x, low[0]), max(box.min_y, low[1]), min(box.max_x, high[0]), min(box.max_y, high[1]), box.crs
    )
    return part if part.min_x <= part.max_x and part.min_y <= part.max_y else None


def _outline(box: Box) -> tuple[shapely.Geometry, float]:
    """Return the box's outline in lon/lat, and by how many degrees it is off between its points."""
    corners = to_lon_lat(shapely.get_coordinates(shapely.box(box.min_x, box.min_y, box.max_x, box.max_y)), box.crs)
    length = float(np.ptp(corners, axis=0).max())
    count = int(np.clip(np.ceil(length * np.sqrt(BEND / OUTLINE_ERROR)), 1, OUTLINE_POINTS))
    error = max(OUTLINE_ERROR, BEND * (length / count) ** 2)
    ring = _segmentized(rectangle(box), count)
    return shapely.transform(ring, lambda points: _moved(points, box.crs)), error


def _moved(points: Points, source: Crs) -> Points:
    return to_lon_lat(points, source)


def _segmentized(rectangle: shapely.Geometry, count: int) -> shapely.Geometry:
    """Return the rectangle with `count` pieces on each side."""
    west, south, east, north = shapely.bounds(rectangle)
    longest = max(east - west, north - south)
    return shapely.segmentize(rectangle, longest / count) if longest > 0 else rectangle


def rectangle(box: Box) -> shapely.Geometry:
    """Return the box as a polygon; a flat one as the line or point that it is."""
    width, height = box.max_x > box.min_x, box.max_y > box.min_y
    if width and height:
        return shapely.box(box.min_x, box.min_y, box.max_x, box.max_y)
    if width or height:
        return shapely.linestrings([[box.min_x, box.min_y], [box.max_x, box.max_y]])
    return shapely.points(box.min_x, box.min_y)


def _intersects(column: sql.Identifier, shape: shapely.Geometry, code: int) -> sql.Composable:
    return sql.SQL("ST_Intersects({}, {})").format(column, _geometry(shape, code))


def _bounded(column: sql.Identifier, shape: shapely.Geometry) -> sql.Composable:
    return sql.SQL("{} && {}").format(column, _geometry(shape, 4326))


def _geometry(shape: shapely.Geometry, code: int) -> sql.Composable:
    return sql.SQL("ST_GeomFromWKB({}, {})").format(sql.Literal(shapely.to_wkb(shape)), sql.Literal(code))


def _list(ids: list[object]) -> sql.Composable:
    """Return an array of ids; an empty one takes its type from the column it is compared with."""
    return sql.Literal(ids) if ids else sql.SQL("'{}'")
