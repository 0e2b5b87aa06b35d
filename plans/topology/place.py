"""Where a plan lies, and what would have to be wrong with its coordinates for it to lie elsewhere than it should.

Coordinates do not say what they are. What can be said is where they land if taken as the file says, and where if their
axes were turned, or if they were in another system that is used in these countries. Only one answer that fits counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely import Geometry

import geodesy
from plans.context import Territory
from plans.model import Standard
from plans.subject import Subject
from plans.topology.pieces import Numbers, shapes_of
from plans.topology.transfer import one

SYSTEMS = {
    Standard.CZECH: ("EPSG:5514", "EPSG:32633", "EPSG:25833", "EPSG:4326", "EPSG:3857"),
    Standard.POLISH: ("EPSG:2180", "EPSG:2176", "EPSG:2177", "EPSG:2178", "EPSG:2179", "EPSG:4326", "EPSG:3857"),
    Standard.GERMAN: ("EPSG:25833", "EPSG:25832", "EPSG:31468", "EPSG:31469", "EPSG:4326", "EPSG:3857"),
}
"""Systems in which plans of the standard may really be when they say another one."""
NEAR = 1000.0
"""A plan within so many metres of the municipality is at the right place."""
MOST_CORNERS = 500
_LEAST_SHARE = 0.5
GERMANY = (5.5, 47.0, 15.6, 55.3)
"""Degrees. Any of its systems may be used in all of it: Länder beyond their zone keep to it, and what EPSG states for
Gauß-Krüger is the old Federal Republic alone."""
_MARGIN = 0.4
"""Degrees around the area for which a system is made: districts on the edge of a zone are wholly put into one.

So is Olkusz (19.2° E) in the zone of PL-2000 from 19.5°, and the Vogtland (11.9° E) in UTM 33 from 12°.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Where coordinates lie. `share` (0 to 1) of them are where they should be; below one half they are misplaced.

    `crs` and `turned` are the one reading by which they would be at the right place; `crs` None if there is none, or
    several. `middle` is their middle as the file has it, (x, y).
    """

    share: float
    crs: str | None = None
    turned: bool = False
    middle: tuple[float, float] = (0.0, 0.0)

    @property
    def is_right(self) -> bool:
        """Whether the plan is where it should be."""
        return self.share >= _LEAST_SHARE


def place(subject: Subject) -> Found | None:
    """Return where the plan lies (`subject.once`); None if its CRS or all its coordinates are unknown."""
    plan, corners = subject.plan, _sample(subject)
    if plan.crs is None or not len(corners) or _system(plan.crs) is None:
        return None
    share = _share(corners, plan.crs, subject)
    middle = (float(np.median(corners[:, 0])), float(np.median(corners[:, 1])))
    if share >= _LEAST_SHARE:
        return Found(share, middle=middle)
    fitting = list(_fitting(subject, corners, plan.crs))
    if len(fitting) != 1:
        return Found(share, middle=middle)
    return Found(share, *fitting[0], middle)


def _fitting(subject: Subject, corners: Numbers, crs: str) -> Iterator[tuple[str, bool]]:
    """Yield the readings, other than that of the file, by which the coordinates are at the right place.

    Turned axes explain more than another system, so what fits turned is not asked for other systems.
    """
    territory = subject.context.territory
    if _share(corners[:, ::-1], crs, subject) >= _LEAST_SHARE:
        yield crs, True
        return
    if territory is None:
        return  # the areas for which systems are made cover one another: any number would fit several
    for other in SYSTEMS[subject.plan.standard]:
        for turned in (False, True):
            read = corners[:, ::-1] if turned else corners
            if other != crs and _share(read, other, subject) >= _LEAST_SHARE:
                yield other, turned


def _share(corners: Numbers, crs: str, subject: Subject) -> float:
    """Return the share of corners (n, 2) in or near the municipality; in the area of the CRS, if there is none."""
    territory = subject.context.territory
    if territory is None:
        box = _bounds(crs, subject.plan.standard)
        if box is None:
            return 1.0
        inside = (corners >= box[:2]).all(axis=1) & (corners <= box[2:]).all(axis=1)
        return float(inside.mean())
    near = _near(territory, crs)
    if near is None:
        return 0.0
    return float(shapely.contains_xy(near, corners[:, 0], corners[:, 1]).mean())


def _near(territory: Territory, crs: str) -> Geometry | None:
    """Return the surroundings of the municipality in the CRS, None where it cannot be said in it."""
    around = shapely.buffer(shapely.simplify(territory.boundary, NEAR / 10), NEAR, quad_segs=2)
    try:
        moved, _ = one(around, territory.crs, crs)
    except (geodesy.NoWayError, CRSError):
        return None
    if moved is not None:
        shapely.prepare(moved)
    return moved


def _sample(subject: Subject) -> Numbers:
    shapes = shapes_of([each.geometry for each in subject.plan.everything()])
    corners = shapely.get_coordinates(shapes)
    corners = corners[np.isfinite(corners).all(axis=1)]
    return corners[:: max(1, len(corners) // MOST_CORNERS)]


@cache
def _system(crs: str) -> CRS | None:
    try:
        return CRS.from_user_input(crs)
    except CRSError:
        return None


@cache
def _bounds(crs: str, standard: Standard) -> geodesy.Box | None:
    system = _system(crs)
    if system is None:
        return None
    if standard is not Standard.GERMAN or system.is_geographic:
        return geodesy.bounds_in(system, _MARGIN)
    inside = system.geodetic_crs
    box: geodesy.Box = Transformer.from_crs(inside, system, always_xy=True).transform_bounds(*GERMANY, densify_pts=21)
    return box if np.isfinite(box).all() else None
