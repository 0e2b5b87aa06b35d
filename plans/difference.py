"""How a plan differs from the one in force: what is new, what is gone, what changed its use, with areas.

Areas that are the same in both, in shape and code, are set aside by their bytes; only the others are overlaid.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import Geometry, STRtree

from plans.context import Neighbour
from plans.model import Plan
from plans.tolerance import TOLERANCES, Tolerances
from plans.topology.mend import polygonal
from plans.topology.pieces import Indices, Pieces, Shapes, Size, between, measured, polygons_in
from plans.topology.transfer import carried

_DECIMALS = 3
"""Coordinates that agree to the millimetre are the same."""


@dataclass(frozen=True, slots=True)
class Row:
    """One piece that is not as it was. `id` names the plan's area, or the area in force where it is gone.

    `before` and `after` are national codes, None where there was or will be nothing. `area` is in m², `geometry` in the
    plan's CRS.
    """

    id: str
    before: str | None
    after: str | None
    area: float
    geometry: Geometry


@dataclass(frozen=True)
class Difference:
    """What is new, gone and changed, each the largest first.

    `below` is how many pieces were left out as slivers, `unchanged` how many m² have the code they had. `accuracy` (m)
    is that of the coordinates of the plan in force, when these come from another CRS.
    """

    added: tuple[Row, ...] = ()
    removed: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    below: int = 0
    unchanged: float = 0.0
    accuracy: float = 0.0


@dataclass(frozen=True)
class _Layer:
    """Areas of one of the two: shapes (n,), ids and codes."""

    shapes: Shapes
    ids: Sequence[str]
    codes: Sequence[str]

    def only(self, index: Indices) -> "_Layer":
        return _Layer(self.shapes[index], [self.ids[i] for i in index], [self.codes[i] for i in index])

    def keys(self) -> list[tuple[str, bytes]]:
        """Return what two areas that are the same have in common, wherever their rings begin."""
        rounded = shapely.transform(self.shapes, lambda pairs: np.round(pairs, _DECIMALS))
        return list(zip(self.codes, shapely.to_wkb(shapely.normalize(rounded)), strict=True))


def difference(plan: Plan, in_force: Neighbour) -> Difference:
    """Return how the plan differs from the one in force, by the codes of its areas.

    Pieces smaller than a sliver are counted, not listed. A plan that is partial takes nothing away where it has no
    areas. Raises geodesy.NoWayError where the two systems have nothing to do with each other.
    """
    zones = in_force.zones
    shapes, accuracy = carried(zones.shapes, zones.crs, plan.crs or zones.crs)
    old = _layer(shapes, zones.ids, zones.codes)
    new = _layer(plan.areas.shapes, [each.id for each in plan.areas], [each.code for each in plan.areas])
    fresh, stale, unchanged = _apart(new, old)
    pairs = STRtree(stale.shapes).query(fresh.shapes, predicate="intersects")
    shared, of = between(fresh.shapes[pairs[0]], stale.shapes[pairs[1]])
    i, j = pairs[0][of], pairs[1][of]
    differs = np.array([fresh.codes[a] != stale.codes[b] for a, b in zip(i, j, strict=True)], dtype=bool)
    unchanged += float(shapely.area(shared[~differs]).sum())
    tolerances = TOLERANCES[plan.standard]
    changed = measured(shared[differs], tolerances, accuracy)
    added, new_of = _rest(fresh, old, tolerances, accuracy)
    removed, old_of = _rest(stale, new, tolerances, accuracy)
    if plan.is_partial:
        removed = measured(removed.shapes[:0], tolerances)
    return Difference(
        added=tuple(_rows(added, fresh.ids, None, fresh.codes, new_of)),
        removed=tuple(_rows(removed, stale.ids, stale.codes, None, old_of)),
        changed=tuple(_changed(changed, fresh, stale, i[differs], j[differs])),
        below=sum(len(each) - len(each.of(Size.REAL)) for each in (added, removed, changed)),
        unchanged=unchanged,
        accuracy=accuracy,
    )


def _layer(shapes: Shapes, ids: Sequence[str], codes: Sequence[str]) -> _Layer:
    mended = polygonal(shapes)
    return _Layer(mended.shapes, ids, codes).only(mended.index)


def _apart(new: _Layer, old: _Layer) -> tuple[_Layer, _Layer, float]:
    """Return what of both has no twin in the other, and how many m² have one."""
    new_keys, old_keys = new.keys(), old.keys()
    both = set(new_keys) & set(old_keys)
    fresh = np.array([key not in both for key in new_keys], dtype=bool)
    stale = np.array([key not in both for key in old_keys], dtype=bool)
    same = float(shapely.area(new.shapes[~fresh]).sum())
    return new.only(np.flatnonzero(fresh)), old.only(np.flatnonzero(stale)), same


def _rest(some: _Layer, all_others: _Layer, tolerances: Tolerances, accuracy: float) -> tuple[Pieces, Indices]:
    """Return what of each of some areas lies in none of the others, as polygons, and of which area each is."""
    hits = STRtree(all_others.shapes).query(some.shapes, predicate="intersects")
    over = np.empty(len(some.shapes), dtype=object)
    starts = np.searchsorted(hits[0], np.arange(len(some.shapes) + 1))
    for number, (start, end) in enumerate(pairwise(starts)):
        over[number] = shapely.union_all(all_others.shapes[hits[1][start:end]])
    parts, of = polygons_in(shapely.difference(some.shapes, over))
    return measured(parts, tolerances, accuracy), of


def _rows(
    pieces: Pieces, ids: Sequence[str], before: Sequence[str] | None, after: Sequence[str] | None, of: Indices
) -> Iterator[Row]:
    for k in pieces.of(Size.REAL):
        codes = (before[of[k]] if before else None, after[of[k]] if after else None)
        yield Row(ids[of[k]], *codes, float(pieces.area[k]), pieces.shapes[k])


def _changed(pieces: Pieces, fresh: _Layer, stale: _Layer, i: Indices, j: Indices) -> Iterator[Row]:
    for k in pieces.of(Size.REAL):
        yield Row(fresh.ids[i[k]], stale.codes[j[k]], fresh.codes[i[k]], float(pieces.area[k]), pieces.shapes[k])
