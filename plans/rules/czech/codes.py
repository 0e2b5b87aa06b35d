"""Attributes: values that come from a list: codes of use, letters of sub-types, states, beginnings of IDs."""

import re
from collections.abc import Iterator

from findings import Level
from plans.fault import Fault
from plans.model import Element
from plans.rules.czech.sources import (
    CODE_LIST,
    CZECH,
    LEGACY,
    OWN,
    VALIDATOR,
    known_layers,
    profile_of,
    values_of,
)
from plans.rules.rule import plan_rule
from plans.standards.czech.elements import CHANGES, USES
from plans.standards.czech.profile import Attribute
from plans.subject import Subject

_PHASE = re.compile(r"E\d*[A-Za-z]?")
"""E as practitioners' validator has it; E1, E2 … are let pass, for whether they exist is not known."""


@plan_rule("attributes.cz-use-code", Level.WARNING, CODE_LIST, standards=CZECH, levels=LEGACY)
def use_codes(subject: Subject) -> Iterator[Fault]:
    """A code of use is one of the list of the version by which the plan was made."""
    version = profile_of(subject)
    for element, attribute, value in _values(subject, "codes"):
        if value not in version.codes:
            near = value.strip()[:2].upper()
            meant = f" ({near}?)" if near in version.codes else ""
            values = {"value": value, "profile": version.name, "meant": meant}
            yield Fault.of("attributes.cz-use-code", element, values=values, attribute=attribute.name)


@plan_rule("attributes.cz-index", Level.WARNING, CODE_LIST, standards=CZECH, levels=LEGACY)
def closed_index(subject: Subject) -> Iterator[Fault]:
    """The letter of a sub-type is one of the list, for those uses whose list is closed (forests; in 2023 fields)."""
    version = profile_of(subject)
    for area in subject.plan.areas:
        letters = version.closed_index.get(area.code)
        index = _text(area, "Index")
        if letters is not None and index and index not in letters:
            values = {"value": index, "code": area.code, "allowed": ", ".join(sorted(letters))}
            yield Fault.of("attributes.cz-index", area, values=values, attribute="Index")


@plan_rule("attributes.cz-index-missing", Level.NOTE, OWN, standards=CZECH)
def index_of_others(subject: Subject) -> Iterator[Fault]:
    """A use of the plan's own ("jiné", second letter X) says by a letter which one it is."""
    version = profile_of(subject)
    for area in subject.plan.areas:
        if area.layer == USES and area.code in version.codes and area.code.endswith("X") and not _text(area, "Index"):
            values = {"code": area.code, "name": version.meaning(area.code)}
            yield Fault.of("attributes.cz-index-missing", area, values=values, attribute="Index")


@plan_rule("attributes.cz-value", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY)
def listed_values(subject: Subject) -> Iterator[Fault]:
    """States (CasH) are 1 or 2; the kinds of ÚSES are those of the list (js_up_2023, A3)."""
    for element, attribute, value in _values(subject, "values"):
        if value not in attribute.values:
            values = {"value": value, "attribute": attribute.name, "allowed": ", ".join(attribute.values)}
            yield Fault.of("attributes.cz-value", element, values=values, attribute=attribute.name)


@plan_rule("attributes.cz-id-prefix", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY)
def id_prefixes(subject: Subject) -> Iterator[Fault]:
    """An ID begins with the letters that say what the object is, and a dot (js_up_2023, A3)."""
    for element, attribute, value in _values(subject, "prefixes"):
        head, dot, _ = value.partition(".")
        if not dot or head not in (*attribute.prefixes, *attribute.legacy):
            values = {"value": value, "allowed": ", ".join(f"{each}." for each in attribute.prefixes)}
            yield Fault.of("attributes.cz-id-prefix", element, values=values, attribute=attribute.name)


@plan_rule("attributes.cz-id-legacy", Level.NOTE, OWN, standards=CZECH)
def legacy_prefixes(subject: Subject) -> Iterator[Fault]:
    """An ID does not begin with letters that only older versions are sure to have (pre-emption, DO)."""
    for element, attribute, value in _values(subject, "prefixes"):
        if "." in value and value.partition(".")[0] in attribute.legacy:
            values = {"value": value, "profile": subject.plan.profile}
            yield Fault.of("attributes.cz-id-legacy", element, values=values, attribute=attribute.name)


@plan_rule("attributes.cz-phase", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY)
def phases(subject: Subject) -> Iterator[Fault]:
    """The phase of an area of change (Etapizace) is E or nothing (js_up_2023, A3)."""
    for element in subject.plan.regulations:
        value = _text(element, "Etapizace") if element.layer == CHANGES else ""
        if value and not _PHASE.fullmatch(value):
            yield Fault.of("attributes.cz-phase", element, values={"value": value}, attribute="Etapizace")


@plan_rule("attributes.cz-uses-label", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY)
def uses_labels(subject: Subject) -> Iterator[Fault]:
    """The label of a part of ÚSES begins with its kind and a dot (js_up_2023, A3)."""
    for element in subject.plan.regulations:
        kind, label = _text(element, "Typ"), _text(element, "Oznaceni")
        if element.layer == "USES_p" and kind and label and not label.startswith(f"{kind}."):
            values = {"value": label, "code": kind}
            yield Fault.of("attributes.cz-uses-label", element, values=values, attribute="Oznaceni")


def _values(subject: Subject, what: str) -> Iterator[tuple[Element, Attribute, str]]:
    """Yield each value of an attribute that has codes, values or prefixes to choose from."""
    for layer, elements in known_layers(subject):
        for attribute in layer.attributes:
            if {"codes": attribute.is_code, "values": attribute.values, "prefixes": attribute.prefixes}[what]:
                yield from (
                    (each, attribute, str(value)) for each in elements for value in values_of(each, attribute.name)
                )


def _text(element: Element, attribute: str) -> str:
    return "".join(str(value).strip() for value in values_of(element, attribute)[:1])
