"""What stands behind the rules of the Czech standard, and what several of them share.

The annexes of the regulations (157/2024 Sb., annexes 10-14; 500/2006 Sb., annexes 20-23) could not be had as data. So
what the standard wants of layers and attributes is taken from practitioners' programs and is a warning at most; an
error is only what technically forbids going on. Plans from before 2023 were made by a voluntary method: notes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from findings import Level
from plans.delivery import Table
from plans.model import Element, Elements, Standard
from plans.rules.rule import Backing, Source
from plans.standards.czech.elements import BOUNDARY
from plans.standards.czech.profile import Layer, Profile, is_free, profile
from plans.subject import Subject

CZECH = (Standard.CZECH,)
TECHNICAL = Source(Backing.TECHNICAL, "Technická nezbytnost: jinak nelze data číst, kreslit ani zveřejnit")
VALIDATOR = Source(
    Backing.PRACTICE, "js_up_2023, validátor jednotného standardu ÚP (T. Zvardoň, 2023); praxe, ne předpis"
)
CODE_LIST = Source(Backing.PRACTICE, "Číselník podle js_up_2023 (2023) a up_layer_extractor (2026); praxe, ne předpis")
REGION = Source(Backing.PRACTICE, "Krajský úřad Kraje Vysočina: Elektronický kontrolní nástroj, postup (4. 12. 2023)")
OWN = Source(Backing.OWN, "Doporučení Krajiny; v předpisu neověřeno")
LEGACY: Mapping[str, Level] = {"JS-pre": Level.NOTE}
"""Level of rules of the standard for plans from before it."""


def profile_of(subject: Subject) -> Profile:
    """Return the version of the standard by which the plan is judged."""
    return profile(subject.plan.profile)


def tables_of(subject: Subject) -> list[Table]:
    """Return the tables of the plan's own files; a package may hold several plans."""
    folder = subject.plan.place.file
    tables = subject.delivery.tables
    if len(subject.delivery.plans) == 1 or not folder:
        return list(tables)
    return [each for each in tables if folder in each.file.split("/")]


def by_layer(subject: Subject) -> dict[str, Elements]:
    """Return the plan's elements by layer, without the boundary; to be asked for by `subject.once`."""
    found: dict[str, list[Element]] = {}
    plan = subject.plan
    for element in (*plan.areas, *plan.regulations, *plan.lines):
        found.setdefault(element.layer, []).append(element)
    return {layer: Elements(tuple(rows)) for layer, rows in found.items()}


def known_layers(subject: Subject) -> Iterator[tuple[Layer, Elements]]:
    """Yield the layers that the version has, with their elements; the boundary among them as one element."""
    version = profile_of(subject)
    boundary = subject.plan.boundary
    if boundary is not None:
        yield version.layers[BOUNDARY.lower()], Elements((boundary,))
    for name, elements in subject.once(by_layer).items():
        layer = version.layer(name)
        if layer is not None:
            yield layer, elements


def is_own(layer: str) -> bool:
    """Whether a layer is one of the author's own, which the standard leaves alone."""
    return is_free(layer)


def values_of(element: Element, attribute: str) -> tuple[Any, ...]:
    """Return the values of an attribute; several only for a boundary of several rows. None is left out."""
    value = element.attributes.get(attribute)
    return tuple(each for each in (value if isinstance(value, tuple) else (value,)) if each is not None)
