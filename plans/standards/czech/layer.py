"""A layer as it lies in the package, Shapefile or table of a GeoPackage: geometries beside columns, nothing judged yet.

Apart from the Plan because two formats lead here and from here on there is one road.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.enums import WktVersion
from pyproj.exceptions import CRSError

from geodesy import identify
from plans.delivery import Incident, Table
from plans.model import Place
from plans.standards.czech import dbf, shp
from plans.standards.czech.profile import layer_names
from plans.standards.czech.rings import Trouble

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True)
class RawLayer:
    """One layer. `name` in official spelling where the standard has the layer, `written` as the file has it.

    `shapes` (n,) are x first as the numbers stand in the file; `rows` (n,) are row numbers from 1 (of a GeoPackage:
    fid). `crs` is what the file says of it, None if it says nothing; `kind` polygon | line | point | "".
    """

    name: str
    written: str
    file: str
    types: Mapping[str, str]
    columns: Mapping[str, Sequence[Any]]
    shapes: NDArray[np.object_]
    rows: NDArray[np.intp]
    kind: str
    crs: CRS | None
    encoding: str | None = None
    is_guessed: bool = False
    incidents: tuple[Incident, ...] = ()

    def table(self) -> Table:
        """Return the layer as the delivery shows it."""
        label = None if self.crs is None else label_of(self.crs)
        return Table(
            self.written, self.file, self.types, len(self.rows), self.kind, label, self.encoding, self.is_guessed
        )


def official(name: str) -> str:
    """Return a layer's name in the spelling of the standard; a name that it does not know stays as it is."""
    return layer_names().get(name.lower(), name)


def label_of(crs: CRS) -> str:
    """Return "EPSG:5514" and the like; the system's name if it has no code."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


@cache
def crs_of(prj: str) -> CRS | None:
    """Return the system that a .prj means; None for text that is no description of one.

    Krovak in the spellings of old programs, which PROJ cannot name, is taken for EPSG:5514: those programs wrote it so.
    """
    try:
        found = identify(CRS.from_wkt(prj))
    except CRSError:
        return None
    if found.to_authority() is None and "krovak" in prj.lower():
        return CRS.from_epsg(5514)
    return found


def prj() -> bytes:
    """Return the .prj of EPSG:5514, as GIS programs understand it."""
    return CRS.from_epsg(5514).to_wkt(WktVersion.WKT1_ESRI).encode("ascii")


def from_shapefile(written: str, files: Mapping[str, tuple[str, Path]]) -> tuple[RawLayer | None, list[Incident]]:
    """Return the layer of the parts of one Shapefile, {suffix: (path inside the package, path here)}.

    None with an incident that says why, if it cannot be read.
    """
    file = files[".shp"][0] if ".shp" in files else next(iter(files.values()))[0]
    name = official(written)
    missing = [suffix for suffix in (".shp", ".dbf") if suffix not in files]
    if missing:
        return None, [Incident("structure.cz-missing-file", {"missing": written + missing[0]}, None, name, Place(file))]
    parts = {suffix: files[suffix][1].read_bytes() for suffix in PARTS if suffix in files}
    try:
        shapes = shp.read(parts[".shp"], parts.get(".shx"))
        rows = dbf.read(parts[".dbf"], parts.get(".cpg"))
    except (shp.BrokenShapefileError, dbf.BrokenTableError) as error:
        values = {"reason": str(error)}
        return None, [Incident("structure.cz-unreadable-layer", values, None, name, Place(file))]
    return _joined(written, file, shapes, rows, parts.get(".prj")), []


def _joined(written: str, file: str, shapes: shp.Shapes, rows: dbf.Rows, prj: bytes | None) -> RawLayer:
    """Return geometries beside attributes, without rows that are struck out."""
    name, place = official(written), Place(file)
    both = min(len(shapes.geometries), len(rows))
    kept = np.flatnonzero(~rows.is_deleted[:both] & shapes.is_there[:both])
    incidents = [_trouble(each, name, file) for each in shapes.troubles if not _is_struck(rows, each.record)]
    figures = {"shapes": len(shapes.geometries), "rows": len(rows)}
    if shapes.is_cut or len(rows) < rows.said:
        figures = {"there": int(shapes.is_there[:both].sum()), "said": max(rows.said, len(shapes.geometries))}
        incidents.append(Incident("structure.cz-cut-off", figures, None, name, place))
    elif len(shapes.geometries) != len(rows):
        incidents.append(Incident("structure.cz-row-count", figures, None, name, place))
    for column in dict.fromkeys(column for column, _ in rows.undecoded):
        met = [row + 1 for which, row in rows.undecoded if which == column]
        values = {"attribute": column, "encoding": rows.encoding, "n": len(met)}
        incidents.append(Incident("structure.cz-wrong-encoding", values, None, name, Place(file, row=met[0])))
    return RawLayer(
        name,
        written,
        file,
        rows.types,
        {column: [values[row] for row in kept] for column, values in rows.columns.items()},
        shapes.geometries[kept],
        kept + 1,
        shapes.kind,
        crs_of(prj.decode("utf-8", "replace")) if prj else None,
        rows.encoding,
        rows.is_guessed,
        tuple(incidents),
    )


def _is_struck(rows: dbf.Rows, record: int) -> bool:
    return record < len(rows) and bool(rows.is_deleted[record])


_RULES = {
    "record": "geometry.cz-broken-record",
    "coordinates": "geometry.coordinates",
    "unclosed": "geometry.unclosed",
    "short": "geometry.too-few-points",
}


def _trouble(met: Trouble, layer: str, file: str) -> Incident:
    values = {"element": layer, **met.values}
    return Incident(_RULES[met.what], values, None, layer, Place(file, row=met.record + 1), met.where)
