"""Plans that do not fit the plan of a neighbour: the good Polish plan beside one that adjoins it in the south."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from shapely import box

from plans.context import Context, Neighbour, Territory, Zones
from plans.examples.polish import COLUMNS, GOOD, GOOD_SKETCH, STEP, TERYT, X, Y, boundary
from plans.examples.polish_files import PolishSketch, write
from plans.examples.topology import stretched
from plans.model import Standard

__all__ = ["BROKEN", "CONTEXT", "PASSES", "STANDARD"]

STANDARD = Standard.POLISH
CRS = "EPSG:2176"
ROAD = 3
"""The zone of traffic in the south-east of the good plan, by its number."""


def _beside() -> Context:
    """Return what is known: the municipality, and its southern neighbour with woods, and a foundry in the east."""
    east = X + COLUMNS * STEP
    shapes = np.array([box(X, Y - 600, X + 3 * STEP, Y), box(X + 3 * STEP, Y - 600, east, Y)], dtype=object)
    codes, hilucs = ("SN", "SP"), ("1_2_Forestry", "2_2_HeavyEndProductIndustry")
    town = Territory("022598", "Stara Huta", "PL", CRS, box(X, Y - 600, east, Y))
    neighbour = Neighbour(town, "Plan ogólny gminy Stara Huta", "1", Zones(CRS, ("1SN", "1SP"), codes, hilucs, shapes))
    return Context(Territory(TERYT, "Lipowa Dolina", "PL", CRS, boundary()), (neighbour,))


def _dwelling() -> PolishSketch:
    """Return the good plan with dwellings in the south-east."""
    areas = list(GOOD_SKETCH.areas)
    areas[ROAD] = replace(areas[0], number=2, shape=areas[ROAD].shape)
    return replace(GOOD_SKETCH, areas=areas)


def _of(sketch: PolishSketch) -> Callable[[Path], Path]:
    return lambda folder: write(sketch, folder)


BROKEN: dict[str, Callable[[Path], Path]] = {
    "neighbours.gap": _of(stretched(-3)),
    "neighbours.overlap": _of(stretched(3)),
    "neighbours.line": _of(stretched(-2)),
    "neighbours.use": _of(_dwelling()),
}
PASSES = dict.fromkeys(BROKEN, GOOD)
CONTEXT = dict.fromkeys(BROKEN, _beside())
