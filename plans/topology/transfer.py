"""Shapes from one CRS into another, by the operation that the whole program uses, with its accuracy."""

import numpy as np
import shapely
from pyproj import CRS
from shapely import Geometry

import geodesy
from plans.topology.pieces import Shapes


def carried(shapes: Shapes, source: str, target: str, box: geodesy.Box | None = None) -> tuple[Shapes, float]:
    """Return geometries (n,) in another CRS, x first, and the accuracy in metres of what was done; 0 for the same CRS.

    `box` is where they lie, in degrees; None for wherever both systems are used. What no operation reaches becomes
    None. An accuracy that is not known counts as `UNKNOWN`. Raises geodesy.NoWayError, pyproj.exceptions.CRSError.
    """
    if source == target:
        return shapes, 0.0
    way = geodesy.way(CRS.from_user_input(source), CRS.from_user_input(target), box)
    moved = shapely.transform(shapes, lambda pairs: way(pairs)[0])
    corners, index = shapely.get_coordinates(moved, return_index=True)
    lost = np.unique(index[~np.isfinite(corners).all(axis=1)])
    moved[lost] = None
    return moved, UNKNOWN if way.lineage.accuracy is None else float(way.lineage.accuracy)


def one(shape: Geometry, source: str, target: str) -> tuple[Geometry | None, float]:
    """Return one geometry in another CRS, as `carried` does."""
    shapes = np.empty(1, dtype=object)
    shapes[0] = shape
    moved, accuracy = carried(shapes, source, target)
    return moved[0], accuracy


UNKNOWN = 10.0
"""Metres by which coordinates may be off when nothing says how exact an operation is."""
