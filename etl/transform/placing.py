"""Coordinates that cannot be right: no numbers, or where the CRS does not reach; and what probably happened to them.

Apart from the shaping of geometries because recognising a mistake is knowledge of its own: swapped axes, degrees taken
for metres, S-JTSK without its minus signs. Nothing is put right by guess: the person who knows the data is told.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from etl.checks.faults import Describe
from etl.transform.chunk import Geometries
from geodesy import Box, Pairs, bounds_in

_HALF_TURN, _QUARTER_TURN = 180, 90

type Mask = NDArray[np.bool_]


def misplaced(shapes: Geometries, pairs: Pairs, crs: CRS) -> Iterator[tuple[str, Mask, Describe]]:
    """Yield a code, the geometries it holds for, and what to say of each.

    `pairs` are the coordinates of all the geometries in order (n, 2), in `crs`, x first. Each geometry is named once.
    """
    placed = in_place(pairs, crs)
    if placed.all():
        return
    box, finite = _reach(crs), np.isfinite(pairs).all(axis=1)
    owners = shapely.get_coordinates(shapes, return_index=True)[1]
    first = _first_of(owners, ~finite, len(shapes))
    yield "GEOMETRY-NOT-FINITE", first >= 0, lambda _: {}
    first = np.where(first >= 0, -1, _first_of(owners, finite & ~placed, len(shapes)))
    if box:
        yield from _explained(first, pairs, crs, box)


def in_place(pairs: Pairs, crs: CRS) -> Mask:
    """Say which coordinates (n, 2), x first, are numbers and lie where the CRS reaches."""
    box = _reach(crs)
    return _in(pairs, box) if box else np.isfinite(pairs).all(axis=1)


@lru_cache(maxsize=64)
def _reach(crs: CRS) -> Box | None:
    return bounds_in(crs)


def _first_of(owners: NDArray[np.intp], marked: Mask, rows: int) -> NDArray[np.intp]:
    """Return for each geometry the number of its first marked coordinate, or -1."""
    first = np.full(rows, -1, dtype=np.intp)
    where = np.flatnonzero(marked)[::-1]
    first[owners[where]] = where
    return first


def _explained(first: NDArray[np.intp], pairs: Pairs, crs: CRS, box: Box) -> Iterator[tuple[str, Mask, Describe]]:
    left = first >= 0
    shown = pairs[first] if len(pairs) else np.zeros((len(first), 2))

    def describe(at: int) -> dict[str, object]:
        return {"x": float(shown[at, 0]), "y": float(shown[at, 1]), "crs": crs.to_string()}

    for code, holds in _explanations(shown, crs, box):
        wrong = left & holds
        yield code, wrong, describe
        left &= ~wrong
    yield "GEOMETRY-OUTSIDE", left, describe


def _explanations(pairs: Pairs, crs: CRS, box: Box) -> Iterator[tuple[str, Mask]]:
    """Yield what may have happened, the most telling first."""
    size = np.abs(pairs)
    yield "GEOMETRY-ZERO", (size == 0).all(axis=1)
    if not crs.is_geographic:
        yield "GEOMETRY-DEGREES", (size[:, 0] <= _HALF_TURN) & (size[:, 1] <= _HALF_TURN)
    yield "GEOMETRY-SWAPPED", _in(pairs[:, ::-1], box)
    yield "GEOMETRY-SIGN", _in(-pairs, box) | _in(-pairs[:, ::-1], box)
    if crs.is_geographic:
        yield "GEOMETRY-METRES", (size[:, 0] > _HALF_TURN) | (size[:, 1] > _QUARTER_TURN)


def _in(pairs: Pairs, box: Box) -> Mask:
    """Say which pairs lie in the box; NaN does not."""
    x, y = pairs[:, 0], pairs[:, 1]
    return (x >= box[0]) & (y >= box[1]) & (x <= box[2]) & (y <= box[3])
