"""What harmonising gives: a plan, its areas and its regulations in the terms of INSPIRE Planned Land Use 4.0.

Apart from the making because reports, rules, GeoPackages and GML all read it. Nothing national is lost: national codes,
names and attributes stand beside the common ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from shapely import Geometry, MultiPolygon

from plans.model import Document, Place

UNKNOWN_USE = "6_6_NotKnownUse"


class Status(StrEnum):
    """Who says that a national code means a common one."""

    OFFICIAL = "official"
    """An authority: a published table, or a national schema that uses the INSPIRE code itself."""
    PROPOSED = "proposed"
    """We do; no official table exists."""
    NONE = "none"
    """Nobody: there is no row for the code."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a national code means: codes in order of weight (never empty), national terms, who says so, and where.

    `name` is what the national standard calls it, for objects that have no name of their own; "" where none is known.
    """

    codes: tuple[str, ...]
    specific: tuple[str, ...] = ()
    status: Status = Status.NONE
    source: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SpatialPlan:
    """The plan as a row: INSPIRE SpatialPlan.

    `id` is unique in the portal and the same in every version of the plan. `inspire` is the INSPIRE identifier
    (namespace, local id). `extent` is a MultiPolygon in `crs`, or None if the plan has neither boundary nor areas.
    `level`, `step` are INSPIRE codes; `plan_type` is the national kind of plan, `plan_type_uri` its address in a
    register, "" where no register has it. `area` is that of the extent in m², `unknown` the share of 6_6 from 0 to 1.
    `municipality_name` is that of the first of the municipalities, "" where it is not known.
    """

    id: str
    inspire: tuple[str, str]
    title: str
    state: str
    municipalities: tuple[str, ...]
    standard: str
    profile: str
    kind: str
    level: str
    plan_type: str
    plan_type_uri: str
    step: str | None
    national_step: str
    adopted: date | None
    valid_from: date | None
    valid_to: date | None
    is_partial: bool
    crs: str | None
    extent: MultiPolygon | None
    area: float
    documents: tuple[Document, ...] = ()
    municipality_name: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """What zoning elements and regulations have in common; geometry in the plan's CRS, None where there is none.

    `code` and `name` are the national code of use and what it is called; `layer` the national object type. `area` is in
    m², 0 for lines and points. `nature` is an INSPIRE RegulationNatureValue.
    """

    id: str
    local: str
    meaning: Meaning
    layer: str
    code: str
    name: str
    nature: str
    attributes: Mapping[str, Any]
    geometry: Geometry | None
    area: float
    valid_from: date | None
    valid_to: date | None
    place: Place

    @property
    def term(self) -> str:
        """The code as a plan writes it, with its index if it has one (OV.k); the object type where it has no code."""
        whole = next(iter(self.meaning.specific), "")
        return whole if self.code and whole.startswith(f"{self.code}.") else self.code or self.layer


@dataclass(frozen=True, slots=True)
class Use:
    """One line of the preview: what becomes of a national code, how many areas have it, and their m² together."""

    code: str
    name: str
    layer: str
    hilucs: tuple[str, ...]
    status: Status
    source: str
    n: int
    area: float


@dataclass(frozen=True)
class Harmonised:
    """A plan in the common terms: its row, its areas (ZoningElement), what lies over them (SupplementaryRegulation)."""

    plan: SpatialPlan
    elements: tuple[Item, ...]
    regulations: tuple[Item, ...]

    @cached_property
    def unknown_share(self) -> float:
        """How much of the areas' m² falls to 6_6 (use not known), from 0 to 1; 0 for a plan without areas."""
        whole = sum(element.area for element in self.elements)
        unknown = sum(element.area for element in self.elements if element.meaning.codes[0] == UNKNOWN_USE)
        return unknown / whole if whole else 0.0

    def preview(self) -> tuple[Use, ...]:
        """Return what each national code becomes, the largest area first."""
        together: dict[tuple[str, tuple[str, ...], Status], list[Item]] = {}
        for element in self.elements:
            key = (element.term, element.meaning.codes, element.meaning.status)
            together.setdefault(key, []).append(element)
        uses = (
            Use(
                code,
                items[0].name,
                items[0].layer,
                hilucs,
                status,
                items[0].meaning.source,
                len(items),
                sum(item.area for item in items),
            )
            for (code, hilucs, status), items in together.items()
        )
        return tuple(sorted(uses, key=lambda use: (-use.area, use.code)))
