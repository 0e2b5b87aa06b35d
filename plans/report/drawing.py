"""What is drawn of a plan and its faults: chosen, simplified to a bound, brought to degrees.

Apart from the map because the desk's page draws the same from plan.geojson and faults.geojson. A plan of a million
corners cannot be put into a page; it is simplified to what a screen can show, but what lies beside a fault is left as
it is: a gap of two centimetres must still be seen as one when somebody zooms to it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely import STRtree

from plans.model import Element, Plan
from plans.report.places import Ground, Shapes, bounded, extent, geojson, shapes_of, sound

if TYPE_CHECKING:
    from plans.difference import Difference
    from plans.harmonise import Harmonised
    from plans.repair import Repair
    from plans.report.jsonlines import Line, Lines

MOST_VERTICES = 20_000
"""Corners of a plan in the drawing, without those that are exact; more only if every area has hardly any left."""
EXACT_VERTICES = 6_000
"""Corners of areas beside faults that are left as they are."""
FINEST = 2000
"""A simplification first drops what is smaller than the plan's width divided by this: half a dot on a large screen."""
DRAWN_PER_RULE = 200
CHANGES = ("added", "removed", "changed")


@dataclass(frozen=True)
class Part:
    """One element that is drawn: which plan and part it is of, its geometry in degrees, its HILUCS code or ""."""

    plan: int
    part: str
    element: Element
    hilucs: str
    shape: shapely.Geometry


@dataclass(frozen=True)
class Overlay:
    """A piece that would change: added, removed or changed against the plan in force, or repaired (as it would be)."""

    plan: int
    change: str
    object: str
    before: str
    after: str
    shape: shapely.Geometry


@dataclass(frozen=True)
class Drawing:
    """What is drawn. `metres` is how far a line may be off where no fault is; `placed` whether it is on the earth.

    `faults` are lines of the report with where they are, in degrees.
    """

    parts: tuple[Part, ...]
    faults: "tuple[tuple[Line, shapely.Geometry], ...]"
    overlays: tuple[Overlay, ...]
    metres: float
    vertices: int
    placed: bool


def draw(
    plans: Sequence[Plan],
    grounds: Sequence[Ground],
    lines: "Lines",
    harmonised: "Sequence[Harmonised]" = (),
    repair: "Repair | None" = None,
    differences: "Sequence[Difference]" = (),
) -> Drawing:
    """Return the drawing of plans and faults; all in degrees."""
    faults = tuple(_first(lines))
    parts: list[Part] = []
    metres = 0.0
    for number, (plan, ground) in enumerate(zip(plans, grounds, strict=True)):
        hilucs = _uses(harmonised[number]) if number < len(harmonised) else {}
        mine = shapes_of([shape for line, shape in faults if (line["plan"] or 0) == number])
        drawn, off = _parts(number, plan, ground, mine, hilucs)
        parts += drawn
        metres = max(metres, off)
    vertices = int(shapely.get_num_coordinates(shapes_of([part.shape for part in parts])).sum())
    placed = bool(grounds) and all(each.placed for each in grounds)
    return Drawing(tuple(parts), faults, tuple(_overlays(grounds, repair, differences)), metres, vertices, placed)


def _overlays(
    grounds: Sequence[Ground], repair: "Repair | None", differences: "Sequence[Difference]"
) -> Iterator[Overlay]:
    """Yield what would change, the first of each kind for each plan."""
    for number, ground in enumerate(grounds):
        for change, rows in _changes(number, repair, differences):
            shapes = ground.degrees(bounded(shapes_of([row[3] for row in rows[:DRAWN_PER_RULE]])))
            for (name, before, after, _), shape in zip(rows, shapes, strict=False):
                if shape is not None:
                    yield Overlay(number, change, name, before, after, shape)


def _changes(
    plan: int, repair: "Repair | None", differences: "Sequence[Difference]"
) -> Iterator[tuple[str, list[tuple[str, str, str, shapely.Geometry]]]]:
    """Yield each kind of change with object, code before, code after, geometry in the plan's CRS."""
    if plan < len(differences):
        for change in CHANGES:
            rows = getattr(differences[plan], change)
            yield change, [(row.id, row.before or "", row.after or "", row.geometry) for row in rows]
    mine = [each for each in repair.changes if each.plan == plan and each.crs is None] if repair else []
    yield "repaired", [(each.element.id, each.element.code, each.element.code, each.after) for each in mine]


def write(folder: Path, drawing: Drawing) -> None:
    """Write plan, faults and changes as GeoJSON. What is not on the earth is left out: there it would mislead."""
    parts, faults, overlays = (drawing.parts, drawing.faults, drawing.overlays) if drawing.placed else ((), (), ())
    for name, repaired in (("difference", False), ("repair", True)):
        mine = [each for each in overlays if (each.change == "repaired") is repaired]
        _write(folder / f"{name}.geojson", [each.shape for each in mine], [_of_overlay(each) for each in mine])
    _write(folder / "plan.geojson", [part.shape for part in parts], [_of_part(part) for part in parts])
    _write(folder / "faults.geojson", [shape for _, shape in faults], [_of_fault(line) for line, _ in faults])


def _first(lines: "Lines") -> "Iterator[tuple[Line, shapely.Geometry]]":
    seen: dict[str, int] = {}
    for line, shape in zip(lines.rows, lines.shapes, strict=True):
        if shape is not None and seen.get(line["rule"], 0) < DRAWN_PER_RULE:
            seen[line["rule"]] = seen.get(line["rule"], 0) + 1
            yield line, shape


def _uses(harmonised: "Harmonised") -> Mapping[tuple[str, str], str]:
    """Return the first HILUCS code of each layer and national code."""
    return {(each.layer, each.code): each.meaning.codes[0] for each in harmonised.elements}


def _parts(
    number: int, plan: Plan, ground: Ground, faults: Shapes, hilucs: Mapping[tuple[str, str], str]
) -> tuple[list[Part], float]:
    """Return what is drawn of one plan, and how far it may be off in metres."""
    named = [(part, element) for part, elements in _elements(plan) for element in elements]
    shapes = sound(shapes_of([element.geometry for _, element in named]))
    exact = _beside(ground.degrees(shapely.envelope(shapes)), faults, shapes)
    simple, metres = simplified(shapes, exact)
    found = [
        Part(number, part, element, hilucs.get((element.layer, element.code), "") if part == "area" else "", shape)
        for (part, element), shape in zip(named, ground.degrees(simple), strict=True)
        if shape is not None
    ]
    return found, metres


def _elements(plan: Plan) -> Iterator[tuple[str, Sequence[Element]]]:
    """Yield the parts of a plan from the lowest to the one on top."""
    yield "area", plan.areas
    yield "regulation", plan.regulations
    yield "line", plan.lines
    if plan.boundary is not None:
        yield "boundary", (plan.boundary,)


def _beside(boxes: Shapes, faults: Shapes, shapes: Shapes) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which shapes touch the extent of a fault, first faults first, as long as they have few corners.

    `boxes` are the extents of the shapes, in degrees as the faults are.
    """
    exact = np.zeros(len(shapes), dtype=bool)
    if not len(faults):
        return exact
    touching = STRtree(boxes).query(faults)
    left = EXACT_VERTICES
    for index in dict.fromkeys(touching[1][np.argsort(touching[0], kind="stable")].tolist()):
        left -= int(shapely.get_num_coordinates(shapes[index]))
        if left < 0:
            break
        exact[index] = True
    return exact


def simplified(shapes: Shapes, exact: np.ndarray[Any, np.dtype[np.bool_]]) -> tuple[Shapes, float]:
    """Return the shapes with at most MOST_VERTICES corners, if that can be, and the tolerance in their units."""
    counts = shapely.get_num_coordinates(shapes)
    others = np.flatnonzero(~exact & (counts > 0))
    if int(counts[others].sum()) <= MOST_VERTICES:
        return shapes, 0.0
    left = shapes.copy()
    west, south, east, north = extent(shapes)
    metres = max(east - west, north - south) / FINEST
    for _ in range(5):
        left[others] = shapely.simplify(left[others], metres, preserve_topology=True)
        if int(shapely.get_num_coordinates(left[others]).sum()) <= MOST_VERTICES:
            break
        metres *= 2
    return left, float(metres)


def _write(path: Path, shapes: Sequence[shapely.Geometry], properties: Sequence[Mapping[str, Any]]) -> None:
    """Write features; one a line, so that a person can look into the file."""
    rows = (
        f'{{"type":"Feature","properties":{json.dumps(each, ensure_ascii=False)},"geometry":{text}}}'
        for each, text in zip(properties, geojson(shapes_of(shapes)), strict=True)
    )
    path.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(rows) + "\n]}\n", encoding="utf-8")


def _of_part(part: Part) -> dict[str, Any]:
    element = part.element
    return {
        "plan": part.plan,
        "part": part.part,
        "layer": element.layer,
        "object": element.id,
        "code": element.code,
        "name": element.name,
        "hilucs": part.hilucs,
    }


def _of_overlay(overlay: Overlay) -> dict[str, Any]:
    return {name: getattr(overlay, name) for name in ("plan", "change", "object", "before", "after")}


def _of_fault(line: "Line") -> dict[str, Any]:
    return {name: line[name] for name in ("n", "rule", "level", "plan", "object", "layer", "values")}
