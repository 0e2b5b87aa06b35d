"""Rings and lines made into geometries, all at once; which ring is a hole of which.

Apart from reading bytes because it is geometry: a Shapefile says outer ring or hole by the sense of turning alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

_RING = 4
"""Least number of corners of a closed ring."""

type Corners = NDArray[np.float64]
type Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with a record (from 0): record | coordinates | unclosed | short; where, and its figures."""

    what: str
    record: int
    where: Geometry | None = None
    values: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Parts:
    """Rings or lines one after the other: the record of each (k,), its number of corners (k,), all corners (n, 2)."""

    record: NDArray[np.intp]
    size: NDArray[np.intp]
    corners: Corners

    @property
    def ends(self) -> NDArray[np.intp]:
        """Where each part ends, exclusive."""
        return np.cumsum(self.size)

    @property
    def starts(self) -> NDArray[np.intp]:
        """Where each part begins."""
        return self.ends - self.size

    def only(self, keep: NDArray[np.bool_]) -> "Parts":
        """Return the parts marked."""
        return Parts(self.record[keep], self.size[keep], self.corners[np.repeat(keep, self.size)])


def polygons_of(parts: Parts, troubles: list[Trouble]) -> dict[int, Geometry]:
    """Return a Polygon or MultiPolygon for each record; what is wrong with rings is added to `troubles`.

    Rings that are not closed are closed; rings with fewer than three different corners are left out.
    """
    parts = _long_enough(_closed(parts, troubles), _RING, troubles)
    if not len(parts.size):
        return {}
    rings = _made(shapely.linearrings(parts.corners, indices=np.repeat(np.arange(len(parts.size)), parts.size)))
    turned = _signed_areas(parts)
    records, first, count = np.unique(parts.record, return_index=True, return_counts=True)
    simple = count == 1
    found: dict[int, Geometry] = dict(
        zip(records[simple].tolist(), _made(shapely.polygons(rings[first[simple]])), strict=True)
    )
    for record, start, many in zip(records[~simple].tolist(), first[~simple], count[~simple], strict=True):
        own = slice(start, start + many)
        found[record] = _assembled(rings[own], turned[own])
    return found


def lines_of(parts: Parts, troubles: list[Trouble]) -> dict[int, Geometry]:
    """Return a LineString or MultiLineString for each record."""
    parts = _long_enough(parts, 2, troubles)
    if not len(parts.size):
        return {}
    lines = _made(shapely.linestrings(parts.corners, indices=np.repeat(np.arange(len(parts.size)), parts.size)))
    records, first, count = np.unique(parts.record, return_index=True, return_counts=True)
    return {
        record: lines[start] if many == 1 else shapely.MultiLineString(list(lines[start : start + many]))
        for record, start, many in zip(records.tolist(), first, count, strict=True)
    }


def _made(shapes: Geometry | Shapes) -> Shapes:
    """Return what shapely made of an array, which is an array."""
    return np.atleast_1d(np.asarray(shapes, dtype=object))


def _closed(parts: Parts, troubles: list[Trouble]) -> Parts:
    if not len(parts.size):
        return parts
    first, last = parts.corners[parts.starts], parts.corners[parts.ends - 1]
    is_open = (first != last).any(axis=1)
    if not is_open.any():
        return parts
    for ring in np.flatnonzero(is_open):
        gap = shapely.LineString([last[ring], first[ring]])
        troubles.append(Trouble("unclosed", int(parts.record[ring]), gap, {"distance": float(gap.length)}))
    corners = np.insert(parts.corners, parts.ends[is_open], first[is_open], axis=0)
    return Parts(parts.record, parts.size + is_open, corners)


def _long_enough(parts: Parts, least: int, troubles: list[Trouble]) -> Parts:
    enough = parts.size >= least
    for part in np.flatnonzero(~enough):
        place = shapely.Point(parts.corners[parts.starts[part]])
        figures = {"count": int(parts.size[part]), "least": least}
        troubles.append(Trouble("short", int(parts.record[part]), place, figures))
    return parts if enough.all() else parts.only(enough)


def _signed_areas(parts: Parts) -> NDArray[np.float64]:
    """Return the area of each ring, negative for those that turn with the clock (the outer ones)."""
    near = parts.corners - np.repeat(parts.corners[parts.starts], parts.size, axis=0)
    following = np.roll(near, -1, axis=0)
    cross = near[:, 0] * following[:, 1] - following[:, 0] * near[:, 1]
    cross[parts.ends - 1] = 0.0
    areas: NDArray[np.float64] = np.add.reduceat(cross, parts.starts) / 2
    return areas


def _assembled(rings: NDArray[np.object_], turned: NDArray[np.float64]) -> Geometry:
    """Return the polygon of several rings: each hole goes to the smallest outer ring around it."""
    outer = turned < 0
    if not outer.any():  # a maker who turns the other way round
        outer = np.sign(turned) == np.sign(turned[np.argmax(np.abs(turned))])
    shells, holes = _made(shapely.polygons(rings[outer])), _made(shapely.polygons(rings[~outer]))
    of = _shell_of(shells, holes, np.abs(turned[outer]), np.abs(turned[~outer]))
    inside: dict[int, list[shapely.LinearRing]] = {}
    for ring, shell in zip(rings[~outer], of, strict=True):
        inside.setdefault(int(shell), []).append(ring)
    alone = [shapely.Polygon(ring) for ring in inside.pop(-1, [])]
    made = [
        shapely.Polygon(shell.exterior, inside[number]) if number in inside else shell
        for number, shell in enumerate(shells)
    ]
    made += alone
    return made[0] if len(made) == 1 else shapely.MultiPolygon(made)


def _shell_of(
    shells: NDArray[np.object_], holes: NDArray[np.object_], wide: NDArray[np.float64], narrow: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return the number of the smallest shell around each hole; -1 for a hole that no shell is around.

    A shell smaller than the hole may lie in it and meet its inner point: it is an island, not the one around.
    """
    of = np.full(len(holes), -1, dtype=np.intp)
    if not len(holes):
        return of
    hole, shell = shapely.STRtree(shells).query(shapely.point_on_surface(holes), predicate="within")
    around = wide[shell] > narrow[hole]
    hole, shell = hole[around], shell[around]
    order = np.argsort(-wide[shell], kind="stable")
    of[hole[order]] = shell[order]
    return of
