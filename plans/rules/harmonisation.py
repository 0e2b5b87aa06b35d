"""What is lost when a plan is put into the common terms of INSPIRE: codes that nobody has mapped, areas of unknown use.

Nothing here is a fault of law: national standards know no HILUCS. It tells a municipality what its neighbours will see.
"""

from collections.abc import Iterator

from findings import Level
from plans.fault import Fault
from plans.harmonise.making import harmonised
from plans.harmonise.model import UNKNOWN_USE, Item, Status
from plans.model import Standard
from plans.rules.needs import areas
from plans.rules.rule import Backing, Source, plan_rule
from plans.subject import Subject

MUCH = 0.1
"""Share of areas of unknown use from which on it is a warning; ours."""
HECTARE = 10_000.0

MAPPING = {
    Standard.CZECH: Source(Backing.OWN, "Krajina, převodní tabulka RZV → HILUCS (úřední tabulka není)"),
    Standard.POLISH: Source(Backing.OWN, "Krajina, tabela stref planistycznych → HILUCS (urzędowej tabeli nie ma)"),
    Standard.GERMAN: Source(Backing.OWN, "Krajina, nach den Tabellen XPlanung → INSPIRE PLU der XLeitstelle, v2.6"),
}


@plan_rule("harmonisation.unmapped", Level.WARNING, MAPPING, needs=(areas,))
def unmapped(subject: Subject) -> Iterator[Fault]:
    """Find codes of use that no table maps to HILUCS: one fault for each code, at its largest area."""
    together: dict[tuple[str, str], list[Item]] = {}
    for item in subject.once(harmonised).elements:
        if item.meaning.status is Status.NONE:
            together.setdefault((item.layer, item.term), []).append(item)
    for (layer, code), items in together.items():
        first = max(items, key=lambda item: item.area)
        area = sum(item.area for item in items)
        yield Fault(
            "harmonisation.unmapped",
            {"code": f"{code} {first.name}".strip(), "n": len(items), "hectares": round(area / HECTARE, 2)},
            object=next((each.called for each in subject.plan.areas if each.place == first.place), first.local),
            layer=layer,
            place=first.place,
            where=first.geometry,
            measured=area,
            unit="m²",
        )


@plan_rule("harmonisation.unknown-share", Level.NOTE, MAPPING, needs=(areas,))
def unknown_share(subject: Subject) -> Iterator[Fault]:
    """Find how much of the plan falls to HILUCS 6_6, use not known; a warning from a tenth of its areas on."""
    found = subject.once(harmonised)
    share = found.unknown_share
    if share > 0:
        codes = sorted({use.code for use in found.preview() if use.hilucs[0] == UNKNOWN_USE})
        yield Fault(
            "harmonisation.unknown-share",
            {"percent": round(100 * share, 1), "codes": ", ".join(codes), "limit": round(100 * MUCH)},
            level=Level.WARNING if share >= MUCH else None,
            measured=round(share, 4),
            tolerance=MUCH,
        )


@plan_rule("harmonisation.outline-only", Level.NOTE, MAPPING)
def outline_only(subject: Subject) -> Iterator[Fault]:
    """Find plans without areas: only their outline can be shown beside the neighbours' areas."""
    if not subject.plan.areas:
        yield Fault("harmonisation.outline-only", {"title": subject.plan.title}, place=subject.plan.place)
