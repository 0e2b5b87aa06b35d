"""Rings looked at corner by corner: corners that stand twice, spikes, rings that turn the wrong way. All at once.

Apart from validity because GEOS has no word for these: they are valid, and yet not what anybody meant to draw.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from plans.subject import Subject
from plans.topology.pieces import Indices, Numbers, shapes_of

SPIKE_DEGREES = 1.0
"""A corner sharper than this is a spike,"""
SPIKE_LENGTH = 0.5
"""if both of its sides are longer than this (m)."""
_POLYGON = 3


@dataclass(frozen=True)
class Rings:
    """All rings of a plan's polygons, corner by corner; elements are numbers in `Plan.everything`.

    `corners` (n, 2), `ring` (n,) the ring of each. `owner` (m,) the element of each ring; `inner` (m,) whether it is a
    hole, `left` (m,) whether it turns anticlockwise.
    """

    corners: Numbers
    ring: Indices
    owner: Indices
    inner: NDArray[np.bool_]
    left: NDArray[np.bool_]


@dataclass(frozen=True)
class Corners:
    """Corners (n, 2), and the element of each, (n,)."""

    corners: Numbers
    element: Indices


def rings(subject: Subject) -> Rings:
    """Return the rings of a plan (`subject.once`)."""
    parts, element = shapely.get_parts(
        shapes_of([each.geometry for each in subject.plan.everything()]), return_index=True
    )
    is_polygon = shapely.get_type_id(parts) == _POLYGON
    every, of = shapely.get_rings(parts[is_polygon], return_index=True)
    inner = np.zeros(len(every), dtype=bool)
    inner[1:] = of[1:] == of[:-1]
    corners, ring = shapely.get_coordinates(every, return_index=True)
    return Rings(corners, ring, element[is_polygon][of], inner, shapely.is_ccw(every))


def doubled(subject: Subject) -> Corners:
    """Return corners that are the same as the one before them in their ring."""
    found = subject.once(rings)
    at = np.flatnonzero(~_is_fresh(found))
    return Corners(found.corners[at], found.owner[found.ring[at]])


def spikes(subject: Subject) -> Corners:
    """Return corners at which an outline turns back on itself."""
    found = subject.once(rings)
    fresh = _is_fresh(found)
    corners, ring = found.corners[fresh], found.ring[fresh]
    tip, before, after = _neighbours(ring)
    one, other = corners[before] - corners[tip], corners[after] - corners[tip]
    long = (np.hypot(*one.T) > SPIKE_LENGTH) & (np.hypot(*other.T) > SPIKE_LENGTH)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = (one * other).sum(axis=1) / (np.hypot(*one.T) * np.hypot(*other.T))
    sharp = tip[long & (cosine > np.cos(np.radians(SPIKE_DEGREES)))]
    return Corners(corners[sharp], found.owner[ring[sharp]])


def _is_fresh(found: Rings) -> NDArray[np.bool_]:
    """Return which corners are not the same as the one before."""
    fresh = np.ones(len(found.ring), dtype=bool)
    fresh[1:] = (found.ring[1:] != found.ring[:-1]) | (found.corners[1:] != found.corners[:-1]).any(axis=1)
    return fresh


def _neighbours(ring: Indices) -> tuple[Indices, Indices, Indices]:
    """Return each corner of closed rings with the one before and the one after it; the last of a ring is its first."""
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    ends = np.append(starts[1:], len(ring)) - 1
    tip = np.delete(np.arange(len(ring)), ends[ends >= 0])
    before = tip - 1
    at = np.searchsorted(tip, starts)
    before[at[starts < ends]] = (ends - 1)[starts < ends]
    return tip, before, tip + 1
