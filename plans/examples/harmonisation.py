"""Examples of the rules of harmonising: the good German plan with uses that have no common European one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from plans.examples.german import SKETCH, STANDARD, write

__all__ = ["BROKEN", "STANDARD"]

HOUSES = 0
"""The first building area of the good plan."""


def _said(**attributes: Any) -> Callable[[Path], Path]:  # noqa: ANN401 (attributes of the area)
    """Return a writer of the good plan with other attributes of its first building area."""
    zones = list(SKETCH.zones)
    zones[HOUSES] = replace(zones[HOUSES], attributes=attributes)
    return lambda folder: write(replace(SKETCH, zones=tuple(zones)), folder / "plan.zip")


BROKEN: dict[str, Callable[[Path], Path]] = {
    # A special area of which nothing more is said: the official table has no row for it in a Bebauungsplan.
    "harmonisation.unmapped": _said(allgArtDerBaulNutzung="4000", besondereArtDerBaulNutzung="2100"),
    # Special building land in general: the official table itself says that its use is not known.
    "harmonisation.unknown-share": _said(allgArtDerBaulNutzung="4000"),
    # A scan with its outline, as most older plans are.
    "harmonisation.outline-only": lambda folder: write(replace(SKETCH, zones=()), folder / "plan.zip"),
}
