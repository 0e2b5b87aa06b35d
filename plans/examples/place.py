"""Plans that do not lie where they should: the good German plan with its coordinates or their system mistaken."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from shapely import Geometry

from plans.context import Context, Territory
from plans.examples.german import GOOD, SKETCH, STANDARD, GermanSketch, write
from plans.examples.german import X as EAST
from plans.examples.german import Y as NORTH

__all__ = ["BROKEN", "CONTEXT", "PASSES", "STANDARD"]

TOWN = shapely.box(EAST - 2000, NORTH - 2000, EAST + 2500, NORTH + 2500)
"""The municipality around the good plan."""
KNOWN = Context(Territory(SKETCH.ags, SKETCH.municipality, "DE", SKETCH.crs, TOWN))


def _changed(change: Callable[[Geometry], Geometry], **fields: str) -> GermanSketch:
    """Return the good plan with all its shapes changed, and other fields."""
    zones = tuple(replace(each, shape=change(each.shape)) for each in SKETCH.zones)
    return replace(SKETCH, boundary=change(SKETCH.boundary), zones=zones, files={}, **fields)  # type: ignore[arg-type]


def _turned(shape: Geometry) -> Geometry:
    """Return the shape with its coordinates exchanged; rings go on turning the same way."""
    turned = shapely.transform(shape, lambda pairs: pairs[:, ::-1])
    return shapely.orient_polygons(turned, exterior_cw=False)


def _away(shape: Geometry) -> Geometry:
    return shapely.transform(shape, lambda pairs: pairs + np.array([0.0, 40_000.0]))


def _writer(plan: GermanSketch) -> Callable[[Path], Path]:
    return lambda folder: write(plan, folder / "plan.zip")


BROKEN: dict[str, Callable[[Path], Path]] = {
    "geometry.axes": _writer(_changed(_turned)),
    "geometry.other-crs": _writer(_changed(lambda shape: shape, crs="EPSG:25832")),
    "geometry.place": _writer(_changed(_away)),
}
PASSES = dict.fromkeys(BROKEN, GOOD)
CONTEXT = dict.fromkeys(BROKEN, KNOWN)
