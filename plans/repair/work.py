"""A plan while it is repaired: the shape that each element has by now, and which fixes brought it there.

Apart from the fixes because each builds on what those before it have done, and the whole is looked at again after each.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import Geometry

from plans.fault import Fault
from plans.model import Element, Elements
from plans.repair.change import Change
from plans.subject import Subject
from plans.topology.pieces import polygons_in, shapes_of

_EXACT = 0.005
"""Metres to which the width of a strip is measured."""


class Work:
    """The elements of one plan (`Plan.everything`), their shapes by now, and the fixes made to each."""

    def __init__(self, number: int, subject: Subject) -> None:
        self.number = number
        self.subject = subject
        self.crs: str | None = None
        self.elements = tuple(subject.plan.everything())
        self.shapes = shapes_of([each.geometry for each in self.elements])
        self.fixes: dict[int, tuple[str, ...]] = {}
        self._by_key: dict[tuple[object, ...], list[int]] = {}
        for k, each in enumerate(self.elements):
            self._by_key.setdefault((each.layer, each.id or None, each.place), []).append(k)

    def of(self, fault: Fault) -> list[int]:
        """Return the elements that a fault is of."""
        return self._by_key.get((fault.layer, fault.object, fault.place), [])

    def put(self, number: int, shape: Geometry, fix: str) -> None:
        """Give an element another shape, by the fix."""
        self.shapes[number] = shape
        mine = self.fixes.get(number, ())
        self.fixes[number] = mine if fix in mine else (*mine, fix)

    def now(self) -> tuple[Subject, dict[int, int]]:
        """Return the plan as it is by now, and the number of each of its elements by the element's `id()`.

        While nothing is changed it is the plan that was checked, with all that is known of it.
        """
        if not self.fixes:
            return self.subject, {id(each): k for k, each in enumerate(self.elements)}
        fresh = [
            replace(each, geometry=self.shapes[k]) if k in self.fixes else each for k, each in enumerate(self.elements)
        ]
        numbers = {id(each): k for k, each in enumerate(fresh)}
        plan, rest = self.subject.plan, iter(fresh)
        renewed = replace(
            plan,
            boundary=None if plan.boundary is None else next(rest),
            areas=_taken(rest, plan.areas),
            regulations=_taken(rest, plan.regulations),
            lines=_taken(rest, plan.lines),
        )
        return Subject(renewed, self.subject.delivery, self.subject.context), numbers

    def saved(self) -> "Saved":
        """Return the state, to come back to it with `back`."""
        return Saved(self.shapes.copy(), dict(self.fixes))

    def back(self, saved: "Saved") -> None:
        """Undo everything since."""
        self.shapes, self.fixes = saved.shapes.copy(), dict(saved.fixes)

    def changes(self) -> Iterator[Change]:
        """Yield the changes, in the order of the plan."""
        for k in sorted(self.fixes):
            element, after = self.elements[k], self.shapes[k]
            yield Change(
                self.number,
                element,
                after,
                self.fixes[k],
                moved(element.geometry, after) if _is_moved(self.fixes[k]) else 0.0,
                _area(element.geometry),
                _area(after),
                self.crs,
            )


@dataclass(frozen=True)
class Saved:
    """The state of a Work at some time."""

    shapes: np.ndarray[tuple[int], np.dtype[np.object_]]
    fixes: dict[int, tuple[str, ...]]


def moved(before: Geometry | None, after: Geometry) -> float:
    """Return how far (m) an outline moved at most: the width of the widest strip that was added or taken.

    Of an outline that was invalid it is the farthest that a corner of one lies from the other.
    """
    if before is None or shapely.is_empty(before) or shapely.is_empty(after):
        return 0.0
    if shapely.is_valid(before):
        strips, _ = polygons_in(np.array([shapely.symmetric_difference(before, after)], dtype=object))
        return 2 * max(
            (float(shapely.length(shapely.maximum_inscribed_circle(each, _EXACT))) for each in strips), default=0.0
        )
    return max(_farthest(before, after), _farthest(after, before))


def _farthest(one: Geometry, other: Geometry) -> float:
    outline = shapely.boundary(other)
    shapely.prepare(outline)
    return float(shapely.distance(outline, shapely.points(shapely.get_coordinates(one))).max())


def _taken(rest: Iterator[Element], like: Elements) -> Elements:
    return Elements(tuple(next(rest) for _ in like))


def _is_moved(fixes: tuple[str, ...]) -> bool:
    """Return whether the outline itself is another, not only the order or the label of its corners."""
    return bool({"snap-own", "snap-neighbour", "make-valid"}.intersection(fixes))


def _area(shape: Geometry | None) -> float:
    return 0.0 if shape is None else float(shapely.area(shape))
