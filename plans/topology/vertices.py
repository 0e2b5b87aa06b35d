"""Corners that one area has and the area beside it has not, although they share the line.

Apart from the coverage because nothing is open or covered twice there: only that the two would part if one were moved,
and that programs which join by corners find a gap.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from plans.subject import Subject
from plans.topology.coverage import are_piled, coverage
from plans.topology.pieces import Indices, Numbers, Shapes


@dataclass(frozen=True)
class Lacking:
    """Corners (n,) points; `area` (n,) which area lacks it (a number in `plan.areas`), `of` (n,) which one has it.

    `off` (n,) is how far (m) the corner lies from the line of the area that lacks it.
    """

    points: Shapes
    area: Indices
    of: Indices
    off: Numbers


def lacking(subject: Subject) -> Lacking:
    """Return the corners on a neighbour's line, within the tolerance for corners, that the neighbour does not have.

    None where areas are piled upon one another: there is no common line.
    """
    whole, within = subject.once(coverage), subject.tolerances.vertex
    edges = shapely.boundary(whole.shapes[:0]) if are_piled(whole.shapes) else whole.edges
    starts, ends, owner = _segments(edges)
    points, owners = _corners(starts, ends, owner)
    lines = np.asarray(shapely.linestrings(np.stack([starts, ends], axis=1))) if len(starts) else np.empty(0, object)
    p, s = STRtree(lines).query(points, predicate="dwithin", distance=within)
    p, s = p[owners[p] != owner[s]], s[owners[p] != owner[s]]
    x = shapely.get_coordinates(points)
    to_end = np.minimum(np.hypot(*(x[p] - starts[s]).T), np.hypot(*(x[p] - ends[s]).T))
    off = shapely.distance(points[p], lines[s])
    pair = np.stack([p, owner[s]], axis=1)
    kinds, which = np.unique(pair, axis=0, return_inverse=True)
    nearest_end, nearest = np.full(len(kinds), np.inf), np.full(len(kinds), np.inf)
    np.minimum.at(nearest_end, which.ravel(), to_end)
    np.minimum.at(nearest, which.ravel(), off)
    alone = nearest_end > within
    return Lacking(
        points[kinds[alone, 0]], whole.index[kinds[alone, 1]], whole.index[owners[kinds[alone, 0]]], nearest[alone]
    )


def _segments(edges: Shapes) -> tuple[Numbers, Numbers, Indices]:
    """Return where segments start and end, (m, 2) each, and of which of the lines (n,) each is."""
    parts, owner = shapely.get_parts(edges, return_index=True)
    corners, part = shapely.get_coordinates(parts, return_index=True)
    starts = np.flatnonzero(part[1:] == part[:-1])
    return corners[starts], corners[starts + 1], owner[part[starts]]


def _corners(starts: Numbers, ends: Numbers, owner: Indices) -> tuple[Shapes, Indices]:
    """Return the corners of all segments once for each owner."""
    rows = np.column_stack([np.concatenate([owner, owner]), np.concatenate([starts, ends])])
    rows = np.unique(rows, axis=0)
    return np.asarray(shapely.points(rows[:, 1:])), rows[:, 0].astype(np.intp)
