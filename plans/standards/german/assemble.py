"""From the features of a file to Plans: which Bereich and which plan each object belongs to, and what it is there.

Areas are polygons with flaechenschluss true on ebene 0 (not set is 0), except Überlagerungsobjekte, those in Bereiche
that are not part of the territory (Kompensationsbereich, information from outside) and those that hold only under a
condition, which XPlanung (Konformitätsbedingung 2.2.1.1) lets overlap; all other polygons are regulations.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shapely import MultiPolygon, Polygon

from plans.delivery import Incident
from plans.model import Document, Elements, Kind, Lifecycle, Plan, Standard
from plans.standards.german import schema
from plans.standards.german.attributes import values
from plans.standards.german.features import Feature

OUTSIDE = frozenset(("1800", "2000"))
"""XP_BedeutungenBereich of parts that lie outside the plan: Kompensationsbereich, information from outside."""
TO_PART = ("gehoertZuBereich", "gehoertZuBP_Bereich", "gehoertZuFP_Bereich", "gehoertNachrichtlichZuBereich")
TO_PLAN = ("gehoertZuPlan",)
SUBJECT_PLAN = "5000"
"""FP_PlanArt of a sachlicher Teilflächennutzungsplan."""
CHANGES = ("aendert", "aendertPlan", "aendertPlanBereich")
REWORKS = frozenset(("1000", "1100", "10000", "10001", "10002"))
"""XP_Aenderungsarten by which a plan is worked over: Änderung, Ergänzung, Ersetzung, Streichung of parts."""
CONDITIONAL = ("startBedingung", "endeBedingung")
VALID_FROM = ("inkrafttretensDatum", "wirksamkeitsDatum", "inkrafttretenDatum")
ADOPTED = ("satzungsbeschlussDatum", "planbeschlussDatum", "rechtsverordnungsDatum")
_LONG_KEY = 12


@dataclass
class _Sorted:
    """The features of one plan by what they are."""

    plan: Feature
    parts: list[Feature] = field(default_factory=list)
    objects: list[Feature] = field(default_factory=list)


def plans(
    found: Sequence[Feature], version: str, crs: str | None, documents: Sequence[Document]
) -> tuple[list[Plan], list[Incident]]:
    """Return the plans among the features, and an incident for each object that no plan could be found for."""
    sorted_ = {id(each): _Sorted(each) for each in found if each.is_plan}
    if not sorted_:
        return [], []
    first = next(iter(sorted_.values()))
    lost: list[Incident] = []
    parts = _parts(found, sorted_)
    owner = _owners(found, parts, sorted_)
    for each in found:
        if each.is_plan or each.is_bereich:
            continue
        home = owner.get(each.id) or (first if len(sorted_) == 1 else None)
        if home is None:
            place = each.place
            lost.append(Incident("structure.de-unassigned", {"id": each.id}, each.id, each.layer, place, each.geometry))
        (home or first).objects.append(each)
    return [_plan(each, version, crs, documents) for each in sorted_.values()], lost


def _parts(found: Sequence[Feature], sorted_: Mapping[int, _Sorted]) -> dict[str, _Sorted]:
    """Give each Bereich to its plan, by the link of either; return the plan of each by the Bereich's id."""
    by_link = {link: home for home in sorted_.values() for link in home.plan.links("bereich")}
    by_id = {home.plan.id: home for home in sorted_.values()}
    homes: dict[str, _Sorted] = {}
    for each in found:
        if not each.is_bereich:
            continue
        named = next((by_id[link] for link in each.links(*TO_PLAN) if link in by_id), None)
        home = named or by_link.get(each.id) or next(iter(sorted_.values()))
        home.parts.append(each)
        homes[each.id] = home
    return homes


def _owners(
    found: Sequence[Feature], parts: Mapping[str, _Sorted], sorted_: Mapping[int, _Sorted]
) -> dict[str, _Sorted]:
    """Return the plan of each object by the object's id: its own link to a Bereich, or a link from Bereich or plan."""
    owner: dict[str, _Sorted] = {}
    for home in sorted_.values():
        for holder in (home.plan, *home.parts):
            owner |= {link: home for link in holder.all_links() if link not in owner}
    objects = [each for each in found if not each.is_plan and not each.is_bereich]
    for each in objects:
        named = [parts[link] for link in each.links(*TO_PART) if link in parts]
        if named:
            owner[each.id] = named[-1]
    for each in objects:  # symbols and texts that only an object points to, or that point to an object
        links = set(each.all_links())
        home_of = owner.get(each.id) or next((owner[link] for link in links if link in owner), None)
        if home_of is not None:
            owner.update({link: home_of for link in (each.id, *links) if link not in owner})
    return owner


def _plan(sorted_: _Sorted, version: str, crs: str | None, documents: Sequence[Document]) -> Plan:
    plan, objects = sorted_.plan, sorted_.objects
    outside = {
        each.id for each in sorted_.parts if OUTSIDE.intersection(map(str, values(each.attributes.get("bedeutung"))))
    }
    of_outside = {link for each in sorted_.parts if each.id in outside for link in each.links("planinhalt")}
    placed = [each for each in objects if each.has_geometry and not each.is_drawing]
    surfaces = [each for each in placed if isinstance(each.geometry, Polygon | MultiPolygon)]

    def covers(each: Feature) -> bool:
        away = each.id in of_outside or outside.intersection(each.links("gehoertZuBereich"))
        above = schema.surface(each.layer, version) == "Ueberlagerungsobjekt"
        return is_ground(each.attributes) and not (above or away or is_conditional(each.attributes))

    def chosen(some: Iterable[Feature]) -> Elements:
        return Elements(tuple(each.as_element(version) for each in some))

    return Plan(
        standard=Standard.GERMAN,
        profile=f"XPlan-{version}",
        kind=_kind(plan),
        id=plan.id,
        title=str(plan.attributes.get("name", "")),
        municipalities=municipalities(plan.attributes),
        crs=crs,
        boundary=plan.as_element(version),
        areas=chosen(each for each in surfaces if covers(each)),
        regulations=chosen(each for each in surfaces if not covers(each)),
        lines=chosen(each for each in placed if not isinstance(each.geometry, Polygon | MultiPolygon)),
        records=chosen(each for each in objects if not each.has_geometry and not each.is_drawing),
        parts=chosen(sorted_.parts),
        drawing=chosen(each for each in objects if each.is_drawing),
        documents=tuple(documents),
        lifecycle=_life(plan, version),
        attributes=plan.attributes,
        is_partial=_is_partial(sorted_),
        place=plan.place,
    )


def is_ground(found: Mapping[str, Any]) -> bool:
    """Whether attributes say that a surface belongs to the ground that covers the plan."""
    return found.get("flaechenschluss") is True and level(found) == 0


def is_conditional(found: Mapping[str, Any]) -> bool:
    """Whether attributes say that an object holds only from or until some event; such objects may overlap."""
    return any(key.partition(".")[0] in CONDITIONAL for key in found)


def level(found: Mapping[str, Any]) -> int:
    """Return the ebene, 0 where it is not set or is no number."""
    text = str(found.get("ebene", "0")).strip()
    return int(text) if text.lstrip("-").isdecimal() else 0


def municipalities(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the AGS (8 digits) of the municipalities, made of the Regionalschlüssel (12) where there is no AGS."""
    codes = [str(each) for each in values(found.get("gemeinde.ags"))]
    if not codes:
        long = (str(each) for each in values(found.get("gemeinde.rs")))
        codes = [ags_of(each) for each in long if len(each) == _LONG_KEY and each.isdecimal()]
    return tuple(dict.fromkeys(code for code in codes if code))


def ags_of(key: str) -> str:
    """Return the AGS that a Regionalschlüssel of 12 digits contains: without the association of municipalities."""
    return key[:5] + key[9:]


def _kind(plan: Feature) -> Kind:
    if plan.layer in ("FP_Plan", "RP_Plan"):
        return Kind.CHANGE if _reworks(plan) else Kind.ZONING_PLAN
    return Kind.LOCAL_PLAN


def _changes(feature: Feature) -> bool:
    return any(key.partition(".")[0] in CHANGES for key in feature.attributes)


def _reworks(plan: Feature) -> bool:
    """Whether the plan changes another one, and does not only take its place."""
    said = [kind for name in CHANGES for part in ("aenderungsArt", "rechtscharakter") for kind in _of(plan, name, part)]
    return _changes(plan) and (not said or bool(REWORKS.intersection(said)))


def _of(plan: Feature, name: str, part: str) -> tuple[str, ...]:
    return tuple(map(str, values(plan.attributes.get(f"{name}.{part}"))))


def _is_partial(sorted_: _Sorted) -> bool:
    """Whether the plan need not cover its territory: it changes plans (as the validator has it), or has one subject."""
    kinds = tuple(map(str, values(sorted_.plan.attributes.get("planArt"))))
    changes = any(_changes(each) for each in (sorted_.plan, *sorted_.parts))
    return changes or (sorted_.plan.layer == "FP_Plan" and SUBJECT_PLAN in kinds)


def _life(plan: Feature, version: str) -> Lifecycle:
    code = str(next(iter(values(plan.attributes.get("rechtsstand"))), ""))
    text = schema.text(plan.layer, "rechtsstand", code, version)
    return Lifecycle(
        step=schema.steps().get((f"{plan.layer[:2]}_Rechtsstand", code)),
        adopted=_day(plan, ADOPTED),
        valid_from=_day(plan, VALID_FROM),
        valid_to=_day(plan, ("untergangsDatum",)),
        national=f"{code} {text}".strip(),
    )


def _day(plan: Feature, names: Iterable[str]) -> date | None:
    for name in names:
        for value in values(plan.attributes.get(name)):
            if isinstance(value, date):
                return value
    return None
