"""A validator of the PLU 4.0 structure that knows nothing of how the GML was made; the schema stands in a table.

The table was written from the application schema (PlannedLandUse.xsd 4.0): order, how often, whether it may be nil, and
what is inside. Codes are held to lists written here or asked of the caller.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

PLU = "{http://inspire.ec.europa.eu/schemas/plu/4.0}"
BASE = "{http://inspire.ec.europa.eu/schemas/base/3.3}"
BASE2 = "{http://inspire.ec.europa.eu/schemas/base2/2.0}"
GML = "{http://www.opengis.net/gml/3.2}"
HREF, TITLE = "{http://www.w3.org/1999/xlink}href", "{http://www.w3.org/1999/xlink}title"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
REASONS = {
    f"http://inspire.ec.europa.eu/codelist/VoidReasonValue/{each}" for each in ("Unpopulated", "Unknown", "Withheld")
}
SURFACES = {"MultiSurface"}
GEOMETRIES = SURFACES | {"MultiCurve", "MultiPoint", "Polygon", "LineString", "Point"}
FEATURES = {"SpatialPlan", "ZoningElement", "SupplementaryRegulation", "OfficialDocumentation"}
PATTERNS = {
    "date": r"\d{4}-\d\d-\d\d",
    "dateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?",
    "string": r"(?s).+",
    "boolean": "true|false",
}
CODES: Mapping[str, set[str]] = {
    "LevelOfSpatialPlanValue": {
        *("national", "supraRegional", "regional", "infraRegional", "supraLocal", "local", "infraLocal", "other"),
    },
    "ProcessStepGeneralValue": {"elaboration", "adoption", "legalForce", "obsolete"},
    "RegulationNatureValue": {
        *(
            "generallyBinding",
            "bindingForDevelopers",
            "bindingOnlyForAuthorities",
            "nonBinding",
            "definedInLegislation",
        ),
    },
}

with (Path(__file__).parent / "plu_schema.csv").open(encoding="utf-8", newline="") as _file:
    SCHEMA = {kind: list(rows) for kind, rows in groupby(csv.DictReader(_file), key=lambda row: row["type"])}


def faults(file: Path, codes: Mapping[str, set[str]]) -> list[str]:
    """Return all in which the file is not as the schema wants it; `codes` are further code lists by name."""
    root = etree.parse(str(file)).getroot()
    features = [member[0] for member in root.iter(f"{GML}featureMember")]
    ids = [str(each.get(f"{GML}id")) for each in root.iter() if each.get(f"{GML}id") is not None]
    found = [f"gml:id {each} occurs twice" for each in {each for each in ids if ids.count(each) > 1}]
    found += [f"gml:id {each} is no name" for each in ids if not re.fullmatch(r"[A-Za-z_][\w.-]*", each)]
    kinds = {str(each.get(f"{GML}id")): _name(each) for each in features}
    return found + [fault for each in features for fault in _feature(each, {**CODES, **codes}, kinds)]


def _feature(feature: _Element, codes: Mapping[str, set[str]], kinds: Mapping[str, str]) -> Iterator[str]:
    kind = _name(feature)
    rows = {row["property"]: row for row in SCHEMA[kind]}
    order = list(rows)
    names = [_name(each) for each in feature]
    if [order.index(name) for name in names] != sorted(order.index(name) for name in names):
        yield f"{kind}: properties out of order: {names}"
    for name, row in rows.items():
        most = float("inf") if row["most"] == "*" else int(row["most"])
        if not int(row["least"]) <= names.count(name) <= most:
            yield f"{kind}.{name} occurs {names.count(name)} times"
    for each in feature:
        yield from (f"{kind}.{_name(each)}: {fault}" for fault in _property(each, rows[_name(each)], codes, kinds))


def _property(
    element: _Element, row: Mapping[str, str], codes: Mapping[str, set[str]], kinds: Mapping[str, str]
) -> Iterator[str]:
    content, href = row["content"], element.get(HREF) or ""
    if element.get(NIL) == "true":
        yield from _nil(element, row)
    elif content in PATTERNS:
        if not re.fullmatch(PATTERNS[content], element.text or ""):
            yield f"{element.text!r} is no {content}"
    elif content in codes:
        if href not in {f"http://inspire.ec.europa.eu/codelist/{content}/{code}" for code in codes[content]}:
            yield f"{href} is not in {content}"
    elif content in FEATURES:
        if not href.startswith("#") or kinds.get(href[1:]) != content:
            yield f"{href} is no {content} of the file"
    elif content != "code":
        yield from _INSIDE[content](element[0]) if len(element) == 1 else ("has not exactly one thing in it",)
    elif not (href or element.get(TITLE)):
        yield "says no code"


def _nil(element: _Element, row: Mapping[str, str]) -> Iterator[str]:
    if not row["nillable"] or element.get("nilReason") not in REASONS or len(element) or element.text:
        yield "may not be nil, or not so"


def _shape(kinds: set[str], inside: _Element) -> Iterator[str]:
    if _name(inside) not in kinds:
        yield f"{_name(inside)} is none of {kinds}"
    if not re.fullmatch(r"http://www\.opengis\.net/def/crs/EPSG/0/\d+", inside.get("srsName") or ""):
        yield f"srsName {inside.get('srsName')}"
    yield from (f"{_name(each)} has no gml:id" for each in inside.iter() if _lacks_id(each))


def _has(inside: _Element, kind: str, *parts: str) -> Iterator[str]:
    if not re.fullmatch(kind, _name(inside)) or [each.tag for each in inside] != list(parts):
        yield f"{_name(inside)} is no {kind}, or has not its parts"


_INSIDE: Mapping[str, Callable[[_Element], Iterator[str]]] = {
    "MultiSurface": partial(_shape, SURFACES),
    "geometry": partial(_shape, GEOMETRIES),
    "Identifier": lambda inside: _has(inside, "Identifier", f"{BASE}localId", f"{BASE}namespace"),
    "OrdinanceValue": lambda inside: _has(inside, "OrdinanceValue", f"{PLU}ordinanceDate", f"{PLU}ordinanceReference"),
    "DimensioningIndication": lambda inside: _has(
        inside,
        "DimensioningIndication(Character|Integer|Real|Measure)Value",
        f"{PLU}indicationReference",
        f"{PLU}value",
    ),
    "DocumentCitation": lambda inside: _has(
        inside, "DocumentCitation", *(f"{BASE2}{name}" for name in ("name", "date", "link"))
    ),
}


def _lacks_id(element: _Element) -> bool:
    return _name(element) in GEOMETRIES and element.get(f"{GML}id") is None


def _name(element: _Element) -> str:
    return etree.QName(element).localname
