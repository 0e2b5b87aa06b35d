"""The Plan: what a Czech, a Polish and a German zoning plan have in common, with all that they have apart kept whole.

Everything is as it was read: geometries may be invalid, attributes may be wrong, identifiers may be missing or occur
twice. It is the rules that judge. x is always easting or longitude, whatever order the file has; units are those of
the plan's CRS, metres for every CRS that the three standards allow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from shapely import Geometry


class Standard(StrEnum):
    """The national standard in which a plan was handed in."""

    CZECH = "cz"
    """Jednotný standard územního plánu (unified standard of the zoning plan)."""
    POLISH = "pl"
    """Akty planowania przestrzennego, APP GML (acts of spatial planning)."""
    GERMAN = "de"
    """XPlanung, XPlanGML."""


class Kind(StrEnum):
    """What sort of plan it is."""

    ZONING_PLAN = "zoning-plan"
    """A plan of the whole municipality: územní plán, plan ogólny gminy, Flächennutzungsplan."""
    CHANGE = "change"
    """A change of such a plan; it need not cover the municipality."""
    LOCAL_PLAN = "local-plan"
    """A plan of a part, in detail: miejscowy plan, Bebauungsplan."""


class Step(StrEnum):
    """Where a plan stands: INSPIRE ProcessStepGeneralValue."""

    ELABORATION = "elaboration"
    ADOPTION = "adoption"
    LEGAL_FORCE = "legalForce"
    OBSOLETE = "obsolete"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the package something stands: file (path inside the package), line of text or row, both from 1."""

    file: str | None = None
    line: int | None = None
    row: int | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Element:
    """One object of a plan.

    `layer` is the object type as the standard names it (PlochyRZV_p, StrefaPlanistyczna, BP_BaugebietsTeilFlaeche),
    `id` what identifies the object in the plan ("" if it has nothing), `code` its national code of use or regulation
    ("" if it has none), `name` what the code means in the language of the plan. `geometry` is None where there is none
    or it could not be read. `attributes` are all national attributes under their own names; values are text, numbers,
    booleans, dates, or tuples of these.
    """

    layer: str
    id: str
    code: str = ""
    name: str = ""
    geometry: Geometry | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    place: Place = NOWHERE

    @property
    def called(self) -> str:
        """What a sentence calls it: its id, or layer and row (line) where it has none, as layers of areas often do."""
        return self.id or called(self.layer, self.place.row or self.place.line)


def called(layer: str, number: int | None) -> str:
    """Return the name of an object that has no id: its layer, and its row or line in the file."""
    return f"{layer} #{number}" if number else layer


@dataclass(frozen=True)
class Elements(Sequence[Element]):
    """Elements in the order of the file; their geometries also as one array for work on all at once."""

    rows: tuple[Element, ...] = ()

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """The geometries, (n,); None where an element has none."""
        shapes = np.empty(len(self.rows), dtype=object)
        shapes[:] = [row.geometry for row in self.rows]
        return shapes

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Element]:
        return iter(self.rows)

    @overload
    def __getitem__(self, index: int) -> Element: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Element, ...]: ...
    def __getitem__(self, index: int | slice) -> Element | tuple[Element, ...]:
        return self.rows[index]


NO_ELEMENTS = Elements()


@dataclass(frozen=True, slots=True)
class Document:
    """A text, drawing or scan that belongs to a plan: a file of the package, or a link."""

    title: str
    file: str | None = None
    link: str | None = None
    role: str = "document"
    """document | drawing | scan | legend"""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Where the plan stands, and from when to when it holds; None is what the plan does not say."""

    step: Step | None = None
    adopted: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    national: str = ""
    """The state as the plan says it (Rechtsstand, status)."""


UNKNOWN_LIFE = Lifecycle()


@dataclass(frozen=True)
class Plan:
    """One plan.

    `areas` are those that shall cover the plan's territory without gap or overlap (PlochyRZV and KoridoryP; strefy;
    Flächenschlussobjekte of ebene 0); `regulations` lie over them (polygons); `lines` are regulations that are lines or
    points. `boundary` is what the plan says it covers, None if it does not say. `municipalities` are national codes
    (RÚIAN obec, TERYT, AGS). `profile` is the version of the standard: JS-2023, JS-2024, JS-2026, JS-pre-2023; APP-1.0,
    APP-2.0, APP-3.0; XPlan-4.1 … XPlan-6.1. `crs` is "EPSG:5514" and the like, None if nothing said it.
    """

    standard: Standard
    profile: str
    kind: Kind
    id: str
    title: str
    municipalities: tuple[str, ...]
    crs: str | None
    boundary: Element | None = None
    areas: Elements = NO_ELEMENTS
    regulations: Elements = NO_ELEMENTS
    lines: Elements = NO_ELEMENTS
    records: Elements = NO_ELEMENTS
    """Objects of the plan that have no place on the map, with their attributes: formal documents, drawings, texts."""
    parts: Elements = NO_ELEMENTS
    """Parts into which the plan is divided, with a boundary of their own or none (Bereiche)."""
    drawing: Elements = NO_ELEMENTS
    """Symbols and labels that are there for the drawing alone; they regulate nothing."""
    documents: tuple[Document, ...] = ()
    lifecycle: Lifecycle = UNKNOWN_LIFE
    attributes: Mapping[str, Any] = field(default_factory=dict)
    is_partial: bool = False
    """It is meant to cover only a part: a change, a partial plan, a plan that is not finished."""
    place: Place = NOWHERE

    @property
    def is_raster_only(self) -> bool:
        """Whether the plan is a boundary with drawings, without areas as objects."""
        return not (self.areas or self.regulations or self.lines)

    def everything(self) -> Iterator[Element]:
        """Yield the boundary and all elements."""
        if self.boundary is not None:
            yield self.boundary
        yield from self.areas
        yield from self.regulations
        yield from self.lines
