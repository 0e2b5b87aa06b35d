"""Plans to be measured: a net of areas with crooked common lines, as a Czech package; right, or with corners moved."""

from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from plans.context import Context, Neighbour, Territory, Zones
from plans.examples.czech_files import CzechSketch, Feature, write, zone

CODE, CRS = "999101", "EPSG:5514"
USES = ("BI", "SV", "OV", "VL", "AP", "AL", "LU", "ZP")
STEP, WEST, SOUTH = 60.0, -712_000.0, -975_000.0
MOVED = 0.02
"""Share of areas of which one corner is moved, in the plan with faults."""

type Shapes = NDArray[np.object_]


def net(columns: int, rows: int, corners: int, first_column: int = 0) -> Shapes:
    """Return columns × rows areas, each with four lines of that many corners, which neighbours share to the millimetre.

    The same place has the same lines in every net, whichever column is the first.
    """
    across = np.arange(first_column, first_column + columns + 1)
    up = np.arange(rows + 1)
    i, j = np.meshgrid(across, up)
    nodes = np.stack([WEST + i * STEP + _off(i, j, 1), SOUTH + j * STEP + _off(i, j, 2)], axis=-1)
    part = np.arange(1, corners)[:, None] / corners
    flat = _line(nodes[:, :-1], nodes[:, 1:], part, _ways(i[:, :-1], j[:, :-1], corners, 3))
    steep = _line(nodes[:-1], nodes[1:], part, _ways(i[:-1], j[:-1], corners, 4))
    south_west, north_east = nodes[:-1, :-1, None], nodes[1:, 1:, None]
    rings = np.concatenate(
        [
            south_west,
            flat[:-1],
            nodes[:-1, 1:, None],
            steep[:, 1:],
            north_east,
            flat[1:, :, ::-1],
            nodes[1:, :-1, None],
            steep[:, :-1, ::-1],
            south_west,
        ],
        axis=2,
    )
    return np.asarray(shapely.polygons(rings.reshape(-1, rings.shape[2], 2).round(3)))


def spoiled(shapes: Shapes) -> Shapes:
    """Return the areas with one corner of every so many moved by some decimetres: gaps, overlaps, slivers."""
    random = np.random.default_rng(5)
    worse = shapes.copy()
    for number in random.choice(len(shapes), max(1, int(MOVED * len(shapes))), replace=False):
        corners = shapely.get_coordinates(shapes[number])
        corners[random.integers(1, len(corners) - 1)] += random.normal(0, 0.3, 2)
        worse[number] = shapely.Polygon(corners.round(3))
    return worse


def package(shapes: Shapes, boundary: shapely.Geometry, folder: Path) -> Path:
    """Write the plan as the Czech standard has it, and return the file's path."""
    code = {"OBEC_KOD": int(CODE)}
    areas = [zone(shape, USES[number % len(USES)]) for number, shape in enumerate(shapes)]
    built = [Feature(shapes[0], code)]
    return write(
        CzechSketch(
            CODE, {"ReseneUzemi_p": [Feature(boundary, code)], "ZastaveneUzemi_p": built, "PlochyRZV_p": areas}
        ),
        folder,
    )


def surroundings(boundary: shapely.Geometry, columns: int, rows: int, corners: int) -> Context:
    """Return what is known around the plan: its municipality, and a neighbour in the east with a plan of its own."""
    zones = net(columns, rows, corners, first_column=columns)
    names = tuple(str(number) for number in range(len(zones)))
    uses = tuple("1_1_Agriculture" for _ in names)
    town = Territory("999102", "Bench East", "CZ", CRS, shapely.coverage_union_all(zones))
    neighbour = Neighbour(town, "Plan of Bench East", "1", Zones(CRS, names, tuple("AP" for _ in names), uses, zones))
    return Context(Territory(CODE, "Bench", "CZ", CRS, boundary), (neighbour,))


def _off(i: NDArray[np.intp], j: NDArray[np.intp], seed: int) -> NDArray[np.float64]:
    """Return how far nodes stand off the net: the same for the same node in every net."""
    return 10.0 * np.sin(12.9898 * i + 78.233 * j + 37.719 * seed)


def _ways(i: NDArray[np.intp], j: NDArray[np.intp], corners: int, seed: int) -> NDArray[np.float64]:
    """Return how far the corners of each line stand off it, (…, corners - 1, 2)."""
    k = np.arange(1, corners)
    turn = 4.1414 * i[..., None] + 9.173 * j[..., None] + 2.6651 * k + 11.13 * seed
    return np.stack([np.sin(turn * 7.0), np.sin(turn * 13.0)], axis=-1)


def _line(
    start: NDArray[np.float64], end: NDArray[np.float64], part: NDArray[np.float64], off: NDArray[np.float64]
) -> NDArray[np.float64]:
    return start[..., None, :] * (1 - part) + end[..., None, :] * part + off
