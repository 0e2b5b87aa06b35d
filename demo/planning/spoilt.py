"""What goes wrong in plans, done on purpose: so that the desk of the demo has something to find and to repair."""

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

SHIFT = 0.06
"""Metres by which a corner misses its neighbours."""


def moved(plan: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return the plan with one corner of its largest inner area moved: slivers of a gap and of an overlap."""
    shapes = plan.geometry.to_numpy()
    inside = shapely.disjoint(shapes, shapely.boundary(shapely.coverage_union_all(shapes)))
    chosen = int(np.argmax(np.where(inside, shapely.area(shapes), 0)))

    def shifted(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        corners = corners.copy()
        corner = corners[len(corners) // 2].copy()
        corners[(corners == corner).all(axis=1)] += (SHIFT, SHIFT / 2)
        return corners

    changed = shapes.copy()
    changed[chosen] = shapely.transform(shapes[chosen], shifted)
    return plan.set_geometry(changed, crs=plan.crs)


def forgotten(plan: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return the plan without one of its areas: a hole that nobody but the planner can fill."""
    inside = shapely.disjoint(
        plan.geometry.to_numpy(), shapely.boundary(shapely.coverage_union_all(plan.geometry.to_numpy()))
    )
    return plan.drop(index=plan.index[inside][0]).reset_index(drop=True)
