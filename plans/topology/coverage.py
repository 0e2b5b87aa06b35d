"""A plan's areas as a coverage: where they overlap, leave gaps, or stand out of the boundary.

GEOS says which outlines do not match, for all areas at once; overlays are made of these alone. So a plan that is right
costs one look, and one that is wrong costs what is wrong in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry, Polygon, STRtree

from plans.subject import Subject
from plans.tolerance import Tolerances
from plans.topology.mend import Mended, polygonal
from plans.topology.pieces import Indices, Pieces, Shapes, between, measured, polygons_in, shapes_of

MOST_PAIRS = 200_000
"""Pairs of areas that are overlaid; a plan with more that meet wrongly is told of these."""
_BLOCK = 32
MOST_BESIDE = 300
"""Areas beside one area, on average, from which on all outlines are taken for such that do not match."""
_SAMPLE = 256


@dataclass(frozen=True)
class Coverage:
    """Areas of a plan, fit for examination.

    `shapes` (k,) valid polygons, `index` (k,) the number of each in `plan.areas`, `edges` (k,) the parts of each
    outline that do not match what lies beside it, within the tolerance for corners (empty where all do). `mended` and
    `left_out` as in `Mended`.
    """

    shapes: Shapes
    index: Indices
    edges: Shapes
    mended: Indices
    left_out: Indices

    @property
    def flawed(self) -> Indices:
        """Which of the shapes have outlines that do not match."""
        return np.flatnonzero(~shapely.is_empty(self.edges))


@dataclass(frozen=True)
class Overlaps:
    """Where areas lie over one another: the pieces (n,), and the two areas of each, (n, 2) numbers in `plan.areas`.

    `twins` (m, 2) are areas of exactly the same shape; they are not among the pieces. `cut` says that there were more
    pairs than are overlaid.
    """

    pieces: Pieces
    areas: NDArray[np.intp]
    twins: NDArray[np.intp]
    cut: bool


@dataclass(frozen=True)
class Gaps:
    """What no area covers: pieces (n,); `at_edge` (n,) whether a gap reaches the boundary of the plan."""

    pieces: Pieces
    at_edge: NDArray[np.bool_]


@dataclass(frozen=True)
class Outside:
    """What stands out of the boundary: pieces (n,), and the area of each, a number in `plan.areas`."""

    pieces: Pieces
    areas: Indices


def fit(subject: Subject) -> Mended:
    """Return the plan's areas, made valid where they are not (`subject.once`)."""
    return polygonal(subject.plan.areas.shapes)


def domain(subject: Subject) -> Geometry | None:
    """Return the plan's boundary as a valid polygon or multipolygon, None if there is none."""
    boundary = subject.plan.boundary
    if boundary is None or boundary.geometry is None:
        return None
    shapes = np.array([boundary.geometry], dtype=object)
    return polygonal(shapes).shapes[0]  # type: ignore[no-any-return]


def coverage(subject: Subject) -> Coverage:
    """Return the plan's areas with the outlines that do not match."""
    mended = subject.once(fit)
    shapes = mended.shapes[mended.index]
    narrow = subject.tolerances.vertex
    if are_piled(shapes):
        edges = shapely.boundary(shapes)
    else:
        edges = shapely.coverage_invalid_edges(shapes, gap_width=narrow) if len(shapes) else shapes
    return Coverage(shapes, mended.index, edges, mended.mended, mended.left_out)


def are_piled(shapes: Shapes) -> bool:
    """Whether each area meets so many others that looking for lines that do not match would take without end."""
    if not len(shapes):
        return False
    sample = shapes[:: max(1, len(shapes) // _SAMPLE)]
    return bool(STRtree(shapes).query(sample).shape[1] > MOST_BESIDE * len(sample))


def overlaps(subject: Subject) -> Overlaps:
    """Return where the plan's areas lie over one another."""
    whole = subject.once(coverage)
    flawed = whole.flawed
    single, twins = _without_twins(whole.shapes, flawed)
    i, j, cut = _meeting(whole.shapes, single)
    parts, of = between(whole.shapes[i], whole.shapes[j])
    areas = whole.index[np.column_stack([i[of], j[of]])]
    return Overlaps(measured(parts, subject.tolerances), areas, whole.index[twins], cut)


def union(subject: Subject) -> Geometry:
    """Return all areas as one polygon, multipolygon or empty collection."""
    whole = subject.once(coverage)
    matches = np.ones(len(whole.shapes), dtype=bool)
    matches[whole.flawed] = False
    sound = shapely.coverage_union_all(whole.shapes[matches])
    return shapely.union_all([sound, *whole.shapes[~matches]])


def gaps(subject: Subject) -> Gaps:
    """Return what the areas leave open inside the boundary; without a boundary, the holes between them."""
    covered, within = subject.once(union), subject.once(domain)
    holes = _holes(covered)
    if within is None:
        return Gaps(measured(holes, subject.tolerances), np.zeros(len(holes), dtype=bool))
    shapely.prepare(within)
    whole = shapely.covers(within, holes)
    cut, _ = polygons_in(shapely.intersection(holes[~whole], within))
    filled = shapely.union_all([*holes, *(Polygon(part.exterior) for part in shapely.get_parts(covered))])
    around, _ = polygons_in(np.array([shapely.difference(within, filled)], dtype=object))
    parts = np.concatenate([holes[whole], cut, around])
    edge = shapely.boundary(within)
    shapely.prepare(edge)
    return Gaps(measured(parts, subject.tolerances), shapely.dwithin(edge, parts, subject.tolerances.width))


def _holes(covered: Geometry) -> Shapes:
    """Return what the polygons of a union enclose: holes, and what lies between parts that touch at points."""
    parts = shapely.get_parts(covered)
    if len(parts) == 1:
        return shapes_of([Polygon(ring) for ring in parts[0].interiors])
    lines = shapely.get_parts(shapely.union_all(shapely.boundary(parts)))
    faces = shapely.get_parts(shapely.polygonize(lines))
    shapely.prepare(covered)
    return faces[~shapely.covers(covered, shapely.point_on_surface(faces))]


def outside(subject: Subject) -> Outside:
    """Return what of the areas stands out of the plan's boundary; nothing if there is no boundary."""
    whole, within = subject.once(coverage), subject.once(domain)
    if within is None:
        return Outside(measured(whole.shapes[:0], subject.tolerances), whole.index[:0])
    shapely.prepare(within)
    out = np.flatnonzero(~shapely.covers(within, whole.shapes))
    parts, of = polygons_in(shapely.difference(whole.shapes[out], within))
    return Outside(measured(parts, _at_boundary(subject.tolerances)), whole.index[out[of]])


def _at_boundary(tolerances: Tolerances) -> Tolerances:
    """Return tolerances with that of the boundary for a width."""
    return Tolerances(
        **{name: getattr(tolerances, name) for name in tolerances.__slots__} | {"width": tolerances.boundary}
    )


def _without_twins(shapes: Shapes, flawed: Indices) -> tuple[Indices, NDArray[np.intp]]:
    """Return the flawed shapes without those that another one equals, and the pairs that are equal, (m, 2)."""
    first: dict[bytes, int] = {}
    single, twins = [], []
    for number, key in zip(flawed.tolist(), shapely.to_wkb(shapely.normalize(shapes[flawed])), strict=True):
        if key in first:
            twins.append((first[key], number))
        else:
            first[key] = number
            single.append(number)
    return np.array(single, dtype=np.intp), np.array(twins, dtype=np.intp).reshape(-1, 2)


def _meeting(shapes: Shapes, some: Indices) -> tuple[Indices, Indices, bool]:
    """Return the pairs of some shapes that meet, i < j, and whether there were more than are looked at."""
    found = list(_bounded(_pairs(shapes, some)))
    pairs = np.concatenate([np.empty((2, 0), dtype=np.intp), *found], axis=1)
    return some[pairs[0, :MOST_PAIRS]], some[pairs[1, :MOST_PAIRS]], pairs.shape[1] > MOST_PAIRS


def _pairs(shapes: Shapes, some: Indices) -> Iterator[NDArray[np.intp]]:
    tree = STRtree(shapes[some])
    for start in range(0, len(some), _BLOCK):
        i, j = tree.query(shapes[some[start : start + _BLOCK]], predicate="intersects")
        i = i + start
        yield np.stack([i[i < j], j[i < j]])


def _bounded(blocks: Iterator[NDArray[np.intp]]) -> Iterator[NDArray[np.intp]]:
    """Yield blocks of pairs until there are more than are looked at: everything may lie over everything."""
    count = 0
    for block in blocks:
        yield block
        count += block.shape[1]
        if count > MOST_PAIRS:
            return
