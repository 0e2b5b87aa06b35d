"""Plans broken in the geometry of one object: the good Polish plan with another outline of its last regulation.

A regulation, because nothing has to cover the plan with those: one fault stays one fault.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from shapely import Polygon

from plans.examples.polish import GOOD, GOOD_SKETCH, X, Y
from plans.examples.polish_files import write
from plans.model import Standard

__all__ = ["BROKEN", "STANDARD"]

STANDARD = Standard.POLISH
type Writer = Callable[[Path], Path]

OUTLINE = re.compile(
    r"(?s)(1POG-1OSD_\w+_g\".*?)<gml:LinearRing>\s*<gml:posList>(.*?)</gml:posList>\s*</gml:LinearRing>"
)
"""The outline of the last regulation, with what stands before it."""
SYSTEM = re.compile(r"(1POG-1OSD_\w+_g\") srsName=\"[^\"]*\"")
EXTENT_END = "</gml:MultiSurface>"
DEEP = 45


def _edited(edit: Callable[[str], str]) -> Writer:
    """Return a writer of the good plan with its text edited."""

    def make(folder: Path) -> Path:
        path = GOOD(folder)
        old = path.read_text(encoding="utf-8")
        new = edit(old)
        if new == old:
            raise ValueError("the good plan has nothing to edit there")
        path.write_text(new, encoding="utf-8")
        return path

    return make


def _ring(change: Callable[[list[str]], list[str]], kind: str = "") -> Writer:
    """Return a writer with other numbers in the outline; `kind` are attributes of their list."""

    def renewed(found: re.Match[str]) -> str:
        numbers = " ".join(change(found[2].split()))
        return f"{found[1]}<gml:LinearRing><gml:posList{kind}>{numbers}</gml:posList></gml:LinearRing>"

    return _edited(lambda text: OUTLINE.sub(renewed, text, count=1))


def _curve(segment: str) -> Writer:
    """Return a writer whose outline is a curve of one segment; `{}` stands for its numbers."""
    ring = (
        "<gml:Ring><gml:curveMember><gml:Curve><gml:segments>{}</gml:segments></gml:Curve></gml:curveMember></gml:Ring>"
    )

    def renewed(found: re.Match[str]) -> str:
        return found[1] + ring.format(segment.format(found[2]))

    return _edited(lambda text: OUTLINE.sub(renewed, text, count=1))


def _extent(member: str) -> Writer:
    """Return a writer whose extent has one more member."""
    return _edited(lambda text: text.replace(EXTENT_END, f"<gml:surfaceMember{member}{EXTENT_END}", 1))


def _shape(*corners: tuple[float, float], holes: tuple[tuple[tuple[float, float], ...], ...] = ()) -> Writer:
    """Return a writer in which the regulation has other corners, in metres from the plan's."""
    moved = [[(X + x, Y + y) for x, y in ring] for ring in (corners, *holes)]
    last = replace(GOOD_SKETCH.areas[-1], shape=Polygon(moved[0], moved[1:]))
    return lambda folder: write(replace(GOOD_SKETCH, areas=(*GOOD_SKETCH.areas[:-1], last)), folder)


def _unplaced(text: str) -> str:
    return re.sub(r' srsName="[^"]*"', "", text)


NEST = "<gml:CompositeSurface><gml:surfaceMember>" * DEEP + "</gml:surfaceMember></gml:CompositeSurface>" * DEEP

BROKEN: dict[str, Writer] = {
    "geometry.coordinates": _ring(lambda numbers: [numbers[0].replace(".", ","), *numbers[1:]]),
    "geometry.non-finite": _ring(lambda numbers: ["NaN", *numbers[1:]]),
    "geometry.third-dimension": _ring(
        lambda numbers: [each for k in range(0, len(numbers), 2) for each in (*numbers[k : k + 2], "412.5")],
        ' srsDimension="3"',
    ),
    "geometry.two-crs": _edited(
        lambda text: SYSTEM.sub(r'\1 srsName="http://www.opengis.net/def/crs/EPSG/0/2177"', text, count=1)
    ),
    "geometry.crs-assumed": _edited(lambda text: SYSTEM.sub(r"\1", text, count=1)),
    "geometry.unclosed": _ring(lambda numbers: numbers[:-2]),
    "geometry.too-few-points": _ring(lambda numbers: [*numbers[:4], *numbers[:2]]),
    "geometry.unknown-crs": _edited(lambda text: SYSTEM.sub(r'\1 srsName="PUWG 2000/5"', text, count=1)),
    "geometry.unknown-type": _curve("<gml:Clothoid><gml:posList>{}</gml:posList></gml:Clothoid>"),
    "geometry.arc": _curve("<gml:Arc><gml:posList>{}</gml:posList></gml:Arc>"),
    "geometry.broken-link": _extent(' xlink:href="#nie_ma"/>'),
    "geometry.limits": _extent(f">{NEST}</gml:surfaceMember>"),
    "geometry.self-crossing": _shape((30, 30), (420, 180), (420, 30), (30, 180)),
    "geometry.self-touch": _shape((30, 30), (225, 100), (420, 30), (420, 180), (225, 100), (30, 180)),
    "geometry.parts": _shape(
        (30, 30), (420, 30), (420, 180), (30, 180), holes=(((500, 50), (520, 50), (520, 70), (500, 70)),)
    ),
    "geometry.duplicate-points": _shape((30, 30), (420, 30), (420, 30), (420, 180), (30, 180)),
    "geometry.spike": _shape((30, 30), (420, 30), (420, 100), (520, 100.2), (420, 100.4), (420, 180), (30, 180)),
    "geometry.crs-missing": _edited(_unplaced),
}
