"""The areas of a plan beside one another: no gaps, no overlaps, nothing outside, one line where two meet.

Faults carry the gap or overlap itself, with area and width. What is small is told apart: slivers, and noise that only
rounding leaves. All tolerances are shown.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPoint, MultiPolygon

from findings import Level
from plans.fault import Fault
from plans.model import Standard
from plans.rules import needs
from plans.rules.place import placed
from plans.rules.rule import plan_rule
from plans.rules.sources import CORNERS, EDGE, GAP, OURS, OUTSIDE, OVERLAP
from plans.subject import Subject
from plans.topology.coverage import Gaps, coverage, gaps, outside, overlaps
from plans.topology.pieces import Indices, Pieces, Size
from plans.topology.sections import sections
from plans.topology.territory import Reaching, differences
from plans.topology.vertices import lacking

CZECH = {"JS-": Level.WARNING}
"""Levels of what only practice demands; plans from before the standard keep them."""
GAPS = CZECH | {"XPlan-4": Level.WARNING, "XPlan-5": Level.WARNING}
"""Up to XPlanung 5.4 the official validator speaks of a possible gap."""
IN_REGISTER = (needs.crs, needs.territory, placed)
STRAIGHT = 0.0008
"""A corner this close (m) to a straight line lies on it: what rounding to millimetres leaves. The official validator
does not find such corners."""
_SOUND = {"mended": 0, "left_out": 0}
MOST = 1000
"""Slivers told one by one, the largest; the others together. So many pieces are drawn of what is told together."""
MOST_FAULTS = 10_000
"""Gaps and overlaps of one plan told one by one, the largest; the others together."""


@plan_rule("topology.overlap", Level.ERROR, OVERLAP, levels=CZECH, needs=(needs.areas,), fix="snap-own")
def overlap(subject: Subject) -> Iterator[Fault]:
    """Find areas that lie over one another."""
    for section in subject.once(sections):
        found = section.once(overlaps)
        real = found.pieces.of(Size.REAL)
        for number in real[:MOST_FAULTS]:
            one, other = (section.plan.areas[int(k)] for k in found.areas[number])
            values = _values(found.pieces, number) | {"other": other.called, "other_code": other.code, "code": one.code}
            yield Fault.of("topology.overlap", one, **_measured(found.pieces, number, section, values))
        yield from _rest("topology.overlap", section, found.pieces, real)


@plan_rule("topology.duplicate", Level.ERROR, OVERLAP, levels=CZECH, needs=(needs.areas,))
def duplicate(subject: Subject) -> Iterator[Fault]:
    """Find areas of exactly the same shape."""
    for section in subject.once(sections):
        for first, second in section.once(overlaps).twins.tolist():
            one, other = section.plan.areas[first], section.plan.areas[second]
            area = float(shapely.area(other.geometry))
            values = {"other": one.called, "other_code": one.code, "code": other.code, "area": round(area, 2)}
            yield Fault.of("topology.duplicate", other, values=values, measured=area, tolerance=0.0, unit="m²")


@plan_rule("topology.gap", Level.ERROR, GAP, levels=GAPS, needs=(needs.areas, needs.whole), fix="snap-own")
def gap(subject: Subject) -> Iterator[Fault]:
    """Find gaps between areas."""
    yield from _gaps("topology.gap", subject, lambda found: ~found.at_edge)


@plan_rule(
    "topology.edge-gap",
    Level.ERROR,
    EDGE,
    levels=GAPS,
    needs=(needs.areas, needs.boundary, needs.whole),
    fix="snap-own",
)
def edge_gap(subject: Subject) -> Iterator[Fault]:
    """Find gaps between the areas and the plan's boundary."""
    yield from _gaps("topology.edge-gap", subject, lambda found: found.at_edge)


@plan_rule("topology.outside", Level.ERROR, OUTSIDE, levels=CZECH, needs=(needs.areas, needs.boundary), fix="snap-own")
def standing_out(subject: Subject) -> Iterator[Fault]:
    """Find areas that stand out of the plan's boundary."""
    for section in subject.once(sections):
        found = section.once(outside)
        real = found.pieces.of(Size.REAL)
        for number in real[:MOST_FAULTS]:
            element = section.plan.areas[int(found.areas[number])]
            values = _values(found.pieces, number) | {"code": element.code}
            yield Fault.of("topology.outside", element, **_measured(found.pieces, number, section, values))
        yield from _rest("topology.outside", section, found.pieces, real)


@plan_rule("topology.sliver", Level.WARNING, OURS, needs=(needs.areas,), fix="snap-own")
def sliver(subject: Subject) -> Iterator[Fault]:
    """Find gaps, overlaps and pieces outside that are slivers, each with the figures of all."""
    for section in subject.once(sections):
        small = _together(section, Size.SLIVER)
        if not len(small):
            continue
        values = _statistics(small)
        order = np.argsort(-small.area, kind="stable")
        for number in order[:MOST].tolist():
            each = values | _values(small, number)
            yield Fault("topology.sliver", place=section.plan.place, **_measured(small, number, section, each))
        if len(order) > MOST:
            yield _bundle("topology.sliver", section, small, order[MOST:])


@plan_rule("topology.noise", Level.NOTE, OURS, needs=(needs.areas,))
def noise(subject: Subject) -> Iterator[Fault]:
    """Find what only rounding leaves between areas; one fault for all."""
    for section in subject.once(sections):
        small = _together(section, Size.NOISE)
        if len(small):
            yield _bundle("topology.noise", section, small, np.arange(len(small)))


@plan_rule("topology.vertices", Level.NOTE, OURS, needs=(needs.areas,))
def vertices(subject: Subject) -> Iterator[Fault]:
    """Find corners on a common line that only one of two areas has; one fault for all."""
    for section in subject.once(sections):
        found = section.once(lacking)
        soft = found.off <= STRAIGHT if subject.plan.standard is Standard.GERMAN else found.off >= 0
        if soft.any():
            yield Fault(
                "topology.vertices",
                {"n": int(soft.sum())},
                place=section.plan.place,
                where=MultiPoint(shapely.get_coordinates(found.points[soft])),
                measured=float(found.off[soft].max()),
                tolerance=section.tolerances.vertex,
                unit="m",
            )


@plan_rule("topology.de-vertices", Level.ERROR, {Standard.GERMAN: CORNERS}, needs=(needs.areas,))
def german_vertices(subject: Subject) -> Iterator[Fault]:
    """Find corners beside a neighbour's line, off it by less than the tolerance, that the neighbour does not have."""
    for section in subject.once(sections):
        found = section.once(lacking)
        hard = np.flatnonzero(found.off > STRAIGHT)
        for number in np.unique(found.area[hard]).tolist():
            mine = hard[found.area[hard] == number]
            other = section.plan.areas[int(found.of[mine[0]])]
            yield Fault.of(
                "topology.de-vertices",
                section.plan.areas[number],
                MultiPoint(shapely.get_coordinates(found.points[mine])),
                values={"n": len(mine), "other": other.called},
                measured=float(found.off[mine].max()),
                tolerance=section.tolerances.vertex,
                unit="m",
            )


@plan_rule("topology.territory-missing", Level.WARNING, OURS, needs=IN_REGISTER)
def territory_missing(subject: Subject) -> Iterator[Fault]:
    """Find where the plan does not reach the municipality's boundary of the register."""
    found = subject.once(differences)
    if found is not None:
        yield from _off_register("topology.territory-missing", subject, found.missing, found.tolerance)


@plan_rule("topology.territory-beyond", Level.WARNING, OURS, needs=IN_REGISTER)
def territory_beyond(subject: Subject) -> Iterator[Fault]:
    """Find where the plan goes beyond the municipality's boundary of the register."""
    found = subject.once(differences)
    if found is not None:
        yield from _off_register("topology.territory-beyond", subject, found.beyond, found.tolerance)


def _gaps(rule: str, subject: Subject, chosen: Callable[[Gaps], NDArray[np.bool_]]) -> Iterator[Fault]:
    for section in subject.once(sections):
        found = section.once(gaps)
        real = found.pieces.of(Size.REAL)
        real = real[chosen(found)[real]]
        for number in real[:MOST_FAULTS]:
            values = _values(found.pieces, number)
            yield Fault(rule, place=section.plan.place, **_measured(found.pieces, number, section, values))
        yield from _rest(rule, section, found.pieces, real)


def _rest(rule: str, section: Subject, pieces: Pieces, real: Indices) -> Iterator[Fault]:
    """Tell in one fault of pieces beyond those that are told one by one."""
    if len(real) > MOST_FAULTS:
        yield _bundle(rule, section, pieces, real[MOST_FAULTS:])


def _off_register(rule: str, subject: Subject, found: Reaching, tolerance: float) -> Iterator[Fault]:
    for shape, area, far in zip(found.pieces.shapes, found.pieces.area, found.by, strict=True):
        values = {"area": round(float(area), 1), "distance": round(float(far), 2), "allowed": round(tolerance, 2)}
        place = subject.plan.place
        yield Fault(rule, values, place=place, where=shape, measured=float(far), tolerance=tolerance, unit="m")


def _together(section: Subject, size: Size) -> Pieces:
    """Return all pieces of that size: overlaps, gaps (unless the plan need not cover all) and what stands out."""
    all_of = [section.once(overlaps).pieces, section.once(outside).pieces]
    if not section.plan.is_partial:
        all_of.append(section.once(gaps).pieces)
    chosen = [(each, each.of(size)) for each in all_of]
    return Pieces(
        np.concatenate([each.shapes[of] for each, of in chosen]),
        np.concatenate([each.area[of] for each, of in chosen]),
        np.concatenate([each.width[of] for each, of in chosen]),
        np.concatenate([each.sizes[of] for each, of in chosen]),
    )


def _values(pieces: Pieces, number: int) -> dict[str, Any]:
    """Return area (m²) and width (m) as a sentence shows them."""
    return {"area": round(float(pieces.area[number]), 4), "width": round(float(pieces.width[number]), 3)}


def _statistics(pieces: Pieces, which: Indices | slice = slice(None)) -> dict[str, Any]:
    area, width = pieces.area[which], pieces.width[which]
    return {
        "n": len(area),
        "largest": round(float(area.max()), 4),
        "thinnest": round(float(width.min()), 3),
        "total": round(float(area.sum()), 2),
    }


def _measured(pieces: Pieces, number: int, section: Subject, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a fault has beside its rule; with how many areas were made valid for it, and how many left out."""
    whole = section.once(coverage)
    examined = {"mended": len(whole.mended), "left_out": len(whole.left_out)}
    return {
        "values": values | ({} if examined == _SOUND else examined),
        "where": pieces.shapes[number],
        "measured": float(pieces.area[number]),
        "tolerance": section.tolerances.sliver,
        "unit": "m²",
    }


def _bundle(rule: str, section: Subject, pieces: Pieces, which: Indices) -> Fault:
    """Return one fault for several pieces, with the figures of all and the largest drawn."""
    which = which[np.argsort(-pieces.area[which], kind="stable")]
    largest = int(which[0])
    return Fault(
        rule,
        _statistics(pieces, which) | _values(pieces, largest),
        place=section.plan.place,
        where=MultiPolygon(list(pieces.shapes[which[:MOST]])),
        measured=float(pieces.area[largest]),
        tolerance=section.tolerances.noise if rule.endswith("noise") else section.tolerances.sliver,
        unit="m²",
    )
