"""Whether everything lies in the Geltungsbereich of its Bereich and of the plan, and what may not be said twice there.

That the areas keep to the plan's boundary is a rule on topology for all standards; here are the other objects, and the
Bereiche, which only XPlanung has.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely import Geometry

from findings import Level
from plans.fault import Fault
from plans.model import Element
from plans.rules import needs
from plans.rules.german.sources import GERMAN, OWN, condition, version
from plans.rules.rule import plan_rule
from plans.standards.german.assemble import OUTSIDE
from plans.standards.german.attributes import values
from plans.subject import Subject
from plans.topology.mend import cheaply_valid

COVERING = frozenset(
    (
        "BP_BaugebietsTeilFlaeche",
        "BP_BesondererNutzungszweckFlaeche",
        "BP_SpielSportanlagenFlaeche",
        "BP_GemeinbedarfsFlaeche",
        "BP_GruenFlaeche",
        "BP_VerEntsorgung",
        "SO_Strassenverkehr",
    )
)
"""Areas that may not say what a BP_UeberbaubareGrundstuecksFlaeche upon them says too."""
BUILDABLE = "BP_UeberbaubareGrundstuecksFlaeche"
_ONCE = """
    bauweise bauweiseText abweichendeBauweise vertikaleDifferenzierung bebauungsArt bebauungVordereGrenze
    bebauungRueckwaertigeGrenze bebauungSeitlicheGrenze refGebaeudequerschnitt geschossMin geschossMax FR
    MaxZahlWohnungen MinGRWohneinheit Fmin Fmax Bmin Bmax Tmin Tmax GFZmin GFZmax GFZ GFZ_Ausn GFmin GFmax GF GF_Ausn
    BMZ BMZ_Ausn BM BM_Ausn GRZmin GRZmax GRZ GRZ_Ausn GRmin GRmax GR GR_Ausn Zmin Zmax Zzwingend Z Z_Ausn Z_Staffel
    Z_Dach ZUmin ZUmax ZUzwingend ZU ZU_Ausn wohnnutzungEGStrasse ZWohn GFAntWohnen GFWohnen GFAntGewerbe GFGewerbe VF
"""
ONCE = frozenset(_ONCE.split())
"""Attributes that only one of the two may have."""


@plan_rule(
    "topology.de-within",
    Level.ERROR,
    condition("2.2.3.1", "Raumbezogene Objekte im Innern des Geltungsbereichs"),
    standards=GERMAN,
    needs=(needs.boundary,),
)
def outside(subject: Subject) -> Iterator[Fault]:
    """Find objects that stand out of the Geltungsbereich of their Bereich, or of the plan."""
    plan = subject.plan
    parts = {part.id: part for part in plan.parts}
    away = {
        key for key, part in parts.items() if OUTSIDE.intersection(map(str, values(part.attributes.get("bedeutung"))))
    }
    others = [each for each in (*plan.regulations, *plan.lines) if not away.intersection(_homes(each))]
    if plan.boundary is not None and plan.boundary.geometry is not None:
        yield from _beyond(others, plan.boundary.geometry, "Plan", plan.title, subject)
    for key, part in parts.items():
        if part.geometry is not None:
            inside = [each for each in (*plan.areas, *plan.regulations, *plan.lines) if key in _homes(each)]
            name = str(part.attributes.get("name") or part.attributes.get("nummer") or key)
            yield from _beyond(inside, part.geometry, "Bereich", name, subject)


@plan_rule("topology.de-part-within", Level.WARNING, OWN, standards=GERMAN, needs=(needs.boundary,))
def part_outside(subject: Subject) -> Iterator[Fault]:
    """Find Bereiche that stand out of the plan, unless they are of a kind that lies outside."""
    plan = subject.plan
    if plan.boundary is None or plan.boundary.geometry is None:
        return
    inside = [
        part
        for part in plan.parts
        if part.geometry is not None and not OUTSIDE.intersection(map(str, values(part.attributes.get("bedeutung"))))
    ]
    for part, rest in _standing_out(inside, plan.boundary.geometry, subject.tolerances.boundary):
        yield Fault.of("topology.de-part-within", part, rest, measured=round(shapely.area(rest), 3), unit="m²")


@plan_rule(
    "topology.de-double-cover",
    Level.ERROR,
    condition("4.5.2.4", "Verbot der Doppelbelegung gleichnamiger Attribute"),
    standards=GERMAN,
)
def said_twice(subject: Subject) -> Iterator[Fault]:
    """Find attributes that an area and a BP_UeberbaubareGrundstuecksFlaeche upon it both have (since 6.0)."""
    if version(subject) < "6":
        return
    plan = subject.plan
    upper = [each for each in plan.regulations if each.layer == BUILDABLE and each.geometry is not None]
    lower = [each for each in (*plan.areas, *plan.regulations) if each.layer in COVERING and each.geometry is not None]
    if not upper or not lower:
        return
    shrunk = shapely.buffer(_shapes(lower), -subject.tolerances.vertex)
    tops = _shapes(upper)
    below, above = shapely.STRtree(tops).query(shrunk)
    valid = shapely.is_valid(tops[above]) & ~shapely.is_empty(shrunk[below])
    for one, other in zip(below[valid].tolist(), above[valid].tolist(), strict=True):
        same = sorted(ONCE & lower[one].attributes.keys() & upper[other].attributes.keys())
        if same and shapely.relate_pattern(tops[other], shrunk[one], "T********"):
            found = {
                "attributes": ", ".join(same),
                "other": lower[one].called,
                "other_layer": lower[one].layer,
                "n": len(same),
            }
            yield Fault.of("topology.de-double-cover", upper[other], attribute=same[0], values=found)


def _homes(element: Element) -> set[str]:
    return {str(link)[1:] for link in values(element.attributes.get("gehoertZuBereich")) if str(link).startswith("#")}


def _beyond(elements: Sequence[Element], boundary: Geometry, kind: str, name: str, subject: Subject) -> Iterator[Fault]:
    tolerance = subject.tolerances.boundary
    for element, rest in _standing_out([each for each in elements if each.geometry is not None], boundary, tolerance):
        area = float(shapely.area(rest))
        off = float(shapely.length(rest) or shapely.distance(rest, boundary))
        measured, unit = (area, "m²") if area else (off, "m")
        yield Fault.of(
            "topology.de-within",
            element,
            rest,
            values={"of": kind, "name": name},
            measured=round(measured, 3),
            tolerance=tolerance,
            unit=unit,
        )


def _standing_out(
    elements: Sequence[Element], boundary: Geometry, tolerance: float
) -> Iterator[tuple[Element, Geometry]]:
    """Yield elements that stand out of the boundary by more than the tolerance (m), with what stands out."""
    if not elements or not shapely.is_valid(boundary):
        return
    wide = shapely.buffer(boundary, tolerance)
    shapely.prepare(wide)
    shapes = _shapes(elements)
    for index in np.flatnonzero(~shapely.covers(wide, shapes)).tolist():
        rest = shapely.difference(cheaply_valid(shapes[index : index + 1])[0], wide)
        if not shapely.is_empty(rest):
            yield elements[index], rest


def _shapes(elements: Sequence[Element]) -> np.ndarray:
    shapes = np.empty(len(elements), dtype=object)
    shapes[:] = [each.geometry for each in elements]
    return shapes
