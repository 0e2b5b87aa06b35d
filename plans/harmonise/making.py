"""Harmonising a plan: every area and regulation gets its place in the common terms, whatever is wrong with the plan.

Nothing is refused here: a plan full of faults is harmonised as far as it goes, so that its preview can be seen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from hashlib import blake2s
from typing import Any

import numpy as np
import shapely
from shapely import Geometry, GEOSException, MultiPolygon, Polygon

from plans.context import Territory
from plans.harmonise import tables
from plans.harmonise.matching import Matcher, regulation_of, texts, use_of
from plans.harmonise.model import Harmonised, Item, SpatialPlan
from plans.model import Element, Elements, Kind, Plan, Standard
from plans.subject import Subject
from plans.topology.mend import cheaply_valid

_NOT_NAME = re.compile(r"[^A-Za-z0-9._-]+")
BINDING = "generallyBinding"
"""What holds where a plan says nothing of its nature: zoning plans of the three states are law for those who build."""


def harmonise(plan: Plan, territory: Territory | None = None) -> Harmonised:
    """Return the plan in the terms of INSPIRE Planned Land Use: geometries in its own CRS, x first, as they were read.

    `territory` is the municipality as the register has it; the plan's own municipality takes its name from there.
    Each area becomes a zoning element, each regulation, line and point a supplementary regulation. Never raises for
    what is in a plan: a code that no table has becomes 6_6 (or 10) with status `none`, a missing geometry stays None.
    """
    row = _row(plan, territory)
    make = _Making(plan, row)
    elements = make.items(plan.areas, use_of(plan.standard))
    over = regulation_of(plan.standard)
    return Harmonised(row, elements, (*make.items(plan.regulations, over), *make.items(plan.lines, over)))


def harmonised(subject: Subject) -> Harmonised:
    """Return the plan under examination so; asked by `subject.once`, rules and products share it."""
    return harmonise(subject.plan, subject.context.territory)


class _Making:
    """Items of one plan; identifiers stay unique over all of them."""

    def __init__(self, plan: Plan, row: SpatialPlan) -> None:
        self.plan = plan
        self.row = row
        self._taken: dict[str, int] = {}

    def items(self, elements: Elements, meaning: Matcher) -> tuple[Item, ...]:
        areas = shapely.area(elements.shapes)
        return tuple(
            self._item(each, meaning, float(area) if np.isfinite(area) else 0.0)
            for each, area in zip(elements, areas, strict=True)
        )

    def _item(self, element: Element, meaning: Matcher, area: float) -> Item:
        local, means = self._local(element), meaning(element)
        return Item(
            id=f"{self.row.id}.{local}",
            local=local,
            meaning=means,
            layer=element.layer,
            code=element.code,
            name=element.name or means.name,
            nature=_nature(self.plan.standard, element.attributes),
            attributes=element.attributes,
            geometry=element.geometry,
            area=area,
            valid_from=_date(element, "obowiazujeOd") or self.row.valid_from,
            valid_to=_date(element, "obowiazujeDo") or self.row.valid_to,
            place=element.place,
        )

    def _local(self, element: Element) -> str:
        """Return a name unique in the plan: the element's own, or one made of its place, the same as long as it stays.

        The second of the same name is called name.2 and so on.
        """
        name = _named(element.id) or _digest(element)
        self._taken[name] = n = self._taken.get(name, 0) + 1
        return name if n == 1 else f"{name}.{n}"


def _date(element: Element, name: str) -> date | None:
    """Return a date that the element itself has (Polish zones and regulations do)."""
    found = element.attributes.get(name)
    return found if isinstance(found, date) else None


def _digest(element: Element) -> str:
    shape = b"" if element.geometry is None else shapely.to_wkb(element.geometry)
    return blake2s(element.layer.encode() + shape, digest_size=8).hexdigest()


def _name(plan: Plan, territory: Territory | None) -> str:
    return territory.name if territory and territory.code in plan.municipalities[:1] else ""


def _row(plan: Plan, territory: Territory | None) -> SpatialPlan:
    state, kind, extent, life = plan.standard.value.upper(), _plan_type(plan), _extent(plan), plan.lifecycle
    identifier, inspire = _identifiers(plan, state)
    return SpatialPlan(
        id=identifier,
        inspire=inspire,
        title=plan.title or plan.id,
        state=state,
        municipalities=plan.municipalities,
        municipality_name=_name(plan, territory),
        standard=plan.standard.value,
        profile=plan.profile,
        kind=plan.kind.value,
        level=_code_in(plan.attributes, "poziomHierarchii") or kind["level"],
        plan_type=kind["type"],
        plan_type_uri=kind["uri"],
        step=life.step.value if life.step else None,
        national_step=life.national,
        adopted=life.adopted,
        valid_from=life.valid_from,
        valid_to=life.valid_to,
        is_partial=plan.is_partial,
        crs=plan.crs,
        extent=extent,
        area=0.0 if extent is None else float(shapely.area(extent)),
        documents=plan.documents,
    )


def _identifiers(plan: Plan, state: str) -> tuple[str, tuple[str, str]]:
    """Return the plan's id in the portal, and its INSPIRE identifier: the plan's own if it has one (Polish idIIP)."""
    local = _named(plan.id) or plan.kind.value
    space, _, own = plan.id.rpartition("/")
    if space.startswith(f"{state}."):
        return local, (space, own)
    space = ".".join(filter(None, (state, _named(next(iter(plan.municipalities), "")))))
    return f"{space}.{local}", (space, local)


def _plan_type(plan: Plan) -> Mapping[str, str]:
    """Return the row of the kind of plan; Czech and Polish plans of no known kind are those of their `kind`."""
    known = _plan_types()
    if plan.standard is Standard.GERMAN:
        kind = "BP_Plan" if plan.kind is Kind.LOCAL_PLAN else "FP_Plan"
        art = next(iter(texts(plan.attributes, "planArt")), "")
        return known.get(("de", f"{kind}:{art}")) or known["de", kind]
    if plan.standard is Standard.POLISH:
        told = _code_in(plan.attributes, "typPlanu")
        usual = "planOgolnyGminy" if plan.kind is Kind.ZONING_PLAN else "miejscowyPlanZagospodarowaniaPrzestrzennego"
        return known.get(("pl", told)) or known["pl", usual]
    return known["cz", plan.kind.value]


@cache
def _plan_types() -> Mapping[tuple[str, str], Mapping[str, str]]:
    return {(row["standard"], row["key"]): row for row in tables.rows("plan-types")}


def _nature(standard: Standard, attributes: Mapping[str, Any]) -> str:
    """Return the legal nature as the element says it: by INSPIRE's code (Polish), by the Rechtscharakter (German)."""
    if standard is Standard.GERMAN:
        told = next(iter(texts(attributes, "rechtscharakter")), "")
        return _natures().get(told, BINDING)
    if standard is Standard.POLISH:
        return _code_in(attributes, "charakterUstalenia") or BINDING
    return BINDING


@cache
def _natures() -> Mapping[str, str]:
    return {row["rechtscharakter"]: row["nature"] for row in tables.rows("natures-german")}


def _code_in(attributes: Mapping[str, Any], name: str) -> str:
    """Return the code at the end of an attribute that holds the address of one; "" if there is none."""
    return next(iter(texts(attributes, name)), "").rstrip("/").rpartition("/")[2]


def _named(text: str) -> str:
    """Return the text as a part of an address: letters without accents, digits, dot, dash and underscore."""
    return _NOT_NAME.sub("-", text).strip("-.")


def _extent(plan: Plan) -> MultiPolygon | None:
    """Return what the plan covers as a MultiPolygon: its boundary, or else all its areas together."""
    if plan.boundary is not None and plan.boundary.geometry is not None:
        return polygons(plan.boundary.geometry)
    merged = _merged([shape for shape in plan.areas.shapes if shape is not None])
    return None if merged is None else polygons(merged)


def _merged(shapes: Sequence[Geometry]) -> Geometry | None:
    """Return the union: fast where areas meet vertex by vertex, else with every shape made valid before.

    None where there is nothing to unite, coordinates are no numbers, or a shape is too crooked to be made valid.
    """
    array = np.array(shapes, dtype=object)
    with suppress(GEOSException):
        if shapely.is_valid(array).all():
            return shapely.coverage_union_all(array)
    with suppress(GEOSException):
        valid = cheaply_valid(array)
        if not shapely.is_empty(valid[~shapely.is_empty(array)]).any():
            return shapely.union_all(valid)
    return None


def polygons(geometry: Geometry) -> MultiPolygon | None:
    """Return the polygons of a geometry as one MultiPolygon, without heights; None if it has none."""
    singles = (geometry,) if isinstance(geometry, Polygon) else parts_of(geometry)
    parts = [_flat(part) for part in singles if isinstance(part, Polygon) and not part.is_empty]
    return MultiPolygon(parts) if parts else None


def _flat(polygon: Polygon) -> Polygon:
    return shapely.force_2d(polygon) if polygon.has_z else polygon


def parts_of(geometry: Geometry) -> Iterator[Geometry]:
    """Yield the single geometries of which a geometry is made, however deep they lie."""
    for part in shapely.get_parts(geometry):
        if part.geom_type == "GeometryCollection" or part.geom_type.startswith("Multi"):
            yield from parts_of(part)
        else:
            yield part
