"""Areas out of the GeoPackage of a harmonised plan, for checks of its neighbours: SQLite and WKB, without GDAL.

Apart because the file was made by a process that has read files of strangers: it is opened read-only, nothing in it is
executed, and only polygons of a plain form are taken. GDAL would have to be told all that.
"""

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import numpy as np
import shapely

from plans.context import Zones

LAYER = "elements"
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""Bytes of the envelope in a GeoPackage geometry, by the code in its flags."""
_AREAS = {kind + extra for kind in (3, 6) for extra in (0, 1000, 2000, 3000, 0x80000000)}
"""WKB codes of Polygon and MultiPolygon, with and without Z and M."""


class NotReadableError(Exception):
    """The file is none of ours."""


def zones(path: Path) -> Zones | None:
    """Return the areas of the plan in its own CRS, x first; None if there is no layer of areas, or nothing in it.

    Raises NotReadableError.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
            opened.execute("PRAGMA trusted_schema = OFF")
            opened.execute("PRAGMA cell_size_check = ON")
            return _zones(opened)
    except (sqlite3.Error, struct.error, shapely.errors.GEOSException, LookupError, ValueError) as error:
        raise NotReadableError(f"{path.name}: {error}") from error


def _zones(opened: sqlite3.Connection) -> Zones | None:
    found = opened.execute(
        "SELECT column_name, organization, organization_coordsys_id FROM gpkg_geometry_columns g"
        " JOIN gpkg_spatial_ref_sys USING (srs_id) WHERE table_name = ?",
        [LAYER],
    ).fetchone()
    if found is None:
        return None
    column, authority, number = found
    quoted = str(column).replace('"', '""')
    read = opened.execute(f'SELECT id, code, hilucs, "{quoted}" FROM {LAYER} WHERE "{quoted}" IS NOT NULL')
    kept = [(str(id_), str(code or ""), str(hilucs or ""), wkb(blob)) for id_, code, hilucs, blob in read]
    kept = [each for each in kept if each[3]]
    if not kept:
        return None
    ids, codes, hilucs, shapes = zip(*kept, strict=True)
    return Zones(
        crs=f"{str(authority).upper()}:{number}",
        ids=ids,
        codes=codes,
        hilucs=hilucs,
        shapes=np.asarray(shapely.from_wkb(np.asarray(shapes, dtype=object)), dtype=object),
    )


def wkb(blob: bytes) -> bytes:
    """Return the WKB of a polygon in a GeoPackage geometry; empty for an empty one and for what is no polygon."""
    if blob[:2] != b"GP":
        return b""
    flags = blob[3]
    start = 8 + _ENVELOPES[(flags >> 1) & 7]
    order = "<" if blob[start] else ">"
    (kind,) = struct.unpack_from(f"{order}I", blob, start + 1)
    return blob[start:] if kind in _AREAS and not flags & 0b10000 else b""
