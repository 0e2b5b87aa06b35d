"""Data for the tests of tiles, and tiles read by code that did not write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile
import numpy as np
import pyproj
import shapely

from service.tiles.grids import Tile

WEST, SOUTH, EAST, NORTH = 14.9, 50.6, 15.3, 50.85
CODES = ("CZ", "DE", "PL")


def coverage(crs: str, across: int, up: int) -> list[dict[str, Any]]:
    """Return rows that cover a region without gaps: crooked cells whose neighbours share every vertex."""
    random = np.random.default_rng(3)
    transformer = pyproj.Transformer.from_crs("EPSG:4258", crs, always_xy=True)
    (x0, y0), (x1, y1) = transformer.transform(WEST, SOUTH), transformer.transform(EAST, NORTH)
    x, y = np.meshgrid(np.linspace(x0, x1, across + 1), np.linspace(y0, y1, up + 1))
    inner = np.zeros(x.shape, bool)
    inner[1:-1, 1:-1] = True
    x = x + np.where(inner, random.uniform(-0.3, 0.3, x.shape) * (x1 - x0) / across, 0)
    y = y + np.where(inner, random.uniform(-0.3, 0.3, y.shape) * (y1 - y0) / up, 0)
    rows: list[dict[str, Any]] = []
    for i in range(up):
        for j in range(across):
            corners = [(i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j)]
            ring = shapely.Polygon([(x[corner], y[corner]) for corner in corners])
            rows.append(_row(len(rows) + 1, shapely.MultiPolygon([ring])))
    return rows


def points(crs: str, count: int) -> list[dict[str, Any]]:
    """Return rows with points strewn over the region."""
    random = np.random.default_rng(4)
    transformer = pyproj.Transformer.from_crs("EPSG:4258", crs, always_xy=True)
    x, y = transformer.transform(random.uniform(WEST, EAST, count), random.uniform(SOUTH, NORTH, count))
    return [_row(place + 1, shapely.Point(x[place], y[place])) for place in range(count)]


def piled(crs: str, count: int) -> list[dict[str, Any]]:
    """Return rows with areas of 1 to 10 km that lie over one another."""
    random = np.random.default_rng(7)
    sizes = 10 ** random.uniform(3, 4, count)
    spots = points(crs, count)
    squares = [row["geom"].buffer(size / 2, quad_segs=2) for row, size in zip(spots, sizes.tolist(), strict=True)]
    return [row | {"geom": shapely.MultiPolygon([square])} for row, square in zip(spots, squares, strict=True)]


def lines(crs: str, count: int) -> list[dict[str, Any]]:
    """Return rows with lines of all lengths, most of them short."""
    random = np.random.default_rng(5)
    rows = []
    for row in points(crs, count):
        x, y = row["geom"].x, row["geom"].y
        length, turn = 10 ** random.uniform(0.5, 4), random.uniform(0, 2 * np.pi)
        end = (x + length * np.cos(turn), y + length * np.sin(turn))
        rows.append(row | {"geom": shapely.LineString([(x, y), end])})
    return rows


def _row(number: int, shape: shapely.Geometry) -> dict[str, Any]:
    return {"code": number, "name": f"Místo {number}", "use": CODES[number * 7919 % 3], "geom": shape}


@dataclass(frozen=True)
class Decoded:
    """A tile's layer: features as mapbox_vector_tile reads them, and their shapes in the CRS of the grid."""

    features: list[dict[str, Any]]
    shapes: Sequence[shapely.Geometry]
    unit: float

    @property
    def ids(self) -> set[int]:
        """Ids of the features that have one."""
        return {feature["id"] for feature in self.features if feature.get("id")}


def decoded(content: bytes, tile: Tile, layer: str) -> Decoded:
    """Return the layer of a tile; without content, one with no features."""
    if not content:
        return Decoded([], [], 1)
    read = mapbox_vector_tile.decode(content, default_options={"y_coord_down": False})
    assert list(read) == [layer]
    left, low, right, _ = tile.bounds
    unit = (right - left) / read[layer]["extent"]
    features = read[layer]["features"]
    shapes = [
        shapely.transform(shapely.geometry.shape(feature["geometry"]), lambda at: at * unit + (left, low))
        for feature in features
    ]
    return Decoded(features, shapes, unit)


def moved(shapes: Any, source: str, target: int) -> Any:
    """Return shapes in another CRS by pyproj's own choice of operation by way of ETRS89, vertex by vertex."""
    to_degrees = pyproj.Transformer.from_crs(source, "EPSG:4258", always_xy=True)
    hub = "EPSG:4326" if target == 3857 else "EPSG:4258"
    from_degrees = pyproj.Transformer.from_crs(hub, target, always_xy=True)

    def change(at: Any) -> Any:
        return np.column_stack(from_degrees.transform(*to_degrees.transform(at[:, 0], at[:, 1])))

    return shapely.transform(shapes, change)
