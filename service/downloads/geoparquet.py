"""The writer of GeoParquet 1.1, with the box of each geometry as a column, so that readers skip what lies elsewhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from service.downloads.order import Order
from service.downloads.snapshot import Snapshot
from service.downloads.statements import WKB, rows

VERSION = "1.1.0"
BBOX = "bbox"
_EDGES = ("xmin", "ymin", "xmax", "ymax")
_BOXES = pa.struct([(edge, pa.float64()) for edge in _EDGES])
_ROWS = 50_000
"""Rows of a group: what a reader takes or leaves."""


def write(order: Order, state: Snapshot, target: Path) -> None:
    """Write in the CRS of the dataset, x first, neighbours together; without geometry it is plain Parquet."""
    with state.arrow(rows(order, along=True)) as found:
        schema = _schema(found.schema, order)
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for batch in found:
                for part in _parts(batch):
                    writer.write_batch(_with_boxes(part, schema) if order.has_geometry else part)


def _schema(plain: pa.Schema, order: Order) -> pa.Schema:
    """Return the schema with the column of boxes, and the metadata that readers need and people want."""
    said = {name: text.encode() for name, text in order.about().items()}
    if not order.has_geometry:
        return plain.with_metadata(said)
    schema = plain.append(pa.field(BBOX, _BOXES))
    return schema.with_metadata(said | {"geo": json.dumps(_geo(order)).encode()})


def _geo(order: Order) -> dict[str, Any]:
    """Return the `geo` metadata of GeoParquet 1.1."""
    covering = {edge: [BBOX, edge] for edge in _EDGES}
    column = {
        "encoding": "WKB",
        "geometry_types": [order.geometry],
        "crs": pyproj.CRS.from_epsg(order.crs).to_json_dict(),
        "covering": {"bbox": covering},
    }
    return {"version": VERSION, "primary_column": WKB, "columns": {WKB: column}}


def _parts(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    for start in range(0, batch.num_rows, _ROWS):
        yield batch.slice(start, _ROWS)


def _with_boxes(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    shapes = shapely.from_wkb(batch.column(WKB).to_numpy(zero_copy_only=False))
    edges = shapely.bounds(shapes)
    nothing = np.isnan(edges[:, 0])
    boxes = pa.StructArray.from_arrays(
        [pa.array(edges[:, place], mask=nothing) for place in range(len(_EDGES))],
        fields=list(_BOXES),
        mask=pa.array(nothing),
    )
    return pa.record_batch([*batch.columns, boxes], schema=schema)
