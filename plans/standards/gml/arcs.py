"""Arcs as lines: no chord farther from its arc than the tolerance, and every given point kept to the last digit.

An arc between two areas is written once in each direction; both must give the same points, else the areas would have
gaps and overlaps between them that nobody drew. So centre and points are worked out in one direction and turned after.
"""

import math

import numpy as np
from numpy.typing import NDArray

type Points = NDArray[np.float64]

STRAIGHT = 1e-12
"""An arc whose three points enclose less than this share of their square is straight."""
MOST_CHORDS = 20_000


def arc_string(points: Points, tolerance: float) -> Points:
    """Return the arcs through points 0-1-2, 2-3-4, … ((n, 2), n odd, at least 3) as one line (m, 2).

    `tolerance` is the largest distance in metres of a chord from its arc.
    """
    arcs = (_arc(points[start : start + 3], tolerance)[1:] for start in range(0, len(points) - 2, 2))
    return np.concatenate([points[:1], *arcs])


def circle(points: Points, tolerance: float) -> Points:
    """Return the circle from the first of three points ((3, 2)) through the others and back to it, closed."""
    found = _centre(points)
    if found is None:
        return np.concatenate([points, points[:1]])
    centre, radius = found
    forward = _is_left_turn(points)
    pieces = [
        _chords(points[a], points[b], centre, radius, forward, tolerance)[:-1] for a, b in ((0, 1), (1, 2), (2, 0))
    ]
    return np.concatenate([*pieces, points[:1]])


def circle_around(centre: Points, radius: float, tolerance: float) -> Points:
    """Return the circle around the point ((2,)), anticlockwise from its easternmost point, closed."""
    step = np.array([[radius, 0.0], [0.0, radius], [-radius, 0.0]])
    return circle(centre + step, tolerance)


def _arc(points: Points, tolerance: float) -> Points:
    found = _centre(points)
    if found is None:
        return points
    centre, radius = found
    forward = _is_left_turn(points)
    first = _chords(points[0], points[1], centre, radius, forward, tolerance)
    second = _chords(points[1], points[2], centre, radius, forward, tolerance)
    return np.concatenate([first[:-1], second])


def _chords(a: Points, b: Points, centre: Points, radius: float, forward: bool, tolerance: float) -> Points:
    """Return the points of the arc from a to b, both included; `forward` is anticlockwise."""
    if not forward:
        return _chords(b, a, centre, radius, True, tolerance)[::-1]
    start = math.atan2(a[1] - centre[1], a[0] - centre[0])
    turn = (math.atan2(b[1] - centre[1], b[0] - centre[0]) - start) % math.tau
    step = 2 * math.acos(max(-1.0, 1 - tolerance / radius)) if tolerance < radius else math.pi / 2
    count = min(max(1, math.ceil(turn / step)), MOST_CHORDS) if step > 0 else MOST_CHORDS
    angles = start + turn * np.arange(1, count) / count
    between = centre + radius * np.column_stack([np.cos(angles), np.sin(angles)])
    return np.concatenate([a[None], between, b[None]])


def _centre(points: Points) -> tuple[Points, float] | None:
    """Return centre (2,) and radius of the circle through three points, None if they stand in a line."""
    a, b, c = points[np.lexsort((points[:, 1], points[:, 0]))]
    ab, ac = b - a, c - a
    with np.errstate(over="ignore", invalid="ignore"):  # coordinates may be anything that is a number
        twice = 2 * float(ab[0] * ac[1] - ab[1] * ac[0])
        squares = float(ab @ ab), float(ac @ ac)
        if abs(twice) <= STRAIGHT * max(squares):
            return None
        away = np.array([ac[1] * squares[0] - ab[1] * squares[1], ab[0] * squares[1] - ac[0] * squares[0]]) / twice
    radius = math.hypot(*away)
    return (a + away, radius) if math.isfinite(radius) else None


def _is_left_turn(points: Points) -> bool:
    (ax, ay), (bx, by), (cx, cy) = points - points[0]
    return bool((bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0)
