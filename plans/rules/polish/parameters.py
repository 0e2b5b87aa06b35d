"""What may be built in a zone, as numbers: that they are there where they must be, in range, with one decimal place."""

from collections.abc import Iterator
from decimal import Decimal

from findings import Level
from plans.fault import Fault
from plans.model import Element, Standard
from plans.rules.polish import ACT, PLUGIN, SCHEMA, zone_of
from plans.rules.rule import plan_rule
from plans.standards.polish.codes import BUILT, NO_GREEN
from plans.subject import Subject

ONLY = (Standard.POLISH,)
GREEN = "minUdzialPowierzchniBiologicznieCzynnej"
RANGES = {
    "maksNadziemnaIntensywnoscZabudowy": (0, 350),
    "maksUdzialPowierzchniZabudowy": (0, 100),
    "maksWysokoscZabudowy": (0, 9999.9),
    GREEN: (0, 150),
}
"""As the plugin lets them be typed in: intensity, shares in %, height in metres."""
STANDARDS = {"powierzchniaLacznaObszarowZieleniPublicznej": 1.5, "powierzchniaObszaruZieleniPublicznej": 10.0}
"""Least areas of public greenery in hectares."""
DISTANCE = "odleglosc"


@plan_rule("attributes.pl-parameter-missing", Level.ERROR, ACT, standards=ONLY)
def missing(subject: Subject) -> Iterator[Fault]:
    """Find zones that do not say how much may be built, or how much must stay green."""
    for element in subject.plan.areas:
        zone = zone_of(element)
        if zone is None:
            continue
        for name in RANGES:
            needed = zone.symbol not in NO_GREEN if name == GREEN else zone.symbol in BUILT
            if needed and name not in element.attributes:
                values = {"attribute": name, "zone": zone.symbol}
                yield Fault.of("attributes.pl-parameter-missing", element, attribute=name, values=values)


@plan_rule("attributes.pl-parameter-range", Level.ERROR, PLUGIN, standards=ONLY)
def ranges(subject: Subject) -> Iterator[Fault]:
    """Find numbers that are out of their range."""
    for element, name, value in _numbers(subject):
        low, high = RANGES[name]
        if not low <= value <= high:
            values = {"attribute": name, "value": value, "low": low, "high": high}
            yield Fault.of("attributes.pl-parameter-range", element, attribute=name, values=values, measured=value)


@plan_rule("attributes.pl-decimals", Level.ERROR, SCHEMA, standards=ONLY)
def decimals(subject: Subject) -> Iterator[Fault]:
    """Find numbers with more than one decimal place."""
    for element, name, value in _numbers(subject):
        exponent = Decimal(repr(value)).normalize().as_tuple().exponent
        if isinstance(exponent, int) and exponent < -1:
            values = {"attribute": name, "value": repr(value), "n": -exponent}
            yield Fault.of("attributes.pl-decimals", element, attribute=name, values=values)


@plan_rule("attributes.pl-standards", Level.ERROR, PLUGIN, standards=ONLY)
def standards(subject: Subject) -> Iterator[Fault]:
    """Find areas of accessibility standards with too little greenery, or distances that are not whole metres."""
    for element in subject.plan.regulations:
        for name, value in element.attributes.items():
            if not isinstance(value, float):
                continue
            least = STANDARDS.get(name, 1.0)
            is_distance = name.startswith(DISTANCE)
            if (name in STANDARDS or is_distance) and (value < least or (is_distance and value != int(value))):
                values = {"attribute": name, "value": value, "least": least}
                yield Fault.of("attributes.pl-standards", element, attribute=name, values=values, measured=value)


def _numbers(subject: Subject) -> Iterator[tuple[Element, str, float]]:
    for element in subject.plan.areas:
        for name in RANGES:
            value = element.attributes.get(name)
            if isinstance(value, float):
                yield element, name, value
