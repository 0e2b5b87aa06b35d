"""Fixes that need to know one object alone: rings closed and turned, corners that stand twice, outlines made valid."""

import numpy as np
import shapely
from shapely import Geometry, Polygon

from plans.fault import Fault
from plans.model import Standard
from plans.repair.work import Work
from plans.topology.mend import MOST_PAIRS, crossings, made_valid
from plans.topology.pieces import polygons_in

AREA_LOST = 0.001
"""Making an outline valid may change its area by this share,"""
AREA_FREE = 1.0
"""or by so many m², whichever is more."""
_DIRECT = {
    "orient-ring": lambda shape: shapely.orient_polygons(shape, exterior_cw=False),
    "duplicate-points": lambda shape: shapely.remove_repeated_points(shape, 0.0),
    "close-ring": lambda shape: shape,
}


def mended(work: Work, fault: Fault, fix: str) -> str | None:
    """Make the fix on the elements of the fault; return None, or why it is left (`repair.left.<reason>`).

    A ring that was open has been closed by the reader already: what it read is what is proposed.
    """
    numbers = work.of(fault)
    if not numbers or any(work.shapes[k] is None for k in numbers):
        return "unreadable"
    for k in numbers:
        shape = work.shapes[k]
        if fix == "make-valid":
            after, reason = _valid(shape, work)
            if after is None:
                return reason
        else:
            after = _DIRECT[fix](shape)
        work.put(k, after, fix)
    return None


def unclosed(work: Work, fault: Fault) -> list[int]:
    """Return the elements in which a reader met an open ring: by object, else by row."""
    return [
        k
        for k, each in enumerate(work.elements)
        if each.layer == fault.layer
        and (each.id == fault.object if fault.object else each.place.row == fault.place.row)
    ]


def _valid(shape: Geometry, work: Work) -> tuple[Geometry | None, str]:
    """Return the outline made valid; or None and why it may not be: nobody could say what was meant."""
    if bool(shapely.is_valid(shape)):
        return shape, ""
    if not np.isfinite(shapely.get_coordinates(shape)).all() or crossings(shape) > MOST_PAIRS:
        return None, "tangled"
    after = made_valid(shape)
    if after is None:
        return None, "area"
    after = _without_crumbs(after, work)
    before = float(shapely.area(shape))
    if abs(float(shapely.area(after)) - before) > max(AREA_FREE, AREA_LOST * before):
        return None, "area"
    if isinstance(shape, Polygon) and not isinstance(after, Polygon) and work.subject.plan.standard is Standard.POLISH:
        return None, "parts"
    return after, ""


def _without_crumbs(shape: Geometry, work: Work) -> Geometry:
    """Return the polygon without parts that are noise, if any other is left."""
    parts, _ = polygons_in(np.array([shape], dtype=object))
    kept = parts[shapely.area(parts) >= work.subject.tolerances.noise]
    if not len(kept) or len(kept) == len(parts):
        return shape
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(list(kept))
