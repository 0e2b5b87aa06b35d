"""Coordinates of plans brought to longitude and latitude (CRS84), with a bound on how many.

Apart from what is drawn with them because the JSON lines, the map and the desk need the same. A plan may stand
anywhere, in a system that nobody knows, or with its axes swapped: what cannot be brought to the earth has no place.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError
from shapely import Geometry

from geodesy import NoWayError, Pairs, area_of, way

type Shapes = NDArray[np.object_]
"""Geometries, (n,); None where there is none."""

MOST_VERTICES = 200
"""Corners of one fault's geometry in a report; a whole area that is at fault is shown coarser."""
LONGEST, MOST_VALUES = 300, 50
"""Characters of one text that a plan has brought into a report; values of one list."""
MILLIMETRE, CENTIMETRE = 8, 7
"""Decimals of a degree."""
_METRES_PER_DEGREE = 111_320.0
_LON_LAT = CRS("OGC:CRS84")


class Ground:
    """Where a plan's coordinates are on the earth.

    `placed` is False when that is not known; then `degrees` puts them round the point 0, 0, true to shape and size, so
    that they can be drawn all the same.
    """

    def __init__(self, crs: str | None, box: Sequence[float]) -> None:
        """`box` is the extent (x first) of all that will be asked for, in the CRS; NaN for nothing at all."""
        self._way = _found(crs, box)
        self.placed = self._way is not None
        self._middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])

    def degrees(self, shapes: Shapes, decimals: int = CENTIMETRE) -> Shapes:
        """Return the geometries in CRS84, two-dimensional; None where a coordinate is not finite or nothing is left."""
        change = self._way or self._around_zero
        flat = shapely.force_2d(shapes)
        moved = shapely.transform(flat, lambda pairs: np.round(change(pairs), decimals))
        return sound(moved)

    def _around_zero(self, pairs: Pairs) -> Pairs:
        return np.asarray((pairs - self._middle) / _METRES_PER_DEGREE, dtype=np.float64)


def shapes_of(geometries: Sequence[Geometry | None]) -> Shapes:
    """Return the geometries as an array."""
    shapes = np.empty(len(geometries), dtype=object)
    shapes[:] = geometries
    return shapes


def sound(shapes: Shapes) -> Shapes:
    """Return the geometries that have coordinates, all of them finite; None for others."""
    bounds = shapely.bounds(shapes)
    left = shapes.copy()
    left[~np.isfinite(bounds).all(axis=1) | ~_all_finite(shapes)] = None
    return left


def bounded(shapes: Shapes, most: int = MOST_VERTICES) -> Shapes:
    """Return the geometries with at most so many corners each: simplified, and if need be their extent."""
    left = shapes.copy()
    many = np.flatnonzero(shapely.get_num_coordinates(left) > most)
    if len(many):
        sizes = shapely.bounds(left[many])
        step = np.nan_to_num(np.hypot(sizes[:, 2] - sizes[:, 0], sizes[:, 3] - sizes[:, 1])) / 2000
        for _ in range(4):
            left[many] = shapely.simplify(shapes[many], step, preserve_topology=False)
            step = step * 4
            still = (shapely.get_num_coordinates(left[many]) > most) | shapely.is_empty(left[many])
            many, step = many[still], step[still]
        left[many] = shapely.box(*shapely.bounds(shapes[many]).T)
    return left


def geojson(shapes: Shapes) -> list[str | None]:
    """Return the geometries as the text of GeoJSON; None where there is none."""
    return [str(text) if text is not None else None for text in shapely.to_geojson(shapes)]


def extent(shapes: Shapes) -> list[float]:
    """Return the box round the geometries that have sound coordinates, x first; NaN for none."""
    left = [shape for shape in sound(shapes) if shape is not None]
    return [float(each) for each in shapely.total_bounds(left)] if left else [np.nan] * 4


def _all_finite(shapes: Shapes) -> NDArray[np.bool_]:
    pairs, whose = shapely.get_coordinates(shapes, return_index=True)
    finite = np.ones(len(shapes), dtype=bool)
    finite[whose[~np.isfinite(pairs).all(axis=1)]] = False
    return finite


def _found(crs: str | None, box: Sequence[float]) -> Callable[[Pairs], Pairs] | None:
    """Return what brings coordinates of the box to CRS84, None if nothing does."""
    if crs is None or not np.isfinite(box).all():
        return None
    corners = np.array([[box[0], box[1]], [box[2], box[3]]])
    try:
        system = CRS(crs)
        found = way(system, _LON_LAT, area_of((box[0], box[1], box[2], box[3]), system))
        moved, _ = found(corners)
    except (CRSError, NoWayError, ProjError):
        return None
    on_earth = np.isfinite(moved).all() and (np.abs(moved) <= [180, 90]).all()
    return (lambda pairs: found(pairs)[0]) if on_earth else None


def to_plain(value: Any) -> Any:  # noqa: ANN401 (values of faults are anything)
    """Return a value as JSON has it: dates as ISO texts, tuples as lists, numbers of numpy as numbers."""
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, str):
        return value if len(value) <= LONGEST else value[:LONGEST] + "…"
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple | list | set | frozenset):
        return [to_plain(each) for each in list(value)[:MOST_VALUES]]
    return str(value)
