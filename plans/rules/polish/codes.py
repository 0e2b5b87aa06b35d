"""Codes of Polish objects: symbol and name of a zone, states, types of acts, and that they agree with one another."""

from collections import Counter
from collections.abc import Iterator

from findings import Level
from plans.fault import Fault
from plans.model import Element, Standard
from plans.rules.polish import PLUGIN, SCHEMA, text
from plans.rules.rule import plan_rule
from plans.standards.polish.codes import INSPIRE, PLAN_TYPES, REGULATIONS, ZONES, ZONES_BY_CODE, code_of
from plans.standards.polish.schema import CODED, ZONE, attributes_of
from plans.subject import Subject

ONLY = (Standard.POLISH,)
OPEN_LISTS = ("typPlanu", "poziomHierarchii")
"""Attributes whose lists have grown with every version of the schema: a code we do not know may be right."""
LISTS = {
    **{name: tuple(codes) for name, codes in INSPIRE.items()},
    "TypAktuPlanowaniaPrzestrzennegoKod": tuple(PLAN_TYPES),
    "RodzajStrefyPlanistycznejKod": tuple(ZONES_BY_CODE),
}


@plan_rule("attributes.pl-code", Level.ERROR, SCHEMA, standards=ONLY)
def codes(subject: Subject) -> Iterator[Fault]:
    """Find codes that are not in their list; profiles have rules of their own."""
    for element in subject.plan.everything():
        for name, attribute in attributes_of(element.layer).items():
            code = code_of(text(element, name)) if attribute.value in CODED else ""
            if code and attribute.value in LISTS and code not in LISTS[attribute.value]:
                values = {"attribute": name, "value": code, "list": attribute.value}
                level = Level.WARNING if name in OPEN_LISTS else None
                yield Fault.of("attributes.pl-code", element, attribute=name, values=values, level=level)


@plan_rule("attributes.pl-symbol", Level.ERROR, PLUGIN, standards=ONLY)
def symbols(subject: Subject) -> Iterator[Fault]:
    """Find symbols that are not those of the object's name or type."""
    for element in (*subject.plan.areas, *subject.plan.regulations):
        symbol, (expected, name) = text(element, "symbol"), _usual(element)
        if symbol and symbol != expected:
            values = {"value": symbol, "expected": expected, "name": name}
            yield Fault.of("attributes.pl-symbol", element, attribute="symbol", values=values)


@plan_rule("attributes.pl-hierarchy", Level.WARNING, SCHEMA, standards=ONLY)
def hierarchy(subject: Subject) -> Iterator[Fault]:
    """Find an act whose level is not that of its type."""
    boundary = subject.plan.boundary
    known = PLAN_TYPES.get(code_of(text(boundary, "typPlanu"))) if boundary else None
    level = code_of(text(boundary, "poziomHierarchii")) if boundary else ""
    if boundary is None or known is None or level not in INSPIRE["LevelOfSpatialPlanValue"] or level == known.level:
        return
    values = {"value": level, "expected": known.level, "name": known.name}
    yield Fault.of("attributes.pl-hierarchy", boundary, attribute="poziomHierarchii", values=values)


@plan_rule("attributes.pl-dataset-kind", Level.WARNING, PLUGIN, standards=ONLY)
def dataset_kind(subject: Subject) -> Iterator[Fault]:
    """Find an act that stands in a data set of another kind than its type belongs to."""
    boundary = subject.plan.boundary
    known = PLAN_TYPES.get(code_of(text(boundary, "typPlanu"))) if boundary else None
    if boundary is None or known is None or not known.dataset:
        return
    kind = text(boundary, "przestrzenNazw").rpartition("-")[2]
    if kind in {each.dataset for each in PLAN_TYPES.values() if each.dataset} and kind != known.dataset:
        values = {"value": kind, "expected": known.dataset, "name": known.name}
        yield Fault.of("attributes.pl-dataset-kind", boundary, attribute="przestrzenNazw", values=values)


@plan_rule("attributes.pl-one-status", Level.ERROR, PLUGIN, standards=ONLY)
def one_status(subject: Subject) -> Iterator[Fault]:
    """Find objects whose status is not that of most of their layer: a layer has one."""
    states = Counter((each.layer, code_of(text(each, "status"))) for each in _ruled(subject) if text(each, "status"))
    usual: dict[str, str] = {}
    for (layer, status), _ in states.most_common():
        usual.setdefault(layer, status)
    for element in _ruled(subject):
        status = code_of(text(element, "status"))
        if status and status != usual[element.layer]:
            values = {"value": status, "usual": usual[element.layer]}
            yield Fault.of("attributes.pl-one-status", element, attribute="status", values=values)


def _ruled(subject: Subject) -> tuple[Element, ...]:
    return (*subject.plan.areas, *subject.plan.regulations)


def _usual(element: Element) -> tuple[str, str]:
    """Return the symbol that an object should have, with the name behind it."""
    if element.layer in REGULATIONS:
        return REGULATIONS[element.layer]
    zone = ZONES_BY_CODE.get(code_of(text(element, "nazwa"))) if element.layer == ZONE else None
    if zone is not None:
        return zone.symbol, zone.name
    known = ZONES.get(text(element, "symbol"))
    return (known.symbol, known.name) if known else (", ".join(ZONES), "–")
