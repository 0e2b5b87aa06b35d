"""The corrected package: new geometries for the objects that were mended, everything else as it was handed in.

Apart from repair because it knows the form and not the fault. A file that is changed loses its electronic signature,
for that would no longer hold; the report says that there was one. Files that are not changed keep theirs.
"""

import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from lxml import etree
from lxml.etree import QName, _Element, _ElementTree
from shapely import Geometry
from shapely.geometry.base import BaseGeometry

from plans.delivery import Delivery
from plans.model import Element
from plans.package import Package
from plans.repair.change import Change
from plans.standards import gml
from plans.standards.polish.collection import SIGNATURES
from plans.standards.polish.feature import GEOMETRY_OF
from plans.standards.polish.schema import ACT, TYPES
from plans.xml import parse

GML = "http://www.opengis.net/gml/3.2"
SRS = "http://www.opengis.net/def/crs/EPSG/0/"
_EPOCH = (2026, 1, 1, 0, 0, 0)
"""The date of every file in the archive: the same correction is the same bytes."""

type Wanted = dict[tuple[int | None, str, str], tuple[BaseGeometry, str | None]]
"""New geometries, with a new CRS if need be, by line, type and gml:id of the object: a file may be one long line."""


def patch(package: Package, delivery: Delivery, changes: Sequence[Change], target: Path) -> Path:
    """Write the corrected package to `target` and return it: a zip, or the one GML file if it was handed in alone.

    A file whose coordinates stand in another order than those of the others is written in the right one, whatever the
    changes are.
    """
    wanted: dict[str, Wanted] = {}
    turned = {each.place.file for each in delivery.incidents if each.rule == "geometry.pl-axis-order"}
    for plan in delivery.plans:
        for element in plan.everything():
            if element.place.file in turned:
                _want(wanted, element, element.geometry, None)
    for change in changes:
        _want(wanted, change.element, change.after, change.crs)
    contents = {path: _written(package.files[path], path, own) for path, own in wanted.items() if path in package.files}
    signatures = {each.path for each in delivery.members if each.role == "signature"} if contents else set()
    return _packed(package, contents, signatures - contents.keys(), target)


def _want(wanted: dict[str, Wanted], element: Element, geometry: Geometry | None, crs: str | None) -> None:
    if element.place.file is not None and isinstance(geometry, BaseGeometry) and not geometry.is_empty:
        key = (element.place.line, element.layer, str(element.attributes.get("gml:id", "")))
        wanted.setdefault(element.place.file, {})[key] = (geometry, crs)


def _written(here: Path, path: str, wanted: Wanted) -> bytes:
    """Return a file with the new geometries."""
    tree = _unsigned(parse(here, path, whole=True))
    for feature in tree.iter():
        name = gml.name_of(feature)
        found = wanted.get((feature.sourceline, name, feature.get(f"{{{GML}}}id", ""))) if name in TYPES else None
        if found is not None:
            _replace(feature, name, *found)
    return etree.tostring(tree, encoding=tree.docinfo.encoding or "UTF-8", xml_declaration=True)


def _replace(feature: _Element, kind: str, geometry: BaseGeometry, crs: str | None) -> None:
    for holder in gml.children(feature, GEOMETRY_OF.get(kind, "geometria")):
        for old in gml.children(holder)[:1]:
            name = old.get("srsName") or gml.srs_name_above(old)
            name = f"{SRS}{crs.rpartition(':')[2]}" if crs else name or _inside(old)
            if name is None:
                continue
            identifier = old.get(f"{{{GML}}}id") or f"{feature.get(f'{{{GML}}}id') or kind}_g"
            new = gml.element(geometry, name, identifier, multiple=kind == ACT, decimals=None)
            new.tail = old.tail
            holder.replace(old, new)


def _inside(old: _Element) -> str | None:
    """Return a srsName that stands only at parts of the geometry."""
    return next((each.get("srsName") for each in old.iter() if each.get("srsName")), None)


def _unsigned(tree: _ElementTree) -> _ElementTree:
    """Return the document without signatures, also without one that encloses it."""
    root = tree.getroot()
    if QName(root).namespace in SIGNATURES:
        inside = [each for part in gml.children(root, "Object") for each in gml.children(part)]
        root = next((each for each in inside if QName(each).namespace not in SIGNATURES), root)
        tree = etree.ElementTree(root)
    for signature in [each for each in root.iter() if gml.name_of(each) == "Signature"]:
        above = signature.getparent()
        if above is not None and QName(signature).namespace in SIGNATURES:
            above.remove(signature)
    return tree


def _packed(package: Package, contents: Mapping[str, bytes], dropped: set[str], target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not package.is_packed and len(package.files) == 1:
        path, here = next(iter(package.files.items()))
        if path in contents:
            target.write_bytes(contents[path])
        else:
            shutil.copyfile(here, target)
        return target
    with zipfile.ZipFile(target, "w") as archive:
        for path, here in package.files.items():
            if path not in dropped:
                info = zipfile.ZipInfo(path, _EPOCH)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(info, contents[path] if path in contents else here.read_bytes())
    return target
