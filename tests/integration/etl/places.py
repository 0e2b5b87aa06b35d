"""A small dataset of points, its chunks made by hand, and one way to publish them: the store without the reading."""

import os
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psycopg2
import pyarrow as pa
import shapely

from catalogue import Dataset
from etl.store import connected
from etl.store.load import Outcome, begun
from etl.store.lock import locked
from etl.store.progress import Progress, quiet
from etl.transform import Chunk
from findings import Report

type Row = tuple[int | None, str | None, float | None]
"""Code, name, height. The place follows from the code."""

SCHEMA = pa.schema([("code", pa.int64()), ("name", pa.string()), ("height", pa.float64())])


def dataset(**changes: Any) -> Dataset:
    """A dataset with two geometry columns (EPSG:5514 and lon/lat); `changes` are keys of the dataset file."""
    plain = {
        "id": "places",
        "path": Path("/collections/places.yml"),
        "title": {"en": "Places"},
        "theme": "boundaries",
        "publisher": "region",
        "licence": "cc0",
        "sources": [{"kind": "csv", "path": "places.csv", "geometry": {"x": "x", "y": "y"}}],
        "crs": "EPSG:5514",
        "geometry": "Point",
        "key": "code",
        "columns": {
            "code": {"type": "integer", "required": True},
            "name": {"type": "text"},
            "height": {"type": "decimal"},
        },
    }
    return Dataset.model_validate({**plain, **changes})


def chunk(rows: Sequence[Row], moved: float = 0.0) -> Chunk:
    """Rows as a chunk; `moved` shifts every place to the east, in metres."""
    table = pa.table({name: [row[i] for row in rows] for i, name in enumerate(SCHEMA.names)}, schema=SCHEMA)
    codes = np.array([row[0] or 0 for row in rows], dtype=float)
    metres = np.column_stack([-700_000 + codes + moved, -1_000_000 - codes])
    degrees = np.column_stack([15 + (codes + moved) / 70_000, 50.5 - codes / 111_000])
    numbers = np.arange(1, len(rows) + 1)
    return Chunk(table, np.asarray(shapely.points(metres)), np.asarray(shapely.points(degrees)), numbers)


def many(n: int, name: str = "place", start: int = 0) -> list[Row]:
    """Rows with codes from `start`."""
    return [(code, f"{name} {code}", code / 2) for code in range(start, start + n)]


def publish(
    dsn: str, which: Dataset, chunks: Iterable[Chunk], progress: Progress = quiet, *, dry_run: bool = False
) -> Outcome:
    """Take the chunks through the store: stage, check, compare, publish or refuse."""
    report = Report()
    with (
        connected(dsn) as connection,
        locked(connection, which.id, 5, lambda: None),
        begun(connection, which, [], progress, dry_run=dry_run) as load,
    ):
        load.stage(chunks)
        load.check(report)
        counts = load.compare(report) if report.ok else None
        if counts is None or not report.ok:
            return load.end("refused", report, {}, counts=counts)
        return load.publish(counts, report, {"rows_read": 1, "bbox": [15.0, 50.0, 16.0, 51.0]})


def query(dsn: str, text: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query on a connection of its own."""
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def published(dsn: str) -> list[tuple[Any, ...]]:
    """The published rows with their batch."""
    return query(dsn, "SELECT code, name, height, _batch FROM data.places ORDER BY code")


def publish_and_die(dsn: str, changes: dict[str, Any], chunks: Sequence[Sequence[Row]], last: int) -> None:
    """Publish, and die in the way of kill -9 at the step with the number `last`, counted from 0."""
    steps: list[str] = []

    def note(step: str, _rows: int = 0) -> None:
        if len(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)
        steps.append(step)

    publish(dsn, dataset(**changes), [chunk(rows) for rows in chunks], note)
