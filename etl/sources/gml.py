"""GML features with several geometries: how GDAL is told which of them is meant.

Apart from the reader because it is a way round: unless it knows the schema, GDAL keeps one geometry of a feature. It
describes what it found in a .gfs file, and reads by such a file what that says; so the description is made and the
wanted geometry put into it.
"""

import mmap
import re
from pathlib import Path
from xml.etree.ElementTree import SubElement

import pyogrio
from defusedxml.ElementTree import parse

_GEOMETRY = {"GeometryName", "GeometryElementPath", "GeometryType", "GeomPropertyDefn"}
_TOLD = "DatasetSpecificInfo"


def has_element(path: Path, name: str) -> bool:
    """Say whether the file has an element of that local name."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return re.search(rb"[<:]" + re.escape(name.encode()) + rb"[\s>/]", content) is not None


def description(path: Path, layer: str, field: str) -> Path:
    """Write beside the file how to read its layer with the geometry in `field`, and return where that is written.

    The file must lie alone in a folder of ours. The layer must exist.
    """
    pyogrio.list_layers(path)
    pyogrio.read_info(path, layer=layer, WRITE_GFS="YES", DOWNLOAD_SCHEMA="NO")
    place = path.with_suffix(".gfs")
    tree = parse(place)
    for described in tree.iter("GMLFeatureClass"):
        if described.findtext("Name") != layer:
            continue
        for part in [part for part in described if part.tag in _GEOMETRY or part.tag == _TOLD]:
            described.remove(part)
        SubElement(described, "GeometryName").text = field
        SubElement(described, "GeometryElementPath").text = field
    tree.write(place, encoding="utf-8")
    return place
