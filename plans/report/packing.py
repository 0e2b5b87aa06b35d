"""Geometries written small: whole numbers, each corner as the step from the one before; a third of GeoJSON's size.

Apart from the map because assets/report.js is its other half.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from plans.report.places import Shapes

SCALE = 10**8
"""Coordinates are degrees times this: a millimetre."""
_POLYGON, _POINT = 3, 0

type Packed = dict[str, list[list[int]]]
"""Rings (a), lines (l) and points (p), each x, y and then the steps to the next corner, x first."""


def packed(shapes: Shapes) -> list[Packed]:
    """Return each geometry, none of them None, packed.

    All rings of all polygons of one geometry stand beside each other: drawn by the even-odd rule they are the same.
    """
    found: list[Packed] = [{} for _ in shapes]
    pieces, whose = _pieces(shapes)
    types = shapely.get_type_id(pieces)
    rings, of = shapely.get_rings(pieces[types == _POLYGON], return_index=True)
    for kind, lines, owners in (
        ("a", rings, whose[types == _POLYGON][of]),
        ("p", pieces[types == _POINT], whose[types == _POINT]),
        ("l", pieces[(types != _POLYGON) & (types != _POINT)], whose[(types != _POLYGON) & (types != _POINT)]),
    ):
        for owner, steps in zip(owners.tolist(), _steps(lines), strict=True):
            found[owner].setdefault(kind, []).append(steps)
    return found


def _pieces(shapes: Shapes) -> tuple[Shapes, NDArray[np.intp]]:
    """Return points, lines and polygons, and the number of the geometry that each is of; collections may be nested."""
    outer, whose = shapely.get_parts(shapes, return_index=True)
    inner, of = shapely.get_parts(outer, return_index=True)
    return inner, whose[of]


def _steps(lines: Shapes) -> list[list[int]]:
    pairs, whose = shapely.get_coordinates(lines, return_index=True)
    whole = np.round(pairs * SCALE).astype(np.int64)
    firsts = np.searchsorted(whose, np.arange(len(lines)))
    steps = np.diff(whole, axis=0, prepend=0)
    steps[firsts] = whole[firsts]
    return [each.ravel().tolist() for each in np.split(steps, firsts[1:])] if len(lines) else []
