"""The map of a report: folium builds it, without anything from another host.

Apart from the page because folium is heavy to import and knows nothing of reports. Of folium's own page only the map is
taken; the page has its own head, with Leaflet inside it, built by `web/report.mjs`. There are no tiles: a plan is seen
without them, and a report must open in a cellar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from plans.harmonise.tables import hilucs
from plans.report import page
from plans.report.drawing import CHANGES, Drawing, Part
from plans.report.kinds import Kind
from plans.report.packing import SCALE, Packed, packed
from plans.report.places import extent, shapes_of
from plans.report.texts import Words, clean

LEAFLET = Path(__file__).parents[2] / "web" / "dist" / "report"
"""Where `npm run build` in web/ leaves Leaflet for reports: leaflet.js, leaflet.css."""
NATIONAL = (
    "#e8a87c", "#8fb8de", "#b5cf8f", "#f2d479", "#c3a6d8", "#8fcfc0", "#e59aa8", "#b9b08f", "#9fb4c9", "#d98c8c",
    "#6fae6f", "#d3a4c8", "#c98a4b", "#5f9ea8", "#e6e08a", "#a38fc4", "#d4c4a8", "#7fa3d1", "#c2d6a4", "#e3b7a0",
)  # fmt: skip
"""Colours of national codes, in the order of their area; the standards have no colours for data."""
OTHER = "#d9dde1"
STROKES = {
    "error": "#b3261e", "warning": "#a15c00", "note": "#1d5fa8",
    "area": "#3d4650", "boundary": "#111111", "regulation": "#40307a", "line": "#40307a",
    "added": "#1d6b35", "removed": "#7a1f5c", "changed": "#c2410c", "repaired": "#005f73",
}  # fmt: skip
"""Colours of faults, of the lines of a plan, and of what would change; the same on the map and in its legend."""


@dataclass(frozen=True, slots=True)
class Leaflet:
    """The texts of Leaflet that go into a page."""

    script: str
    style: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The map in a page: its place (HTML), and the script that draws it; the same in every language."""

    place: str
    script: str


@cache
def leaflet() -> Leaflet | None:
    """Return Leaflet for a page; None if it has not been built."""
    script, style = LEAFLET / "leaflet.js", LEAFLET / "leaflet.css"
    if not (script.is_file() and style.is_file()):
        return None
    return Leaflet(script.read_text(encoding="utf-8"), style.read_text(encoding="utf-8"))


def picture(drawing: Drawing) -> Picture | None:
    """Return the map of the drawing; None if there is nothing to draw.

    The script wants `reportWords`, which `labels` returns, and `drawReport` of assets/report.js before it.
    """
    bounds = _bounds(drawing)
    if bounds is None:
        return None
    import folium

    sheet = folium.Map(tiles=None, prefer_canvas=True, max_zoom=24, zoom_snap=0.25)
    sheet.default_js, sheet.default_css = [], []
    sheet.fit_bounds(bounds)
    root: Any = sheet.get_root()
    root.render()
    # What comes from the plan is put in after folium: its elements are templates, and would run what a plan says.
    call = f"drawReport({sheet.get_name()}, {page.json_in_script(drawn(drawing))}, reportWords);"
    return Picture(root.html.render(), f"{root.script.render()}\n{call}")


def drawn(drawing: Drawing) -> dict[str, Any]:
    """Return what assets/report.js draws, without any words of ours: parts, colours, faults."""
    ranked = _ranked(drawing)
    rank = {key: n for n, (key, _) in enumerate(ranked)}
    parts = zip(drawing.parts, packed(shapes_of([part.shape for part in drawing.parts])), strict=True)
    overlays = shapes_of([each.shape for each in drawing.overlays])
    faults = zip(drawing.faults, packed(shapes_of([shape for _, shape in drawing.faults])), strict=True)
    return {
        "scale": SCALE,
        "placed": drawing.placed,
        "strokes": STROKES,
        "colours": [_colours(n, first) for n, (_, (first, _)) in enumerate(ranked)],
        "parts": [_part(part, rank, shape) for part, shape in parts],
        "faults": [{"n": line["n"], "level": line["level"], "shape": shape} for (line, _), shape in faults],
        "overlays": [
            [each.change, clean(each.object), clean(each.before), clean(each.after), shape]
            for each, shape in zip(drawing.overlays, packed(overlays), strict=True)
        ],
    }


def labels(drawing: Drawing, kinds: Sequence[Kind], words: Words) -> dict[str, Any]:
    """Return the words of the map in a language: of codes, of faults, of its own."""
    listed = {line["n"] for kind in kinds for line, _ in kind.faults}
    told = {
        line["n"]: [
            words.rule(line["rule"], "title", line["values"]),
            "" if line["n"] in listed else words.told(line).what,
        ]
        for line, _ in drawing.faults
    }
    own = {key: words.text(f"map.{key}") for key in ("object", "to-list")}
    codes = [[code["code"] or code["layer"], code["name"], code["use"]] for code in codes_of(drawing, words)]
    changes = {change: words.name("change", change) for change in (*CHANGES, "repaired")}
    return {"codes": codes, "faults": told, "changes": changes, **own}


def codes_of(drawing: Drawing, words: Words) -> list[dict[str, Any]]:
    """Return the codes of the areas that are drawn, commonest first: code, name, HILUCS with its label, two colours."""
    return [_code(n, first, areas, words) for n, (_, (first, areas)) in enumerate(_ranked(drawing))]


def _ranked(drawing: Drawing) -> list[tuple[tuple[str, str], tuple[Part, int]]]:
    """Return for each layer and code of areas, the commonest first, the first part that has it and how many have."""
    found: dict[tuple[str, str], tuple[Part, int]] = {}
    for part in drawing.parts:
        if part.part == "area":
            key = (part.element.layer, part.element.code)
            first, areas = found.get(key, (part, 0))
            found[key] = (first, areas + 1)
    return sorted(found.items(), key=lambda each: -each[1][1])


def _code(rank: int, first: Part, areas: int, words: Words) -> dict[str, Any]:
    land, element = hilucs().get(first.hilucs), first.element
    return {
        "layer": element.layer,
        "code": clean(element.code),
        "name": clean(element.name),
        "hilucs": first.hilucs,
        "use": land.labels[words.language] if land else "",
        "areas": areas,
        **_colours(rank, first),
    }


def _colours(rank: int, first: Part) -> dict[str, str]:
    land = hilucs().get(first.hilucs)
    return {"national": NATIONAL[rank] if rank < len(NATIONAL) else OTHER, "common": land.colour if land else OTHER}


def _bounds(drawing: Drawing) -> list[list[float]] | None:
    """Return the corners of all that is drawn as folium has them, latitude first."""
    shapes = [part.shape for part in drawing.parts] or [shape for _, shape in drawing.faults]
    west, south, east, north = extent(shapes_of(shapes))
    return [[south, west], [north, east]] if np.isfinite(west) else None


def _part(part: Part, rank: Mapping[tuple[str, str], int], shape: Packed) -> list[Any]:
    """Return part, code's number or text, object, layer, shape; an area's layer is told by its code."""
    element = part.element
    if part.part == "area":
        return [part.part, rank[element.layer, element.code], clean(element.id), "", shape]
    return [part.part, clean(element.code), clean(element.id), element.layer, shape]
