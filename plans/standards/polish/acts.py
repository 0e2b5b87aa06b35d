"""Acts put together: which zones, regulations, documents and drawings belong to which act, by their links.

A link names namespace and local identifier, with the version behind or without (the register leaves it out), or a
gml:id after #. Some files have empty links: then there is nothing to ask when there is one act. Versions of objects
that others have replaced are history and stay out of the plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from plans.delivery import Incident
from plans.standards.polish.feature import Feature
from plans.standards.polish.schema import ACT, DOCUMENT

RELATIONS = {
    "dokumentPrzystepujacy": "przystapienie",
    "dokumentUchwalajacy": "uchwala",
    "dokumentZmieniajacy": "zmienia",
    "dokumentUchylajacy": "uchyla",
    "dokumentUniewazniajacy": "uniewaznia",
}
"""How an act names its documents, and how these name the act in return."""
TO_DOCUMENTS = ("dokument", *RELATIONS)


@dataclass
class Act:
    """An act with all that belongs to it. `head` None: objects whose act was not delivered."""

    head: Feature | None
    objects: list[Feature] = field(default_factory=list)
    documents: list[Feature] = field(default_factory=list)


class Known(Protocol):
    """An object that has an identifier among its attributes: a Feature, or an Element of a plan."""

    @property
    def attributes(self) -> Mapping[str, Any]:
        """Its attributes."""


class Register[T: Known]:
    """Objects by all the names a link may call them."""

    def __init__(self, objects: Iterable[T]) -> None:
        self._names: dict[str, T] = {}
        for each in objects:
            for name in _names(each.attributes):
                self._names.setdefault(name, each)

    def find(self, link: str) -> T | None:
        """Return the object that the link names, in another version if need be; None if it is not there."""
        rest = target_of(link)
        return self._names.get(rest) or self._names.get(rest.rpartition("/")[0])


def target_of(link: str) -> str:
    """Return namespace/local[/version] of a link …/app/<type>/<namespace>/<local>[/<version>], or the id after #."""
    if "#" in link:
        return link.rpartition("#")[2]
    return link.partition("/app/")[2].partition("/")[2].strip("/") or link


def gather(features: Sequence[Feature]) -> tuple[list[Act], list[Incident]]:
    """Return the acts with their objects and documents, and what was met in putting them together."""
    current, incidents = _without_history(features)
    heads = [each for each in current if each.kind == ACT]
    acts = {id(head): Act(head) for head in heads}
    strays = Act(None)
    register, only = Register(heads), heads[0] if len(heads) == 1 else None
    unlinked: list[Feature] = []
    for each in current:
        if each.kind in (ACT, DOCUMENT):
            continue
        link = each.text("plan")
        head = register.find(link) if link else None
        if head is None and link and heads:
            incidents.append(_broken(each, link))
        if not link:
            unlinked.append(each)
        belongs = head or only
        (acts[id(belongs)] if belongs is not None else strays).objects.append(each)
    if unlinked:
        incidents.append(Incident("structure.pl-empty-link", {"n": len(unlinked)}, place=unlinked[0].place))
    found = [*acts.values(), *([strays] if strays.objects else [])]
    _add_documents(found, [each for each in current if each.kind == DOCUMENT])
    return found, incidents


def _without_history(features: Sequence[Feature]) -> tuple[list[Feature], list[Incident]]:
    """Return the objects that no other version has replaced; all of them if there are no others."""
    current = [each for each in features if not each.is_closed]
    closed = [each for each in features if each.is_closed]
    if not closed or all(each.kind == DOCUMENT for each in current):
        return list(features), []
    return current, [Incident("structure.pl-old-versions", {"n": len(closed)}, place=closed[0].place)]


def _broken(feature: Feature, link: str) -> Incident:
    return Incident(
        "structure.pl-plan-link", {"link": target_of(link)}, feature.local or None, feature.kind, feature.place
    )


def _add_documents(acts: Sequence[Act], documents: Sequence[Feature]) -> None:
    register = Register(documents)
    for act in acts:
        named = [register.find(link) for name in TO_DOCUMENTS for link in (act.head.links(name) if act.head else ())]
        kept = {id(each): each for each in named if each is not None}
        for document in documents:
            if len(acts) == 1 or _names_act(document, act):
                kept.setdefault(id(document), document)
        act.documents = list(kept.values())


def _names_act(document: Feature, act: Act) -> bool:
    if act.head is None:
        return False
    register = Register([act.head])
    return any(register.find(link) is not None for name in RELATIONS.values() for link in document.links(name))


def _names(attributes: Mapping[str, Any]) -> Iterable[str]:
    name = f"{attributes.get('przestrzenNazw')}/{attributes.get('lokalnyId')}"
    yield name
    if version := attributes.get("wersjaId"):
        yield f"{name}/{version}"
    if identifier := attributes.get("gml:id"):
        yield str(identifier)
