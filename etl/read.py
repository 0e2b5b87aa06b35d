"""Reading a dataset: its snapshots, opened one after the other, as a stream of finished chunks.

Apart from `sources`, `transform` and `checks` because it joins them; whoever wants rows calls this and needs none of
them. Only one chunk is in memory at a time.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from pyproj import CRS

from catalogue.model import Dataset
from catalogue.vocabularies import CodeList
from etl.checks.faults import Faults
from etl.sources.open import opened
from etl.sources.opened import Batch, Opened
from etl.sources.snapshot import Snapshot
from etl.transform.chunk import Chunk, Figures, Geometries
from etl.transform.columns import Columns, columns_of
from etl.transform.geometry import place_of, shaper_of
from findings import Finding, Level, Report
from geodesy import identify, same


class Reading(Iterator[Chunk]):
    """An iterator of chunks; `figures` are complete when it has ended."""

    def __init__(self, chunks: Iterator[Chunk], figures: Figures) -> None:
        self.figures = figures
        self._chunks = chunks

    def __next__(self) -> Chunk:
        return next(self._chunks)


def rows(
    dataset: Dataset,
    snapshots: list[Snapshot],
    codelists: Mapping[str, CodeList],
    report: Report,
    grids: Path | None = None,
) -> Reading:
    """Return the rows of the snapshots in order, as chunks of the dataset's columns and geometry.

    What is wrong with them is added to `report` while they are read; rows are yielded all the same, so that a report is
    complete: publish only if it is ok at the end. `codelists` are the catalogue's, `grids` a folder with PROJ grids.
    Raises NotReadable for a file that cannot be read, CollectionError for a description that cannot be followed.
    """
    figures = Figures()
    return Reading(_chunks(dataset, snapshots, codelists, report, grids, figures), figures)


def _chunks(
    dataset: Dataset,
    snapshots: list[Snapshot],
    codelists: Mapping[str, CodeList],
    report: Report,
    grids: Path | None,
    figures: Figures,
) -> Iterator[Chunk]:
    for snapshot in snapshots:
        with opened(snapshot) as source:
            columns = columns_of(dataset, source, codelists, figures, report, snapshot.name)
            if columns is None:
                continue
            _say_encoding(dataset, source, report, snapshot.name)
            crs = _crs(dataset, snapshot, source, report)
            yield from _of_source(dataset, source, columns, crs, report, snapshot.name, grids)


def _of_source(
    dataset: Dataset, source: Opened, columns: Columns, crs: CRS, report: Report, file: str, grids: Path | None
) -> Iterator[Chunk]:
    figures, shaper = columns.figures, None
    for batch in source.batches():
        numbers = np.arange(batch.first, batch.first + len(batch), dtype=np.int64)
        faults = Faults(report, dataset.id, file, numbers)
        figures.rows_read += len(batch)
        _say_skipped(batch, faults, figures)
        table = columns.apply(batch.table, faults)
        geometry = geometry_84 = None
        if dataset.has_geometry:
            found = _geometry(batch, dataset, file, report)
            shaper = shaper or shaper_of(dataset, crs, place_of(found, crs), grids, figures)
            geometry, geometry_84 = shaper.apply(found, batch.unreadable, faults)
            shaper = shaper if shaper.area else None
        yield Chunk(table, geometry, geometry_84, numbers)


def _crs(dataset: Dataset, snapshot: Snapshot, source: Opened, report: Report) -> CRS:
    """Return the CRS of the source: the declared one, else what the file says, else the dataset's."""
    said = identify(source.crs) if source.crs else None
    declared = snapshot.source.crs
    used = CRS(declared) if declared else said or CRS(dataset.crs)
    if dataset.has_geometry and not declared and said is None and snapshot.source.kind not in {"csv", "xlsx"}:
        _note(report, "SOURCE-CRS-ASSUMED", dataset, snapshot.name, crs=dataset.crs)
    if declared and said is not None and not same(said, used):
        _note(report, "SOURCE-CRS-OVERRULED", dataset, snapshot.name, crs=declared, said=said.name)
    return used


def _say_encoding(dataset: Dataset, source: Opened, report: Report, file: str) -> None:
    if source.guessed and source.encoding:
        _note(report, "SOURCE-ENCODING-GUESSED", dataset, file, encoding=source.encoding)


def _note(report: Report, code: str, dataset: Dataset, file: str, **values: str) -> None:
    report.append(Finding(code, Level.NOTE, values, dataset.id, file))


def _say_skipped(batch: Batch, faults: Faults, figures: Figures) -> None:
    for text in batch.skipped:
        faults.report.append(Finding("ROW-SKIPPED", Level.WARNING, {"row": text}, faults.dataset, faults.file))
    figures.lose("row", len(batch.skipped))


def _geometry(batch: Batch, dataset: Dataset, file: str, report: Report) -> Geometries:
    """Return the batch's geometries; None for each row if the source has none at all: that is an error, said once."""
    if batch.geometry is not None:
        return batch.geometry
    if batch.first == 1:
        report.append(Finding("SOURCE-NO-GEOMETRY", Level.ERROR, {"type": dataset.geometry}, dataset.id, file))
    return np.full(len(batch), None, dtype=object)
