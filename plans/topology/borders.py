"""A plan beside the published plans of its neighbours: what both cover, what neither covers, along the common line.

Only what lies near the plan's own outline is brought into its CRS, by the operation that the whole program uses; how
exact that is widens the tolerance. Between two states it is what decides whether a gap can be told at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj.exceptions import CRSError
from shapely import Geometry, MultiPolygon, Polygon, STRtree

from geodesy import NoWayError
from plans.context import Neighbour
from plans.model import Kind
from plans.subject import Subject
from plans.topology.mend import polygonal
from plans.topology.pieces import Indices, Pieces, Shapes, measured, polygons_in
from plans.topology.territory import extent, municipality
from plans.topology.transfer import carried, one

NEAR = 200.0
"""Zones of a neighbour within so many metres of the plan's outline are looked at."""
REACH = 25.0
"""Gaps between two plans up to this width (m) are found."""
CLOSED = 1.0
"""Registers of two states may leave so many metres between two municipalities that adjoin."""
_STEP = 100.0
"""Outlines are brought into another CRS with a corner every so many metres."""
_TOUCH = 0.001


@dataclass(frozen=True)
class Border:
    """A plan beside one neighbour, in the plan's CRS.

    `zones` (k,) valid polygons of the neighbour near the plan's outline, `numbers` (k,) which of its zones they are.
    `accuracy` (m) is that of their coordinates, `tolerance` (m) the width below which nothing is told. `overlaps` and
    `gaps` are between the two plans, `apart` both of these between the plan and the neighbour's municipality.
    """

    neighbour: Neighbour
    zones: Shapes
    numbers: Indices
    accuracy: float
    tolerance: float
    overlaps: Pieces
    gaps: Pieces
    apart: Pieces


@dataclass(frozen=True)
class _Beside:
    """What is near of a neighbour: zones with their numbers and accuracy, and its territory where it can be had."""

    neighbour: Neighbour
    zones: Shapes
    numbers: Indices
    accuracy: float
    territory: Geometry


def borders(subject: Subject) -> tuple[Border, ...]:
    """Return the plan beside each neighbour that it adjoins (`subject.once`).

    A neighbour whose CRS cannot be brought into the plan's is left out.
    """
    own = subject.once(extent)
    beside = list(_all_beside(subject, own))
    known = subject.once(municipality)
    territory = own if known is None else known[0]
    found = []
    for number, each in enumerate(beside):
        others = shapely.union_all([other.territory for k, other in enumerate(beside) if k != number])
        found.append(_border(subject, own, territory, each, others))
    return tuple(found)


def _all_beside(subject: Subject, own: Geometry) -> Iterator[_Beside]:
    for neighbour in subject.context.neighbours:
        try:
            near = _beside(subject, own, neighbour)
        except (NoWayError, CRSError):
            continue
        if near is not None:
            yield near


def _beside(subject: Subject, own: Geometry, neighbour: Neighbour) -> _Beside | None:
    crs, zones = subject.plan.crs or "", neighbour.zones
    strip = _strip(own, crs, zones.crs)
    if strip is None:
        return None
    numbers = np.sort(STRtree(zones.shapes).query(strip, predicate="intersects"))
    moved, accuracy = carried(zones.shapes[numbers], zones.crs, crs)
    mended = polygonal(moved)
    line, by_line = one(neighbour.territory.boundary, neighbour.territory.crs, crs)
    if not len(mended.index):
        return None
    territory = line if line is not None and shapely.is_valid(line) else MultiPolygon()
    exact = max(accuracy + zones.accuracy, by_line)
    return _Beside(neighbour, mended.shapes[mended.index], numbers[mended.index], exact, territory)


def _strip(own: Geometry, source: str, target: str) -> Geometry | None:
    """Return the surroundings of the plan's outline in the neighbour's CRS."""
    line, _ = one(shapely.segmentize(shapely.simplify(shapely.boundary(own), 1.0), _STEP), source, target)
    return None if line is None else shapely.buffer(line, NEAR, quad_segs=2)


def _border(subject: Subject, own: Geometry, territory: Geometry, each: _Beside, others: Geometry) -> Border:
    tolerances, accuracy = subject.tolerances, each.accuracy
    other = shapely.union_all(each.zones)
    widened = tolerances.width + accuracy
    common = _opened(shapely.intersection(own, other), widened)
    must_cover = subject.plan.kind is Kind.ZONING_PLAN and not subject.plan.is_partial
    closed = shapely.union(territory, each.territory)
    closed = shapely.buffer(shapely.buffer(closed, CLOSED + accuracy, join_style="mitre"), -CLOSED - accuracy)
    left = _opened(_between(own, other, closed, others) if must_cover else Polygon(), widened)
    apart = _opened(shapely.intersection(own, each.territory), widened)
    if must_cover:
        apart = np.concatenate([apart, _opened(_between(own, each.territory, closed, others), widened)])
    return Border(
        each.neighbour,
        each.zones,
        each.numbers,
        accuracy,
        widened,
        measured(common, tolerances, accuracy),
        measured(left, tolerances, accuracy),
        measured(apart, tolerances, accuracy),
    )


def _between(one_: Geometry, other: Geometry, within: Geometry, without: Geometry) -> Geometry:
    """Return what lies between two areas that adjoin, in neither of them, and touches both."""
    near = shapely.intersection(shapely.buffer(one_, REACH), shapely.buffer(other, REACH))
    rest = shapely.intersection(near, within)
    for taken in (one_, other, without):
        rest = shapely.difference(rest, taken)
    parts, _ = polygons_in(np.array([rest], dtype=object))
    touching = shapely.dwithin(parts, one_, _TOUCH) & shapely.dwithin(parts, other, _TOUCH)
    return MultiPolygon(list(parts[touching]))


def _opened(shape: Geometry, width: float) -> Shapes:
    """Return the polygons of a shape without whatever is narrower than the width (m)."""
    shrunk = shapely.buffer(shape, -width / 2, join_style="mitre")
    parts, _ = polygons_in(np.array([shapely.buffer(shrunk, width / 2, join_style="mitre")], dtype=object))
    return parts
