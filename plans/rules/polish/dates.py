"""Days and times of Polish objects: what ends does so after it began, and what is over says since when."""

from collections.abc import Iterator
from datetime import datetime

from findings import Level
from plans.fault import Fault
from plans.model import Standard, Step
from plans.rules.polish import PLUGIN, day, objects_of, text
from plans.rules.rule import plan_rule
from plans.standards.polish.codes import code_of
from plans.subject import Subject

ONLY = (Standard.POLISH,)


@plan_rule("attributes.pl-dates", Level.ERROR, PLUGIN, standards=ONLY)
def order(subject: Subject) -> Iterator[Fault]:
    """Find objects that end before they begin, or on the same day."""
    for element in objects_of(subject.plan):
        start, end = day(element, "obowiazujeOd"), day(element, "obowiazujeDo")
        if start and end and start >= end:
            values = {"first": "obowiazujeOd", "start": start, "last": "obowiazujeDo", "end": end}
            yield Fault.of("attributes.pl-dates", element, attribute="obowiazujeDo", values=values)
        begun, ended = text(element, "poczatekWersjiObiektu"), text(element, "koniecWersjiObiektu")
        if begun and ended and not _before(begun, ended):
            values = {"first": "poczatekWersjiObiektu", "start": begun, "last": "koniecWersjiObiektu", "end": ended}
            yield Fault.of("attributes.pl-dates", element, attribute="koniecWersjiObiektu", values=values)


@plan_rule("attributes.pl-obsolete-end", Level.ERROR, PLUGIN, standards=ONLY)
def obsolete(subject: Subject) -> Iterator[Fault]:
    """Find objects that are obsolete and do not say since when."""
    for element in subject.plan.everything():
        if code_of(text(element, "status")) == Step.OBSOLETE and "obowiazujeDo" not in element.attributes:
            yield Fault.of("attributes.pl-obsolete-end", element, attribute="obowiazujeDo")


def _before(start: str, end: str) -> bool:
    """Whether a time is before another; times that cannot be read are for another rule."""
    try:
        return datetime.fromisoformat(start).replace(tzinfo=None) < datetime.fromisoformat(end).replace(tzinfo=None)
    except ValueError:
        return True
