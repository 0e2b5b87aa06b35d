"""Plans for the tests of harmonising, made of squares; not of any package, so that readers have no part in them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import shapely

from plans.model import Document, Element, Elements, Kind, Lifecycle, Plan, Standard, Step

type Zone = tuple[str, str, Mapping[str, Any]]
"""Layer, code, attributes."""

CRS = {Standard.CZECH: "EPSG:5514", Standard.POLISH: "EPSG:2176", Standard.GERMAN: "EPSG:25833"}
CORNER = {
    Standard.CZECH: (-700_000.0, -965_000.0),
    Standard.POLISH: (5_540_000.0, 5_650_000.0),
    Standard.GERMAN: (490_000.0, 5_640_000.0),
}


def squares(n: int, corner: tuple[float, float], side: float = 100.0) -> list[shapely.Polygon]:
    """Return n squares side by side, 64 in a row."""
    x, y = corner
    across, up = np.arange(n) % 64 * side, np.arange(n) // 64 * side
    return list(shapely.box(x + across, y + up, x + across + side, y + up + side))


def elements(zones: list[Zone], corner: tuple[float, float], ids: str = "z{}") -> Elements:
    shapes = squares(len(zones), corner)
    return Elements(
        tuple(
            Element(layer, ids.format(n), code, f"name of {code}", shape, attributes)
            for n, ((layer, code, attributes), shape) in enumerate(zip(zones, shapes, strict=True))
        )
    )


def plan(standard: Standard, *zones: Zone, **more: Any) -> Plan:
    """Return a plan in force whose areas are the zones, each a hectare, beside each other."""
    life = Lifecycle(Step.LEGAL_FORCE, date(2024, 3, 1), date(2024, 4, 1), None, "4000")
    told: dict[str, Any] = {
        "profile": "any",
        "kind": Kind.ZONING_PLAN,
        "id": "plan-1",
        "title": "Plan 1",
        "municipalities": ("563889",),
        "areas": elements(list(zones), CORNER[standard]),
        "documents": (Document("Text", "text.pdf"),),
        "lifecycle": life,
        **more,
    }
    return Plan(standard, crs=CRS[standard], **told)


def czech(*codes: str, **more: Any) -> Plan:
    """Return a Czech plan with areas of these codes (BI, OV.s)."""
    zones: list[Zone] = [
        ("PlochyRZV_p", code, {"Typ": code.partition(".")[0], "Index": code.partition(".")[2], "CasH": 1})
        for code in codes
    ]
    return plan(Standard.CZECH, *zones, **more)


def german(*areas: tuple[str, Mapping[str, Any]], **more: Any) -> Plan:
    """Return a German plan with objects of these classes and attributes."""
    return plan(Standard.GERMAN, *((layer, "", attributes) for layer, attributes in areas), **more)
