"""Where a tile stands among the stored geometries, and by which expression these come into its grid.

Three ways (docs/adr/0011). A table kept in the grid's own CRS is taken as it is. Web Mercator is made of longitude and
latitude by arithmetic, which is linear within a small tile. Any other grid is reached as the service reaches its CRS:
to the geographic system by the service's own geodesy, fitted over the tile, and from there by projection alone, about
which PROJ has nothing to choose. Only integer SRIDs: given a text, PostGIS reads the definition for every geometry.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from math import atan, degrees, radians, sinh

import numpy as np
import pyproj
from numpy.typing import NDArray
from psycopg2 import sql

from catalogue import Dataset
from catalogue.layout import GEOMETRY, LON_LAT, lon_lat_column, srid
from catalogue.values import Box as LonLatBox
from service.boxes import BEND
from service.crs import epsg, from_lon_lat, to_lon_lat
from service.tiles.grids import WEB_MERCATOR, Bounds, Grid, Tile

BUFFER = 1 / 64
"""Share of a tile's width by which features reach over its edge, so that outlines do not show there."""
LINEAR_FROM = 13
"""Level of Web Mercator from which latitude is as good as linear within a tile: to 0.4 of its 4096 units."""
_WGS_84, _ETRS_89 = srid(LON_LAT), 4258
_RADIUS = 6378137.0
_HIGHEST = 85.06
_SIDES = ("_w", "_s", "_e", "_n")
_WIDER = 1.1
"""What a box is made wider by where the grid is turned against longitude and latitude, and bent."""

type Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """How boxes of features become numbers in the tile: its width is 1, the lower left corner 0, 0, y goes upwards.

    `column` has the boxes, of which _w, _s, _e and _n are the sides. `parts` are SQL numbers made of these, by name,
    and `sides` those made of both: left, low, right, high.
    """

    column: sql.Composable
    sides: tuple[sql.Composable, ...]
    parts: tuple[tuple[str, sql.Composable], ...] = ()


@dataclass(frozen=True)
class Placement:
    """A tile and a table. `geometry` is the SQL of a feature's geometry, `bounds` the tile's in the same CRS.

    `column` is what the geometry is made of.

    `where` is the SQL condition of the features that reach the tile, `near` a lon/lat box that holds them; `cells`
    computes what only a tile over its budget needs.
    """

    column: sql.Composable
    geometry: sql.Composable
    bounds: sql.Composable
    where: sql.Composable
    near: LonLatBox
    cells: Callable[[], Cells]


def near(tile: Tile, dataset: Dataset, extent: LonLatBox) -> LonLatBox:
    """Return the lon/lat box that every feature intersects which may reach the tile; `extent` is that of the data.

    An edge that is straight in one CRS is bent in another; for lines and areas there is room for it.
    """
    outline = tile.widened(BUFFER)
    if tile.grid is WEB_MERCATOR:
        return lon_lat(outline)
    points = to_lon_lat(_strewn(outline, 9), epsg(tile.grid.code))
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return extent
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    bend = BEND * ((east - west) ** 2 + (north - south) ** 2) / 64
    if not dataset.geometry.endswith("Point"):
        bend += BEND * min((extent[2] - extent[0]) ** 2 + (extent[3] - extent[1]) ** 2, 4)
    return float(west - bend), float(south - bend), float(east + bend), float(north + bend)


def placement(tile: Tile, dataset: Dataset, extent: LonLatBox) -> Placement:
    """Return how the dataset's features come into the tile."""
    found = near(tile, dataset, extent)
    column = sql.Identifier(lon_lat_column(dataset) or GEOMETRY)
    where = sql.SQL("{} && {}").format(column, _envelope(found, _WGS_84))
    code = tile.grid.code
    if srid(dataset.crs) == code:
        stored = sql.Identifier(GEOMETRY)
        where = sql.SQL("{} AND {} && {}").format(where, stored, _envelope(tile.widened(BUFFER), code))
        return Placement(
            stored, stored, _envelope(tile.bounds, code), where, found, partial(_linear, stored, tile.bounds)
        )
    if tile.grid is WEB_MERCATOR:
        degrees_ = lon_lat(tile.bounds)
        cells = partial(_mercator, column, tile.bounds, degrees_)
        if tile.level >= LINEAR_FROM:
            return Placement(column, column, _envelope(degrees_, _WGS_84), where, found, cells)
        moved = sql.SQL("ST_Transform({}, {})").format(column, sql.Literal(code))
        return Placement(column, moved, _envelope(tile.bounds, code), where, found, cells)
    geometry = _projected(column, tile)
    return Placement(column, geometry, _envelope(tile.bounds, code), where, found, partial(_fitted, column, tile))


def lon_lat(bounds: Bounds) -> LonLatBox:
    """Return a box of Web Mercator in degrees."""
    west, east = degrees(bounds[0] / _RADIUS), degrees(bounds[2] / _RADIUS)
    south, north = (degrees(atan(sinh(y / _RADIUS))) for y in (bounds[1], bounds[3]))
    return west, south, east, north


def bounds_of(extent: LonLatBox, grid: Grid) -> Bounds | None:
    """Return the bounds in the grid's CRS of a lon/lat box; None where they do not meet."""
    if grid is WEB_MERCATOR:
        west, east = (radians(each) * _RADIUS for each in (extent[0], extent[2]))
        low, high = (_northing(min(max(each, -_HIGHEST), _HIGHEST)) for each in (extent[1], extent[3]))
        return west, low, east, high
    area = _area(grid.code)
    west, south, east, north = (
        max(extent[0], area[0]), max(extent[1], area[1]), min(extent[2], area[2]), min(extent[3], area[3]),
    )  # fmt: skip
    if west > east or south > north:
        return None
    points = from_lon_lat(_strewn((west, south, east, north), 9), epsg(grid.code))
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return None
    low_, high_ = points.min(axis=0), points.max(axis=0)
    return float(low_[0]), float(low_[1]), float(high_[0]), float(high_[1])


def accuracy(tile: Tile) -> float:
    """Return by how many metres the fit over a tile is off at most, for a grid in which nothing is stored."""
    points = _over(tile, 13)
    matrix, shift = _shift(tile)
    geographic = points @ matrix.T + shift
    found = np.column_stack(_PROJECTIONS.of(tile.grid.code).transform(geographic[:, 0], geographic[:, 1]))
    return float(np.abs(found - from_lon_lat(points, epsg(tile.grid.code))).max())


def _northing(latitude: float) -> float:
    return _RADIUS * float(np.arctanh(np.sin(radians(latitude))))


def _envelope(box: Bounds, code: int) -> sql.Composable:
    return sql.SQL("ST_MakeEnvelope({})").format(sql.SQL(", ").join(map(sql.Literal, (*box, code))))


def _linear(column: sql.Composable, bounds: Bounds) -> Cells:
    left, low, right, high = bounds
    across, up = (left, right - left), (low, high - low)
    sides = (
        sql.SQL("(({} - {}) / {})").format(sql.Identifier(side), sql.Literal(start), sql.Literal(size))
        for side, (start, size) in zip(_SIDES, (across, up, across, up), strict=True)
    )
    return Cells(column, tuple(sides))


def _mercator(column: sql.Composable, bounds: Bounds, degrees_: LonLatBox) -> Cells:
    left, _, right, _ = _linear(column, degrees_).sides
    northing = sql.SQL("(({} * ln(tan(pi() / 4 + radians(greatest(least({}, {top}), -{top})) / 2)) - {}) / {})")
    low, high = (
        northing.format(
            sql.Literal(_RADIUS),
            sql.Identifier(side),
            sql.Literal(bounds[1]),
            sql.Literal(bounds[3] - bounds[1]),
            top=sql.Literal(_HIGHEST),
        )
        for side in ("_s", "_n")
    )
    return Cells(column, (left, low, right, high))


def _projected(column: sql.Composable, tile: Tile) -> sql.Composable:
    matrix, shift = _shift(tile)
    numbers = (*matrix.ravel().tolist(), *shift.tolist())
    moved = sql.SQL("ST_Affine({}, {})").format(column, sql.SQL(", ").join(map(sql.Literal, numbers)))
    shape = column if np.array_equal(matrix, np.eye(2)) and not shift.any() else moved
    base, code = sql.Literal(_geographic(tile.grid.code)), sql.Literal(tile.grid.code)
    return sql.SQL("ST_Transform(ST_SetSRID({}, {}), {})").format(shape, base, code)


@lru_cache(maxsize=4096)
def _shift(tile: Tile) -> tuple[Matrix, NDArray[np.float64]]:
    """Return the affine change from lon/lat to the grid's geographic system that fits the service's geodesy here."""
    code = tile.grid.code
    if _geographic(code) in {_WGS_84, _ETRS_89}:
        return np.eye(2), np.zeros(2)
    points = _over(tile, 7)
    moved = from_lon_lat(points, epsg(code))
    wanted = np.column_stack(_PROJECTIONS.of(code).transform(moved[:, 0], moved[:, 1], direction="INVERSE"))
    sound = np.isfinite(wanted).all(axis=1)
    terms = np.column_stack([points - points.mean(axis=0), np.ones(len(points))])[sound]
    solved = np.linalg.lstsq(terms, wanted[sound], rcond=None)[0]
    matrix = solved[:2].T
    return matrix, solved[2] - matrix @ points.mean(axis=0)


def _fitted(column: sql.Composable, tile: Tile) -> Cells:
    """Return the box of a feature by a quadratic fit of the grid over the tile: for cells, which are coarse."""
    points = _over(tile, 13)
    centre, half = points.mean(axis=0), np.ptp(points, axis=0) / 2
    x, y = ((points - centre) / half).T
    left, low, right, high = tile.bounds
    target = (from_lon_lat(points, epsg(tile.grid.code)) - (left, low)) / (right - left, high - low)
    solved = np.linalg.lstsq(np.column_stack([x**0, x, y, x * x, x * y, y * y]), target, rcond=None)[0]
    place = sql.SQL("(({} + {}) / 2 - {}) / {}")
    at = [
        place.format(sql.Identifier(low_side), sql.Identifier(high_side), sql.Literal(start), sql.Literal(size))
        for low_side, high_side, start, size in zip(_SIDES[:2], _SIDES[2:], centre.tolist(), half.tolist(), strict=True)
    ]
    surface = sql.SQL("{} + {} * _px + {} * _py + ({} * _px + {} * _py) * _px + {} * _py * _py")
    middles = [surface.format(*map(sql.Literal, factors)) for factors in solved.T.tolist()]
    reaches = [
        sql.SQL("{} * (_e - _w) + {} * (_n - _s)").format(
            *map(sql.Literal, (np.abs(slopes) / 2 / half * _WIDER).tolist())
        )
        for slopes in solved[1:3].T
    ]
    sides = (
        sql.SQL("({} {} ({}))").format(middles[axis], sql.SQL(sign), reaches[axis]) for sign in "-+" for axis in (0, 1)
    )
    return Cells(column, tuple(sides), (("_px", at[0]), ("_py", at[1])))


def _over(tile: Tile, count: int) -> NDArray[np.float64]:
    """Return points in degrees over the tile, but not beyond the area in which its CRS is used."""
    points = to_lon_lat(_strewn(tile.widened(BUFFER), count), epsg(tile.grid.code))
    west, south, east, north = _area(tile.grid.code)
    found = np.clip(np.nan_to_num(points, posinf=east, neginf=west), (west, south), (east, north))
    low, high = found.min(axis=0), found.max(axis=0)
    return _strewn((low[0], low[1], max(high[0], low[0] + 1e-6), max(high[1], low[1] + 1e-6)), count)


def _strewn(box: Bounds, count: int) -> NDArray[np.float64]:
    across, up = np.linspace(box[0], box[2], count), np.linspace(box[1], box[3], count)
    return np.column_stack([each.ravel() for each in np.meshgrid(across, up)])


@lru_cache(maxsize=16)
def _area(code: int) -> LonLatBox:
    """Return where a CRS is used, in degrees, with room for data that reaches over the border."""
    area = pyproj.CRS.from_epsg(code).area_of_use
    if area is None:
        raise ValueError(f"EPSG:{code} has no area of use")
    return area.west - 1, area.south - 1, area.east + 1, area.north + 1


@lru_cache(maxsize=16)
def _geographic(code: int) -> int:
    found = pyproj.CRS.from_epsg(code).geodetic_crs
    return int((found.to_epsg() if found else None) or _ETRS_89)


class _Projections(threading.local):
    """The projections of this thread: PROJ does not share one between threads, and making one costs 10 ms."""

    def __init__(self) -> None:
        self._made: dict[int, pyproj.Transformer] = {}

    def of(self, code: int) -> pyproj.Transformer:
        """Return the projection from the geographic system of a CRS to the CRS, x first."""
        if code not in self._made:
            self._made[code] = pyproj.Transformer.from_crs(_geographic(code), code, always_xy=True)
        return self._made[code]


_PROJECTIONS = _Projections()
