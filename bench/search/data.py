"""The datasets of the bench, and the loading of them by the store itself: staged, checked, indexed, published."""

import time
from collections.abc import Iterable, Iterator
from itertools import batched
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from bench.search.names import KINDS, Named, addresses, memorials, municipalities, parcels
from catalogue import Dataset
from etl.store.connect import Connection
from etl.store.load import begun
from etl.store.progress import quiet
from etl.transform import Chunk
from findings import Report

CHUNK = 50_000
SCHEMA = pa.schema([("code", pa.int64()), ("name", pa.string()), ("municipality", pa.string())])


def dataset(id_: str, *, searched: bool = True) -> Dataset:
    """Return a dataset of points with a name and a municipality."""
    search = ["name"] if id_ == "municipalities" else ["name", "municipality"]
    plain: dict[str, Any] = {
        "id": id_,
        "path": Path(f"/collections/{id_}.yml"),
        "title": {"en": id_.capitalize()},
        "theme": "boundaries",
        "publisher": "region",
        "licence": "cc0",
        "sources": [{"kind": "csv", "path": "x.csv", "geometry": {"x": "x", "y": "y"}}],
        "geometry": "Point",
        "key": "code",
        "columns": {"code": {"type": "integer", "required": True}, "name": {}, "municipality": {}},
        "map": {"label": "name", "search": search if searched else []},
    }
    return Dataset.model_validate(plain)


def named(n: int) -> dict[str, Iterable[Named]]:
    """Return n names in all, by dataset: addresses above all, parcels, memorials, and every municipality."""
    random = Random(7)  # noqa: S311 (the same names each time)
    towns = [Named(town, "") for kind in KINDS for town in municipalities(kind)]
    left = n - len(towns)
    return {
        "municipalities": towns,
        "memorials": memorials(random, left // 10),
        "parcels": parcels(random, left * 3 // 10),
        "addresses": addresses(random, left - left // 10 - left * 3 // 10),
    }


def load(connection: Connection, which: Dataset, rows: Iterable[Named]) -> float:
    """Load and publish the rows; return seconds from the first row staged to the commit."""
    chunks = list(_chunks(rows))
    started = time.perf_counter()
    with begun(connection, which, [], quiet) as process:
        process.stage(chunks)
        report = Report()
        process.check(report)
        process.publish(process.compare(report), report, {"rows_read": 1, "bbox": [14.0, 50.0, 16.0, 51.0]})
    return time.perf_counter() - started


def _chunks(rows: Iterable[Named]) -> Iterator[Chunk]:
    start = 0
    for part in batched(rows, CHUNK):
        codes = np.arange(start, start + len(part))
        values = [codes, [each.name for each in part], [each.municipality for each in part]]
        table = pa.table([pa.array(value, type_) for value, type_ in zip(values, SCHEMA.types, strict=True)], SCHEMA)
        places = np.asarray(shapely.points(14 + codes % 1000 / 500, 50 + codes // 1000 / 1000))
        yield Chunk(table, places, None, codes + 1)
        start += len(part)
