"""Layers made into elements of a Plan: which layer is what, what identifies an element, what its code is.

Names of attributes that the standard knows come in its spelling whatever the file's letter case; all others as they
are. What the file itself has stands in the delivery's tables.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely import Geometry, MultiPolygon, Polygon

from plans.model import Element, Elements, Place
from plans.standards.czech.layer import RawLayer
from plans.standards.czech.profile import Profile
from plans.topology.mend import cheaply_valid

BOUNDARY, BUILT_UP, USES, CHANGES = "ReseneUzemi_p", "ZastaveneUzemi_p", "PlochyRZV_p", "PlochyZmen_p"
_IDS = ("id", "id_lokal", "oznaceni")
"""What may identify an element, the first one that is there."""


def elements(layers: Sequence[RawLayer], profile: Profile) -> dict[str, Elements]:
    """Return elements by their part in the plan: areas, regulations, lines.

    A layer of areas that are not polygons goes to the lines: nothing can be covered by it.
    """
    found: dict[str, list[Element]] = {"areas": [], "regulations": [], "lines": []}
    for layer in layers:
        if layer.name != BOUNDARY:
            found[_part(layer, profile)] += of_layer(layer, profile)
    return {part: Elements(tuple(rows)) for part, rows in found.items()}


def boundary(layers: Sequence[RawLayer], profile: Profile) -> Element | None:
    """Return the area that the plan solves, its rows united; None if there is none.

    Attributes in which the rows differ are tuples of all values.
    """
    layer = next((each for each in layers if each.name == BOUNDARY), None)
    rows = of_layer(layer, profile) if layer is not None else []
    if len(rows) < 2:  # noqa: PLR2004 (nothing to unite)
        return rows[0] if rows else None
    attributes = {}
    for name in rows[0].attributes:
        values = tuple(dict.fromkeys(row.attributes[name] for row in rows))
        attributes[name] = values[0] if len(values) == 1 else values
    return Element(
        BOUNDARY,
        rows[0].id,
        geometry=_united([row.geometry for row in rows if row.geometry is not None]),
        attributes=attributes,
        place=Place(rows[0].place.file),
    )


def _united(shapes: list[Geometry]) -> Geometry:
    """Return the union, or all polygons as they are where one of them is too crooked to be made valid."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    valid = cheaply_valid(array)
    if (shapely.is_empty(valid) & ~shapely.is_empty(array)).any():
        return MultiPolygon([each for each in shapely.get_parts(array) if isinstance(each, Polygon)])
    return shapely.union_all(valid)


def of_layer(layer: RawLayer, profile: Profile) -> list[Element]:
    """Return the elements of one layer, in the order of the file."""
    spelling = _spelling(layer, profile)
    keys = [next((name for name in layer.columns if name.lower() == key), None) for key in _IDS]
    key = next((name for name in keys if name is not None), None)
    names = [spelling.get(name, name) for name in layer.columns]
    key = spelling.get(key, key) if key else None
    columns = list(layer.columns.values())
    rows = zip(*columns, strict=True) if columns else [()] * len(layer.rows)
    found = []
    for number, shape, values in zip(layer.rows.tolist(), layer.shapes, rows, strict=True):
        attributes = dict(zip(names, values, strict=True))
        code = code_of(layer.name, attributes)
        found.append(
            Element(
                layer.name,
                _text(attributes.get(key)) if key else "",
                code,
                profile.meaning(code, _text(attributes.get("Index"))) if "Typ" in attributes else "",
                shape,
                attributes,
                Place(layer.file, row=number),
            )
        )
    return found


def code_of(layer: str, attributes: Mapping[str, Any]) -> str:
    """Return an element's national code: its Typ, else what stands before the dot of its ID (VU, CNZ); "" for none."""
    if "Typ" in attributes:
        return _text(attributes["Typ"])
    return "" if layer.startswith(("x", "X")) else _text(attributes.get("ID")).partition(".")[0]


def _part(layer: RawLayer, profile: Profile) -> str:
    known = profile.layer(layer.name)
    if layer.kind in ("line", "point"):
        return "lines"
    return "areas" if known is not None and known.role == "areas" else "regulations"


def _spelling(layer: RawLayer, profile: Profile) -> dict[str, str]:
    """Return the standard's spelling for each column that it knows."""
    known = profile.layer(layer.name)
    if known is None:
        return {}
    found: dict[str, str] = {}
    for name in layer.columns:
        attribute = known.attribute(name)
        if attribute is not None and attribute.name not in found.values():
            found[name] = attribute.name
    return found


def _text(value: Any) -> str:  # noqa: ANN401 (what an attribute holds)
    return "" if value is None else str(value).strip()
