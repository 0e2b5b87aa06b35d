"""Tile matrix sets: how the plane of a CRS is cut into tiles. Pure.

Each level has tiles half as wide as the one above. Web Mercator is the one that every map library knows. The two
national grids have an origin in whole metres and cells of a power of two of metres (4096 m to 1/16 m): the one tile of
level 0 holds the country and its neighbours, and level 12 has cells of one metre.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

type Bounds = tuple[float, float, float, float]
"""Least x, least y, greatest x, greatest y in the CRS of a grid."""

PIXELS = 256
_PIXEL_METRES = 0.00028
_OGC_SETS = "http://www.opengis.net/def/tilematrixset/OGC/1.0/"


@dataclass(frozen=True)
class Grid:
    """A tile matrix set. `origin` is its upper left corner, `size` the width of the one tile of level 0, in metres."""

    id: str
    code: int
    title: str
    origin: tuple[float, float]
    size: float
    levels: int
    uri: str | None = None

    @property
    def crs_uri(self) -> str:
        """The CRS as the OGC names it."""
        return f"http://www.opengis.net/def/crs/EPSG/0/{self.code}"

    def width(self, level: int) -> float:
        """Return the width of a tile in units of the CRS."""
        return self.size / float(2**level)

    def has(self, level: int, row: int, col: int) -> bool:
        """Return whether there is such a tile."""
        return 0 <= level < self.levels and 0 <= row < 2**level and 0 <= col < 2**level

    def bounds(self, level: int, row: int, col: int) -> Bounds:
        """Return the bounds of a tile."""
        width = self.width(level)
        left, top = self.origin[0] + col * width, self.origin[1] - row * width
        return left, top - width, left + width, top

    def limits(self, bounds: Bounds, level: int) -> tuple[int, int, int, int] | None:
        """Return least and greatest row, least and greatest column of the tiles that hold the bounds; None: none do."""
        width, last = self.width(level), 2**level - 1
        left, right = ((x - self.origin[0]) / width for x in (bounds[0], bounds[2]))
        top, bottom = ((self.origin[1] - y) / width for y in (bounds[3], bounds[1]))
        if right < 0 or bottom < 0 or left > last + 1 or top > last + 1:
            return None
        low_row, high_row, low_col, high_col = (min(max(int(each), 0), last) for each in (top, bottom, left, right))
        return low_row, high_row, low_col, high_col


@dataclass(frozen=True)
class Tile:
    """One tile of a grid."""

    grid: Grid
    level: int
    row: int
    col: int

    @property
    def bounds(self) -> Bounds:
        """The tile's bounds in the CRS of the grid."""
        return self.grid.bounds(self.level, self.row, self.col)

    def widened(self, share: float) -> Bounds:
        """Return the bounds with a margin, a share of the width, on each side."""
        left, low, right, high = self.bounds
        margin = share * self.grid.width(self.level)
        return left - margin, low - margin, right + margin, high + margin


_MERCATOR = 20037508.342789244
WEB_MERCATOR = Grid(
    "WebMercatorQuad", 3857, "Web Mercator", (-_MERCATOR, _MERCATOR), 2 * _MERCATOR, 23, f"{_OGC_SETS}WebMercatorQuad"
)
S_JTSK = Grid("SJTSK-Krovak", 5514, "S-JTSK / Krovak East North", (-1_200_000.0, -550_000.0), float(2**20), 17)
UTM_33 = Grid("ETRS89-UTM33", 25833, "ETRS89 / UTM 33N", (0.0, 6_200_000.0), float(2**20), 17)
GRIDS: Mapping[str, Grid] = {grid.id: grid for grid in (WEB_MERCATOR, S_JTSK, UTM_33)}


def document(grid: Grid) -> dict[str, Any]:
    """Return the tile matrix set as the OGC standard of that name (2.0) writes it."""
    named = {"uri": grid.uri} if grid.uri else {}
    scales = {"wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"} if grid.uri else {}
    return {
        "id": grid.id,
        "title": grid.title,
        **named,
        "crs": grid.crs_uri,
        "orderedAxes": ["X", "Y"],
        **scales,
        "tileMatrices": [_matrix(grid, level) for level in range(grid.levels)],
    }


def _matrix(grid: Grid, level: int) -> dict[str, Any]:
    cell = grid.width(level) / PIXELS
    return {
        "id": str(level),
        "scaleDenominator": cell / _PIXEL_METRES,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": list(grid.origin),
        "tileWidth": PIXELS,
        "tileHeight": PIXELS,
        "matrixWidth": 2**level,
        "matrixHeight": 2**level,
    }
