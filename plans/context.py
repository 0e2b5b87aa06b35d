"""What is known around a plan: the municipality as the register has it, plans of the neighbours, the plan in force.

It is optional in every part: a file checked on a laptop has none of it, and the rules that need it are skipped and say
so. Geometries are x first, each in the CRS that stands beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from shapely import Geometry


@dataclass(frozen=True)
class Territory:
    """A municipality of the register: national code, name, state (CZ, PL, DE), boundary (polygon) in `crs`."""

    code: str
    name: str
    state: str
    crs: str
    boundary: Geometry


@dataclass(frozen=True)
class Zones:
    """Areas of a published plan, (n,) each: id, national code, HILUCS codes (first one counts), polygon in `crs`.

    `accuracy` is that of the coordinates in metres beside the plan's own CRS: 0 for the same CRS, else what the
    transformation that made them says.
    """

    crs: str
    ids: tuple[str, ...]
    codes: tuple[str, ...]
    hilucs: tuple[str, ...]
    shapes: NDArray[np.object_]
    accuracy: float = 0.0


@dataclass(frozen=True)
class Neighbour:
    """An adjoining municipality with a published plan. `plan` and `version` name it in reports."""

    territory: Territory
    plan: str
    version: str
    zones: Zones


@dataclass(frozen=True)
class Context:
    """What is known around a plan. `in_force` is the municipality's own plan that the new one would replace."""

    territory: Territory | None = None
    neighbours: tuple[Neighbour, ...] = ()
    in_force: Neighbour | None = None
    expected: Mapping[str, str] = field(default_factory=dict)
    """What the submitter declared: municipality, standard, profile. A plan that says otherwise is told so."""


ALONE = Context()
