"""What repair proposes: one Change for each object, and what is left to the planner, with the reason."""

from dataclasses import dataclass

from shapely import Geometry

from plans.model import Element


@dataclass(frozen=True, slots=True)
class Change:
    """One object as it would be after repair.

    `plan` is the number of the plan in the delivery, `after` the geometry in the plan's CRS, or in `crs` where that is
    not None: then the label of the CRS must be changed with it. `fixes` are snap-own, snap-neighbour, close-ring,
    orient-ring, duplicate-points, axis-order, crs-label, make-valid. `moved` (m) is how far the outline moved at most;
    areas are in m², 0 for lines and points.
    """

    plan: int
    element: Element
    after: Geometry
    fixes: tuple[str, ...]
    moved: float
    area_before: float
    area_after: float
    crs: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """Faults that repair leaves to the planner: of which rule, how many, and why (`repair.left.<reason>`)."""

    plan: int
    rule: str
    count: int
    reason: str


@dataclass(frozen=True)
class Repair:
    """All that is proposed. Nothing of it is done until somebody says so."""

    changes: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()
