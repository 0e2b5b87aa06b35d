"""Obligatory attributes, code lists, and what the attributes of objects and plan say about each other."""

from collections.abc import Iterator

from findings import Level
from plans.fault import Fault
from plans.model import Element, Step
from plans.rules.german.sources import GERMAN, OWN, UNTABLED, condition, everything, schema_of, version
from plans.rules.rule import plan_rule
from plans.standards.german import schema
from plans.standards.german.assemble import ags_of, level
from plans.standards.german.attributes import values
from plans.subject import Subject

BOUNDARY, POSITION = "raeumlicherGeltungsbereich", "position"
"""Attributes that are a geometry; a plan without boundary is told of by a rule for all standards."""
AGS, KEY = 8, 12


@plan_rule(
    "attributes.de-obligatory",
    Level.ERROR,
    schema_of("Pflichtattribute (minOccurs) der Version"),
    standards=GERMAN,
    levels=UNTABLED,
)
def missing(subject: Subject) -> Iterator[Fault]:
    """Find obligatory attributes that are not there or empty."""
    release = version(subject)
    unreadable = {each.object for each in subject.delivery.incidents if each.rule.startswith("geometry.")}
    for element in everything(subject.plan):
        for attribute in schema.obligatory(element.layer, release):
            placed = attribute == POSITION and (element.geometry is not None or element.id in unreadable)
            if attribute != BOUNDARY and not placed and not _has(element, attribute):
                found = {"attribute": attribute, "version": release}
                yield Fault.of("attributes.de-obligatory", element, attribute=attribute, values=found)


@plan_rule("attributes.de-code", Level.ERROR, schema_of("Codelisten der Version"), standards=GERMAN, levels=UNTABLED)
def unknown_code(subject: Subject) -> Iterator[Fault]:
    """Find codes that the list of their attribute does not have in the version of the file."""
    release = version(subject)
    for element in everything(subject.plan):
        for attribute, value in element.attributes.items():
            name = schema.code_list(element.layer, attribute, release)
            if name is None:
                continue
            known = schema.codes(name, release)
            for code in values(value):
                if code != "" and str(code) not in known:
                    found = {"value": str(code), "attribute": attribute, "list": name, "version": release}
                    yield Fault.of("attributes.de-code", element, attribute=attribute, values=found)


@plan_rule(
    "attributes.de-ground",
    Level.ERROR,
    condition("4.1.7.1, 5.1.7.1 u. a.", "Flächenschlussobjekte auf Ebene 0 gehören immer zum Flächenschluss"),
    standards=GERMAN,
)
def not_in_ground(subject: Subject) -> Iterator[Fault]:
    """Find objects that always belong to the ground of the plan, on ebene 0, but say that they do not."""
    release = version(subject)
    for element in subject.plan.regulations:
        denied = element.attributes.get("flaechenschluss") is False and level(element.attributes) == 0
        if denied and schema.surface(element.layer, release) == "Flaechenschlussobjekt":
            yield Fault.of("attributes.de-ground", element, attribute="flaechenschluss")


@plan_rule(
    "attributes.de-overlay",
    Level.ERROR,
    condition("4.1.6.1, 5.1.6.1 u. a.", "Überlagerungsobjekte gehören nie zum Flächenschluss"),
    standards=GERMAN,
)
def overlay_in_ground(subject: Subject) -> Iterator[Fault]:
    """Find objects that only lie over the ground, but say that they belong to it."""
    release = version(subject)
    for element in (*subject.plan.areas, *subject.plan.regulations):
        claimed = element.attributes.get("flaechenschluss") is True
        if claimed and schema.surface(element.layer, release) == "Ueberlagerungsobjekt":
            yield Fault.of("attributes.de-overlay", element, attribute="flaechenschluss")


@plan_rule(
    "attributes.de-level",
    Level.ERROR,
    condition("4.1.4.1, 4.1.5.1, 5.1.4.1, 5.1.5.1", "Nur Flächenobjekte der Basisebene gehören zum Flächenschluss"),
    standards=GERMAN,
)
def ground_off_level(subject: Subject) -> Iterator[Fault]:
    """Find objects of another ebene than 0 that say that they belong to the ground."""
    for element in subject.plan.regulations:
        height = level(element.attributes)
        if element.attributes.get("flaechenschluss") is True and height != 0:
            yield Fault.of("attributes.de-level", element, attribute="ebene", values={"ebene": height})


@plan_rule(
    "attributes.de-undecided",
    Level.ERROR,
    condition("4.1.5.2, 5.1.5.2, 6.1.5.2", "Angabe des Attributs flaechenschluss bei flächenhaftem Raumbezug"),
    standards=GERMAN,
)
def undecided(subject: Subject) -> Iterator[Fault]:
    """Find polygons of types that may be any geometry and that do not say whether they belong to the ground."""
    release = version(subject)
    for element in subject.plan.regulations:
        planning = element.layer[:2] in ("BP", "FP", "SO")
        free = planning and schema.ground(element.layer, release) == "Geometrieobjekt"
        if free and not _has(element, "flaechenschluss"):
            yield Fault.of("attributes.de-undecided", element, attribute="flaechenschluss")


@plan_rule(
    "attributes.de-municipality",
    Level.ERROR,
    condition("3.2.5.1", "Konsistenz der Attribute ags und rs"),
    standards=GERMAN,
)
def wrong_municipality(subject: Subject) -> Iterator[Fault]:
    """Find municipality keys that are not of 8 (AGS) or 12 digits (Regionalschlüssel), or that do not agree."""
    plan = subject.plan
    short = [str(each) for each in values(plan.attributes.get("gemeinde.ags"))]
    long = [str(each) for each in values(plan.attributes.get("gemeinde.rs"))]
    wrong = [key for key in short if not _is_key(key, AGS)] + [key for key in long if not _is_key(key, KEY)]
    if not wrong and len(short) == len(long):
        wrong = [key for key, other in zip(short, long, strict=True) if key != ags_of(other)]
    for key in wrong:
        yield _of_plan("attributes.de-municipality", plan.boundary, "gemeinde", {"value": key})


@plan_rule("attributes.de-state", Level.NOTE, OWN, standards=GERMAN)
def unknown_state(subject: Subject) -> Iterator[Fault]:
    """Find plans that do not say where they stand, or that are in force without saying since when."""
    life = subject.plan.lifecycle
    if life.step is None:
        yield _of_plan("attributes.de-state", subject.plan.boundary, "rechtsstand", {"reason": "step"})
    elif life.step is Step.LEGAL_FORCE and life.valid_from is None:
        yield _of_plan("attributes.de-state", subject.plan.boundary, "inkrafttretensDatum", {"reason": "date"})


def _of_plan(rule: str, boundary: Element | None, attribute: str, found: dict[str, str]) -> Fault:
    if boundary is None:
        return Fault(rule, found, attribute=attribute)
    return Fault.of(rule, boundary, attribute=attribute, values=found)


def _has(element: Element, attribute: str) -> bool:
    own = element.attributes.get(attribute)
    if own is not None:
        return own not in ("", ())
    return any(key.startswith(f"{attribute}.") for key in element.attributes)


def _is_key(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdecimal()
