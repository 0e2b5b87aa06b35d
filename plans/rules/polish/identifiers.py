"""Names of Polish objects: namespace, local identifier, version, designation; each in its form and each only once.

A name that occurs twice is said once, as a double, and not again as one that does not fit the object.
"""

import re
from collections.abc import Callable, Iterator

from findings import Level
from plans.fault import Fault
from plans.model import Element, Standard
from plans.rules.needs import territory
from plans.rules.polish import PLUGIN, objects_of, text, zone_of
from plans.rules.rule import plan_rule
from plans.standards.polish.codes import REGULATIONS
from plans.standards.polish.schema import ACT, DOCUMENT, ZONE
from plans.subject import Subject

ONLY = (Standard.POLISH,)
NAMESPACE = re.compile(r"PL\.ZIPPZP\.\d+/(\d{2}|\d{4}|\d{6})-(PZPW|SUIKZP|MPZP|POG)", re.ASCII)
OLD_NAMESPACE = re.compile(r"PL\.ZIPPZP\.\d+/\d{2,7}-\w+", re.ASCII)
"""In schema 1.0, where municipalities had seven digits."""
LAST_VOIVODESHIP = 32
VERSION = re.compile(r"\d{8}T\d{6}", re.ASCII)
GENERAL_PLAN = re.compile(r"\d+POG", re.ASCII)
DESIGNATION = re.compile(r"[1-9]\d{0,4}([A-Z]{2,3})", re.ASCII)
DESIGNATED = (ZONE, *REGULATIONS)
MUNICIPALITY = 6
"""Digits of TERYT that name a municipality; the register may have a seventh for its kind."""


@plan_rule("attributes.pl-namespace", Level.ERROR, PLUGIN, standards=ONLY)
def namespaces(subject: Subject) -> Iterator[Fault]:
    """Find namespaces that are not PL.ZIPPZP.<number>/<TERYT>-<kind>, each once."""
    said = set()
    for element in objects_of(subject.plan):
        space = text(element, "przestrzenNazw")
        form = OLD_NAMESPACE if text(element, "schemat") == "1.0" else NAMESPACE
        found = form.fullmatch(space)
        if space and space not in said and not (found and _is_voivodeship(space.partition("/")[2][:2])):
            said.add(space)
            yield Fault.of("attributes.pl-namespace", element, attribute="przestrzenNazw", values={"value": space})


def handed_in_for(subject: Subject) -> str | None:
    """Need to know which municipality the plan is handed in for: as the register has it, or as the submitter said."""
    return None if subject.context.expected.get("municipality") else territory(subject)


@plan_rule("attributes.pl-teryt", Level.ERROR, PLUGIN, standards=ONLY, needs=(handed_in_for,))
def teryt(subject: Subject) -> Iterator[Fault]:
    """Find a plan whose namespace names another municipality than the one it is handed in for."""
    known = subject.context.territory
    expected = subject.context.expected.get("municipality") or (known.code if known else "")
    for code in subject.plan.municipalities:
        if code[:MUNICIPALITY] != expected[:MUNICIPALITY]:
            values = {"value": code, "expected": expected, "name": known.name if known else "–"}
            first = next(objects_of(subject.plan))
            yield Fault.of("attributes.pl-teryt", first, attribute="przestrzenNazw", values=values)


@plan_rule("attributes.pl-duplicate-id", Level.ERROR, PLUGIN, standards=ONLY)
def duplicate_ids(subject: Subject) -> Iterator[Fault]:
    """Find objects whose lokalnyId another object before them has."""
    for first, element in _doubles(subject, _identity):
        values = {"value": text(element, "lokalnyId"), "first": first.place.line or "–", "layer_first": first.layer}
        yield Fault.of("attributes.pl-duplicate-id", element, attribute="lokalnyId", values=values)


@plan_rule("attributes.pl-duplicate-designation", Level.ERROR, PLUGIN, standards=ONLY)
def duplicate_designations(subject: Subject) -> Iterator[Fault]:
    """Find objects whose oznaczenie another object of the layer before them has."""
    for first, element in _doubles(subject, _designation):
        values = {"value": text(element, "oznaczenie"), "first": first.place.line or "–"}
        yield Fault.of("attributes.pl-duplicate-designation", element, attribute="oznaczenie", values=values)


@plan_rule("attributes.pl-designation", Level.ERROR, PLUGIN, standards=ONLY)
def designations(subject: Subject) -> Iterator[Fault]:
    """Find designations that are not a number and the object's symbol (12SJ)."""
    twice = subject.once(_doubled)
    for element in subject.plan.everything():
        value = text(element, "oznaczenie")
        if element.layer not in DESIGNATED or not value or _designation(element) in twice or _fits(element):
            continue
        symbol = text(element, "symbol") or element.code
        values = {"value": value, "expected": f"1{symbol}"}
        yield Fault.of("attributes.pl-designation", element, attribute="oznaczenie", values=values)


@plan_rule("attributes.pl-local-id", Level.WARNING, PLUGIN, standards=ONLY)
def local_ids(subject: Subject) -> Iterator[Fault]:
    """Find identifiers of a general plan that are not put together as the plugin does it."""
    twice, plan = subject.once(_doubled), subject.plan
    act = plan.id.rpartition("/")[2]
    for element in plan.everything():
        version = text(element, "wersjaId")
        if version and not VERSION.fullmatch(version):
            yield _odd(element, "wersjaId", version, "20260331T120000")
        value = text(element, "lokalnyId")
        if not value or not text(element, "przestrzenNazw").endswith("-POG"):
            continue
        if element.layer == ACT:
            expected = value if GENERAL_PLAN.fullmatch(value) else "1POG"
        elif {_identity(element), _designation(element)} & twice or not _fits(element):
            continue
        else:
            expected = f"{act}-{text(element, 'oznaczenie')}"
        if value != expected:
            yield _odd(element, "lokalnyId", value, expected)


def _odd(element: Element, attribute: str, value: str, expected: str) -> Fault:
    values = {"attribute": attribute, "value": value, "expected": expected}
    return Fault.of("attributes.pl-local-id", element, attribute=attribute, values=values)


def _is_voivodeship(digits: str) -> bool:
    return digits.isdigit() and 0 < int(digits) <= LAST_VOIVODESHIP and int(digits) % 2 == 0


def _fits(element: Element) -> bool:
    """Whether the designation ends with the object's symbol, or with that of its name where the two differ."""
    found = DESIGNATION.fullmatch(text(element, "oznaczenie"))
    zone = zone_of(element) if element.layer == ZONE else None
    symbols = {text(element, "symbol") or element.code, zone.symbol if zone else ""}
    return found is not None and found[1] in symbols


type Name = tuple[str, ...]


def _identity(element: Element) -> Name:
    return ("id", text(element, "przestrzenNazw"), text(element, "lokalnyId"))


def _designation(element: Element) -> Name:
    return ("oznaczenie", element.layer, text(element, "oznaczenie"))


def _doubled(subject: Subject) -> set[Name]:
    """Return the names that two objects have."""
    return {name(each) for name in (_identity, _designation) for _, each in _doubles(subject, name)}


def _doubles(subject: Subject, name: Callable[[Element], Name]) -> Iterator[tuple[Element, Element]]:
    """Yield each object whose name one before it has, with that one before."""
    seen: dict[Name, Element] = {}
    for element in objects_of(subject.plan):
        key = name(element)
        if not key[-1] or (element.layer == DOCUMENT and key[0] != "id"):
            continue
        if key in seen:
            yield seen[key], element
        seen.setdefault(key, element)
