"""The sections of a plan whose areas must cover them: the plan as a whole, or each Bereich of a German plan.

Apart from the coverage because only XPlanung divides a plan so; areas of two Bereiche may lie over one another.
"""

from collections.abc import Iterator
from dataclasses import replace

from plans.model import Element, Elements, Plan
from plans.subject import Subject

LINK = "gehoertZuBereich"
_LEAST = 2


def sections(subject: Subject) -> tuple[Subject, ...]:
    """Return the sections, each as a subject with its own areas and boundary (`subject.once`).

    A plan is divided only where it has several parts with boundaries of their own, and each area says where it belongs.
    """
    plan = subject.plan
    parts = {part.id: part for part in plan.parts if part.geometry is not None}
    homes = [_homes(each) for each in plan.areas]
    if len(parts) < _LEAST or not all(mine and mine <= parts.keys() for mine in homes):
        return (subject,)
    return tuple(
        Subject(section, subject.delivery, subject.context) for section in _divided(plan, parts, homes) if section.areas
    )


def _divided(plan: Plan, parts: dict[str, Element], homes: list[set[str]]) -> Iterator[Plan]:
    for name, part in parts.items():
        mine = tuple(each for each, its in zip(plan.areas, homes, strict=True) if name in its)
        yield replace(plan, areas=Elements(mine), boundary=part)


def _homes(element: Element) -> set[str]:
    links = element.attributes.get(LINK, ())
    return {str(link).removeprefix("#") for link in (links if isinstance(links, tuple) else (links,))}
