"""The corrected package: new geometries for the objects that were mended, everything else as it was handed in.

An object that is not changed keeps every letter of its geometry, arcs as arcs. One that is changed is written with
straight lines, its rings the way round that XPlanung wants, its axis order by its own srsName. Where a whole plan was
turned or has another CRS, its Bereiche and symbols go with it. A signature (.p7s) would no longer hold and is left out.
"""

import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import shapely
from lxml import etree
from lxml.etree import _Element, _ElementTree
from shapely import Geometry

from plans.delivery import Delivery
from plans.package import Package
from plans.repair.change import Change
from plans.standards import gml
from plans.standards.german.features import GML_ID, elements, geometry_of
from plans.xml import parse

_EPOCH = (2026, 1, 1, 0, 0, 0)
"""The date of every file in the archive: the same correction is the same bytes."""


def patch(package: Package, delivery: Delivery, changes: Sequence[Change], target: Path) -> Path:
    """Write the corrected package to `target` and return it: a zip, or the one GML file if it was handed in alone."""
    contents: dict[str, bytes] = {}
    changes = (*changes, *_along(delivery, changes))
    for path, here in package.files.items():
        own = [change for change in changes if change.element.place.file == path]
        if not own:
            continue
        tree = parse(here, path, whole=True)
        _mend(tree, own)
        contents[path] = etree.tostring(
            tree,
            encoding=tree.docinfo.encoding or "UTF-8",
            xml_declaration=True,
            standalone=tree.docinfo.standalone,
        )
    return _packed(package, contents, _signatures(delivery), target)


def _along(delivery: Delivery, changes: Sequence[Change]) -> Iterator[Change]:
    """Yield the changes of what goes with a plan that was turned or has another CRS: its Bereiche and symbols."""
    whole = {change.plan: change for change in changes if change.crs or "axis-order" in change.fixes}
    for number, change in whole.items():
        for element in (*delivery.plans[number].parts, *delivery.plans[number].drawing):
            if element.geometry is not None:
                turn = "axis-order" in change.fixes
                after = shapely.transform(element.geometry, lambda xy: xy[:, ::-1]) if turn else element.geometry
                yield replace(change, element=element, after=after)


def _mend(tree: _ElementTree, changes: Sequence[Change]) -> None:
    by_line = {(each.sourceline, gml.name_of(each), each.get(GML_ID) or ""): each for each in elements(tree)}
    by_name = {key[1:]: each for key, each in by_line.items()}
    for change in changes:
        key = (change.element.layer, change.element.id)
        feature = by_line.get((change.element.place.line, *key), by_name.get(key))
        old = geometry_of(feature) if feature is not None else None
        if feature is not None and old is not None:
            _replace(feature, old, change)
    if any(change.crs or "axis-order" in change.fixes for change in changes):
        _bound(tree.getroot(), [change.after for change in changes], changes[0].crs)


def _replace(feature: _Element, old: _Element, change: Change) -> None:
    holder = old.getparent()
    inherited = old.get("srsName") or gml.srs_name_above(old)
    name = change.crs or inherited
    if holder is None or name is None:
        return
    identifier = old.get(GML_ID) or f"{feature.get(GML_ID) or 'GML'}_geometry"
    multiple = gml.name_of(old).startswith("Multi")
    after = shapely.orient_polygons(shapely.force_2d(change.after))
    new = gml.element(after, name, identifier, multiple=multiple, decimals=None)
    new.tail = old.tail
    holder.replace(old, new)
    _bound(feature, [after], change.crs)


def _bound(feature: _Element, shapes: Sequence[Geometry], crs: str | None) -> None:
    """Write the new extent, and CRS if it is another one, where the feature or collection says its own."""
    for bounded in gml.children(feature, "boundedBy"):
        for envelope in gml.children(bounded, "Envelope"):
            corners = shapely.total_bounds(shapes).reshape(2, 2)
            own = crs or envelope.get("srsName") or gml.srs_name_above(envelope) or ""
            if crs:
                envelope.set("srsName", crs)
            for corner, point in zip(gml.children(envelope, "lowerCorner", "upperCorner"), corners, strict=False):
                corner.text = gml.points_text(point.reshape(1, 2), own, None)


def _signatures(delivery: Delivery) -> frozenset[str]:
    return frozenset(member.path for member in delivery.members if member.role == "signature")


def _packed(package: Package, contents: Mapping[str, bytes], dropped: frozenset[str], target: Path) -> Path:
    if list(package.files) == [package.name]:
        if package.name in contents:
            target.write_bytes(contents[package.name])
        else:
            shutil.copyfile(package.files[package.name], target)
        return target
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, here in package.files.items():
            if path not in dropped:
                entry = zipfile.ZipInfo(str(PurePosixPath(path)), _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, contents[path] if path in contents else here.read_bytes())
    return target
