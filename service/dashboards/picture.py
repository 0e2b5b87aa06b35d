"""A chart as PNG: with its title, what it shows, and where the data is from, for a newspaper or a slide.

Drawn by resvg with letters that are kept here, so it looks the same on every machine and needs no browser.
"""

from pathlib import Path
from xml.sax.saxutils import escape

import resvg_py

from look import LIGHT
from service.dashboards import drawing, mapped
from service.dashboards.told import Told
from service.dashboards.words import Words

WIDTH, ZOOM = 800.0, 2
"""Pixels that the drawing reckons in, and how many of the picture each becomes: it is 1600 pixels wide."""
_EDGE, _TITLE, _TEXT, _SMALL = 32.0, 24.0, 16.0, 12.5
_LEGEND = 24.0
_FONTS = [str(path) for path in sorted((Path(__file__).parent / "fonts").glob("*.ttf"))]


def png(told: Told, words: Words, portal: str, address: str) -> bytes:
    """Return the picture. `portal` and `address` say where it is from. Raises ValueError for a part without drawing."""
    if not told.is_picture:
        raise ValueError(f"{told.part.id} is no picture")
    text = svg(told, words, portal, address)
    made: bytes = resvg_py.svg_to_bytes(
        svg_string=text, zoom=ZOOM, skip_system_fonts=True, font_files=_FONTS, font_family="DejaVu Sans", dpi=96
    )
    return bytes(made)


def svg(told: Told, words: Words, portal: str, address: str) -> str:
    """Return the picture as SVG with a ground of its own: readable anywhere, whatever scheme is around it."""
    inner = WIDTH - 2 * _EDGE
    y = _EDGE + _TITLE
    parts = [_bold(drawing.lines(told.title, inner, _TITLE), y)]
    y += len(drawing.lines(told.title, inner, _TITLE)) * _TITLE * 1.35
    finding = drawing.lines(told.finding, inner, _TEXT)
    parts.append(drawing.words_in_pixels(finding, _EDGE, y, _TEXT))
    y += len(finding) * _TEXT * 1.35 + 8
    chart, height = _chart(told, inner)
    parts.append(f'<g transform="translate({_EDGE} {y:.1f})">{chart}</g>')
    y += height + 12
    legend, height = _legend(told, y)
    parts.append(legend)
    y += height + _SMALL
    source = drawing.lines(f"{words.text('picture.source')} {told.source} {portal}, {address}", inner, _SMALL)
    parts.append(drawing.words_in_pixels(source, _EDGE, y, _SMALL, "tick"))
    y += len(source) * _SMALL * 1.35 + _EDGE / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:.0f}" height="{y:.0f}" font-family="DejaVu Sans">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def _chart(told: Told, width: float) -> tuple[str, float]:
    if told.plan:
        return mapped.in_pixels(told.plan, width, "hatch")
    assert told.drawing  # noqa: S101 (one of the two is there)
    return drawing.in_pixels(told.drawing, width)


def _legend(told: Told, y: float) -> tuple[str, float]:
    """Return the legend of a map; nothing for other drawings, where names stand at the shapes."""
    if told.plan is None:
        return "", 0
    made = []
    for index, kind in enumerate(told.plan.kinds):
        top = y + index * _LEGEND
        hatched = told.plan.areas and kind.hatch
        hatch = f'<rect width="28" height="16" fill="url(#hatch-{kind.hatch})"/>' if hatched else ""
        made.append(
            f'<g transform="translate({_EDGE} {top:.1f})"><rect width="28" height="16" fill="{kind.colour}"'
            f' stroke="{LIGHT["drawn-ink"]}"/>{hatch}</g>'
            + drawing.words_in_pixels([f"{kind.label}: {told.lines[index].cells[0]}"], _EDGE + 38, top + 13, 14)
        )
    return "".join(made), len(told.plan.kinds) * _LEGEND + 8


def _bold(lines: list[str], y: float) -> str:
    return "".join(
        f'<text x="{_EDGE}" y="{y + index * _TITLE * 1.35:.1f}" font-size="{_TITLE}" font-weight="bold"'
        f' fill="{LIGHT["drawn-ink"]}">{escape(line)}</text>'
        for index, line in enumerate(lines)
    )
