"""Geometries of a source made into those of the dataset: type, place, CRS, validity.

Apart from the coordinate operations, which know no geometries. Each step works on all geometries of a chunk; a geometry
that cannot be used is taken away from its row, which is kept, and reported. How many may be lost `etl.checks` says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from catalogue.layout import LON_LAT
from catalogue.model import Dataset
from etl.checks.faults import Faults
from etl.transform.chunk import Figures, Geometries
from etl.transform.crs import way_of
from etl.transform.placing import in_place, misplaced
from etl.transform.repair import repair
from etl.transform.smooth import changed
from findings import Level, Point
from geodesy import Box, Pairs, Way, area_of

_IDS = {"Point": 0, "LineString": 1, "Polygon": 3, "MultiPoint": 4, "MultiLineString": 5, "MultiPolygon": 6}
_SINGLE = {4: 0, 5: 1, 6: 3}
_MULTI: dict[int, Callable[..., Geometries]] = {
    0: shapely.multipoints,
    1: shapely.multilinestrings,
    3: shapely.multipolygons,
}

type Mask = NDArray[np.bool_]
type Find = Callable[[CRS, CRS, Box | None, Path | None], Way]


@dataclass(frozen=True)
class Shaper:
    """Makes geometries of one source into those of the dataset.

    `kind` is the dataset's geometry type, `source` and `target` the two CRS, `change` the way between them, `to_84` the
    way on to longitude and latitude (None: the target is that). Both were chosen for `area` (None: for all of the CRS),
    `within` is where everything must lie; both boxes are in degrees.
    """

    kind: str
    source: CRS
    target: CRS
    change: Way
    to_84: Way | None
    area: Box | None
    within: Box | None
    figures: Figures

    def apply(self, found: Geometries, unreadable: Mask | None, faults: Faults) -> tuple[Geometries, Geometries | None]:
        """Return geometries of the source in the dataset's CRS, and in longitude and latitude (None: the same).

        `unreadable` marks rows whose geometry could not be read; it is None in `found`.
        """
        shapes = found.copy()
        if unreadable is not None:
            self._lose(shapes, unreadable, "GEOMETRY-UNREADABLE", faults)
        if shapely.has_z(shapes).any():
            shapes = shapely.force_2d(shapes)
        shapes[shapely.is_empty(shapes)] = None
        self._fit_family(shapes, faults)
        self._place(shapes, self.source, faults)
        if self.change.steps:
            self._transform(shapes, self.change, faults, degrees=self.target.is_geographic)
            self._place(shapes, self.target, faults)
        if _IDS[self.kind] not in (0, 4):
            self._repair(shapes, faults)
        shapes = self._fit(shapes, faults)
        return shapes, self._in_degrees(shapes, faults)

    def _lose(self, shapes: Geometries, wrong: Mask, code: str, faults: Faults) -> None:
        self.figures.lose("geometry", faults.add(code, Level.WARNING, wrong))
        shapes[wrong] = None

    def _fit_family(self, shapes: Geometries, faults: Faults) -> None:
        """Take away what is neither of the dataset's type nor of the single or multiple form of it."""
        ids, wanted = shapely.get_type_id(shapes), _IDS[self.kind]
        family = next(pair for pair in _SINGLE.items() if wanted in pair)
        self._other_type(shapes, (ids >= 0) & ~np.isin(ids, family), faults)

    def _other_type(self, shapes: Geometries, wrong: Mask, faults: Faults) -> None:
        found = shapes.copy() if wrong.any() else shapes
        self.figures.lose(
            "geometry",
            faults.add(
                "GEOMETRY-TYPE", Level.WARNING, wrong, lambda at: {"found": found[at].geom_type, "type": self.kind}
            ),
        )
        shapes[wrong] = None

    def _place(self, shapes: Geometries, crs: CRS, faults: Faults) -> None:
        """Take away geometries with coordinates that are no numbers, or lie where the CRS does not reach."""
        pairs = shapely.get_coordinates(shapes)
        for code, wrong, describe in misplaced(shapes, pairs, crs):
            self.figures.lose("geometry", faults.add(code, Level.WARNING, wrong, describe))
            shapes[wrong] = None

    def _transform(self, shapes: Geometries, change: Way, faults: Faults, *, degrees: bool) -> None:
        """Change the coordinates of the geometries in place; `degrees` is the unit they then have."""
        pairs, outside = changed(change, shapely.get_coordinates(shapes), degrees=degrees)
        if outside and change.spare and change.spare not in self.figures.lineages:
            self.figures.lineages.append(change.spare)
        reached = np.isfinite(pairs).all(axis=1)
        lost = _rows_of(shapes, ~reached)
        pairs[~reached] = 0.0
        shapely.set_coordinates(shapes, pairs)
        self._lose(shapes, lost, "GEOMETRY-NOT-TRANSFORMED", faults)

    def _repair(self, shapes: Geometries, faults: Faults) -> None:
        invalid = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
        if invalid.any():
            repair(shapes, invalid, faults, self.figures, self.degrees)

    def _fit(self, shapes: Geometries, faults: Faults) -> Geometries:
        """Return the geometries as exactly the dataset's type: wrapped as Multi, or unwrapped if they have one part."""
        ids, wanted = shapely.get_type_id(shapes), _IDS[self.kind]
        if wanted in _SINGLE:
            single = np.flatnonzero(ids == _SINGLE[wanted])
            if len(single):
                shapes[single] = _MULTI[_SINGLE[wanted]](shapes[single], indices=np.arange(len(single)))
            return shapes
        several = (ids >= 0) & (shapely.get_num_geometries(shapes) > 1)
        self._other_type(shapes, several, faults)
        return np.where(ids == wanted, shapes, shapely.get_geometry(shapes, 0))

    def _in_degrees(self, shapes: Geometries, faults: Faults) -> Geometries | None:
        degrees = shapes
        if self.to_84 is not None:
            degrees = shapes.copy()
            before = shapely.is_missing(shapes)
            self._transform(degrees, self.to_84, faults, degrees=True)
            shapes[shapely.is_missing(degrees) & ~before] = None
        self._bound(degrees, faults)
        return degrees if self.to_84 is not None else None

    def _bound(self, degrees: Geometries, faults: Faults) -> None:
        """Widen the bounding box of the batch, and report what lies outside the box that the dataset sets."""
        self.figures.with_geometry += int((~shapely.is_missing(degrees)).sum())
        box = shapely.total_bounds(degrees)
        if not np.isfinite(box).all():
            return
        self.figures.widen((float(box[0]), float(box[1]), float(box[2]), float(box[3])))
        if self.within is None or _inside(box, self.within):
            return
        bounds = shapely.bounds(degrees)
        west, south, east, north = self.within
        wrong = (bounds[:, 0] < west) | (bounds[:, 1] < south) | (bounds[:, 2] > east) | (bounds[:, 3] > north)
        faults.add("GEOMETRY-NOT-WITHIN", Level.ERROR, wrong, locate=lambda at: _middle(bounds[at]))

    def degrees(self, pair: Point) -> Point:
        """Return a place of the dataset's CRS as (longitude, latitude)."""
        if self.to_84 is None:
            return pair
        lonlat = self.to_84(np.array([pair]))[0][0]
        return (float(lonlat[0]), float(lonlat[1]))


def shaper_of(
    dataset: Dataset, crs: CRS, area: Box | None, grids: Path | None, figures: Figures, find: Find = way_of
) -> Shaper:
    """Return what shapes geometries in `crs` for the dataset; operations are chosen for the area, in degrees.

    `grids` is a folder with PROJ grids. The shaper belongs to the thread that asked for it. Raises NotReadable when
    there is no way from one CRS to the other.
    """
    target = CRS(dataset.crs)
    change = find(crs, target, area, grids)
    to_84 = None if dataset.crs == LON_LAT else find(target, CRS(LON_LAT), area, grids)
    for each in (change, to_84):
        if area and each and each.steps and each.lineage not in figures.lineages:
            figures.lineages.append(each.lineage)
    return Shaper(dataset.geometry, crs, target, change, to_84, area, dataset.checks.within, figures)


def place_of(shapes: Geometries, crs: CRS) -> Box | None:
    """Return where geometries lie, in degrees, without regard to what is misplaced; None if nothing is in its place."""
    pairs = shapely.get_coordinates(shapes)
    placed = pairs[in_place(pairs, crs)]
    if not len(placed):
        return None
    (west, south), (east, north) = placed.min(axis=0), placed.max(axis=0)
    return area_of((float(west), float(south), float(east), float(north)), crs)


def _rows_of(shapes: Geometries, marked: Mask) -> Mask:
    """Say which geometries have a marked vertex; `marked` follows the order of their coordinates."""
    rows = np.zeros(len(shapes), dtype=bool)
    if marked.any():
        rows[shapely.get_coordinates(shapes, return_index=True)[1][marked]] = True
    return rows


def _inside(box: Pairs, other: Box) -> bool:
    return bool(box[0] >= other[0] and box[1] >= other[1] and box[2] <= other[2] and box[3] <= other[3])


def _middle(box: Pairs) -> Point:
    return (float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2)
