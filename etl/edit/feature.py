"""From an edit to a row as the table keeps it: the transformation and the checks of a load, on one feature.

Apart from the writing because it needs no database: what is refused here has cost no connection. What a load only warns
of is an error in an edit, for the person who made it is there and can put it right; a repaired geometry and a doubt
about text stay warnings.
"""

import math
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS

from catalogue import layout
from catalogue.edits import Edit, Key, RefusedError
from catalogue.model import Column, Dataset
from etl.checks.faults import Faults
from etl.sources.opened import Opened
from etl.transform.casting import TYPES
from etl.transform.chunk import Chunk, Figures, Geometries
from etl.transform.columns import columns_of
from etl.transform.crs import way_of
from etl.transform.geometry import place_of, shaper_of
from findings import Finding, Level, Report
from geodesy import Box, Pairs, Way, same

REPAIRABLE = 1_000
"""Invalid geometries with more vertices are refused: repair can cost the square of their number, and somebody waits."""
ROUNDS = 2
DOUBTS = frozenset({"GEOMETRY-REPAIRED", "TEXT-TWICE-ENCODED"})
"""Warnings that stay warnings."""

_ROWS = np.array([1], dtype=np.int64)


@dataclass(frozen=True)
class Feature:
    """A feature that may be written: the columns it comes with, its geometries, what was found and counted.

    `table` has one row, `geometry` and `geometry_84` one item each, as in a Chunk; None where the edit moves nothing.
    """

    table: pa.Table
    geometry: Geometries | None
    geometry_84: Geometries | None
    figures: Figures
    report: Report

    def chunk(self, dataset: Dataset, key: Key) -> Chunk:
        """Return the feature as a chunk under the key; what it does not come with is null."""
        given = {name: self.table.column(name) for name in self.table.column_names} | {layout.id_column(dataset): [key]}
        kinds = {name: TYPES[column.type] for name, column in dataset.kept.items()}
        columns = {name: given.get(name, pa.nulls(1, kind)) for name, kind in kinds.items()}
        none = np.array([None], dtype=object) if dataset.has_geometry else None
        return Chunk(
            pa.table(columns, schema=pa.schema(kinds.items())),
            none if self.geometry is None else self.geometry,
            none if self.geometry_84 is None else self.geometry_84,
            _ROWS,
        )

    def brings(self, dataset: Dataset) -> set[str]:
        """Return the columns of the table that the feature comes with; the others stay as they are."""
        geometries = layout.geometry_columns(dataset) if self.geometry is not None else {}
        return {*self.table.column_names, *geometries, layout.id_column(dataset)}


@dataclass(frozen=True)
class Returning(Way):
    """A way that leads where the way back begins: what is stored is served as it was sent, to a micrometre.

    Operations without heights are not quite undone by their inverse (some 2 mm between S-JTSK and ETRS89). So the
    difference that the way back leaves is taken off beforehand. `there` leads from the source to longitude and
    latitude, `into` from these to the target, `back` from the target to them.
    """

    there: Way
    into: Way
    back: Way

    def __call__(self, pairs: Pairs) -> tuple[Pairs, int]:
        """Return the pairs in the target, x first, and how many had to take the spare operation."""
        wanted, _ = self.there(pairs)
        aimed = wanted
        found, outside = self.into(aimed)
        for _ in range(ROUNDS):
            aimed = aimed + (wanted - self.back(found)[0])
            found, _ = self.into(aimed)
        return found, outside


class Ways(threading.local):
    """The operations chosen so far by this thread: choosing costs some 30 ms, and PROJ shares none between threads."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, str, Box | None, int], Way] = {}

    def find(self, source: CRS, target: CRS, area: Box | None, grids: Path | None) -> Way:
        """Return what `etl.transform.crs.way_of` does; chosen anew when a grid has come."""
        stamp = grids.stat().st_mtime_ns if grids and grids.is_dir() else 0
        asked = (source.srs, target.srs, area, stamp)
        if asked not in self._chosen:
            self._chosen[asked] = self._returning(way_of(source, target, area, grids), source, target, area, grids)
        return self._chosen[asked]

    def _returning(self, way: Way, source: CRS, target: CRS, area: Box | None, grids: Path | None) -> Way:
        degrees = CRS(layout.LON_LAT)
        if not way.steps or same(target, degrees):
            return way
        legs = ((source, degrees), (degrees, target), (target, degrees))
        return Returning(way.steps, way.lineage, way.spare, *(way_of(*leg, area, grids) for leg in legs))


def feature_of(edit: Edit, grids: Path, ways: Ways) -> Feature:
    """Return the feature of an edit (no deletion) as it may be written. Raises RefusedError with all that is wrong."""
    report, figures = Report(), Figures(rows_read=1)
    faults = Faults(report, edit.dataset.id, "", _ROWS)
    table = _columns(edit, figures, faults)
    geometry = geometry_84 = None
    if edit.moves and edit.dataset.has_geometry:
        geometry, geometry_84 = _geometries(edit, figures, faults, grids, ways)
    judged = _strict(report, edit.key)
    if not judged.ok:
        raise RefusedError(judged)
    return Feature(table, geometry, geometry_84, figures, judged)


def _columns(edit: Edit, figures: Figures, faults: Faults) -> pa.Table:
    values = dict(edit.values or {})
    written = _as_written(edit.dataset, values)
    raw = pa.table({name: pa.array([value]) for name, value in values.items()}) if values else pa.table({"": [None]})
    source = Opened(fields=tuple(values), crs=None, batches=lambda: iter(()), decimal=".")
    columns = columns_of(written, source, edit.codelists, figures, faults.report, "")
    if columns is None:
        raise RefusedError(faults.report)
    return columns.apply(raw, faults)


def _as_written(dataset: Dataset, names: dict[str, object]) -> Dataset:
    """Return the dataset as an edit writes it: the columns it names, by our names, in our units, dates as ISO 8601."""
    plain = {"from_": None, "source_unit": None, "format": None}
    columns = {name: _plain(column, plain) for name, column in dataset.kept.items() if name in names}
    return dataset.model_copy(update={"columns": columns})


def _plain(column: Column, changes: dict[str, None]) -> Column:
    return column.model_copy(update=changes)


def _geometries(
    edit: Edit, figures: Figures, faults: Faults, grids: Path, ways: Ways
) -> tuple[Geometries, Geometries | None]:
    crs = CRS(edit.crs)
    shapes = np.array([None if edit.geometry is None else shapely.from_wkb(edit.geometry)], dtype=object)
    heavy = ~shapely.is_missing(shapes) & (shapely.get_num_coordinates(shapes) > REPAIRABLE) & ~shapely.is_valid(shapes)
    if heavy.any():
        faults.add("GEOMETRY-TOO-COMPLEX", Level.ERROR, heavy)
        shapes[heavy] = None
    area = _area(place_of(shapes, crs), CRS(edit.dataset.crs))
    shaper = shaper_of(edit.dataset, crs, area, grids, figures, ways.find)
    return shaper.apply(shapes, None, faults)


def _area(box: Box | None, target: CRS) -> Box | None:
    """Return the box widened to whole degrees, so that neighbours share their operations.

    None if there is none, or it lies where the target is not used: then the operation for all of it will tell.
    """
    if box is None or target.area_of_use is None:
        return None
    west, south, east, north = target.area_of_use.bounds
    if box[0] > east or box[2] < west or box[1] > north or box[3] < south:
        return None
    return (math.floor(box[0]), math.floor(box[1]), math.ceil(box[2]), math.ceil(box[3]))


def _strict(report: Report, key: Key | None) -> Report:
    """Return the report as it reads for an edit: about this feature, and with errors where a load would warn."""
    return Report(_spoken(finding, key) for finding in report)


def _spoken(finding: Finding, key: Key | None) -> Finding:
    grave = finding.level is Level.WARNING and finding.code not in DOUBTS
    return replace(
        finding,
        code="MEMBER-TYPE" if finding.code == "VALUE-CAST" else finding.code,
        level=Level.ERROR if grave else finding.level,
        file=None,
        row=None if key is None else str(key),
    )
