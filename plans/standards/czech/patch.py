"""The corrected package: the one that was handed in, with other geometries for some objects, and nothing else changed.

Apart from repair because it knows the form and not the fault. What must go with a geometry goes with it: where numbers
were turned to be read (EPSG:5513, swapped axes) every geometry of that layer is written turned, and the .prj says
EPSG:5514. Attributes (.dbf), encodings, drawings and texts are the very bytes that were handed in.
"""

import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import shapely
from shapely import Geometry

from plans.delivery import Delivery
from plans.package import Package
from plans.repair.change import Change
from plans.standards.czech import geopackage, shp, shp_write
from plans.standards.czech.axes import TURNS, form_of
from plans.standards.czech.folders import GEOPACKAGE
from plans.standards.czech.layer import prj

_LABELLED = frozenset(
    {"structure.cz-crs-missing", "structure.cz-crs-label", "geometry.cz-signs", "geometry.cz-swapped-axes"}
)
"""Incidents that are mended by turning coordinates or by saying EPSG:5514."""
_LABELS = {"crs-label", "axis-order"}
"""Fixes that are of the whole layer and not of an object."""
_EPOCH = (2026, 1, 1, 0, 0, 0)
"""The date of every file in the archive: the same correction is the same bytes."""

type ByLayer = dict[str, dict[int, Geometry]]
"""New geometries by layer and row (from 1; of a GeoPackage: fid)."""


def patch(package: Package, delivery: Delivery, changes: Sequence[Change], target: Path) -> Path:
    """Write the corrected package to `target` and return it: a zip, or the one GeoPackage if it was handed in alone.

    Wrong or missing labels of the CRS and turned axes, where the delivery tells of them, are mended whatever the
    changes are. A layer that had to be brought from a wholly different CRS is left as it is: that is not for a program
    to decide. The boundary is changed only if it is one object. A layer that is a view in its GeoPackage is left too.
    """
    foreign = _paths(delivery, frozenset({"structure.cz-crs"}))
    labelled = _paths(delivery, _LABELLED) - foreign
    wanted: dict[str, ByLayer] = {path: {} for path in sorted(labelled)}
    for change in changes:
        place = change.element.place
        if place.file in labelled and set(change.fixes) <= _LABELS:
            continue  # its numbers are as they were read; those of turned layers are written whole
        if place.file is not None and place.row is not None and place.file in package.files.keys() - foreign:
            wanted.setdefault(place.file, {}).setdefault(change.element.layer, {})[place.row] = change.after
    contents: dict[str, bytes] = {}
    target.parent.mkdir(parents=True, exist_ok=True)
    for path, by_layer in wanted.items():
        if path.lower().endswith(GEOPACKAGE):
            contents[path] = _geopackage(package.files[path], by_layer, target, is_labelled=path in labelled)
        else:
            contents |= _shapefile(package, path, by_layer, is_labelled=path in labelled)
    return _packed(package, contents, target)


def _paths(delivery: Delivery, rules: frozenset[str]) -> set[str]:
    """Return the files of which incidents of these rules tell."""
    return {path for each in delivery.incidents if each.rule in rules for path in each.values["paths"]}


def _shapefile(package: Package, path: str, by_layer: ByLayer, *, is_labelled: bool) -> dict[str, bytes]:
    """Return the parts of a Shapefile that change."""
    old = package.files[path].read_bytes()
    shx, label = _beside(package, path, ".shx"), _beside(package, path, ".prj")
    index = package.files[shx].read_bytes() if shx in package.files else None
    raw = shp.read(old, index).geometries
    turn = TURNS.get(form_of(raw))
    shapes: dict[int, Geometry] = {}
    if turn is not None:
        turned = shapely.transform(raw, turn[1])
        shapes = {number: shape for number, shape in enumerate(turned) if shape is not None}
    shapes |= {row - 1: shape for rows in by_layer.values() for row, shape in rows.items()}
    contents = {label: prj()} if is_labelled else {}
    if shapes:
        contents[path], contents[shx] = shp_write.rewritten(old, index, shapes, turn[1] if turn else None)
    return contents


def _beside(package: Package, path: str, suffix: str) -> str:
    """Return the path of another part of a Shapefile, in the letter case that is there; as it would be if it is not."""
    wanted = str(PurePosixPath(path).with_suffix(suffix))
    return next((each for each in package.files if each.lower() == wanted.lower()), wanted)


def _geopackage(here: Path, by_layer: ByLayer, target: Path, *, is_labelled: bool) -> bytes:
    """Return a GeoPackage with the changes."""
    copy = target.with_name(f".{target.name}.gpkg")
    shutil.copyfile(here, copy)
    try:
        if is_labelled:
            geopackage.label(copy)
        for layer in geopackage.layers(here.name, here)[0]:
            turn = TURNS.get(form_of(layer.shapes)) if is_labelled else None
            shapes: dict[int, Geometry] = {}
            if turn is not None:
                turned = shapely.transform(layer.shapes, turn[1])
                shapes = {
                    row: shape for row, shape in zip(layer.rows.tolist(), turned, strict=True) if shape is not None
                }
            shapes |= by_layer.get(layer.name, {})
            if shapes and geopackage.is_table(copy, layer.written):
                geopackage.rewrite(copy, layer.written, shapes)
        return copy.read_bytes()
    finally:
        copy.unlink()


def _packed(package: Package, contents: Mapping[str, bytes], target: Path) -> Path:
    """Write all files of the package, with these contents for some."""
    if target.suffix.lower() == GEOPACKAGE:
        (path,) = package.files
        target.write_bytes(contents.get(path) or package.files[path].read_bytes())
        return target
    with zipfile.ZipFile(target, "w") as archive:
        for path in [*package.files, *(path for path in contents if path not in package.files)]:
            info = zipfile.ZipInfo(path, _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, contents[path] if path in contents else package.files[path].read_bytes())
    return target
