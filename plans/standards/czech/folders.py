"""Which files of a package belong to which plan, and which of them together are one layer.

Apart from reading them because offices pack in many ways: DUP_<code>[_Z<n>]/Data/*.shp as asked for, the same in other
letter case, everything flat, several plans in one package, or one GeoPackage.
"""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from plans.package import Package
from plans.standards.czech.layer import PARTS
from plans.standards.czech.profile import layer_names

NAME = re.compile(r"DUP_(?P<code>\d{6})(?:_Z(?P<change>\d+\w?))?(?:\.zip|\.gpkg)?", re.IGNORECASE)
GEOPACKAGE, _SQLITE = ".gpkg", b"SQLite format 3\0"
_SHAPEFILE = {".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".qmd", ".xml"}
_DRAWINGS = {".tif", ".tiff", ".png", ".bmp", ".jpg", ".jpeg", ".dwg", ".dgn", ".dxf"}
_WORLD = {".tfw", ".pgw", ".bpw", ".jgw", ".wld"}
_DATA, _DRAWN = "data", "vykresy"

type Parts = Mapping[str, tuple[str, Path]]
"""The parts of one Shapefile: {suffix: (path inside the package, path here)}."""


@dataclass
class Unit:
    """The files of one plan, or of one change of it.

    `shapefiles` by path without suffix; `geopackages` are (path inside the package, path here); `others` are what else
    lies beside them. `folder` is the folder that names the plan, "" if only the package's own name does or none.
    """

    code: str | None
    change: str | None
    folder: str = ""
    shapefiles: dict[str, dict[str, tuple[str, Path]]] = field(default_factory=dict)
    geopackages: list[tuple[str, Path]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    has_data: bool = False


def units(package: Package) -> list[Unit]:
    """Return the plans of the package, in the order of their files."""
    found: dict[tuple[str | None, str | None], Unit] = {}
    own = NAME.fullmatch(package.name)
    for path, here in package.files.items():
        folders = _steps(path)[:-1]
        named = next((met for step in reversed(folders) if (met := NAME.fullmatch(step))), None)
        said = named or own
        key = (said["code"], said["change"]) if said else (None, None)
        unit = found.setdefault(key, Unit(*key))
        unit.folder = unit.folder or (named[0] if named else "")
        unit.has_data = unit.has_data or _DATA in map(str.lower, folders)
        _place(unit, path, here)
    for unit in found.values():
        if unit.has_data:
            _keep_data(unit)
        unit.shapefiles = {key: parts for key, parts in unit.shapefiles.items() if _is_layer(parts)}
    return list(found.values())


def role_of(path: str) -> str:
    """Return what a file of a package is taken for: plan | drawing | worldfile | document."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _SHAPEFILE | {GEOPACKAGE}:
        return "plan"
    if suffix in _WORLD:
        return "worldfile"
    return "drawing" if suffix in _DRAWINGS or _DRAWN in map(str.lower, _steps(path)[:-1]) else "document"


def is_geopackage(path: Path) -> bool:
    """Whether the file begins as an SQLite database does."""
    with path.open("rb") as stream:
        return stream.read(len(_SQLITE)) == _SQLITE


def is_known(package: Package) -> bool:
    """Whether the names in the package speak of the Czech standard: its package name, or layers of it."""
    vectors = [path for path in package.files if path.lower().endswith((".shp", ".dbf", GEOPACKAGE))]
    names = {PurePosixPath(_steps(path)[-1]).stem.lower() for path in vectors}
    names |= {name.lower() for path in vectors for name in _tables(path, package.files[path])}
    if names & layer_names().keys():
        return True
    named = NAME.fullmatch(package.name) or any(NAME.fullmatch(step) for path in package.files for step in _steps(path))
    return bool(named and vectors)


def _tables(path: str, here: Path) -> list[str]:
    """Return the names of the tables of a GeoPackage; none for any other file."""
    if not path.lower().endswith(GEOPACKAGE) or not is_geopackage(here):
        return []
    try:
        connection = sqlite3.connect(f"{here.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            return [str(row[0]) for row in connection.execute("SELECT table_name FROM gpkg_contents")]
        finally:
            connection.close()
    except sqlite3.Error:
        return []


def _steps(path: str) -> list[str]:
    return path.replace("\\", "/").split("/")


def _place(unit: Unit, path: str, here: Path) -> None:
    steps = _steps(path)
    stem, dot, suffix = steps[-1].rpartition(".")
    suffix = dot + suffix.lower()
    if suffix in PARTS:
        key = "/".join([*steps[:-1], stem]).lower()
        unit.shapefiles.setdefault(key, {})[suffix] = (path, here)
    elif suffix == GEOPACKAGE:
        unit.geopackages.append((path, here))
    else:
        unit.others.append(path)


def _keep_data(unit: Unit) -> None:
    """Leave out Shapefiles that lie beside the folder of the data: work of the author, not the plan."""
    unit.shapefiles = {key: parts for key, parts in unit.shapefiles.items() if _DATA in _steps(key)[:-1]}
    inside = [each for each in unit.geopackages if _DATA in map(str.lower, _steps(each[0])[:-1])]
    unit.geopackages = inside or unit.geopackages


def _is_layer(parts: Parts) -> bool:
    """Whether files are a layer, if only pieces of one; a .prj or a table may belong to a drawing or a text."""
    return ".shp" in parts or (".dbf" in parts and stem_of(parts).lower() in layer_names())


def stem_of(parts: Parts) -> str:
    """Return the name of a Shapefile as its maker wrote it."""
    path = (parts.get(".shp") or next(iter(parts.values())))[0]
    return _steps(path)[-1].rpartition(".")[0]
