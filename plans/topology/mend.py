"""Geometries of a plan made fit for examination: invalid ones made valid where that is cheap, else left out.

Apart from repair because nothing of it is proposed to anyone: it only lets a coverage be examined although some of its
areas are invalid. What making valid costs grows with the crossings, and GEOS cannot be interrupted; so the crossings
are estimated first.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry, MultiPolygon, Polygon, STRtree

from plans.tolerance import FARTHEST
from plans.topology.pieces import Indices, Shapes, polygons_in

MOST_PAIRS = 1_000_000
"""Pairs of segments whose boxes meet, in one geometry; making a comb of as many valid takes about two seconds."""
MOST_PAIRS_IN_ALL = 4_000_000
_SAMPLE = 256
_POLYGONAL = (3, 6)
_SEED = 7


@dataclass(frozen=True)
class Mended:
    """Geometries fit for examination.

    `shapes` (n,) are valid polygons and multipolygons, None where there is nothing fit; `index` says which are not
    None. `mended` were made valid, `left_out` were polygons and could not be.
    """

    shapes: Shapes
    index: Indices
    mended: Indices
    left_out: Indices


def polygonal(shapes: Shapes) -> Mended:
    """Return the polygons of the geometries (n,), made valid; what is None, empty, a line or a point is no polygon."""
    found = shapes.copy()
    is_area = np.isin(shapely.get_type_id(shapes), _POLYGONAL) & ~shapely.is_empty(shapes)
    found[~is_area] = None
    finite = _are_finite(found)
    invalid = np.flatnonzero(is_area & (~finite | ~shapely.is_valid(found)))
    budget = MOST_PAIRS_IN_ALL
    for number in invalid:
        pairs = crossings(shapes[number]) if finite[number] else MOST_PAIRS + 1
        is_cheap = pairs <= min(MOST_PAIRS, budget)
        found[number] = made_valid(shapes[number]) if is_cheap else None
        budget -= pairs if is_cheap else 0
    gone = shapely.is_missing(found[invalid])
    return Mended(found, np.flatnonzero(~shapely.is_missing(found)), invalid[~gone], invalid[gone])


def cheaply_valid(shapes: Shapes) -> Shapes:
    """Return geometries (n,), the invalid ones made valid where that is cheap; what is not becomes an empty polygon."""
    found = shapes.copy()
    is_area = np.isin(shapely.get_type_id(shapes), _POLYGONAL)
    found[is_area] = polygonal(shapes[is_area]).shapes
    found[~shapely.is_missing(shapes) & (shapely.is_missing(found) | ~shapely.is_valid(found))] = Polygon()
    return found


def made_valid(shape: Geometry) -> Geometry | None:
    """Return the polygon or multipolygon that an invalid one becomes, None if no area is left of it."""
    valid = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts, _ = polygons_in(np.array([valid], dtype=object))
    if not len(parts):
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(list(parts))


def crossings(shape: Geometry) -> int:
    """Return about how many pairs of the outline's segments have boxes that meet, neighbours in the ring among them."""
    corners, ring = shapely.get_coordinates(_rings(shape), return_index=True)
    starts = np.flatnonzero(ring[1:] == ring[:-1])
    if not len(starts):
        return 0
    segments = np.asarray(shapely.linestrings(np.stack([corners[starts], corners[starts + 1]], axis=1)))
    sample = segments
    if len(segments) > _SAMPLE:
        sample = segments[np.random.default_rng(_SEED).choice(len(segments), _SAMPLE, replace=False)]
    hits = STRtree(segments).query(sample).shape[1]
    return int(hits / len(sample) * len(segments))


def _rings(shape: Geometry) -> Shapes:
    return shapely.get_rings(shapely.get_parts(shape))


def _are_finite(shapes: Shapes) -> NDArray[np.bool_]:
    corners, index = shapely.get_coordinates(shapes, return_index=True)
    finite = np.ones(len(shapes), dtype=bool)
    finite[index[~(np.abs(corners) < FARTHEST).all(axis=1)]] = False
    return finite
