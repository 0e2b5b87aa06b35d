"""Coordinates as the text of a GML file has them: pos, posList, coordinates; to numbers and back.

They are the bulk of a plan, so a list is turned into numbers as a whole.
"""

import math

import numpy as np
from lxml.etree import _Element
from numpy.typing import NDArray

from plans.tolerance import FARTHEST

type Points = NDArray[np.float64]

DIMENSIONS = (2, 3)


class CoordinatesError(ValueError):
    """A text that is not a list of coordinates. `reason`: not-a-number | not-finite | odd | dimension."""

    def __init__(self, reason: str, text: str = "") -> None:
        """Keep the reason and the piece of text that shows it."""
        super().__init__(reason)
        self.reason = reason
        self.text = text


def read_list(text: str | None, dimension: int) -> Points:
    """Return the numbers of a posList as (n, dimension), in the order of the file. Raises CoordinatesError."""
    words = (text or "").split()
    try:
        values = list(map(float, words))
    except ValueError:
        raise CoordinatesError("not-a-number", _first_bad(words)) from None
    numbers = np.array(values, dtype=np.float64)
    is_place = np.abs(numbers) < FARTHEST
    if not is_place.all():
        raise CoordinatesError("not-finite", words[int(np.argmin(is_place))])
    if len(numbers) % dimension:
        raise CoordinatesError("odd", str(len(numbers)))
    return numbers.reshape(-1, dimension)


def coordinates(element: _Element) -> Points:
    """Return the numbers of a gml:coordinates element (GML 2) as (n, 2 or 3). Raises CoordinatesError."""
    decimal, comma, blank = (element.get(name, usual) for name, usual in (("decimal", "."), ("cs", ","), ("ts", " ")))
    text = (element.text or "").replace(blank, " ") if blank.strip() else (element.text or "")
    tuples = text.split()
    first = tuples[0].count(comma) + 1 if tuples and comma else 0
    if first not in DIMENSIONS or any(each.count(comma) != first - 1 for each in tuples):
        raise CoordinatesError("dimension", tuples[0][:40] if tuples else "")
    plain = " ".join(tuples).replace(comma, " ")
    return read_list(plain.replace(decimal, "."), first)


def pos_list(points: Points, northing_first: bool = False, decimals: int | None = 3) -> str:
    """Return points (n, 2), x first, as the text of a posList.

    With `decimals` None each number is written with as many digits as bring back exactly the same number.
    """
    ordered = points[:, ::-1] if northing_first else points
    if decimals is None:
        return " ".join(repr(value) for value in ordered.ravel().tolist())
    return " ".join(f"{value:.{decimals}f}" for value in ordered.ravel().tolist())


def _first_bad(words: list[str]) -> str:
    for word in words:
        try:
            math.isnan(float(word))
        except ValueError:
            return word[:40]
    return ""
