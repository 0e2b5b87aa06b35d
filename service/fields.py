"""The columns of a dataset as JSON Schema: titles in the asked language, units, codes with their labels. Pure.

Schema, queryables and the OpenAPI document say the same of a column because they all take it from here.
"""

from typing import Any

from catalogue import Catalogue, Column, Dataset
from catalogue.layout import id_column
from catalogue.values import text_in

_TYPES: dict[str, dict[str, str]] = {
    "text": {"type": "string"},
    "code": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}
_GEOMETRIES = {
    "Point": "geometry-point",
    "MultiPoint": "geometry-multipoint",
    "LineString": "geometry-linestring",
    "MultiLineString": "geometry-multilinestring",
    "Polygon": "geometry-polygon",
    "MultiPolygon": "geometry-multipolygon",
}


def types(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """Return type and format of each served column; a new mapping each time, for pygeoapi writes into it."""
    return {name: dict(_TYPES[column.type]) for name, column in dataset.served.items()}


def properties(dataset: Dataset, catalogue: Catalogue, language: str) -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each served column and of the geometry, titles in the language."""
    found: dict[str, dict[str, Any]] = {}
    if dataset.has_geometry:
        found["geometry"] = {"format": _GEOMETRIES[dataset.geometry], "x-ogc-role": "primary-geometry"}
    for name, column in dataset.served.items():
        found[name] = _property(name, column, catalogue, language)
        if role := _role(name, dataset):
            found[name]["x-ogc-role"] = role
    return found


def _role(name: str, dataset: Dataset) -> str | None:
    """Return the role of a column (OGC API Features Part 5): what identifies a feature, and when it holds."""
    if name == id_column(dataset):
        return "id"
    start, end = dataset.time_columns or (None, None)
    if name == start == end:
        return "primary-instant"
    return {start: "primary-interval-start", end: "primary-interval-end"}.get(name)


def title(name: str, column: Column, catalogue: Catalogue, language: str) -> str:
    """Return what a column is called, its name if it has no title."""
    return text_in(column.title, language, catalogue.portal.default_language) or name


def labels(column: Column, catalogue: Catalogue, language: str) -> dict[str, str] | None:
    """Return the label of each code in the order of the code list; None for a column without one."""
    listed = catalogue.codelists.get(column.codelist or "")
    if listed is None:
        return None
    default = catalogue.portal.default_language
    return {entry.code: text_in(entry.label, language, default) or entry.code for entry in listed.entries}


def _property(name: str, column: Column, catalogue: Catalogue, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {"title": title(name, column, catalogue, language), **_TYPES[column.type]}
    description = text_in(column.description, language, catalogue.portal.default_language)
    if description:
        found["description"] = description
    if column.unit:
        found["x-ogc-unit"] = column.unit
    if column.count:
        found["x-count"] = True
    named = labels(column, catalogue, language)
    if named:
        found |= {"enum": list(named), "x-labels": named}
    return found
