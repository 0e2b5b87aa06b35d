"""Reads XPlanGML 4.0 to 6.1: a GML file, or a zip with xplan.gml and what it refers to.

Every XP_Plan of the package becomes a Plan; BPlan and FPlan in the first place, plans of other kinds as they are.
`Delivery.tables` counts every feature by type, so that nothing that was read can be lost unseen.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lxml.etree import _ElementTree

from plans.delivery import Delivery, Incident, Table
from plans.model import Place, Plan, Standard
from plans.package import Package
from plans.standards.german import assemble, references, schema
from plans.standards.german.attributes import HREF
from plans.standards.german.features import Feature, features, repeated
from plans.standards.gml import Reader, first_srs_name
from plans.xml import XmlRefused, parse, root_name

NAMESPACE = re.compile(r"https?://www\.xplanung\.de/xplangml/(\d+)/(\d+)/?")
MAIN = "xplan.gml"


def recognises(package: Package) -> bool:
    """Whether a file of the package is XPlanGML, by the namespace of its root."""
    return bool(_plan_files(package))


def read(package: Package) -> Delivery:
    """Return what is in the package; never raises for what is wrong with it."""
    files = _plan_files(package)
    incidents: list[Incident] = [*_naming(package, files), *references.unexpected(package, files)]
    plans: list[Plan] = []
    tables: list[Table] = []
    for path, version in files.items():
        one = _read_file(package, path, version)
        plans += one.plans
        tables += one.tables
        incidents += one.incidents
    incidents += references.world_files(package)
    profile = plans[0].profile if plans else f"XPlan-{next(iter(files.values()), '')}"
    members = references.members(package, files)
    return Delivery(Standard.GERMAN, profile, tuple(plans), members, tuple(tables), tuple(incidents))


def _read_file(package: Package, path: str, version: str) -> Delivery:
    try:
        tree = parse(package.files[path], path)
    except XmlRefused as refused:
        return Delivery(incidents=(refused.incident,))
    reader = Reader(path, None, assumed_crs=first_srs_name(tree.getroot()))
    found = features(tree, reader, path)
    documents, missing = references.documents(tree.getroot(), path, package)
    plans, lost = assemble.plans(found, version, reader.crs, documents)
    incidents = [*reader.incidents, *repeated(found), *_links(tree, path, found), *lost, *missing]
    if version not in schema.READ:
        incidents.append(Incident("structure.de-version", {"version": version}, place=Place(path, 1)))
    if not plans:
        incidents.append(Incident("structure.de-no-plan", {"file": path}, place=Place(path, 1)))
    return Delivery(plans=tuple(plans), tables=tuple(_tables(found, path, reader.crs)), incidents=tuple(incidents))


def _plan_files(package: Package) -> dict[str, str]:
    """Return the version of each XPlanGML file of the package by its path, xplan.gml first."""
    found: dict[str, str] = {}
    for path in sorted(package.files, key=lambda each: (PurePosixPath(each).name.lower() != MAIN, each)):
        if PurePosixPath(path).suffix.lower() in references.PLAN_SUFFIXES or len(package.files) == 1:
            version = _version(package.files[path])
            if version is not None:
                found[path] = version
    return found


def _version(path: Path) -> str | None:
    """Return the version of an XPlanGML file, by its root's namespace or else by that of what is in it."""
    root = root_name(path)
    if root is None:
        return None
    if found := NAMESPACE.fullmatch(root[0]):
        return f"{found[1]}.{found[2]}"
    if root[1] in ("FeatureCollection", "XPlanAuszug"):
        with path.open("rb") as stream:
            inside = NAMESPACE.search(stream.read(8192).decode("utf-8", "replace"))
        return f"{inside[1]}.{inside[2]}" if inside else None
    return None


def _naming(package: Package, files: dict[str, str]) -> Iterator[Incident]:
    packed = list(package.files) != [package.name]
    if packed and files and MAIN not in files:
        yield Incident("files.de-xplan-gml", {"found": next(iter(files))}, place=Place(next(iter(files))))
    for name in dict.fromkeys((package.name, *package.files)):
        if not re.fullmatch(r"[a-zA-Z0-9.()_-]*", PurePosixPath(name).name):
            yield Incident("files.de-name", {"file": name}, place=Place(name if name in package.files else None))


def _links(tree: _ElementTree, path: str, found: list[Feature]) -> Iterator[Incident]:
    """Yield an incident for each xlink that leaves the file or that nothing in it answers to."""
    ids = {value for each in tree.getroot().iter() for name, value in each.attrib.items() if str(name).endswith("}id")}
    for feature in found:
        for element in feature.element.iter():
            href = element.get(HREF)
            if href is None or (href.startswith("#") and href[1:] in ids):
                continue
            reason = "unresolved" if href.startswith("#") else "external"
            values = {"link": href[:200], "reason": reason, "attribute": str(element.tag).rpartition("}")[2]}
            place = Place(path, element.sourceline)
            yield Incident("structure.de-link", values, feature.id or None, feature.layer, place)


def _tables(found: list[Feature], path: str, crs: str | None) -> Iterator[Table]:
    counts = Counter(each.layer for each in found)
    kinds: dict[str, set[str]] = {}
    fields: dict[str, dict[str, str]] = {}
    for each in found:
        if each.geometry is not None:
            kinds.setdefault(each.layer, set()).add(type(each.geometry).__name__)
        fields.setdefault(each.layer, {}).update({key: _type(value) for key, value in each.attributes.items()})
    for layer, count in counts.items():
        yield Table(layer, path, fields[layer], count, "/".join(sorted(kinds.get(layer, ()))), crs, "utf-8")


def _type(value: object) -> str:
    names = {"bool": "boolean", "float": "decimal", "date": "date"}
    return names.get(type(value).__name__, "text")
