"""A German plan broken where areas meet: a corner beside the neighbour's line that the neighbour does not have."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from plans.examples.german import SKETCH, STANDARD, area, write

__all__ = ["BROKEN", "STANDARD"]

OFF = 0.001
"""Metres: within the 2 mm in which corners count as identical, and too much for a point on the line."""


def _bent(folder: Path) -> Path:
    """Write the good plan with one more corner in the first building area, a little inside its common line."""
    first = replace(SKETCH.zones[0], shape=area((0, 0), (100, 0), (100 - OFF, 35), (100, 70), (0, 70)))
    return write(replace(SKETCH, zones=(first, *SKETCH.zones[1:])), folder / "plan.zip")


BROKEN: dict[str, Callable[[Path], Path]] = {"topology.de-vertices": _bent}
