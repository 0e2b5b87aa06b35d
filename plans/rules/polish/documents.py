"""Formal documents and drawings of an act: that they are there, that each names the other, and their dates."""

from collections.abc import Iterator

from findings import Level
from plans.fault import Fault
from plans.model import Element, Plan, Standard
from plans.rules.needs import boundary
from plans.rules.polish import PLUGIN, day, text, texts
from plans.rules.rule import plan_rule
from plans.standards.polish.acts import RELATIONS, Register, target_of
from plans.standards.polish.codes import code_of
from plans.standards.polish.schema import DOCUMENT, DRAWING
from plans.subject import Subject

ONLY = (Standard.POLISH,)
STARTING, ADOPTING = "dokumentPrzystepujacy", "dokumentUchwalajacy"


@plan_rule("attributes.pl-document-missing", Level.WARNING, PLUGIN, standards=ONLY, needs=(boundary,))
def missing(subject: Subject) -> Iterator[Fault]:
    """Find an act that names neither the resolution it began with nor the one that adopted it."""
    act = subject.plan.boundary
    if act is not None and not texts(act, STARTING) and not texts(act, ADOPTING):
        yield Fault.of("attributes.pl-document-missing", act, attribute=STARTING)


@plan_rule("attributes.pl-document-link", Level.ERROR, PLUGIN, standards=ONLY, needs=(boundary,))
def links(subject: Subject) -> Iterator[Fault]:
    """Find documents and drawings that the act names and that are not there, or that do not name the act."""
    act = subject.plan.boundary
    if act is None:
        return
    for name, back, layer in (
        *((name, back, DOCUMENT) for name, back in RELATIONS.items()),
        ("rysunek", "plan", DRAWING),
    ):
        register = Register(_records(subject.plan, layer))
        for link in texts(act, name):
            found = register.find(link)
            if found is None or back not in found.attributes:
                values = {
                    "attribute": name,
                    "link": target_of(link),
                    "back": back,
                    "state": "absent" if found is None else "mute",
                }
                yield Fault.of("attributes.pl-document-link", found or act, act.geometry, attribute=name, values=values)


@plan_rule("attributes.pl-document-version", Level.ERROR, PLUGIN, standards=ONLY)
def versions(subject: Subject) -> Iterator[Fault]:
    """Find formal documents with a version: they are not versioned."""
    for document in _records(subject.plan, DOCUMENT):
        if version := text(document, "wersjaId"):
            yield Fault.of("attributes.pl-document-version", document, attribute="wersjaId", values={"value": version})


@plan_rule("attributes.pl-resolutions", Level.ERROR, PLUGIN, standards=ONLY, needs=(boundary,))
def resolutions(subject: Subject) -> Iterator[Fault]:
    """Find an act adopted twice, or adopted before work on it began."""
    act = subject.plan.boundary
    if act is None:
        return
    register = Register(_records(subject.plan, DOCUMENT))
    adopted = [found for link in texts(act, ADOPTING) if (found := register.find(link)) is not None]
    begun = [found for link in texts(act, STARTING) if (found := register.find(link)) is not None]
    starts = [start for each in begun if (start := day(each, "data"))]
    ends = [end for each in adopted if (end := day(each, "data"))]
    is_early = bool(starts and ends) and min(ends) < min(starts)
    if len(texts(act, ADOPTING)) > 1 or is_early:
        values = {
            "n": len(texts(act, ADOPTING)),
            "adopted": min(ends, default="–"),
            "begun": min(starts, default="–"),
        }
        yield Fault.of("attributes.pl-resolutions", act, attribute=ADOPTING, values=values)


@plan_rule("attributes.pl-base-map", Level.ERROR, PLUGIN, standards=ONLY, needs=(boundary,))
def base_map(subject: Subject) -> Iterator[Fault]:
    """Find an act of the local level that names no base map; general plans need none."""
    act = subject.plan.boundary
    if act is None or code_of(text(act, "typPlanu")) == "planOgolnyGminy":
        return
    if code_of(text(act, "poziomHierarchii")) == "local" and not texts(act, "mapaPodkladowa"):
        yield Fault.of("attributes.pl-base-map", act, attribute="mapaPodkladowa")


def _records(plan: Plan, layer: str) -> list[Element]:
    return [each for each in plan.records if each.layer == layer]
