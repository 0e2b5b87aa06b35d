"""Making geometries valid: what was wrong, where, and how much it changed.

Apart from the shaping because it is slow and rare. The structure of rings is kept (GEOS `structure`): of two rings that
overlap the area of both remains, a hole outside its shell goes; nothing collapses to a line.
"""

import re
from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.checks.faults import Faults
from etl.transform.chunk import Figures, Geometries
from findings import Level, Point

VERTICES = 200_000
"""Invalid geometries with more vertices are not repaired: crossings can cost the square of their number."""

_PLACE = re.compile(r"(.*)\[(\S+) (\S+)\]")
_AREAS = (3, 6)

type Mask = NDArray[np.bool_]


def repair(
    shapes: Geometries, invalid: Mask, faults: Faults, figures: Figures, degrees: Callable[[Point], Point]
) -> None:
    """Replace, in place, the geometries marked invalid by valid ones; None where nothing valid is left.

    Reports each with its reason, its place and by how many percent its area changed. `degrees` turns a place of the
    geometries' CRS into (longitude, latitude).
    """
    heavy = invalid & (shapely.get_num_coordinates(shapes) > VERTICES)
    if heavy.any():
        figures.lose("geometry", faults.add("GEOMETRY-TOO-COMPLEX", Level.WARNING, heavy))
        shapes[heavy] = None
        invalid = invalid & ~heavy
    broken = shapes[invalid]
    areal = np.isin(shapely.get_type_id(broken), _AREAS)
    mended = broken.copy()
    mended[areal] = shapely.make_valid(broken[areal], method="structure", keep_collapsed=False)
    _mend_again(mended, areal)
    mended[~areal | shapely.is_empty(mended)] = None
    _report(np.flatnonzero(invalid), broken, mended, faults, figures, degrees)
    shapes[invalid] = mended


def _mend_again(mended: Geometries, areal: Mask) -> None:
    """Repair, in place, what the first way has left invalid (rings that run twice along themselves) by lines."""
    still = areal & ~shapely.is_valid(mended)
    for at in np.flatnonzero(still):
        parts = shapely.get_parts(shapely.make_valid(mended[at], method="linework"))
        areas = [part for part in shapely.get_parts(parts) if shapely.get_type_id(part) in _AREAS]
        mended[at] = shapely.union_all(areas) if areas else None


def _report(
    positions: NDArray[np.intp],
    broken: Geometries,
    mended: Geometries,
    faults: Faults,
    figures: Figures,
    degrees: Callable[[Point], Point],
) -> None:
    at = {int(position): number for number, position in enumerate(positions)}
    whole = np.zeros(len(faults.rows), dtype=bool)
    gone = whole.copy()
    gone[positions] = shapely.is_missing(mended)
    whole[positions] = ~shapely.is_missing(mended)

    def describe(position: int) -> dict[str, object]:
        one, other = broken[at[position]], mended[at[position]]
        before, now = abs(shapely.area(one)), shapely.area(other)
        change = 100 * abs(now - before) / before if before and np.isfinite(now) else 0.0
        return {"reason": _reason(one)[0], "percent": round(change, 3)}

    def locate(position: int) -> Point | None:
        place = _reason(broken[at[position]])[1]
        return degrees(place) if place else None

    figures.made_valid += faults.add("GEOMETRY-REPAIRED", Level.WARNING, whole, describe, locate)
    lost = faults.add("GEOMETRY-COLLAPSED", Level.WARNING, gone, describe, locate)
    figures.lose("geometry", lost)
    figures.emptied += lost


def _reason(shape: shapely.Geometry) -> tuple[str, Point | None]:
    """Return why a geometry is invalid in the words of GEOS, and where."""
    said = shapely.is_valid_reason(shape)
    match = _PLACE.fullmatch(said)
    return (match[1].strip(), (float(match[2]), float(match[3]))) if match else (said, None)
