"""A small map in the colours of a layer, as SVG: areas, lines or points, simplified to what can be seen on it. Pure.

Areas of each colour have a hatching of their own too, so that they are told apart on paper and without colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import shapely
from markupsafe import Markup

from look import LIGHT

WIDTH, HEIGHT = 640.0, 420.0
"""Size of the drawing in its own units; on a page it is as wide as its column."""
_MARGIN, _DOT, _INK = 8.0, 4.0, LIGHT["drawn-ink"]
_HATCHES = (
    "",
    "M0 8L8 0",
    "M0 0L8 8",
    "M0 4H8",
    "M4 0V8",
    "M0 4H8M4 0V8",
    "M0 8L8 0M0 0L8 8",
)
"""Lines in a field of 8 × 8 that is repeated; the first colour has none."""


@dataclass(frozen=True)
class Kind:
    """One colour of the map: what it stands for, and how many there are."""

    label: str
    colour: str
    count: int
    hatch: int = 0


@dataclass(frozen=True)
class Mapped:
    """A map: `shapes` are (name, index of the kind, SVG path or None, point or None) in drawing units."""

    label: str
    kinds: tuple[Kind, ...]
    shapes: tuple[tuple[str, int, str], ...]
    areas: bool
    ground: tuple[str, ...] = ()
    """Paths of what lies below the shapes, to find one's way by."""


def drawn(
    rows: Sequence[tuple[Any, ...]],
    kinds: Sequence[Kind],
    of: Sequence[int],
    names: Sequence[str],
    label: str,
    under: Sequence[tuple[Any, ...]] = (),
) -> Mapped:
    """Return the map of features: WKB in Web Mercator is the last of each row, `of` the index of its kind.

    `under` are areas that the features lie on; the map shows those of them that its features reach.
    """
    shapes = _shapes(rows)
    known = [index for index, shape in enumerate(shapes) if shape is not None and not shapely.is_empty(shape)]
    if not known:
        return Mapped(label, tuple(kinds), (), areas=False)
    west, south, east, north = shapely.total_bounds(shapes[known])
    scale = min((WIDTH - 2 * _MARGIN) / max(east - west, 1), (HEIGHT - 2 * _MARGIN) / max(north - south, 1))
    left = (WIDTH - (east - west) * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2
    made = [(names[index], of[index], _path(shapes[index], (west, north), (left, top), scale)) for index in known]
    areas = any(shapely.get_dimensions(shapes[index]) == 2 for index in known)  # noqa: PLR2004 (areas)
    seen = shapely.box(west, south, east, north).buffer(max(WIDTH, HEIGHT) / scale / 2)
    ground = [each for each in _shapes(under) if each is not None and seen.intersects(shapely.envelope(each))]
    beneath = tuple(_path(each, (west, north), (left, top), scale) for each in ground)
    return Mapped(label, tuple(kinds), tuple(dict.fromkeys(made)), areas, beneath)


def _shapes(rows: Sequence[tuple[Any, ...]]) -> Any:  # noqa: ANN401 (an array of geometries)
    return shapely.from_wkb([None if row[-1] is None else bytes(row[-1]) for row in rows])


def on_a_page(mapped: Mapped, ident: str) -> Markup:
    """Return the map as SVG within HTML; `ident` keeps its hatchings apart from those of other maps on the page."""
    inner = _inner(mapped, ident)
    return Markup(  # noqa: S704 (names are escaped)
        f'<svg class="plan" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" aria-label={quoteattr(mapped.label)}>'
        f"{inner}</svg>"
    )


def swatch(mapped: Mapped, index: int, ident: str) -> Markup:
    """Return a piece of the map's legend; its meaning stands beside it."""
    kind = mapped.kinds[index]
    hatch = f'<rect width="24" height="16" fill="url(#{ident}-{kind.hatch})"/>' if _hatched(mapped, kind) else ""
    return Markup(  # noqa: S704 (colours are checked by the catalogue)
        f'<svg class="swatch" viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">'
        f'<rect width="24" height="16" fill="{kind.colour}" stroke="{_INK}"/>{hatch}</svg>'
    )


def in_pixels(mapped: Mapped, width: float, ident: str) -> tuple[str, float]:
    """Return the map as a piece of SVG `width` pixels wide, and its height."""
    scale = width / WIDTH
    return f'<g transform="scale({scale:.4f})">{_inner(mapped, ident)}</g>', HEIGHT * scale


def _inner(mapped: Mapped, ident: str) -> str:
    hatches = "".join(
        f'<pattern id="{ident}-{index}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="{path}" fill="none" stroke="{_INK}" stroke-width="0.9" stroke-opacity="0.65"/></pattern>'
        for index, path in enumerate(_HATCHES)
        if path
    )
    ground = f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" fill="{LIGHT["drawn"]}"/>'
    beneath = "".join(
        f'<path d="{path}" fill="#ffffff" stroke="{LIGHT["drawn-line"]}" stroke-width="0.8" fill-rule="evenodd"/>'
        for path in mapped.ground
    )
    frame = f'<clipPath id="{ident}-frame"><rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}"/></clipPath>'
    ground += f'<g clip-path="url(#{ident}-frame)">{beneath}</g>' if beneath else ""
    return f"<defs>{hatches}{frame if beneath else ''}</defs>{ground}" + "".join(
        _shape(mapped, each, ident) for each in mapped.shapes
    )


def _shape(mapped: Mapped, shape: tuple[str, int, str], ident: str) -> str:
    name, index, path = shape
    kind = mapped.kinds[index]
    hint = f"<title>{escape(name)}: {escape(kind.label)}</title>"
    edge = f'stroke="{_INK}" stroke-width="0.8"'
    if path.startswith("c"):
        x, y = path[1:].split(" ")
        return f'<circle cx="{x}" cy="{y}" r="{_DOT}" fill="{kind.colour}" {edge}>{hint}</circle>'
    if not mapped.areas:
        return f'<path d="{path}" fill="none" stroke="{kind.colour}" stroke-width="2">{hint}</path>'
    drawn = f'<path d="{path}" fill="{kind.colour}" {edge} fill-rule="evenodd">{hint}</path>'
    hatched = f'<path d="{path}" fill="url(#{ident}-{kind.hatch})" fill-rule="evenodd">{hint}</path>'
    return drawn + (hatched if _hatched(mapped, kind) else "")


def _hatched(mapped: Mapped, kind: Kind) -> bool:
    return mapped.areas and bool(_HATCHES[kind.hatch])


def hatch_of(index: int) -> int:
    """Return the hatching of the n-th colour."""
    return index % len(_HATCHES)


def _path(shape: shapely.Geometry, corner: tuple[float, float], shift: tuple[float, float], scale: float) -> str:
    """Return the path of a shape in drawing units, y downward; a point as `c` and its place."""

    def placed(points: Any) -> str:  # noqa: ANN401 (an array of corners)
        moved = [((x - corner[0]) * scale + shift[0], (corner[1] - y) * scale + shift[1]) for x, y in points]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in moved)

    parts, size = shapely.get_parts(shape), shapely.get_dimensions(shape)
    if size == 0:
        x, y = shapely.get_coordinates(parts[0])[0]
        return f"c{(x - corner[0]) * scale + shift[0]:.1f} {(corner[1] - y) * scale + shift[1]:.1f}"
    if size == 1:
        return "".join(placed(shapely.get_coordinates(part)) for part in parts)
    rings = [ring for part in parts for ring in shapely.get_rings(part)]
    return "".join(f"{placed(shapely.get_coordinates(ring))}Z" for ring in rings)
