"""The plan beside the published plans of adjoining municipalities, in the same state and across the border.

No standard asks for it; what is measured is told as a warning, what is only thought of as a note. Every fault names
the neighbour's plan and how exact its coordinates are beside the plan's own.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely import Geometry, MultiPolygon, STRtree

from findings import Level
from plans.fault import Fault
from plans.harmonise import harmonised
from plans.model import Element
from plans.rules import needs
from plans.rules.place import placed
from plans.rules.rule import plan_rule
from plans.rules.sources import OURS
from plans.subject import Subject
from plans.topology.borders import Border, borders
from plans.topology.coverage import fit
from plans.topology.pieces import Indices, Pieces, Shapes, Size

DWELLING = ("5",)
HEAVY = ("1_3", "2_1", "2_2", "2_4", "4_3_3")
"""HILUCS: residential use; mining, raw and heavy industry, energy production, waste treatment."""
BESIDE = 1.0
"""Areas within so many metres (or the accuracy, if it is less) are beside each other,"""
LEAST = 5.0
"""if they are so over at least so many metres."""
_NEEDS = (needs.crs, needs.neighbours, placed)


@plan_rule("neighbours.gap", Level.WARNING, OURS, needs=(*_NEEDS, needs.areas), fix="snap-neighbour")
def gap(subject: Subject) -> Iterator[Fault]:
    """Find strips along the common line that neither plan covers."""
    for border in subject.once(borders):
        for number in border.gaps.of(Size.REAL):
            yield _fault("neighbours.gap", subject, border, border.gaps, number)


@plan_rule("neighbours.overlap", Level.WARNING, OURS, needs=(*_NEEDS, needs.areas), fix="snap-neighbour")
def overlap(subject: Subject) -> Iterator[Fault]:
    """Find strips along the common line that both plans cover."""
    for border in subject.once(borders):
        for number in border.overlaps.of(Size.REAL):
            yield _fault("neighbours.overlap", subject, border, border.overlaps, number)


@plan_rule("neighbours.line", Level.NOTE, OURS, needs=(*_NEEDS, needs.whole))
def line(subject: Subject) -> Iterator[Fault]:
    """Find neighbours whose register draws the common boundary elsewhere than the plan; one fault for each."""
    for border in subject.once(borders):
        found = border.apart
        which = np.concatenate([found.of(Size.REAL), found.of(Size.SLIVER)])
        if not len(which):
            continue
        widest = float(found.width[which].max())
        values = _about(border) | {"n": len(which), "area": round(float(found.area[which].sum()), 1)}
        yield Fault(
            "neighbours.line",
            values | {"width": round(widest, 2)},
            place=subject.plan.place,
            where=MultiPolygon(list(found.shapes[which])),
            measured=widest,
            tolerance=border.tolerance,
            unit="m",
        )


@plan_rule("neighbours.use", Level.NOTE, OURS, needs=(*_NEEDS, needs.areas))
def use(subject: Subject) -> Iterator[Fault]:
    """Find dwelling on one side of the common line and heavy industry, mining or waste on the other."""
    shapes = subject.once(fit).shapes
    for border in subject.once(borders):
        theirs = tuple(border.neighbour.zones.hilucs[k] for k in border.numbers)
        if not any(code.startswith(DWELLING + HEAVY) for code in theirs):
            continue  # nothing there to disturb or be disturbed, whatever the plan's own uses are
        own = subject.once(_uses)
        for number, zone, common in _beside(shapes, own, border, theirs):
            element, k = subject.plan.areas[number], int(border.numbers[zone])
            yield _conflict(element, own[number], border, k, common)


def _uses(subject: Subject) -> tuple[str, ...]:
    """Return the first HILUCS code of each area."""
    return tuple(item.meaning.codes[0] for item in subject.once(harmonised).elements)


def _beside(
    shapes: Shapes, own: Sequence[str], border: Border, theirs: Sequence[str]
) -> Iterator[tuple[int, int, Geometry]]:
    """Yield an area, a zone and their common line where the one is for dwelling and the other for what disturbs it."""
    within = max(BESIDE, border.accuracy)
    for some, others in ((DWELLING, HEAVY), (HEAVY, DWELLING)):
        mine, yours = _of(own, some, ~shapely.is_missing(shapes)), _of(theirs, others)
        if not len(mine) or not len(yours):
            continue
        i, j = STRtree(border.zones[yours]).query(shapes[mine], predicate="dwithin", distance=within)
        lines = shapely.boundary(shapes[mine[i]])
        common = shapely.intersection(lines, shapely.buffer(border.zones[yours[j]], within))
        for k in np.flatnonzero(shapely.length(common) >= LEAST).tolist():
            yield int(mine[i[k]]), int(yours[j[k]]), common[k]


def _of(codes: Sequence[str], groups: tuple[str, ...], those: np.ndarray | None = None) -> Indices:
    found = np.array([code.startswith(groups) for code in codes], dtype=bool)
    return np.flatnonzero(found if those is None else found & those)


def _conflict(element: Element, own: str, border: Border, zone: int, common: Geometry) -> Fault:
    zones = border.neighbour.zones
    values = _about(border) | {
        "code": element.code,
        "hilucs": own,
        "other": zones.ids[zone],
        "other_code": zones.codes[zone],
        "other_hilucs": zones.hilucs[zone],
        "length": round(float(shapely.length(common)), 1),
    }
    return Fault.of(
        "neighbours.use", element, common, values=values, measured=values["length"], tolerance=LEAST, unit="m"
    )


def _fault(rule: str, subject: Subject, border: Border, pieces: Pieces, number: int) -> Fault:
    shape, width, area = pieces.shapes[number], float(pieces.width[number]), float(pieces.area[number])
    shapes = subject.once(fit).shapes
    near = int(np.nanargmin(shapely.distance(shapes, shapely.point_on_surface(shape))))
    values = _about(border) | {"area": round(area, 1), "width": round(width, 2)}
    return Fault.of(
        rule, subject.plan.areas[near], shape, values=values, measured=width, tolerance=border.tolerance, unit="m"
    )


def _about(border: Border) -> dict[str, object]:
    """Return what every fault says of the neighbour."""
    neighbour = border.neighbour
    return {
        "municipality": neighbour.territory.name,
        "state": neighbour.territory.state,
        "plan": neighbour.plan,
        "version": neighbour.version,
        "crs": neighbour.zones.crs,
        "accuracy": round(border.accuracy, 3),
        "allowed": round(border.tolerance, 3),
    }
