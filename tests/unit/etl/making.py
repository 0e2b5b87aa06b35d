"""Datasets and sources for tests, and reading them in one call."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from catalogue.model import Dataset
from catalogue.vocabularies import CodeList
from etl.checks import after
from etl.read import rows
from etl.sources import fetch
from etl.transform.chunk import Chunk, Figures, Geometries
from findings import Report

type Said = Mapping[str, Any]


def dataset(folder: Path, source: Said | Sequence[Said], geometry: str = "none", **more: Any) -> Dataset:
    """Return a dataset of one or more sources, whose file would stand in the folder."""
    said = {
        "id": "test",
        "path": folder / "test.yml",
        "title": {"en": "Test"},
        "theme": "test",
        "publisher": "test",
        "licence": "cc0",
        "sources": [source] if isinstance(source, Mapping) else list(source),
        "geometry": geometry,
    }
    return Dataset.model_validate(said | more)


class Loaded:
    """What reading a dataset gave: table, geometries, figures, report (with the checks of the whole batch)."""

    def __init__(self, chunks: list[Chunk], figures: Figures, report: Report) -> None:
        self.chunks, self.figures, self.report = chunks, figures, report
        self.table = pa.concat_tables([chunk.table for chunk in chunks]) if chunks else None
        self.geometry = _joined([chunk.geometry for chunk in chunks])
        self.geometry_84 = _joined([chunk.geometry_84 for chunk in chunks])

    @property
    def codes(self) -> set[str]:
        return set(self.report.counts)

    def column(self, name: str) -> list[Any]:
        assert self.table is not None
        values: list[Any] = self.table.column(name).to_pylist()
        return values


def load(
    described: Dataset, work: Path, codelists: dict[str, CodeList] | None = None, grids: Path | None = None
) -> Loaded:
    """Fetch and read the dataset, and check the batch."""
    report = Report()
    reading = rows(described, fetch(described, work / "cache", None), codelists or {}, report, grids)
    chunks = list(reading)
    report.extend(after(described, reading.figures, None))
    return Loaded(chunks, reading.figures, report)


def _joined(parts: list[Geometries | None]) -> Geometries:
    return np.concatenate([part for part in parts if part is not None] or [np.array([], dtype=object)])
