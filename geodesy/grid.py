"""Operations that read a grid, kept from what PROJ makes of a grid's edge.

Apart from the choice of operations because it mends one fault. A grid may have holes, as the one of the Czech survey
has outside Czechia. Once PROJ 9.8 has read a hole, it takes the mark for "no data" for a number at the next points near
the edge, and puts them up to 15 km away without a word; backwards it does so too. What is too far from the operation
without a grid, which is right to a metre everywhere, is therefore not believed and asked again after a sound point.
"""

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.enums import TransformDirection

type Pairs = NDArray[np.float64]
"""Coordinates, shape (n, 2): x = easting or longitude, y = northing or latitude."""

BELIEVED = 5.0
"""A grid may differ from the operation without it by so many times that operation's accuracy."""
_METRES_PER_DEGREE = 111_320.0
_BACKWARDS = ("inv proj=gridshift", "inv proj=hgridshift")
_ROUNDS = 5
"""Each round brings a point thousands of times nearer: what a grid adds hardly changes from place to place."""


def moved(operation: Transformer, pairs: Pairs, direction: TransformDirection = TransformDirection.FORWARD) -> Pairs:
    """Return what the operation makes of the pairs; infinite where it does not reach."""
    return np.column_stack(operation.transform(pairs[:, 0], pairs[:, 1], direction=direction))


def through_grid(by_grid: Transformer, plain: Transformer, pairs: Pairs, by_plain: Pairs) -> Pairs:
    """Return the pairs changed by the operation with a grid; infinite where the grid does not reach or is not believed.

    `by_plain` is what the operation without it makes of them. A point's result does not depend on other points.
    """
    with np.errstate(invalid="ignore"):
        if any(step in by_grid.definition for step in _BACKWARDS):
            return _backwards(by_grid, plain, by_plain)
        return _forwards(by_grid, plain, pairs, by_plain)


def _forwards(by_grid: Transformer, plain: Transformer, pairs: Pairs, by_plain: Pairs) -> Pairs:
    limit = _limit(plain)
    found, astray = _believed(moved(by_grid, pairs), by_plain, limit)
    if len(astray):
        sound = moved(plain, _middle(by_grid), TransformDirection.INVERSE)
        again = _each_after(sound, by_grid, pairs[astray], TransformDirection.FORWARD)
        found[astray], _ = _believed(again, by_plain[astray], limit)
    return found


def _backwards(by_grid: Transformer, plain: Transformer, by_plain: Pairs) -> Pairs:
    """Find the points from which the grid, read forwards, leads to where the plain operation came from.

    There and back, by the grid and then without it, a point moves by centimetres that hardly change from place to
    place; taking that off a few times is the inverse, and asks PROJ for nothing that it does not do well.
    """
    found, limit = by_plain, _limit(plain)
    sound = moved(plain, _middle(by_grid))
    for _ in range(_ROUNDS):
        there_and_back = moved(plain, _each_after(sound, by_grid, found, TransformDirection.INVERSE))
        found, _astray = _believed(found - (there_and_back - by_plain), by_plain, limit)
    return found


def _each_after(sound: Pairs, by_grid: Transformer, pairs: Pairs, direction: TransformDirection) -> Pairs:
    """Return what the grid makes of the pairs, each read after a point in the middle of the grid."""
    asked = np.empty((2 * len(pairs), 2))
    asked[0::2], asked[1::2] = sound, pairs
    return moved(by_grid, asked, direction)[1::2]


def _middle(by_grid: Transformer) -> Pairs:
    """Return the middle of the operation's area in longitude and latitude, shape (1, 2); ways with grids meet there."""
    place = by_grid.area_of_use
    west, south, east, north = place.bounds if place else (0.0, 0.0, 0.0, 0.0)
    return np.array([[(west + east) / 2, (south + north) / 2]])


def _believed(found: Pairs, by_plain: Pairs, limit: float) -> tuple[Pairs, NDArray[np.intp]]:
    """Return what was found, infinite where it is not believed, and where that is."""
    astray = ~(np.abs(found - by_plain).max(axis=1, initial=0.0) <= limit)
    return np.where(astray[:, np.newaxis], np.inf, found), np.flatnonzero(astray)


def _limit(plain: Transformer) -> float:
    """Return how far results may lie apart, in the unit of the target: metres or degrees."""
    metres = BELIEVED * max(plain.accuracy, 1.0)
    target = plain.target_crs
    return metres / _METRES_PER_DEGREE * 2 if target is not None and target.is_geographic else metres
