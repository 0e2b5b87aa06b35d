"""Layers of a GeoPackage: read through GDAL if the file begins as one does; geometries written in place.

Apart from Shapefiles because rows, texts and CRS come differently; the layer that results is the same.
"""

import math
import re
import sqlite3
import struct
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FieldError
from pyproj import CRS
from pyproj.enums import WktVersion
from pyproj.exceptions import CRSError
from shapely import Geometry

from geodesy import identify
from plans.delivery import Incident
from plans.model import Place
from plans.standards.czech.folders import is_geopackage
from plans.standards.czech.layer import RawLayer, official

_TYPES = {"OFTString": "text", "OFTReal": "decimal", "OFTDate": "date", "OFTDateTime": "date"}
_INTEGER, _BOOLEAN = "OFTInteger", "OFSTBoolean"
_TOP = 1e9
_KROVAK = 5514
_UNREADABLE = (DataLayerError, DataSourceError, FieldError, shapely.GEOSException, ValueError, UnicodeDecodeError)


def layers(path: str, here: Path) -> tuple[list[RawLayer], list[Incident]]:
    """Return the layers of the GeoPackage and what could not be read; `path` is what the package calls the file."""
    place = Place(path)
    if not is_geopackage(here):
        return [], [Incident("structure.cz-unreadable-layer", {"reason": "not SQLite"}, place=place)]
    found, incidents = [], []
    try:
        names = [str(name) for name in pyogrio.list_layers(here)[:, 0]]
    except _UNREADABLE as error:
        return [], [Incident("structure.cz-unreadable-layer", {"reason": _short(error)}, place=place)]
    for name in names:
        try:
            layer = _layer(path, here, name)
        except _UNREADABLE as error:
            values = {"reason": _short(error)}
            incidents.append(Incident("structure.cz-unreadable-layer", values, None, official(name), place))
        else:
            if layer is not None:
                found.append(layer)
    return found, incidents


def _layer(path: str, here: Path, name: str) -> RawLayer | None:
    """Return one layer; None for a table without geometry."""
    meta, fids, blobs, fields = pyogrio.raw.read(here, layer=name, return_fids=True, force_2d=True)
    if meta["geometry_type"] is None:
        return None
    shapes, lost = _geometries(blobs)
    types = {
        str(field): _type(kind, part)
        for field, kind, part in zip(meta["fields"], meta["ogr_types"], meta["ogr_subtypes"], strict=True)
    }
    columns = {
        field: [_value(value, types[field]) for value in values.tolist()]
        for field, values in zip(types, fields, strict=True)
    }
    rows = np.asarray(fids, dtype=np.intp)
    incidents = tuple(
        Incident(
            "geometry.coordinates", {"element": official(name), **said}, None, official(name), Place(path, row=row)
        )
        for row, said in ((int(rows[number]), said) for number, said in lost)
    )
    kind = _kind(meta["geometry_type"], shapes)
    return RawLayer(
        official(name), name, path, types, columns, shapes, rows, kind, _crs(meta["crs"]), "utf-8", False, incidents
    )


def _geometries(blobs: NDArray[np.object_]) -> tuple[NDArray[np.object_], list[tuple[int, dict[str, str]]]]:
    """Return geometries, None for those with numbers that are none; and which those are."""
    shapes = np.asarray(shapely.from_wkb(blobs, on_invalid="fix"), dtype=object)
    shapes[shapely.is_empty(shapes)] = None
    lost = []
    corners, owner = shapely.get_coordinates(shapes, return_index=True)
    with np.errstate(invalid="ignore"):
        wrong = ~(np.abs(corners) < _TOP).all(axis=1)
    for number in np.unique(owner[wrong]).tolist():
        first = corners[wrong & (owner == number)][0]
        lost.append((number, {"reason": "not-finite", "text": f"{first[0]:g} {first[1]:g}"}))
        shapes[number] = None
    return shapes, lost


def _kind(said: str, shapes: NDArray[np.object_]) -> str:
    for word, kind in (("Polygon", "polygon"), ("Surface", "polygon"), ("Line", "line"), ("Curve", "line")):
        if word in said:
            return kind
    if "Point" in said:
        return "point"
    sizes = set(shapely.get_dimensions(shapes[~shapely.is_missing(shapes)]).tolist())
    return {0: "point", 1: "line", 2: "polygon"}[sizes.pop()] if len(sizes) == 1 else ""


def _type(kind: str, part: str) -> str:
    if part == _BOOLEAN:
        return "boolean"
    return "integer" if kind.startswith(_INTEGER) else _TYPES.get(kind, "text")


def _value(value: Any, kind: str) -> Any:  # noqa: ANN401 (what GDAL gives)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, float) and kind in ("integer", "boolean"):  # numpy has no integers with gaps
        return bool(value) if kind == "boolean" else int(value)
    if isinstance(value, datetime):
        return value.date()
    if kind == "date" and not isinstance(value, date):
        return _day(str(value))
    return value.strip() or None if isinstance(value, str) else value


def _day(text: str) -> date | str:
    met = re.match(r"(\d{4})-(\d{2})-(\d{2})", text)
    return date(*map(int, met.groups())) if met else text


def _crs(said: str | None) -> CRS | None:
    if not said or said.startswith(("EPSG:0", "EPSG:-1")):
        return None
    try:
        return identify(CRS(said))
    except CRSError:
        return None


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:160] if str(error) else type(error).__name__


_OTHERS = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = lower(?)"
    " AND instr(lower(name), lower(?)) <> 1"
)
"""Triggers of a table that are not those of its index."""


def rewrite(path: Path, layer: str, shapes: Mapping[int, Geometry]) -> None:
    """Put other geometries into rows (by fid) of a table of the GeoPackage; nothing else in the file is touched.

    The index of the table is kept by the file's own triggers; the functions of SpatiaLite that they call are lent here.
    Triggers for anything else rest meanwhile: they would change what nobody has looked at.
    """
    connection = sqlite3.connect(path)
    try:
        for name, corner in (("ST_MinX", 0), ("ST_MaxX", 2), ("ST_MinY", 1), ("ST_MaxY", 3)):
            connection.create_function(name, 1, lambda blob, corner=corner: float(shapely.bounds(_shape(blob))[corner]))
        connection.create_function("ST_IsEmpty", 1, lambda blob: blob is None or bool(shapely.is_empty(_shape(blob))))
        column, key = _columns(connection, layer)
        asked = "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?"
        srid = connection.execute(asked, (layer,)).fetchone()[0]
        rows = [(_blob(shape, srid), fid) for fid, shape in shapes.items()]
        resting = connection.execute(_OTHERS, (layer, f"rtree_{layer}_{column}_")).fetchall()
        for name, _ in resting:
            connection.execute(f"DROP TRIGGER {_quoted(name)}")
        connection.executemany(f"UPDATE {_quoted(layer)} SET {_quoted(column)} = ? WHERE {_quoted(key)} = ?", rows)
        for _, made in resting:
            connection.execute(made)
        connection.commit()
    finally:
        connection.close()


def label(path: Path) -> None:
    """Let every layer of the GeoPackage say EPSG:5514; what a geometry says beside that, nobody reads."""
    crs = CRS.from_epsg(_KROVAK)
    connection = sqlite3.connect(path)
    try:
        connection.execute(
            "INSERT OR IGNORE INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id,"
            " definition) VALUES (?, ?, 'EPSG', ?, ?)",
            (crs.name, _KROVAK, _KROVAK, crs.to_wkt(WktVersion.WKT1_GDAL)),
        )
        connection.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (_KROVAK,))
        connection.execute("UPDATE gpkg_contents SET srs_id = ? WHERE data_type = 'features'", (_KROVAK,))
        connection.commit()
    finally:
        connection.close()


def is_table(path: Path, layer: str) -> bool:
    """Return whether the layer is a table with a key, whose rows can be changed; a view shows those of others."""
    connection = sqlite3.connect(path)
    try:
        asked = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
        is_there = connection.execute(asked, (layer,)).fetchone()[0] > 0
        return is_there and any(row[5] for row in connection.execute(f"PRAGMA table_info({_quoted(layer)})"))
    finally:
        connection.close()


def _columns(connection: sqlite3.Connection, layer: str) -> tuple[str, str]:
    """Return the geometry column and the key of a table."""
    asked = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
    column = connection.execute(asked, (layer,)).fetchone()[0]
    key = next(row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(layer)})") if row[5])
    return str(column), str(key)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_ENVELOPES = (0, 32, 48, 48, 64)


def _shape(blob: bytes) -> Geometry:
    return shapely.from_wkb(blob[8 + _ENVELOPES[(blob[3] >> 1) & 7] :])


def _blob(shape: Geometry, srid: int) -> bytes:
    """Return a geometry as a GeoPackage keeps it: header with envelope, then WKB, little-endian."""
    west, south, east, north = shapely.bounds(shape).tolist()
    head = struct.pack("<2sBBi4d", b"GP", 0, 0b00000011, srid, west, east, south, north)
    return head + shapely.to_wkb(shape, byte_order=1)
