"""Functional profiles of zones: the primary one complete, the additional one within what its zone allows.

They are compared as sets. The ministry's plugin compares text, so there the order counts; nothing in law says it does.
"""

from collections.abc import Iterator

from findings import Level
from plans.fault import Fault
from plans.model import Element, Standard
from plans.rules.polish import REGULATION, texts, zone_of
from plans.rules.rule import plan_rule
from plans.standards.polish.codes import ALLOTMENTS, CLASSES, Zone, code_of
from plans.subject import Subject

ONLY = (Standard.POLISH,)


@plan_rule("attributes.pl-primary-profile", Level.ERROR, REGULATION, standards=ONLY)
def primary(subject: Subject) -> Iterator[Fault]:
    """Find zones whose primary profile is not that of their kind, allotment gardens apart."""
    for element, zone, classes in _zones(subject, "profilPodstawowy"):
        wanted = (zone.primary if zone else classes & CLASSES.keys()) - {ALLOTMENTS}
        missing, extra = wanted - classes, classes - wanted - {ALLOTMENTS}
        if classes and (missing or extra):
            values = {"missing": _named(missing), "extra": _named(extra), "zone": zone.symbol if zone else "–"}
            yield Fault.of("attributes.pl-primary-profile", element, attribute="profilPodstawowy", values=values)


@plan_rule("attributes.pl-allotments", Level.WARNING, REGULATION, standards=ONLY)
def allotments(subject: Subject) -> Iterator[Fault]:
    """Find zones with allotment gardens where they stood until 22 November 2024: not in the primary profile."""
    additional = {id(element): classes for element, _, classes in _zones(subject, "profilDodatkowy")}
    for element, zone, classes in _zones(subject, "profilPodstawowy"):
        is_old = ALLOTMENTS not in classes or ALLOTMENTS in additional[id(element)]
        if zone is not None and classes and is_old:
            yield Fault.of(
                "attributes.pl-allotments", element, attribute="profilPodstawowy", values={"zone": zone.symbol}
            )


@plan_rule("attributes.pl-additional-profile", Level.ERROR, REGULATION, standards=ONLY)
def additional(subject: Subject) -> Iterator[Fault]:
    """Find classes of use that the additional profile of the zone may not have."""
    for element, zone, classes in _zones(subject, "profilDodatkowy"):
        allowed = zone.additional if zone else frozenset(CLASSES)
        extra = classes - allowed - {ALLOTMENTS}
        if extra:
            values = {"extra": _named(extra), "allowed": _told(allowed), "zone": zone.symbol if zone else "–"}
            yield Fault.of("attributes.pl-additional-profile", element, attribute="profilDodatkowy", values=values)


def _zones(subject: Subject, name: str) -> Iterator[tuple[Element, Zone | None, frozenset[str]]]:
    for element in subject.plan.areas:
        yield element, zone_of(element), frozenset(code_of(each) for each in texts(element, name))


def _named(classes: frozenset[str]) -> str:
    return ", ".join(f"{each} ({CLASSES[each]})" if each in CLASSES else each for each in sorted(classes)) or "–"


def _told(classes: frozenset[str]) -> str:
    return ", ".join(sorted(classes)) or "–"
