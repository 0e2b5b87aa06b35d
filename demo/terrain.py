"""The lie of the land: heights that fall along the river and rise to mountains in the south.

Apart because the zoning asks it (forests stand high, ponds low) and the raster dataset shows it.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from demo.chance import Chance, stream
from demo.lines import Points
from demo.region import Region

Grid = NDArray[np.float64]

CELL = 25.0
"""Metres; the size of a cell of the raster."""
_MARGIN = 1_500.0
_COARSE = 10
"""Cells of the raster to one cell in which the distance from the river is measured."""
_WAVES = ((110, 210.0), (44, 120.0), (17, 42.0), (6, 9.0))
"""Hills: cells from top to top of the raster, and their height in metres."""


@dataclass(frozen=True)
class Terrain:
    """Heights in metres; row 0 in the north, `west` and `north` are the outer edges (EPSG:25833)."""

    heights: Grid
    west: float
    north: float

    def at(self, places: Points) -> Grid:
        """Return the height at each place, from the nearest cell."""
        rows = np.clip(((self.north - places.imag) / CELL).astype(int), 0, self.heights.shape[0] - 1)
        columns = np.clip(((places.real - self.west) / CELL).astype(int), 0, self.heights.shape[1] - 1)
        heights: Grid = self.heights[rows, columns]
        return heights


def terrain(region: Region, seed: int) -> Terrain:
    """Return the heights of the region and a margin around it."""
    rng = stream(seed, "terrain")
    west, south, east, north = np.array(region.bounds) + np.array([-_MARGIN, -_MARGIN, _MARGIN, _MARGIN])
    west, north = np.floor(west / 100) * 100, np.ceil(north / 100) * 100
    shape = (int((north - south) / CELL), int((east - west) / CELL))
    away = _distance(region.river, west, north, shape)
    up = np.linspace(0, 1, shape[0])[:, None]
    valley = 1 - np.exp(-away / 2_600)
    hills = sum(height * _waves(shape, cells, rng) for cells, height in _WAVES)
    mountains = 420 * np.clip(up - 0.35, 0, None) ** 1.5
    heights = 205 + 70 * up + valley * (70 + hills + mountains)
    return Terrain(np.round(heights, 1), float(west), float(north))


def _distance(river: shapely.Geometry, west: float, north: float, shape: tuple[int, int]) -> Grid:
    """Distance from the river of each cell: measured coarsely, then drawn out."""
    rows, columns = (size // _COARSE + 4 for size in shape)
    x = west + (np.arange(columns) - 0.5) * CELL * _COARSE
    y = north - (np.arange(rows) - 0.5) * CELL * _COARSE
    places = shapely.points(*np.meshgrid(x, y))
    away = np.asarray(shapely.distance(places, shapely.simplify(river, CELL)))
    return _drawn_out(away, shape, _COARSE)


def _waves(shape: tuple[int, int], cells: int, rng: Chance) -> Grid:
    """Smooth hills, heights between 0 and 1, about `cells` apart."""
    rows, columns = (size // cells + 4 for size in shape)
    return _drawn_out(rng.uniform(0, 1, (rows, columns)), shape, cells)


def _drawn_out(coarse: Grid, shape: tuple[int, int], cells: int) -> Grid:
    """A coarse grid as a fine one without creases: a cubic B-spline, which has no corner and no bump of its own."""
    fine = coarse
    for axis, size in enumerate(shape):
        place = np.arange(size) / cells
        low = place.astype(int)
        t = (place - low).reshape((-1, 1) if axis == 0 else (1, -1))
        weights = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
        fine = sum(np.take(fine, low + step, axis) * weight for step, weight in enumerate(weights)) / 6
    return fine
