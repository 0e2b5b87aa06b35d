"""The objects of one APP file, whatever is wrapped round them.

The ministry's plugin writes wfs:FeatureCollection/wfs:member, others gml:FeatureCollection/gml:featureMember, and an
electronic signature may stand in either or enclose it all. Each of them is taken; the version is in the namespace.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml.etree import QName, _Element

from plans.delivery import Incident
from plans.model import Place
from plans.standards.gml import Reader, children, first_srs_name, name_of
from plans.standards.polish.feature import Feature, read_feature
from plans.standards.polish.schema import TYPES, VERSIONS
from plans.xml import XmlRefused, parse

SCHEMA = re.compile(
    r"https?://(?:www\.gov\.pl/static/)?zagospodarowanieprzestrzenne(?:\.gov\.pl)?/schemas/app/(\d+\.\d+)/?"
)
"""The namespace of the application schema: the part at the end is the version."""
SIGNATURES = ("http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.3.2#")
WRAPPERS = (
    "FeatureCollection",
    "SimpleFeatureCollection",
    "member",
    "members",
    "featureMember",
    "featureMembers",
    "Tuple",
)
PASSED_BY = ("boundedBy", "name", "description", "metaDataProperty", "additionalObjects")
DEEPEST = 8


@dataclass
class Collection:
    """What a file holds."""

    file: str
    gml: Reader
    features: list[Feature] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    signatures: list[int] = field(default_factory=list)
    """Lines at which a signature begins."""
    incidents: list[Incident] = field(default_factory=list)

    @property
    def is_app(self) -> bool:
        """Whether there is anything of the Polish standard in it."""
        return bool(self.versions)


def read_collection(path: Path, file: str, other_crs: str | None = None) -> Collection:
    """Return the objects of the file at `path`, called `file` in the package; what is wrong are its incidents.

    `other_crs` is a srsName that other files of the package have, for a file that has none.
    """
    collection = Collection(file, Reader(file, None))
    try:
        root = parse(path, file).getroot()
    except XmlRefused as refused:
        collection.incidents.append(refused.incident)
        return collection
    collection.gml = Reader(file, None, assumed_crs=first_srs_name(root) or other_crs)
    for element in _objects(root, collection, 0):
        version = _version(element, collection)
        if version is not None:
            feature = read_feature(element, file, version, collection.gml)
            collection.features.append(feature)
            collection.incidents += feature.incidents
    collection.incidents += collection.gml.incidents
    return collection


def _objects(element: _Element, collection: Collection, depth: int) -> Iterator[_Element]:
    name, space = name_of(element), QName(element).namespace
    if depth > DEEPEST or name in PASSED_BY:
        return
    if space in SIGNATURES:
        collection.signatures.append(element.sourceline or 1)
        inside = [each for part in children(element, "Object") for each in children(part)]
        for each in inside:
            if QName(each).namespace not in SIGNATURES:
                yield from _objects(each, collection, depth + 1)
    elif name in WRAPPERS and not SCHEMA.fullmatch(space or ""):
        for child in children(element):
            yield from _objects(child, collection, depth + 1)
    else:
        yield element


def _version(element: _Element, collection: Collection) -> str | None:
    """Return the version of the schema that an object is of; None, and a word about it, for an object of another."""
    found = SCHEMA.fullmatch(QName(element).namespace or "")
    version = found[1] if found else None
    place = Place(collection.file, element.sourceline)
    if version is None or name_of(element) not in TYPES:
        values = {"name": name_of(element)}
        collection.incidents.append(Incident("structure.pl-unknown", values, layer=name_of(element), place=place))
    if version is not None and version not in collection.versions:
        collection.versions.append(version)
        if version not in VERSIONS:
            collection.incidents.append(Incident("structure.pl-version", {"version": version}, place=place))
    return version if name_of(element) in TYPES else None
