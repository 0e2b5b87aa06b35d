"""Small plans made in place: squares beside each other, and what the rules say of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from shapely import Geometry, Polygon, box
from shapely.geometry.base import BaseGeometry

from plans.context import ALONE, Context, Neighbour, Territory, Zones
from plans.delivery import Delivery, Incident
from plans.fault import Fault
from plans.model import Element, Elements, Kind, Place, Plan, Standard
from plans.rules.run import Checked, judge

X, Y = -700_000.0, -965_000.0
PROFILES = {Standard.CZECH: "JS-2024", Standard.POLISH: "APP-2.0", Standard.GERMAN: "XPlan-6.0"}
CRS = {Standard.CZECH: "EPSG:5514", Standard.POLISH: "EPSG:2176", Standard.GERMAN: "EPSG:25833"}


def at(west: float, south: float, east: float, north: float) -> Polygon:
    """Return a rectangle in metres from the corner of the ground."""
    return box(X + west, Y + south, X + east, Y + north)


def squares(columns: int = 3, rows: int = 2, step: float = 100.0) -> list[BaseGeometry]:
    """Return squares by rows, from the south-west."""
    return [at(i * step, j * step, (i + 1) * step, (j + 1) * step) for j in range(rows) for i in range(columns)]


def plan(
    shapes: Sequence[Geometry | None],
    boundary: Geometry | None = None,
    standard: Standard = Standard.CZECH,
    codes: Sequence[str] = (),
) -> Plan:
    """Return a plan of these areas, called 0, 1, … in rows 1, 2, …"""
    areas = [
        Element("PlochyRZV_p", str(k), codes[k] if codes else "BI", geometry=shape, place=Place("areas", row=k + 1))
        for k, shape in enumerate(shapes)
    ]
    edge = None if boundary is None else Element("ReseneUzemi_p", "edge", geometry=boundary, place=Place("edge", row=1))
    town = "999101"
    return Plan(
        standard,
        PROFILES[standard],
        Kind.ZONING_PLAN,
        "1",
        "Plan",
        (town,),
        CRS[standard],
        edge,
        Elements(tuple(areas)),
    )


def checked(made: Plan, context: Context = ALONE, incidents: tuple[Incident, ...] = ()) -> Checked:
    """Return what the rules say of the plan."""
    return judge(Delivery(made.standard, made.profile, (made,), incidents=incidents), context)


def faults(found: Checked, *stages: str) -> dict[str, list[Fault]]:
    """Return the faults of some stages by rule."""
    wanted = stages or ("geometry", "topology", "neighbours")
    return {
        each.rule.id: list(each.faults)
        for each in found.judged
        if each.faults
        and each.rule.stage in wanted
        and not {"cz", "pl", "de"} & set(each.rule.id.split(".")[1].split("-"))
    }


def shares(found: Checked) -> dict[str, int]:
    """Return how many faults each rule of geometry, topology and neighbours has."""
    return {rule: len(each) for rule, each in faults(found).items()}


def neighbour(
    shapes: Sequence[BaseGeometry],
    territory: Geometry,
    crs: str = "EPSG:5514",
    hilucs: Sequence[str] = (),
    state: str = "CZ",
) -> Neighbour:
    """Return a neighbour with a published plan of these zones."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    names = tuple(f"n{k}" for k in range(len(shapes)))
    codes = tuple("XX" for _ in shapes)
    uses = tuple(hilucs) or tuple("1_2_Forestry" for _ in shapes)
    return Neighbour(
        Territory("999102", "Vedlejší", state, crs, territory),
        "Plán Vedlejší",
        "3",
        Zones(crs, names, codes, uses, array),
    )


def here(boundary: Geometry, *neighbours: Neighbour) -> Context:
    """Return what is known around a plan whose municipality has that boundary."""
    return Context(Territory("999101", "Zdejší", "CZ", "EPSG:5514", boundary), neighbours)


def without(made: Plan, number: int) -> Plan:
    """Return the plan without one of its areas."""
    return replace(made, areas=Elements((*made.areas[:number], *made.areas[number + 1 :])))
