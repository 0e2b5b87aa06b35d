"""From figures to drawings: bars, a timeline, a treemap. Pure: what is drawn has been counted and named before.

No colour says anything alone: each bar has its name and figure beside it, each area in it, and the table has them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from service.dashboards.drawing import Box, Cell, Drawing, Link, Rule, Shape, Words, lines

_LONGEST = 0.58
"""Share of the width that the longest bar takes; behind it stands the figure."""
_ROW, _ROW_WITH_BEFORE = 3.0, 3.7
_TICKS, _TWO, _WIDEST = 5, 2, 0.12
_NARROW, _LETTER, _SMALLER, _LINE = 16.0, 0.56, 0.94, 1.25
"""Width of a drawing on a phone, of a letter, size of the letters in it and height of their lines, in em."""
_LEAST_CELL = 0.004
"""Share of the whole below which an area is drawn without words and without a link."""

type Shown = Callable[[float | None], str]


@dataclass(frozen=True)
class Mark:
    """One thing that is drawn: its name, its figure, what it was before (where that is compared), where it leads."""

    name: str
    value: float
    before: float | None = None
    colour: str | None = None
    href: str | None = None
    stays: bool = False


def bars(marks: Sequence[Mark], label: str, shown: Shown) -> Drawing:
    """Return bars one below the other, each under its name; what was before is an outline below the bar."""
    compared = any(mark.before is not None for mark in marks)
    most = max([mark.value for mark in marks] + [mark.before or 0 for mark in marks] + [0]) or 1
    shapes: list[Shape | Link] = []
    end = 0.0
    for mark in marks:
        names = lines(mark.name, _NARROW, _SMALLER)
        top, under = end, end + (len(names) - 1) * _LINE
        end = under + (_ROW_WITH_BEFORE if compared else _ROW)
        width = _LONGEST * max(mark.value, 0) / most
        made: list[Shape] = [
            *(Words(0, top + 1.0 + index * _LINE, name, room=1) for index, name in enumerate(names)),
            Box(0, under + 1.4, max(width, 0.002), 1.0, "bar", mark.colour),
            Words(width, under + 2.25, shown(mark.value), "figure", dx=0.5),
        ]
        if mark.before is not None:
            made.append(Box(0, under + 2.55, max(_LONGEST * mark.before / most, 0.002), 0.5, "before"))
        room = Box(0, top, 1, end - top - 0.3, "room")
        words = f"{mark.name} {shown(mark.value)}"
        shapes += [Link(mark.href, words, (room, *made), mark.stays)] if mark.href else made
    return Drawing("bars", max(end, _ROW), label, tuple(shapes))


def timeline(marks: Sequence[Mark], label: str, shown: Shown) -> Drawing:
    """Return columns side by side, with the highest figure and some names below."""
    most, high, foot = max((mark.value for mark in marks), default=0) or 1, 9.0, 11.6
    each = 1 / max(len(marks), 1)
    shapes: list[Shape | Link] = [Words(0, 0.9, shown(most), "tick"), Rule(1.2), Rule(1.2 + high)]
    for index, mark in enumerate(marks):
        height = high * mark.value / most
        hint = f"{mark.name}: {shown(mark.value)}"
        wide = min(each * 0.84, _WIDEST)
        left = (index + 0.5) * each - wide / 2
        shapes.append(Box(left, 1.2 + high - height, wide, height, "column", None, hint))
    ticks = _ticks(len(marks), max((len(mark.name) for mark in marks), default=1))
    for index in ticks:
        x, anchor = (index + 0.5) * each, "middle"
        if len(marks) > len(ticks) and index in {0, len(marks) - 1}:  # the outermost names stay within the drawing
            x, anchor = (0, "start") if index == 0 else (1, "end")
        shapes.append(Words(x, foot, marks[index].name, "tick", anchor))
    return Drawing("timeline", foot + 0.6, label, tuple(shapes))


def _ticks(count: int, letters: int) -> list[int]:
    """Return which columns are named: the first and others at even distances, as many as a narrow drawing has room for.

    The last is among them where it falls on such a place, or where there is room for two only.
    """
    room = max(2, min(_TICKS, int(_NARROW / (letters * _LETTER + 1))))
    if count <= room:
        return list(range(count))
    even = next((each for each in range(room - 1, 1, -1) if (count - 1) % each == 0), 0)
    step = (count - 1) // even if even else count - 1 if room == _TWO else -(-(count - 1) // (room - 1))
    return list(range(0, count, step))


def treemap(marks: Sequence[Mark], label: str, shown: Shown) -> Drawing:
    """Return areas as large as their figures, the largest at the upper left."""
    wide, high = 40.0, 22.0
    found = [mark for mark in marks if mark.value > 0]
    whole = sum(mark.value for mark in found) or 1
    places = _squarified([mark.value / whole * wide * high for mark in found], 0, 0, wide, high)
    shapes: list[Shape | Link] = []
    for mark, (x, y, width, height) in zip(found, places, strict=True):
        words = f"{mark.name} {shown(mark.value)}"
        box = Box(x / wide, y, width / wide, height, "cell")
        if mark.value / whole < _LEAST_CELL:
            shapes.append(replace(box, hint=words))
            continue
        cell = Cell(box, mark.name, shown(mark.value))
        shapes.append(Link(mark.href, words, (cell,), mark.stays) if mark.href else cell)
    return Drawing("treemap", high, label, tuple(shapes))


type Place = tuple[float, float, float, float]


def _squarified(areas: Sequence[float], x: float, y: float, width: float, height: float) -> list[Place]:
    """Return a rectangle (x, y, width, height) for each area, in falling order, as nearly square as can be.

    Bruls, Huizing and van Wijk, Squarified Treemaps (2000): rows along the shorter side, each as long as it helps.
    """
    places: list[Place] = []
    rest = list(areas)
    while rest:
        side = min(width, height)
        count = 1
        while count < len(rest) and _worst(rest[: count + 1], side) <= _worst(rest[:count], side):
            count += 1
        row, rest = rest[:count], rest[count:]
        deep = sum(row) / side if side else 0
        along = 0.0
        for area in row:
            long = area / deep if deep else 0
            places.append((x, y + along, deep, long) if width >= height else (x + along, y, long, deep))
            along += long
        if width >= height:
            x, width = x + deep, width - deep
        else:
            y, height = y + deep, height - deep
    return places


def _worst(row: Sequence[float], side: float) -> float:
    """Return how far the least square of a row is from a square."""
    total = sum(row)
    if not total or not side:
        return float("inf")
    return max(max(side**2 * area / total**2, total**2 / (side**2 * area)) for area in row if area)
