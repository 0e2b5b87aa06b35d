"""Geometry as the Polish schema and plugin want it, beyond what holds for every plan."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from findings import Level
from plans.delivery import Delivery
from plans.fault import Fault
from plans.model import Element, Standard, Step
from plans.rules.needs import crs
from plans.rules.polish import PLUGIN, SCHEMA, text
from plans.rules.rule import met, package_rule, plan_rule
from plans.standards.polish.feature import GEOMETRY_OF
from plans.standards.polish.schema import ACT
from plans.subject import Subject
from plans.tolerance import TOLERANCES

ONLY = (Standard.POLISH,)
ALLOWED = ("EPSG:2180", "EPSG:2176", "EPSG:2177", "EPSG:2178", "EPSG:2179")
"""PL-1992 and the four zones of PL-2000."""
ONE = ("Polygon", "Surface", "CompositeSurface", "OrientableSurface", "PolyhedralSurface", "TriangulatedSurface", "Tin")
SHAPES = {ACT: ("MultiSurface",)}
APART = ("ObszarUzupelnieniaZabudowy", "ObszarZabudowySrodmiejskiej")
"""Regulations whose areas must not share an edge: two that do are one."""

TURNED = met("geometry.pl-axis-order")


@plan_rule("geometry.pl-axis-order", Level.ERROR, PLUGIN, standards=ONLY, fix="axis-order")
def axis_order(subject: Subject) -> Iterator[Fault]:
    """Find a plan whose coordinates lie in Poland only when they are turned; the reader has turned them."""
    files = {each.place.file for each in subject.plan.everything()}
    for fault in TURNED(subject.delivery):
        if fault.place.file in files:
            yield fault


@plan_rule("geometry.pl-crs", Level.ERROR, PLUGIN, standards=ONLY, needs=(crs,))
def reference_system(subject: Subject) -> Iterator[Fault]:
    """Find a plan that is in none of the national systems."""
    if subject.plan.crs not in ALLOWED:
        values = {"value": subject.plan.crs, "allowed": ", ".join(ALLOWED)}
        first = next(iter(subject.plan.everything()), None)
        place = subject.plan.place if first is None else first.place
        yield Fault("geometry.pl-crs", values, place=place)


@plan_rule("geometry.pl-surface", Level.ERROR, SCHEMA, standards=ONLY)
def surfaces(subject: Subject) -> Iterator[Fault]:
    """Find zones and regulations that are not one surface, and acts whose extent is not a MultiSurface."""
    for element in subject.plan.everything():
        name = GEOMETRY_OF.get(element.layer, "geometria")
        shape, allowed = text(element, name), SHAPES.get(element.layer, ONE)
        if shape and shape not in allowed:
            values = {"attribute": name, "value": shape, "expected": allowed[0]}
            yield Fault.of("geometry.pl-surface", element, attribute=name, values=values)


@plan_rule("topology.pl-shared-edge", Level.ERROR, PLUGIN, standards=ONLY)
def shared_edges(subject: Subject) -> Iterator[Fault]:
    """Find two OUZ, or two OZS, that share an edge."""
    least = subject.tolerances.width
    for layer in APART:
        rows = [each for each in subject.plan.regulations if each.layer == layer and _is_sound(each)]
        for one, other, edge in _pairs(rows, boundaries=True):
            length = float(shapely.length(edge))
            if length > least:
                values = {"other": other.called, "length": round(length, 2), "symbol": one.code}
                yield Fault.of(
                    "topology.pl-shared-edge", one, edge, values=values, measured=length, tolerance=least, unit="m"
                )


@package_rule("topology.pl-acts-overlap", Level.ERROR, PLUGIN, standards=ONLY)
def overlapping_acts(delivery: Delivery) -> Iterator[Fault]:
    """Find acts of one type in force that overlap: at each place one holds."""
    by_type: dict[str, list[Element]] = {}
    for plan in delivery.plans:
        if plan.boundary is not None and plan.lifecycle.step is Step.LEGAL_FORCE and _is_sound(plan.boundary):
            by_type.setdefault(text(plan.boundary, "typPlanu"), []).append(plan.boundary)
    least = TOLERANCES[Standard.POLISH].sliver
    for rows in by_type.values():
        for one, other, common in _pairs(rows, boundaries=False):
            area = float(shapely.area(common))
            if area > least:
                values = {"other": other.called, "title": other.name, "area": round(area, 1)}
                yield Fault.of(
                    "topology.pl-acts-overlap", one, common, values=values, measured=area, tolerance=least, unit="m²"
                )


def _is_sound(element: Element) -> bool:
    return element.geometry is not None and bool(shapely.is_valid(element.geometry))


def _pairs(rows: Sequence[Element], *, boundaries: bool) -> Iterator[tuple[Element, Element, shapely.Geometry]]:
    """Yield each two elements that meet, with what they have in common: of their boundaries, or of their areas."""
    shapes = np.array([row.geometry for row in rows], dtype=object)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    met_in = shapely.boundary(shapes) if boundaries else shapes
    for i, j in zip(left[once], right[once], strict=True):
        yield rows[i], rows[j], shapely.intersection(met_in[i], met_in[j])
