"""Drawing of natural lines: Voronoi edges and the winding of a straight line inside its own quadrilateral.

Apart because municipalities, zones and roads are all drawn by it. A point is a complex number (x + iy, metres, easting
first), so that turning, halving and moving are plain arithmetic on whole arrays.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Points = NDArray[np.complex128]
Geometries = NDArray[np.object_]

GRID = 0.001
"""Metres. Every corner of the region lies on this grid: what neighbours share, they share exactly."""


@dataclass(frozen=True)
class Edges:
    """Edges between Voronoi cells: `start` and `end` are corners, `left` and `right` the indexes of the two seeds."""

    start: Points
    end: Points
    left: NDArray[np.intp]
    right: NDArray[np.intp]


def voronoi_cells(seeds: Points, around: shapely.Geometry) -> Geometries:
    """The Voronoi cell of each seed, in their order; the outermost are cut by a frame at least as large as `around`."""
    places = shapely.MultiPoint(as_columns(seeds))
    return shapely.get_parts(shapely.voronoi_polygons(places, extend_to=around, ordered=True))


def voronoi_edges(seeds: Points, around: shapely.Geometry) -> Edges:
    """Every edge that two cells share, once."""
    corners, cell = shapely.get_coordinates(voronoi_cells(seeds, around), return_index=True)
    at = as_points(np.round(corners / GRID) * GRID)
    inside = (cell[:-1] == cell[1:]) & (at[:-1] != at[1:])
    ends = np.sort(np.stack([at[:-1][inside], at[1:][inside]], axis=1), axis=1)
    order = np.lexsort((ends[:, 1].imag, ends[:, 1].real, ends[:, 0].imag, ends[:, 0].real))
    ends, cell = ends[order], cell[:-1][inside][order]
    twice = np.flatnonzero((ends[:-1] == ends[1:]).all(axis=1))
    return Edges(ends[twice, 0], ends[twice, 1], cell[twice], cell[twice + 1])


def wind(start: Points, end: Points, left: Points, right: Points, levels: int, rng: np.random.Generator) -> Points:
    """Lines that wander from start to end inside the quadrilateral start–left–end–right, so that no two of them cross.

    Each level doubles the number of segments; the result is one row of 2**levels + 1 points a line. The way is that of
    "noisy edges" (a random point inside, then the same in the two smaller quadrilaterals).
    """
    if levels == 0:
        return np.stack([start, end], axis=1)
    u, v = rng.uniform(0.35, 0.65, (2, len(start)))
    near_left, near_right = _between(start, left, v), _between(start, right, u)
    far_left, far_right = _between(left, end, u), _between(right, end, v)
    middle = _between(near_right, far_left, v)
    first = wind(start, middle, near_left, near_right, levels - 1, rng)
    second = wind(middle, end, far_left, far_right, levels - 1, rng)
    return np.hstack([first[:, :-1], second])


def wind_edges(
    edges: Edges, seeds: Points, reach: float | NDArray[np.float64], levels: int, rng: np.random.Generator
) -> Geometries:
    """The edges as winding LineStrings; `reach` (0 straight … 1) says how far towards the two seeds they may go."""
    middle = (edges.start + edges.end) / 2
    left, right = (middle + reach * (seeds[side] - middle) for side in (edges.left, edges.right))
    return as_lines(wind(edges.start, edges.end, left, right, levels, rng))


def spread(candidates: Points, distance: float, taken: Points) -> Points:
    """Those of the candidates, in their order, that keep the distance from the taken ones and from each other."""
    kept: list[complex] = []
    for place in candidates[_far_from(candidates, taken, distance)]:
        if not kept or np.abs(np.array(kept) - place).min() >= distance:
            kept.append(complex(place))
    return np.array(kept, dtype=np.complex128)


def as_lines(points: Points) -> Geometries:
    """Rows of points to LineStrings."""
    return np.asarray(shapely.linestrings(as_columns(points)), dtype=object)


def as_dots(columns: NDArray[np.float64]) -> Geometries:
    """An array of x, y to Points, to the centimetre."""
    return np.asarray(shapely.points(np.round(columns, 2)), dtype=object)


def as_columns(points: Points) -> NDArray[np.float64]:
    """Points to an array of x, y."""
    return np.stack([points.real, points.imag], axis=-1)


def as_points(columns: NDArray[np.float64]) -> Points:
    """An array of x, y to points."""
    return columns[:, 0] + 1j * columns[:, 1]


def _between(first: Points, second: Points, share: float | NDArray[np.float64]) -> Points:
    return first + share * (second - first)


def _far_from(candidates: Points, taken: Points, distance: float) -> NDArray[np.bool_]:
    if not len(taken):
        return np.ones(len(candidates), dtype=bool)
    return np.abs(candidates[:, None] - taken[None, :]).min(axis=1) >= distance
