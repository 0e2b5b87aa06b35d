"""Where the German rules come from, and what they share."""

from collections.abc import Iterator

from findings import Level
from plans.model import Element, Plan, Standard
from plans.rules.rule import Backing, Source
from plans.standards.german import schema
from plans.subject import Subject

GERMAN = (Standard.GERMAN,)
VALIDATOR = Source(Backing.LAW, "XPlanung, XPlanValidator der Leitstelle XPlanung/XBau")
OWN = Source(Backing.OWN, "Krajina")
UNTABLED = dict.fromkeys((f"XPlan-{each}" for each in schema.READ if each not in schema.TABLED), Level.WARNING)
"""Levels of rules that go by the schema's tables, in versions that are judged by the tables of a later one."""


def condition(number: str, title: str) -> Source:
    """Return one of the Konformitätsbedingungen as a source."""
    return Source(Backing.LAW, f"XPlanung, Konformitätsbedingung {number}: {title}")


def schema_of(what: str) -> Source:
    """Return the XPlanGML schema as a source."""
    return Source(Backing.LAW, f"XPlanGML, {what}")


def version(subject: Subject) -> str:
    """Return the version of XPlanGML of the plan."""
    return schema.version_of(subject.plan.profile)


def everything(plan: Plan) -> Iterator[Element]:
    """Yield the plan itself, its Bereiche and all that is in it, with texts and drawing."""
    yield from plan.everything()
    yield from plan.parts
    yield from plan.records
    yield from plan.drawing
