"""Pieces: gaps, overlaps and what stands out, as polygons with their measures and what these make of them.

Apart from the search for them because the three classes are the same everywhere: noise that comes of rounding, slivers
that come of drawing, and what is real.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from plans.tolerance import Tolerances

type Shapes = NDArray[np.object_]
type Numbers = NDArray[np.float64]
type Indices = NDArray[np.intp]

_POLYGON = 3
_NESTED = 2
"""Parts of parts: a collection of multipolygons, as overlays give it."""


class Size(StrEnum):
    """What a piece is by its measures."""

    NOISE = "noise"
    SLIVER = "sliver"
    REAL = "real"


@dataclass(frozen=True)
class Pieces:
    """Polygons (n,), area in m² (n,), width in m (n,): 2 · area / perimeter, which for a strip is its mean width.

    `sizes` (n,) says what each is.
    """

    shapes: Shapes
    area: Numbers
    width: Numbers
    sizes: NDArray[np.str_]

    def of(self, size: Size) -> Indices:
        """Return which pieces are of that size, the largest first."""
        found = np.flatnonzero(self.sizes == size)
        return found[np.argsort(-self.area[found], kind="stable")]

    def __len__(self) -> int:
        return len(self.shapes)


def shapes_of(geometries: Sequence[Geometry | None]) -> Shapes:
    """Return geometries as an array (n,); numpy left alone would look into them."""
    shapes = np.empty(len(geometries), dtype=object)
    shapes[:] = geometries
    return shapes


def polygons_in(shapes: Shapes) -> tuple[Shapes, Indices]:
    """Return the polygons that the geometries consist of (m,), but none without area, and of which each is a part."""
    parts, index = shapes, np.arange(len(shapes))
    for _ in range(_NESTED):
        parts, inner = shapely.get_parts(parts, return_index=True)
        index = index[inner]
    solid = (shapely.get_type_id(parts) == _POLYGON) & (shapely.area(parts) > 0)
    return parts[solid], index[solid]


def measured(shapes: Shapes, tolerances: Tolerances, widened: float = 0.0) -> Pieces:
    """Return the polygons with measures and sizes.

    `widened` (m) is added to the width below which a piece is noise. A piece of much area is noise too where it is
    narrower than that width everywhere: the trace of two lines that are meant to be one.
    """
    area = shapely.area(shapes)
    length = shapely.length(shapes)
    width = np.divide(2 * area, length, out=np.zeros_like(area), where=length > 0)
    most = tolerances.width + widened
    sizes = np.full(len(shapes), Size.REAL.value, dtype="U6")
    sizes[area < tolerances.sliver] = Size.SLIVER
    if tolerances.slender is not None:
        sizes[length**2 > tolerances.slender * area] = Size.SLIVER
    narrow = (width < most) & (area >= tolerances.noise)
    narrow[narrow] = shapely.is_empty(shapely.buffer(shapes[narrow], -most / 2, join_style="mitre"))
    sizes[narrow | (area < tolerances.noise)] = Size.NOISE
    return Pieces(shapes, area, width, sizes)


def between(one: Shapes, other: Shapes) -> tuple[Shapes, Indices]:
    """Return the polygons in which geometries meet pairwise (m,), and from which pair each comes."""
    return polygons_in(shapely.intersection(one, other))
