"""Attributes: whether those of the standard are there, of the right type, filled, and belong to this municipality."""

from collections import Counter
from collections.abc import Iterator

from findings import Level
from plans.fault import Fault
from plans.model import Element, Place
from plans.rules.czech.sources import (
    CZECH,
    LEGACY,
    OWN,
    TECHNICAL,
    VALIDATOR,
    known_layers,
    profile_of,
    tables_of,
    values_of,
)
from plans.rules.needs import territory
from plans.rules.rule import plan_rule
from plans.standards.czech.elements import USES
from plans.subject import Subject

_SHARED_IDS = ("VpsVpoAs_p", "VpsVpoAs_l", "KoridoryP_p", "KoridoryN_p")
"""Layers in which one work or corridor of several parts has one ID."""


@plan_rule("attributes.cz-missing-attribute", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY)
def missing_attributes(subject: Subject) -> Iterator[Fault]:
    """Every attribute that the standard has for a layer is among its fields (js_up_2023, A1)."""
    version = profile_of(subject)
    for table in tables_of(subject):
        layer = version.layer(table.name)
        fields = {name.lower() for name in table.fields}
        for attribute in layer.attributes if layer is not None and table.rows else ():
            if attribute.name.lower() not in fields:
                yield Fault(
                    "attributes.cz-missing-attribute",
                    {"attribute": attribute.name},
                    layer=layer.name if layer else table.name,
                    attribute=attribute.name,
                    place=Place(table.file),
                )


@plan_rule("attributes.cz-attribute-type", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY)
def attribute_types(subject: Subject) -> Iterator[Fault]:
    """Attributes are text, whole number or date as the standard has them (js_up_2023, A2)."""
    version = profile_of(subject)
    for table in tables_of(subject):
        layer = version.layer(table.name)
        for name, kind in table.fields.items() if layer is not None else ():
            attribute = layer.attribute(name) if layer else None
            if attribute is not None and attribute.type != kind:
                values = {"attribute": name, "found": _TYPES[kind], "wanted": _TYPES[attribute.type]}
                place = Place(table.file)
                yield Fault("attributes.cz-attribute-type", values, layer=table.name, attribute=name, place=place)


_TYPES = {"text": "Text", "integer": "Integer", "decimal": "Real", "date": "Date", "boolean": "Boolean"}
"""What GIS programs call them, in every language."""


@plan_rule("attributes.cz-attribute-spelling", Level.NOTE, OWN, standards=CZECH)
def spelling(subject: Subject) -> Iterator[Fault]:
    """Names of attributes are written as the standard writes them; other letter case is understood."""
    version = profile_of(subject)
    for table in tables_of(subject):
        layer = version.layer(table.name)
        known = {name: layer.attribute(name) for name in table.fields} if layer is not None else {}
        wrong = [f"{name} → {its.name}" for name, its in known.items() if its is not None and its.name != name]
        if wrong:
            values = {"names": ", ".join(wrong), "n": len(wrong)}
            yield Fault("attributes.cz-attribute-spelling", values, layer=table.name, place=Place(table.file))


@plan_rule("attributes.cz-empty-attribute", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY)
def empty_attributes(subject: Subject) -> Iterator[Fault]:
    """Attributes that need a value have one; the code of use has a rule of its own (js_up_2023, A3)."""
    for layer, elements in known_layers(subject):
        needed = [
            each.name for each in layer.attributes if each.is_required and (layer.name, each.name) != (USES, "Typ")
        ]
        for element in elements:
            for name in needed:
                if name in element.attributes and not values_of(element, name):
                    values = {"attribute": name}
                    yield Fault.of("attributes.cz-empty-attribute", element, values=values, attribute=name)


@plan_rule("attributes.cz-no-use", Level.ERROR, TECHNICAL, standards=CZECH)
def areas_without_use(subject: Subject) -> Iterator[Fault]:
    """An area of use says which use: without it there is nothing to draw, to compare or to publish."""
    without = [area for area in subject.plan.areas if area.layer == USES and not area.code]
    if without and "Typ" not in without[0].attributes:
        place = Place(without[0].place.file)
        yield Fault("attributes.cz-no-use", {"n": len(without)}, layer=USES, attribute="Typ", place=place)
        return
    for area in without:
        yield Fault.of("attributes.cz-no-use", area, values={"n": 1}, attribute="Typ")


@plan_rule("attributes.cz-municipality", Level.ERROR, TECHNICAL, standards=CZECH)
def municipality(subject: Subject) -> Iterator[Fault]:
    """Every OBEC_KOD is the code of the municipality that the package is named by (js_up_2023, A3)."""
    for layer, elements in known_layers(subject):
        names = [each.name for each in layer.attributes if each.is_municipality]
        for element in elements:
            yield from (fault for name in names for fault in _foreign(subject, element, name))


def _foreign(subject: Subject, element: Element, name: str) -> Iterator[Fault]:
    code = subject.plan.municipalities[0] if subject.plan.municipalities else None
    for value in values_of(element, name):
        if code is not None and str(value).strip() != code:
            values = {"value": str(value), "code": code, "attribute": name}
            yield Fault.of("attributes.cz-municipality", element, values=values, attribute=name)


def municipality_said(subject: Subject) -> str | None:
    """Need to know for which municipality the plan is handed in."""
    return None if "municipality" in subject.context.expected else territory(subject)


@plan_rule("attributes.cz-other-municipality", Level.ERROR, TECHNICAL, standards=CZECH, needs=(municipality_said,))
def other_municipality(subject: Subject) -> Iterator[Fault]:
    """The plan is one of the municipality for which it is handed in."""
    known = subject.context.territory
    wanted = known.code if known is not None else subject.context.expected["municipality"]
    for code in subject.plan.municipalities:
        if code != wanted:
            values = {"value": code, "code": wanted, "name": f" ({known.name})" if known is not None else ""}
            yield Fault("attributes.cz-other-municipality", values, place=subject.plan.place)


@plan_rule("attributes.cz-id-unique", Level.WARNING, OWN, standards=CZECH, levels=LEGACY)
def unique_ids(subject: Subject) -> Iterator[Fault]:
    """An ID stands for one object of its layer, but for works and corridors that consist of several parts."""
    for layer, elements in known_layers(subject):
        if layer.attribute("ID") is None or layer.name in _SHARED_IDS:
            continue
        counts = Counter(element.id for element in elements if element.id)
        for element in elements:
            if counts[element.id] > 1:
                values = {"value": element.id, "n": counts[element.id]}
                yield Fault.of("attributes.cz-id-unique", element, values=values, attribute="ID")
