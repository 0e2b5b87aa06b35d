"""What a rule may need before it can run; each says why the rule was skipped where it is missing."""

from pyproj import CRS
from pyproj.exceptions import CRSError

from plans.subject import Subject


def areas(subject: Subject) -> str | None:
    """Need areas that cover the plan's territory."""
    if not subject.plan.areas:
        return "no-areas"
    return "degrees" if subject.once(in_degrees) else None


def boundary(subject: Subject) -> str | None:
    """Need the plan's boundary."""
    return None if subject.plan.boundary is not None and subject.plan.boundary.geometry is not None else "no-boundary"


def whole(subject: Subject) -> str | None:
    """Need a plan that is meant to cover its territory."""
    return "partial" if subject.plan.is_partial else None


def territory(subject: Subject) -> str | None:
    """Need the municipality's boundary from the register."""
    return None if subject.context.territory is not None else "no-territory"


def neighbours(subject: Subject) -> str | None:
    """Need published plans of neighbours."""
    return None if subject.context.neighbours else "no-neighbours"


def in_force(subject: Subject) -> str | None:
    """Need a plan of the municipality that is in force."""
    return None if subject.context.in_force is not None else "none-in-force"


def in_degrees(subject: Subject) -> bool:
    """Whether the plan's coordinates are degrees, in which no width and no area can be measured."""
    try:
        return subject.plan.crs is not None and CRS.from_user_input(subject.plan.crs).is_geographic
    except CRSError:
        return False


def crs(subject: Subject) -> str | None:
    """Need to know the CRS."""
    return None if subject.plan.crs is not None else "no-crs"
