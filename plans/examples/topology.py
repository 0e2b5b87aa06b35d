"""Plans broken where areas meet: the good Polish plan with the outline of one zone changed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import shapely
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from plans.context import Context, Territory
from plans.examples.polish import GOOD, GOOD_SKETCH, TERYT, X, Y, boundary, cell
from plans.examples.polish_files import Area, PolishSketch, write
from plans.model import Standard

__all__ = ["BROKEN", "CONTEXT", "PASSES", "STANDARD"]

STANDARD = Standard.POLISH
type Writer = Callable[[Path], Path]
FIRST = cell(0, 0)
"""The zone in the south-west."""


def with_first(shape: BaseGeometry) -> PolishSketch:
    """Return the good plan with another shape of its first zone."""
    zone = replace(GOOD_SKETCH.areas[0], shape=shape)
    return replace(GOOD_SKETCH, areas=(zone, *GOOD_SKETCH.areas[1:]))


def stretched(metres: float) -> PolishSketch:
    """Return the good plan with its southern edge moved to the south; to the north if metres are negative."""

    def moved(shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, lambda xy: xy - (xy[:, 1:] == Y) * [[0.0, metres]])

    areas = [replace(each, shape=moved(each.shape)) for each in GOOD_SKETCH.areas]
    return replace(GOOD_SKETCH, boundary=moved(GOOD_SKETCH.boundary), areas=areas)


def _of(sketch: PolishSketch) -> Writer:
    return lambda folder: write(sketch, folder)


def _without(west: float, south: float, east: float, north: float) -> Writer:
    """Return a writer whose first zone has a rectangle less, in metres from the plan's corner."""
    return _of(with_first(FIRST.difference(box(X + west, Y + south, X + east, Y + north))))


def _with_corner() -> Polygon:
    """Return the first zone with one more corner on the line that it shares with the one east of it."""
    corners = list(FIRST.exterior.coords)
    (ax, ay), (bx, by) = corners[1], corners[2]
    return Polygon([*corners[:2], (round((ax + bx) / 2, 3), round((ay + by) / 2, 3)), *corners[2:]])


BROKEN: dict[str, Writer] = {
    "topology.overlap": _of(with_first(FIRST.union(cell(1, 0).intersection(FIRST.buffer(5))))),
    "topology.duplicate": _of(replace(GOOD_SKETCH, areas=(*GOOD_SKETCH.areas, Area("SJ", 2, FIRST)))),
    "topology.gap": _without(100, 150, 130, 160),
    "topology.edge-gap": _without(0, 100, 10, 120),
    "topology.outside": _of(with_first(FIRST.union(box(X - 5, Y + 100, X, Y + 130)))),
    "topology.sliver": _without(100, 150, 110, 150.05),
    "topology.noise": _without(100, 150, 101, 150.005),
    "topology.vertices": _of(with_first(_with_corner())),
    "topology.territory-missing": _of(stretched(-8)),
    "topology.territory-beyond": _of(stretched(8)),
}
TOWN = Context(Territory(TERYT, "Lipowa Dolina", "PL", "EPSG:2176", boundary()))
CONTEXT = {"topology.territory-missing": TOWN, "topology.territory-beyond": TOWN}
PASSES = dict.fromkeys(CONTEXT, GOOD)
