"""Vector files through GDAL (GeoJSON, GeoPackage, Shapefile, GML, KML, File Geodatabase) as a stream of Arrow batches.

Apart from the other readers because GDAL must be tamed. It chooses a driver by content and has drivers that read other
files, databases and addresses; so all but the six we need are taken out of it, the content was verified before
(`content`), and the driver that opened the file must be the declared one. Files lie in a folder of ours under names of
ours, alone: no name, and no file beside them, is chosen by whoever sent them.
"""

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
import pyogrio.raw
from pyogrio.core import _register_drivers as register_drivers
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from etl.errors import NotReadable
from etl.sources.gml import description, has_element
from etl.sources.opened import BYTES, ROWS, Batch, Opened
from etl.sources.wkb import from_wkb

DRIVERS = {
    "geojson": "GeoJSON",
    "geopackage": "GPKG",
    "shapefile": "ESRI Shapefile",
    "gml": "GML",
    "kml": "LIBKML",
    "filegdb": "OpenFileGDB",
}
_KEPT = {*DRIVERS.values(), "MEM"}

_OPTIONS = {
    "gml": {"WRITE_GFS": "NO", "DOWNLOAD_SCHEMA": "NO"},
    "geopackage": {"LIST_ALL_TABLES": "YES"},
}
"""How GDAL opens a kind: it writes nothing beside the file and fetches no schema that the file names."""

type Info = dict[str, Any]


@cache
def tame() -> None:
    """Take every driver out of GDAL but those we need, once per process."""
    strangers = [driver for driver in pyogrio.list_drivers() if driver not in _KEPT]
    pyogrio.set_gdal_config_options(
        {
            "GDAL_SKIP": ",".join(strangers),
            "SHAPE_RESTORE_SHX": True,
        }
    )
    register_drivers()  # reads GDAL_SKIP again: drivers may have been registered before we came


def open_vector(kind: str, path: Path, name: str, layer: str | None = None, **wanted: str | None) -> Opened:
    """Open a file, whose content has been verified, as the kind it is declared to be.

    `wanted` may have `geometry_field`: which of several geometry columns; `encoding`: a Python codec, for Shapefiles.
    Raises NotReadable if GDAL cannot read it as that kind, or the layer or column does not exist.
    """
    tame()
    options = dict(_OPTIONS.get(kind, {}))
    encoding = wanted.get("encoding")
    if encoding:
        options["ENCODING"] = encoding.upper().replace("ISO8859-", "ISO-8859-")
    with _telling(name, path), warnings.catch_warnings(action="ignore"):  # we look for ourselves
        layer = _layer(path, layer, name, options)
        info = _info(kind, path, layer, wanted.get("geometry_field"), options)
    if info["driver"] != DRIVERS[kind]:
        raise NotReadable("SOURCE-NOT-KIND", file=name, kind=kind, found=info["driver"])
    geometry = wanted.get("geometry_field") or info["geometry_name"] or "wkb_geometry"
    fid = info["fid_column"] if kind in {"geopackage", "filegdb"} else ""
    return Opened(
        fields=(*((fid,) if fid else ()), *map(str, info["fields"])),
        crs=_crs(info["crs"]),
        batches=lambda: _batches(path, name, layer, geometry, options, fid=fid, info=info),
        encoding=encoding,
    )


def _info(kind: str, path: Path, layer: str, field: str | None, options: dict[str, str]) -> Info:
    """Return what GDAL says of the layer; for GML it is told to read the wanted geometry, if it would not."""
    info: Info = pyogrio.read_info(path, layer=layer, **options)
    if kind != "gml" or field is None or field in _geometries(path, layer, options) or not has_element(path, field):
        return info
    options["GFS_TEMPLATE"] = str(description(path, layer, field))
    told: Info = pyogrio.read_info(path, layer=layer, **options)
    return told


def _geometries(path: Path, layer: str, options: dict[str, str]) -> list[str]:
    with pyogrio.open_arrow(path, layer=layer, use_pyarrow=True, **options) as (_, reader):
        return _geometry_columns(reader.schema)


def _layer(path: Path, wanted: str | None, name: str, options: dict[str, str]) -> str:
    """Return the layer to read: the wanted one, or the only one there is."""
    layers = [str(layer) for layer, _ in pyogrio.list_layers(path)] if not options.get("ENCODING") else ["source"]
    if wanted is None and len(layers) == 1:
        return layers[0]
    if wanted in layers:
        return wanted
    raise NotReadable("SOURCE-LAYER", file=name, layer=wanted or "–", layers=", ".join(layers) or "–")


def _crs(said: str | None) -> CRS | None:
    try:
        return CRS.from_user_input(said) if said else None
    except CRSError:
        return None


def _batches(
    path: Path, name: str, layer: str, geometry: str, options: dict[str, str], *, fid: str, info: Info
) -> Iterator[Batch]:
    first = 1
    stream = pyogrio.open_arrow(
        path, layer=layer, use_pyarrow=True, return_fids=bool(fid), batch_size=_rows(path, info), **options
    )
    with _telling(name, path), ExitStack() as stack:
        with warnings.catch_warnings(action="ignore"):
            _, reader = stack.enter_context(stream)
        _has_geometry(reader.schema, geometry, info, name)
        for record in reader:
            for piece in _pieces(record):
                batch = _batch(piece, geometry, fid, first)
                if batch.unreadable is not None and batch.unreadable.any() and geometry == info["geometry_name"]:
                    batch = _straightened(batch, path, layer, options)
                yield batch
                first += piece.num_rows


def _rows(path: Path, info: Info) -> int:
    """Return how many features make a batch, by what a feature of this file weighs on average."""
    features = info["features"]
    if features <= 0:
        return ROWS // 8
    weight = max(path.stat().st_size // features, 1)
    return int(min(ROWS, max(BYTES // weight, 64)))


def _has_geometry(schema: pa.Schema, geometry: str, info: Info, name: str) -> None:
    columns = _geometry_columns(schema)
    if info["geometry_type"] is not None and geometry not in columns:
        raise NotReadable("SOURCE-GEOMETRY-FIELD", file=name, column=geometry, columns=", ".join(columns) or "–")


def _geometry_columns(schema: pa.Schema) -> list[str]:
    marked = (field.name for field in schema if b"wkb" in (field.metadata or {}).get(b"ARROW:extension:name", b""))
    return list(marked)


def _pieces(record: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Cut a batch that has grown too heavy, since some features weigh far more than the average."""
    parts = max(1, -(-record.nbytes // BYTES))
    rows = max(1, -(-record.num_rows // parts))
    for start in range(0, record.num_rows, rows):
        yield record.slice(start, rows)


def _batch(record: pa.RecordBatch, geometry: str, fid: str, first: int) -> Batch:
    shapes = _geometry_columns(record.schema)
    table = pa.Table.from_batches([record]).drop_columns(shapes)
    if fid:
        table = table.rename_columns([fid if column == "OGC_FID" else column for column in table.column_names])
    if geometry not in shapes:
        return Batch(table, None, None, first)
    geometries, unreadable = from_wkb(record.column(geometry))
    return Batch(table, geometries, unreadable, first)


def _straightened(batch: Batch, path: Path, layer: str, options: dict[str, str]) -> Batch:
    """Return the batch with arcs as line segments: GDAL makes them when it reads without Arrow, so these rows again."""
    with warnings.catch_warnings(action="ignore"):
        _, _, shapes, _ = pyogrio.raw.read(
            path, layer=layer, columns=[], skip_features=batch.first - 1, max_features=len(batch), **options
        )
    geometries, unreadable = from_wkb(pa.array(shapes, type=pa.binary()))
    return replace(batch, geometry=geometries, unreadable=unreadable)


@contextmanager
def _telling(name: str, path: Path) -> Iterator[None]:
    """Turn what GDAL cannot do into NotReadable; our place of the file is not told."""
    try:
        yield
    except (DataSourceError, DataLayerError, pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise NotReadable("SOURCE-BROKEN", file=name, reason=str(error).replace(str(path), name)) from error
