"""Writing plans in the form of the Czech unified standard: DUP_<code>[_Z<n>].zip with Shapefiles in Data.

Apart from the example plans because the demo region's plans are written by it too. A plan is given as data: layers of
features with shapes and attributes; what the standard wants around them comes from its tables. The same sketch gives
the same bytes.
"""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import shapely
from shapely import Geometry

from plans.standards.czech.layer import prj
from plans.standards.czech.profile import Attribute, profile
from plans.standards.czech.shp_write import write as shapes_written

_EPOCH = (2026, 1, 1, 0, 0, 0)
_WIDTHS = {"text": 40, "integer": 9, "decimal": 19, "date": 8}
_LETTERS = {"text": "C", "integer": "N", "decimal": "N", "date": "D"}
_DECIMALS = 3

type Value = str | int | float | date | None


@dataclass(frozen=True)
class Feature:
    """One row of a layer: shape (x first, EPSG:5514; None for a null shape) and attributes by name."""

    shape: Geometry | None
    attributes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class CzechSketch:
    """A plan to be written. `code` is the municipality's (six digits), `change` the number of a change of the plan.

    `layers` by name as in the standard; a layer of one's own begins with X. Attributes that the standard has for a
    layer are its first fields; attributes that only the features have follow. `encoding` is Python's name of it;
    `has_cpg`, `has_prj` say whether the files say encoding and CRS. `extra` are other files, by path in the folder.
    """

    code: str
    layers: Mapping[str, Sequence[Feature]]
    change: str | None = None
    profile: str = "JS-2024"
    encoding: str = "utf-8"
    has_cpg: bool = True
    has_prj: bool = True
    extra: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the plan's folder."""
        return f"DUP_{self.code}" + (f"_Z{self.change}" if self.change else "")


def zone(shape: Geometry, typ: str, index: str | None = None, state: int = 1, **more: Value) -> Feature:
    """Return an area of PlochyRZV_p: code of use, letter of its sub-type, 1 stabilised or 2 proposed."""
    return Feature(shape, {"CasH": state, "Typ": typ, "Index": index, **more})


def write(sketch: CzechSketch, target: Path) -> Path:
    """Write the plan as `<name>.zip` into the folder `target` and return the file's path."""
    return pack(files_of(sketch), target / f"{sketch.name}.zip")


def pack(files: Mapping[str, bytes], path: Path) -> Path:
    """Write files (by path in the archive) as a zip and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, content)
    return path


def files_of(sketch: CzechSketch) -> dict[str, bytes]:
    """Return the files of the plan by path in the archive, for whoever wants to break one of them."""
    files: dict[str, bytes] = {}
    for name, features in sketch.layers.items():
        stem = f"{sketch.name}/Data/{name}"
        kind = "line" if name.lower().endswith("_l") else "polygon"
        files[f"{stem}.shp"], files[f"{stem}.shx"] = shapes_written([each.shape for each in features], kind)
        files[f"{stem}.dbf"] = table(_fields(sketch, name), [each.attributes for each in features], sketch.encoding)
        if sketch.has_prj:
            files[f"{stem}.prj"] = prj()
        if sketch.has_cpg:
            files[f"{stem}.cpg"] = sketch.encoding.upper().removeprefix("CP").encode("ascii")
    return files | {f"{sketch.name}/{path}": content for path, content in sketch.extra.items()}


def _fields(sketch: CzechSketch, layer: str) -> dict[str, str]:
    """Return names and types of a layer's fields: those of the standard, then what the features have beside."""
    known = profile(sketch.profile).layer(layer)
    attributes: Sequence[Attribute] = known.attributes if known is not None else ()
    fields = {each.name: each.type for each in attributes}
    for feature in sketch.layers[layer]:
        for name, value in feature.attributes.items():
            if value is not None:
                fields.setdefault(name, type_of(value))
    return fields or {"ID": "text"}


def type_of(value: Value) -> str:
    """Return the type of a field that holds such a value."""
    if isinstance(value, date):
        return "date"
    return "integer" if isinstance(value, int) else "decimal" if isinstance(value, float) else "text"


def table(fields: Mapping[str, str], rows: Sequence[Mapping[str, Value]], encoding: str) -> bytes:
    """Return a .dbf of these fields (name: text | integer | decimal | date) and rows."""
    widths = {name: _WIDTHS[kind] for name, kind in fields.items()}
    head = struct.pack("<4BIHH20x", 3, 126, 1, 1, len(rows), 33 + 32 * len(fields), 1 + sum(widths.values()))
    for name, kind in fields.items():
        decimals = _DECIMALS if kind == "decimal" else 0
        head += struct.pack("<11sc4x2B14x", name.encode(encoding), _LETTERS[kind].encode(), widths[name], decimals)
    body = b"".join(
        b" " + b"".join(_cell(row.get(name), kind, encoding) for name, kind in fields.items()) for row in rows
    )
    return head + b"\r" + body + b"\x1a"


def _cell(value: Value, kind: str, encoding: str) -> bytes:
    width = _WIDTHS[kind]
    if value is None:
        return b" " * width
    if isinstance(value, date):
        return value.strftime("%Y%m%d").encode()
    if kind == "text":
        return str(value).encode(encoding)[:width].ljust(width)
    text = f"{value:.{_DECIMALS}f}" if isinstance(value, float) else str(value)
    return text.encode()[:width].rjust(width)


def rounded(shape: Geometry) -> Geometry:
    """Return the shape to the millimetre, as plans are delivered; neighbours that shared corners still do."""
    return shapely.transform(shape, lambda corners: corners.round(3))
