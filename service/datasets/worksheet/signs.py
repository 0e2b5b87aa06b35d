"""How the kinds of features are told apart on a printed map: by shape or letter, and only then by colour. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from service.datasets.worksheet.sample import Feature

COLOURS = ("#0b5cad", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#be123c", "#0f766e", "#374151")
SIZE = 7.0
"""Half the size of a sign, in pixels."""


@dataclass(frozen=True)
class Kind:
    """One kind: its code, label, letter, colour, and the path of its sign around 0, 0."""

    code: str | None
    label: str
    letter: str
    colour: str
    sign: str


def kinds(group: Sequence[Feature], by: str | None, labels: Mapping[str, str], none: str) -> list[Kind]:
    """Return the kinds of the features in the order of the code list; `none` is the label of features without one."""
    if by is None:
        return [Kind(None, "", "", COLOURS[0], _sign(0))]
    codes = {each.values.get(by) for each in group}
    known = [code for code in labels if code in codes]
    order = [*known, *sorted(str(code) for code in codes if code is not None and code not in labels)]
    order += [None] if None in codes else []  # type: ignore[list-item]
    return [
        Kind(code, none if code is None else labels.get(code, code), ascii_uppercase[at % 26], _colour(at), _sign(at))
        for at, code in enumerate(order)
    ]


def _colour(at: int) -> str:
    return COLOURS[at % len(COLOURS)]


def _sign(at: int) -> str:
    """Return the outline of a sign: circle, square, triangle, diamond, star, cross, then polygons of more corners."""
    known = {
        0: f"M{-SIZE} 0 a{SIZE} {SIZE} 0 1 0 {2 * SIZE} 0 a{SIZE} {SIZE} 0 1 0 {-2 * SIZE} 0 z",
        1: f"M{-SIZE + 1} {-SIZE + 1} h{2 * SIZE - 2} v{2 * SIZE - 2} h{-2 * SIZE + 2} z",
        5: "M-2.5 -7 h5 v4.5 h4.5 v5 h-4.5 v4.5 h-5 v-4.5 h-4.5 v-5 h4.5 z",
    }
    if at in known:
        return known[at]
    corners, turned, inner = {2: (3, 0.0, 1.0), 3: (4, 0.0, 1.0), 4: (5, 0.0, 0.45)}.get(at, (at, 0.0, 1.0))
    return _polygon(corners, turned, inner)


def _polygon(corners: int, turned: float, inner: float) -> str:
    """Return a regular polygon, or a star where its inner corners lie nearer to the middle."""
    steps = corners * (2 if inner < 1 else 1)
    points = []
    for step in range(steps):
        angle = turned + 2 * math.pi * step / steps
        reach = (SIZE + 1) * (inner if inner < 1 and step % 2 else 1)
        points.append(f"{reach * math.sin(angle):.1f} {-reach * math.cos(angle):.1f}")
    return f"M{' L'.join(points)} z"
