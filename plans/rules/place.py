"""Where a plan lies: in which CRS, and whether that is the place it speaks of. What is suspected is tested first."""

from collections.abc import Iterator

from pyproj import CRS

from findings import Level
from plans.fault import Fault
from plans.model import Standard
from plans.rules import needs
from plans.rules.rule import Backing, Source, plan_rule
from plans.subject import Subject
from plans.topology.place import Found, place

_PLACED = {
    Standard.CZECH: Source(Backing.TECHNICAL, "ISO 19111: plán leží tam, kam ukazují jeho souřadnice"),
    Standard.POLISH: Source(
        Backing.LAW, "Wtyczka APP 2 (Ministerstwo Rozwoju i Technologii), wersja 2.1.3: obrysy leżą poza granicami"
    ),
    Standard.GERMAN: Source(Backing.TECHNICAL, "ISO 19111: Ein Plan liegt dort, wohin seine Koordinaten zeigen"),
}
_WRITTEN = (Standard.POLISH, Standard.GERMAN)


def placed(subject: Subject) -> str | None:
    """Need a plan that lies where it should: what is measured against its surroundings means nothing elsewhere."""
    found = subject.once(place)
    return "misplaced" if found is not None and not found.is_right else None


@plan_rule("geometry.crs-missing", Level.ERROR, Source(Backing.TECHNICAL, "ISO 19111"), standards=_WRITTEN)
def crs_missing(subject: Subject) -> Iterator[Fault]:
    """Find plans with geometries of which nothing says in which CRS they are. Czech plans have one by definition."""
    has_geometry = any(each.geometry is not None for each in subject.plan.everything())
    is_told = any(each.rule == "geometry.unknown-crs" for each in subject.delivery.incidents)
    if subject.plan.crs is None and has_geometry and not is_told:
        yield Fault("geometry.crs-missing", place=subject.plan.place)


@plan_rule(
    "geometry.axes",
    Level.ERROR,
    {standard: _PLACED[standard] for standard in _WRITTEN},
    needs=(needs.crs,),
    fix="axis-order",
)
def axes(subject: Subject) -> Iterator[Fault]:
    """Find plans that lie where they should only when the two coordinates are exchanged."""
    found = _misplaced(subject)
    if found is not None and found.crs == subject.plan.crs:
        yield _fault("geometry.axes", subject, found)


@plan_rule("geometry.other-crs", Level.ERROR, _PLACED, needs=(needs.crs, needs.territory), fix="crs-label")
def other_crs(subject: Subject) -> Iterator[Fault]:
    """Find plans that lie where they should only when their coordinates are taken for those of another CRS."""
    found = _misplaced(subject)
    if found is not None and found.crs not in (None, subject.plan.crs):
        yield _fault("geometry.other-crs", subject, found)


@plan_rule("geometry.place", Level.ERROR, _PLACED, needs=(needs.crs,))
def elsewhere(subject: Subject) -> Iterator[Fault]:
    """Find plans that lie outside the municipality, or where their CRS is not made for, whichever way they are read."""
    found = _misplaced(subject)
    if found is not None and found.crs is None:
        yield _fault("geometry.place", subject, found)


def _misplaced(subject: Subject) -> Found | None:
    found = subject.once(place)
    return None if found is None or found.is_right else found


def _fault(rule: str, subject: Subject, found: Found) -> Fault:
    territory = subject.context.territory
    values = {
        "crs": subject.plan.crs,
        "other": found.crs or "",
        "municipality": territory.name if territory else _use(subject.plan.crs),
        "x": round(found.middle[0], 1),
        "y": round(found.middle[1], 1),
        "percent": round(100 * found.share),
    }
    boundary = subject.plan.boundary
    where = boundary.geometry if boundary is not None else None
    return Fault(rule, values, place=subject.plan.place, where=where)


def _use(crs: str | None) -> str:
    """Return for which piece of the Earth a CRS is made, in degrees; the CRS itself where nothing says it."""
    area = CRS.from_user_input(crs).area_of_use if crs else None
    if area is None:
        return crs or ""
    return f"{area.west:.1f}–{area.east:.1f}° E, {area.south:.1f}–{area.north:.1f}° N"
