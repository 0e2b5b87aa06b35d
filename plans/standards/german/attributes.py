"""The attributes of an XPlanGML object as one flat mapping, all of them, under their own names.

An attribute of a data type gives its parts with a dot between (gemeinde.ags). Where a data type has a part
`allgemein`, as the purposes have since 6.0 (zweckbestimmung), that is also the value under the bare name, so that it
reads as it did before 6.0. What occurs more than once is a tuple. A link is its xlink:href. Codes stay text.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from lxml.etree import _Element

from plans.standards.gml import GEOMETRIES, children, name_of

HREF = "{http://www.w3.org/1999/xlink}href"
LEFT_OUT = frozenset(("boundedBy", "metaDataProperty"))
GENERAL = "allgemein"
_MEASURE = re.compile(r"(?:GFZ?|GRZ?|BMZ?|ZU?)(?:min|max|zwingend)?(?:_Ausn)?|MaxZahlWohnungen|[FBT]m(?:in|ax)")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def attributes(feature: _Element) -> dict[str, Any]:
    """Return the attributes of a feature, without its geometry."""
    found: dict[str, list[Any]] = {}
    for name, value in _properties(feature):
        found.setdefault(name, []).append(value)
    return {name: several[0] if len(several) == 1 else tuple(several) for name, several in found.items()}


def values(found: Any) -> tuple[Any, ...]:  # noqa: ANN401 (whatever an attribute may be)
    """Return the values of an attribute that occurs once, more often (a tuple) or not at all (None)."""
    if found is None:
        return ()
    return found if isinstance(found, tuple) else (found,)


def _properties(element: _Element) -> Iterator[tuple[str, Any]]:
    for child in children(element):
        name = name_of(child)
        if name in LEFT_OUT or _is_geometry(child):
            continue
        inside = children(child)
        if not inside:
            yield name, _simple(child, name)
            continue
        yield from _parts(name, inside)


def _parts(name: str, inside: list[_Element]) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a data type; the type's own element is left out of the name."""
    for part in inside:
        if not children(part):
            yield f"{name}.{name_of(part)}", _simple(part, name_of(part))
            continue
        for below, value in _properties(part):
            yield (name if below == GENERAL else f"{name}.{below}"), value


def _is_geometry(child: _Element) -> bool:
    inside = children(child)
    return bool(inside) and name_of(inside[0]) in GEOMETRIES


def _simple(element: _Element, name: str) -> Any:  # noqa: ANN401
    href = element.get(HREF)
    if href is not None:
        return href
    text = (element.text or "").strip()
    if text in ("true", "false"):
        return text == "true"
    if _DATE.fullmatch(text):
        return _date(text)
    if (element.get("uom") is not None or _MEASURE.fullmatch(name)) and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _date(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
