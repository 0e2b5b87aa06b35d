"""Geometries from bytes and text of others: WKB, WKT and pairs of coordinates to shapely.

Apart from the readers because all of them end here, and because GEOS must be guarded: a collection nested thirty
thousand deep ends the process. Only the six simple types are parsed; a collection never reaches GEOS.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from etl.transform.chunk import Geometries

_SIMPLE = 6
"""WKB types 1 to 6: Point, LineString, Polygon and their Multi forms."""
_EWKB_FLAGS = 0x1FFFFFFF
_HEADER = 5
_DEEP = r"COLLECTION|(\(\s*){5}"


def from_wkb(column: pa.Array) -> tuple[Geometries, NDArray[np.bool_]]:
    """Return the geometries of a binary column (null: None), and which of them could not be read."""
    present = np.asarray(column.is_valid())
    simple = present & _simple(column)
    wkb = column.to_numpy(zero_copy_only=False)
    geometries = shapely.from_wkb(np.where(simple, wkb, None), on_invalid="ignore")
    return geometries, present & shapely.is_missing(geometries)


def _simple(column: pa.Array) -> NDArray[np.bool_]:
    """Say which values have the header of a simple type; the header alone is looked at."""
    wide = pa.types.is_large_binary(column.type)
    width: type[np.int64 | np.int32] = np.int64 if wide else np.int32
    offsets: NDArray[np.int64] = np.frombuffer(column.buffers()[1], dtype=width).astype(np.int64)
    start = offsets[column.offset : column.offset + len(column)]
    size = offsets[column.offset + 1 : column.offset + len(column) + 1] - start
    data = column.buffers()[2]
    if data is None or not len(column):
        return np.zeros(len(column), dtype=bool)
    content = np.frombuffer(data, dtype=np.uint8)
    whole = size >= _HEADER
    header = content[np.where(whole, start, 0)[:, None] + np.arange(_HEADER)]
    little = header[:, 0] == 1
    figures = np.where(little[:, None], header[:, 1:], header[:, :0:-1]).astype(np.uint32)
    kinds = (figures << np.array([0, 8, 16, 24], dtype=np.uint32)).sum(axis=1, dtype=np.uint32) & _EWKB_FLAGS
    flat = kinds % 1000
    return np.asarray(whole & (flat >= 1) & (flat <= _SIMPLE))


def from_wkt(column: pa.Array, *, latitude_first: bool) -> tuple[Geometries, NDArray[np.bool_]]:
    """Return the geometries of a column of WKT (null or blank: None), and which of them could not be read.

    `latitude_first` says that coordinates are written latitude, longitude; they are turned to x, y.
    """
    text = pc.utf8_trim_whitespace(column)
    present = np.asarray(pc.fill_null(pc.not_equal(text, ""), pa.scalar(False)))
    deep = np.asarray(pc.fill_null(pc.match_substring_regex(text, _DEEP, ignore_case=True), pa.scalar(False)))
    wkt = text.to_numpy(zero_copy_only=False)
    geometries = shapely.from_wkt(np.where(present & ~deep, wkt, None), on_invalid="ignore")
    if latitude_first:
        geometries = shapely.transform(geometries, lambda pairs: pairs[:, ::-1])
    return geometries, present & shapely.is_missing(geometries)


def from_pairs(x: pa.Array, y: pa.Array, wrong: NDArray[np.bool_]) -> tuple[Geometries, NDArray[np.bool_]]:
    """Return points of two columns of float64 (null in either: None); `wrong` marks cells that were no numbers."""
    eastings, northings = (np.asarray(pc.fill_null(values, float("nan")), dtype=np.float64) for values in (x, y))
    there = np.isfinite(eastings) & np.isfinite(northings)
    geometries = np.full(len(eastings), None, dtype=object)
    geometries[there] = shapely.points(eastings[there], northings[there])
    half = np.asarray(x.is_null()) != np.asarray(y.is_null())
    return geometries, wrong | half
