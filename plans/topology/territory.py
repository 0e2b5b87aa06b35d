"""What a plan says it covers beside what the register says is the municipality."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Geometry, Polygon

from plans.model import Kind
from plans.subject import Subject
from plans.topology.coverage import domain, union
from plans.topology.pieces import Numbers, Pieces, measured, polygons_in
from plans.topology.transfer import one


@dataclass(frozen=True)
class Reaching:
    """Pieces of one thing outside another that reach farther from it than the tolerance, and how far, (n,) metres."""

    pieces: Pieces
    by: Numbers


@dataclass(frozen=True)
class Differences:
    """Where plan and municipality differ: `missing` in the plan, `beyond` the municipality.

    `tolerance` (m) is that of the register's boundary with the accuracy of its transformation.
    """

    missing: Reaching
    beyond: Reaching
    tolerance: float


def extent(subject: Subject) -> Geometry:
    """Return what the plan covers: its boundary, or its areas where it has none (`subject.once`)."""
    within = subject.once(domain)
    return subject.once(union) if within is None else within


def municipality(subject: Subject) -> tuple[Geometry, float] | None:
    """Return the municipality in the plan's CRS and the accuracy of that (m); None if unknown (`subject.once`)."""
    territory = subject.context.territory
    if territory is None or subject.plan.crs is None:
        return None
    moved, accuracy = one(territory.boundary, territory.crs, subject.plan.crs)
    if moved is None or not shapely.is_valid(moved):
        return None
    return moved, accuracy


def differences(subject: Subject) -> Differences | None:
    """Return where plan and municipality differ; None if the municipality is unknown.

    A plan of a part, or one that need not cover everything, is asked only to stay inside.
    """
    known = subject.once(municipality)
    if known is None:
        return None
    whole, accuracy = known
    plan, tolerance = subject.once(extent), subject.tolerances.register + accuracy
    must_cover = subject.plan.kind is Kind.ZONING_PLAN and not subject.plan.is_partial
    return Differences(
        _reaching(whole if must_cover else Polygon(), plan, tolerance, subject),
        _reaching(plan, whole, tolerance, subject),
        tolerance,
    )


def _reaching(some: Geometry, other: Geometry, tolerance: float, subject: Subject) -> Reaching:
    parts, _ = polygons_in(np.array([shapely.difference(some, other)], dtype=object))
    by = np.array([_reach(part, other) for part in parts], dtype=float)
    far = by > tolerance
    return Reaching(measured(parts[far], subject.tolerances), by[far])


def _reach(part: Geometry, other: Geometry) -> float:
    """Return how far (m) the farthest corner of the part is from the other."""
    return float(shapely.distance(shapely.points(shapely.get_coordinates(part)), other).max())
