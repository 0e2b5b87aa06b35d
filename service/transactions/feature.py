"""A GeoJSON feature of a request, read against its dataset: values by column, geometry, and the key it names. Pure.

Types are taken at their word: `"5"` is no integer here. Whether a value keeps the dataset's rules is the editor's
matter, who judges it as a load would.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from catalogue import Column, Dataset
from catalogue.edits import Key
from catalogue.layout import id_column
from catalogue.located import nearest
from findings import Finding, Level, Report
from service.crs import Crs
from service.refusal import RefusalError
from service.transactions import geometry
from service.transactions.refusals import FaultyFeatureError
from service.typed import BIGINT

KEY_LENGTH = 200
_SHOWN = 60


@dataclass(frozen=True)
class Given:
    """What a document says of a feature; `values` has the columns it names, `moves` whether it has a geometry or null.

    `key` is None where it names none.
    """

    key: Key | None
    values: Mapping[str, Any]
    moves: bool
    geometry: bytes | None


def whole(document: Any, dataset: Dataset, crs: Crs) -> Given:  # noqa: ANN401 (any JSON)
    """Return a whole feature: columns it does not name are empty. Raises FaultyFeatureError with all that is wrong."""
    report = Report()
    if not isinstance(document, dict) or document.get("type") != "Feature":
        raise FaultyFeatureError(Report([Finding("FEATURE-NOT-FEATURE", Level.ERROR)]))
    if dataset.has_geometry and "geometry" not in document:
        report.append(Finding("FEATURE-PART", Level.ERROR, {"member": "geometry"}))
    given = _given(document, dataset, crs, report)
    return Given(given.key, dict.fromkeys(dataset.served) | dict(given.values), dataset.has_geometry, given.geometry)


def part(document: Any, dataset: Dataset, crs: Crs) -> Given:  # noqa: ANN401 (any JSON)
    """Return the part of a feature that a merge patch (RFC 7396) changes. Raises FaultyFeatureError."""
    if not isinstance(document, dict) or document.get("type", "Feature") != "Feature":
        raise FaultyFeatureError(Report([Finding("FEATURE-NOT-FEATURE", Level.ERROR)]))
    return _given(document, dataset, crs, Report())


def _given(document: Mapping[str, Any], dataset: Dataset, crs: Crs, report: Report) -> Given:
    properties = document.get("properties") or {}
    if not isinstance(properties, dict):
        report.append(Finding("FEATURE-PART", Level.ERROR, {"member": "properties", "at": "/properties"}))
        properties = {}
    own = id_column(dataset)
    values = {name: value for name, value in properties.items() if _is_right(name, value, dataset, report)}
    shape = document.get("geometry")
    if not dataset.has_geometry and shape is not None:
        found = {"found": str(shape.get("type")) if isinstance(shape, dict) else "?", "type": dataset.geometry}
        report.append(Finding("GEOMETRY-TYPE", Level.ERROR, found))
    wkb = geometry.read(shape, crs, report) if dataset.has_geometry else None
    key = _key(document.get("id"), values.pop(own, None), dataset, report)
    if not report.ok:
        raise FaultyFeatureError(report)
    return Given(key, values, dataset.has_geometry and "geometry" in document, wkb)


def _is_right(name: str, value: Any, dataset: Dataset, report: Report) -> bool:  # noqa: ANN401 (any JSON)
    """Return whether there is such a column and the value is of its type; report it if not."""
    known = dataset.served
    if name not in known:
        shown = {"column": _shown(name), "known": ", ".join(known), "meant": nearest(_shown(name), list(known))}
        report.append(Finding("MEMBER-UNKNOWN", Level.ERROR, shown))
        return False
    if value is not None and not _fits(value, known[name]):
        shown = {"column": name, "value": _shown(value), "type": known[name].type}
        report.append(Finding("MEMBER-TYPE", Level.ERROR, shown))
        return False
    return True


def _shown(value: object) -> str:
    """Return the value as it can be told: short, and no halves of letters."""
    return str(value)[:_SHOWN].encode("utf-8", "replace").decode()


def _fits(value: object, column: Column) -> bool:
    if column.type == "boolean":
        return isinstance(value, bool)
    if column.type == "integer":
        return _is_number(value) and float(value).is_integer() and -BIGINT <= value < BIGINT  # type: ignore[arg-type, operator]
    if column.type == "decimal":
        return _is_number(value) and abs(value) < float("inf")  # type: ignore[arg-type]
    if not isinstance(value, str) or not _is_text(value):
        return False
    return column.type in {"text", "code"} or _is_time(value, dated=column.type == "date")


def _is_number(value: object) -> bool:
    """Return whether it is a number that a double can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e308  # noqa: PLR2004 (a double ends there)


def _is_text(value: str) -> bool:
    """Return whether PostgreSQL can keep it: no NUL, no half of a surrogate pair."""
    return "\x00" not in value and not any(unicodedata.category(letter) == "Cs" for letter in value)


def _is_time(value: str, *, dated: bool) -> bool:
    try:
        date.fromisoformat(value) if dated else datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _key(named: Any, listed: Any, dataset: Dataset, report: Report) -> Key | None:  # noqa: ANN401 (any JSON)
    """Return the key that the document names as its id, among its properties, or both; None if nowhere.

    Raises RefusalError if they differ.
    """
    keys = {_as_key(each, dataset, report) for each in (named, listed) if each is not None}
    if len(keys) > 1 and report.ok:
        raise RefusalError(HTTPStatus.CONFLICT, "other-id")
    return next(iter(keys), None)


def _as_key(value: Any, dataset: Dataset, report: Report) -> Key:  # noqa: ANN401 (any JSON)
    own = id_column(dataset)
    kind = dataset.columns[own].type
    plain: object = value
    if kind == "integer":
        plain = int(value) if isinstance(value, float) and value.is_integer() else value
        if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) <= len(str(BIGINT)):
            plain = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        plain = str(value)
    fits = _fits(plain, dataset.columns[own])
    if isinstance(plain, str):
        fits = fits and 0 < len(plain) <= KEY_LENGTH and plain == unicodedata.normalize("NFC", plain.strip())
    if not fits or not isinstance(plain, str | int):
        report.append(Finding("MEMBER-TYPE", Level.ERROR, {"column": own, "value": _shown(value), "type": kind}))
        return ""
    return plain
