"""The geometry of single objects: is it there, is it of the right kind, does its outline make sense."""

from collections.abc import Iterator
from typing import cast

import numpy as np
import shapely
from shapely import MultiPoint

from findings import Level
from plans.fault import Fault
from plans.model import Element, Standard
from plans.rules.rule import plan_rule
from plans.rules.sources import MISSING, OURS, VALID
from plans.subject import Subject
from plans.topology.pieces import shapes_of
from plans.topology.rings import Corners, doubled, spikes

_TWICE = {Standard.CZECH: OURS, Standard.POLISH: OURS, Standard.GERMAN: VALID[Standard.GERMAN]}
_CROSSING, _TOUCHING, _PARTS = "geometry.self-crossing", "geometry.self-touch", "geometry.parts"
_REASONS = {"Self-intersection": _CROSSING, "Ring Self-intersection": _TOUCHING}
"""GEOS's words for what is wrong; all others are of holes and parts that do not lie as they must."""
_ELSEWHERE = ("Invalid Coordinate", "Too few points in geometry component")
"""Rules on coordinates speak of these."""


@plan_rule("geometry.missing", Level.ERROR, MISSING)
def missing(subject: Subject) -> Iterator[Fault]:
    """Find objects whose geometry is missing or empty, unless it is told already why theirs could not be read."""
    told = {(each.layer, each.object) for each in subject.delivery.incidents if each.rule.startswith("geometry.")}
    lines = {each.place for each in subject.delivery.incidents if each.rule.startswith("geometry.")}
    for element in subject.plan.everything():
        is_told = (element.layer, element.id) in told or element.place in lines
        if (element.geometry is None or shapely.is_empty(element.geometry)) and not is_told:
            yield Fault("geometry.missing", object=element.id or None, layer=element.layer, place=element.place)


@plan_rule(_CROSSING, Level.ERROR, VALID, fix="make-valid")
def self_crossing(subject: Subject) -> Iterator[Fault]:
    """Find outlines that cross themselves."""
    yield from _invalid(subject, _CROSSING)


@plan_rule(_TOUCHING, Level.ERROR, VALID, fix="make-valid")
def self_touch(subject: Subject) -> Iterator[Fault]:
    """Find outlines that touch themselves in a point or along a line."""
    yield from _invalid(subject, _TOUCHING)


@plan_rule(_PARTS, Level.ERROR, VALID, fix="make-valid")
def parts(subject: Subject) -> Iterator[Fault]:
    """Find holes outside their area or in one another, and parts that lie over one another."""
    yield from _invalid(subject, _PARTS)


@plan_rule("geometry.duplicate-points", Level.NOTE, _TWICE, levels={"XPlan": Level.WARNING}, fix="duplicate-points")
def duplicate_points(subject: Subject) -> Iterator[Fault]:
    """Find corners that stand twice, one after the other; one fault for each object."""
    yield from _at_corners("geometry.duplicate-points", subject, subject.once(doubled))


@plan_rule("geometry.spike", Level.NOTE, OURS)
def spike(subject: Subject) -> Iterator[Fault]:
    """Find corners at which an outline turns back on itself; one fault for each object."""
    yield from _at_corners("geometry.spike", subject, subject.once(spikes))


def invalid(subject: Subject) -> list[tuple[Element, str, tuple[float, float]]]:
    """Return every invalid object with the rule that says why and the place, (x, y) (`subject.once`)."""
    elements = [each for each in subject.plan.everything() if each.geometry is not None]
    shapes = shapes_of([each.geometry for each in elements])
    found = []
    for number in np.flatnonzero(~shapely.is_valid(shapes)).tolist():
        reason, _, at = str(shapely.is_valid_reason(shapes[number])).rstrip("]").partition("[")
        if reason not in _ELSEWHERE:
            x, _, y = at.partition(" ")
            found.append((elements[number], _REASONS.get(reason, _PARTS), (float(x), float(y))))
    return found


def _invalid(subject: Subject, rule: str) -> Iterator[Fault]:
    for element, its_rule, (x, y) in subject.once(invalid):
        if its_rule == rule:
            values = {"x": round(x, 2), "y": round(y, 2)}
            yield Fault.of(rule, element, cast("shapely.Geometry", shapely.points(x, y)), values=values)


def _at_corners(rule: str, subject: Subject, found: Corners) -> Iterator[Fault]:
    elements = list(subject.plan.everything())
    order = np.argsort(found.element, kind="stable")
    numbers, starts = np.unique(found.element[order], return_index=True)
    for number, corners in zip(numbers.tolist(), np.split(found.corners[order], starts[1:]), strict=False):
        values = {"n": len(corners), "x": round(float(corners[0][0]), 2), "y": round(float(corners[0][1]), 2)}
        yield Fault.of(rule, elements[number], MultiPoint(corners), values=values)
