"""Fixes along lines that areas share: narrow gaps and overlaps closed by moving the line of one side.

Apart from fixes of single objects because here two must be brought together, and the whole coverage is examined again
before anything is proposed. Where a strip is wider than the tolerance, only the planner knows which line is right.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Geometry, GeometryCollection, Polygon, STRtree

from plans.repair.change import Left
from plans.repair.work import Saved, Work
from plans.subject import Subject
from plans.topology.borders import Border, borders
from plans.topology.coverage import domain, gaps, outside, overlaps
from plans.topology.pieces import Indices, Pieces, Shapes, Size, shapes_of
from plans.topology.sections import sections
from plans.topology.territory import municipality

AREA_MOVED = 0.05
"""An area may change by this share when its line moves."""
EXACT = 0.05
"""Lines are moved to a neighbour's only where its coordinates are exact to this (m)."""
MOST = 5000
"""Strips that are closed at once."""
_TOUCH = 0.001


@dataclass
class _Section:
    """One section of the plan as it is by now, with the number of each area in the work; `told` is what is left."""

    work: Work
    subject: Subject
    numbers: list[int]
    told: Counter[tuple[str, str]]

    def shape(self, area: int) -> Geometry:
        """Return the shape of an area as it is by now; an empty one where it is not fit for overlays."""
        shape: Geometry | None = self.work.shapes[self.numbers[area]]
        return shape if shape is not None and shapely.is_valid(shape) else Polygon()

    def shapes(self) -> Shapes:
        """Return the shapes of all areas."""
        return shapes_of([self.shape(area) for area in range(len(self.numbers))])

    def narrow(self, pieces: Pieces, rule: str) -> list[int]:
        """Return the pieces that are nowhere wider than what repair may close, noise left out; the others are left."""
        some = _worth(pieces)
        snap = self.subject.tolerances.snap
        close = some[pieces.width[some] < snap][:MOST]
        eroded = shapely.buffer(pieces.shapes[close], -snap / 2, join_style="mitre")
        found = [int(k) for k in close[shapely.is_empty(eroded)]]
        self.told[rule, "wide"] += len(some) - len(found)
        return found

    def put(self, area: int, after: Geometry, rule: str, fix: str = "snap-own") -> bool:
        """Take the new shape if it is of the same kind and has about the same area; say whether it was taken."""
        after = _surface(after)
        if not self.fits(area, after):
            self.told[rule, "area"] += 1
            return False
        self.work.put(self.numbers[area], after, fix)
        return True

    def fits(self, area: int, after: Geometry) -> bool:
        """Return whether the new shape may stand for the area: of the same kind, valid, of about the same size."""
        before = self.shape(area)
        size = float(shapely.area(before))
        good = type(after) is type(before) and size > 0 and bool(shapely.is_valid(after))
        return good and abs(float(shapely.area(after)) - size) <= AREA_MOVED * size


def own(work: Work) -> Iterator[Left]:
    """Close narrow gaps and overlaps between the plan's own areas and at its boundary; yield what is left."""
    before, numbers = work.now()
    saved, told = work.saved(), Counter[tuple[str, str]]()
    for part in before.once(sections):
        section = _Section(work, part, [numbers[id(each)] for each in part.plan.areas], told)
        _close_overlaps(section)
        _close_outside(section)
        _close_gaps(section)
    yield from _proved(work, before, saved, told, "topology.overlap")


def _close_overlaps(section: _Section) -> None:
    """Take each narrow overlap from the larger of two areas; from the smaller one if the larger would fall apart."""
    found, rule = section.subject.once(overlaps), "topology.overlap"
    strips = section.narrow(found.pieces, rule)
    pairs = {tuple(found.areas[k].tolist()) for k in strips}
    wide = {tuple(found.areas[k].tolist()) for k in np.setdiff1d(_worth(found.pieces), strips)}
    for pair in sorted(pairs - wide):
        small, large = sorted(pair, key=lambda area: float(shapely.area(section.shape(area))))
        less = _surface(shapely.difference(section.shape(large), section.shape(small)))
        if not section.fits(large, less):
            large, less = small, shapely.difference(section.shape(small), section.shape(large))
        section.put(large, less, rule)


def _close_outside(section: _Section) -> None:
    """Cut areas at the boundary where they stand out of it by little."""
    found, within, rule = section.subject.once(outside), section.subject.once(domain), "topology.outside"
    strips = section.narrow(found.pieces, rule)
    wide = set(found.areas[np.setdiff1d(_worth(found.pieces), strips)].tolist())
    for area in sorted(set(found.areas[strips].tolist()) - wide):
        if within is not None:
            section.put(area, shapely.intersection(section.shape(area), within), rule)


def _close_gaps(section: _Section) -> None:
    """Give each narrow gap to the area with which it has the longest line in common."""
    if section.subject.plan.is_partial:
        return
    found, shapes = section.subject.once(gaps).pieces, section.shapes()
    tree = STRtree(shapes)
    for k in section.narrow(found, "topology.gap"):
        area = _beside(found.shapes[k], shapes, tree)
        if area is not None:
            section.put(area, shapely.union(section.shape(area), found.shapes[k]), "topology.gap")


def neighbour(work: Work) -> Iterator[Left]:
    """Bring the plan's outline to the neighbours' where it is off by little; yield what is left."""
    before, numbers = work.now()
    saved, told = work.saved(), Counter[tuple[str, str]]()
    section = _Section(work, before, [numbers[id(each)] for each in before.plan.areas], told)
    for border in before.once(borders):
        for rule, pieces in (("neighbours.gap", border.gaps), ("neighbours.overlap", border.overlaps)):
            _join(section, border, rule, pieces)
    yield from _proved(work, before, saved, told, "neighbours.gap")


def _proved(work: Work, before: Subject, saved: Saved, told: Counter[tuple[str, str]], rule: str) -> Iterator[Left]:
    """Examine the whole coverage again; undo everything if it is not better. Yield what is left."""
    after, _ = work.now()
    changed = [k for k, fixes in work.fixes.items() if {"snap-own", "snap-neighbour"}.intersection(fixes)]
    if _open(after) > _open(before) + _TOUCH or not shapely.is_valid(work.shapes[changed]).all():
        work.back(saved)
        told[rule, "unsure"] += 1
    yield from (Left(work.number, name, n, reason) for (name, reason), n in told.items())


def _join(section: _Section, border: Border, rule: str, pieces: Pieces) -> None:
    real = pieces.of(Size.REAL)
    if border.accuracy > EXACT:
        section.told[rule, "inexact"] += len(real)
        return
    for k in section.narrow(pieces, rule):
        if pieces.sizes[k] != Size.REAL:
            continue
        strip, is_gap = pieces.shapes[k], rule.endswith("gap")
        if _is_ours(section.subject, strip, is_gap=is_gap):
            _moved(section, strip, rule, is_gap=is_gap)
        else:
            section.told[rule, "theirs"] += 1


def _is_ours(subject: Subject, strip: Geometry, *, is_gap: bool) -> bool:
    """Return whether it is this plan that should move: a gap in its municipality, an overlap outside it."""
    known = subject.once(municipality)
    if known is None:
        return True
    inside = shapely.area(shapely.intersection(strip, known[0])) > shapely.area(strip) / 2
    return bool(inside) is is_gap


def _moved(section: _Section, strip: Geometry, rule: str, *, is_gap: bool) -> None:
    """Give the strip to the area beside it, or take it from all that lie in it; the plan's boundary goes along."""
    shapes, change = section.shapes(), shapely.union if is_gap else shapely.difference
    tree = STRtree(shapes)
    found = _beside(strip, shapes, tree) if is_gap else None
    areas = tree.query(strip, predicate="intersects").tolist() if found is None else [found]
    done = [section.put(area, change(section.shape(area), strip), rule, "snap-neighbour") for area in areas]
    boundary, work = section.subject.plan.boundary, section.work
    if all(done) and boundary is not None and boundary.geometry is not None and shapely.is_valid(work.shapes[0]):
        after = change(work.shapes[0], strip)
        if type(after) is type(work.shapes[0]):
            work.put(0, after, "snap-neighbour")


def _surface(shape: Geometry) -> Geometry:
    """Return a shape without the lines and points that an overlay leaves where outlines only touch."""
    if not isinstance(shape, GeometryCollection):
        return shape
    return shapely.union_all([part for part in shape.geoms if part.area > 0])


def _beside(strip: Geometry, shapes: Shapes, tree: STRtree) -> int | None:
    """Return the area with which the strip has the longest line in common."""
    near = tree.query(strip, predicate="dwithin", distance=_TOUCH)
    if not len(near):
        return None
    common = shapely.length(shapely.intersection(shapely.boundary(strip), shapely.buffer(shapes[near], _TOUCH)))
    return int(near[np.argmax(common)])


def _worth(pieces: Pieces) -> Indices:
    """Return the pieces that are more than noise."""
    return np.concatenate([pieces.of(Size.REAL), pieces.of(Size.SLIVER)])


def _open(subject: Subject) -> float:
    """Return how many m² are open, covered twice or outside, noise left out."""
    total = 0.0
    for section in subject.once(sections):
        of = [section.once(overlaps).pieces, section.once(outside).pieces]
        of += [] if section.plan.is_partial else [section.once(gaps).pieces]
        total += sum(float(each.area[_worth(each)].sum()) for each in of)
    return total
