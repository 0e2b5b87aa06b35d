"""The geometry of a GeoJSON feature, looked at number by number before GEOS sees it. Pure.

Apart from the loader's checks, which begin with a geometry: here it is found out whether there is one. What is wrong is
named with its place in the document.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import shapely

from findings import Finding, Level, Report
from service.crs import Crs

POSITIONS = 100_000
_LEVELS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""How deep positions lie in the coordinates of each type."""
_LINE, _RING = 2, 4
_NUMBERS = (2, 4)
"""Numbers of a position: with a height, and a fourth that other software adds; only two are kept."""


def read(geometry: Any, crs: Crs, report: Report) -> bytes | None:  # noqa: ANN401 (any JSON)
    """Return a GeoJSON geometry as WKB, x = easting or longitude, 2D; None if it is null or wrong, which is reported.

    The document must be no deeper than `body.DEPTH` and its numbers finite.
    """
    if geometry is None:
        return None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in _LEVELS or "coordinates" not in geometry:
        report.append(Finding("FEATURE-PART", Level.ERROR, {"member": "geometry", "at": "/geometry"}))
        return None
    found = _Walk(kind)
    report.extend(found.faults(geometry["coordinates"], _LEVELS[kind], "/geometry/coordinates"))
    if found.positions > POSITIONS:
        values = {"n": found.positions, "limit": POSITIONS, "at": "/geometry"}
        report.append(Finding("GEOMETRY-LARGE", Level.ERROR, values))
    if not report.ok:
        return None
    shape = shapely.force_2d(shapely.from_geojson(json.dumps({"type": kind, "coordinates": geometry["coordinates"]})))
    turned = shapely.transform(shape, lambda points: points[:, ::-1]) if crs.swapped else shape
    written: bytes = shapely.to_wkb(turned)
    return written


@dataclass
class _Walk:
    """One walk through the coordinates of a geometry of a kind; counts the positions on its way."""

    kind: str
    positions: int = field(default=0)

    def faults(self, part: Any, levels: int, at: str) -> Iterator[Finding]:  # noqa: ANN401 (any JSON)
        """Yield what is wrong with the part, whose positions lie so many levels deeper."""
        if levels == 0:
            self.positions += 1
            if not _is_position(part):
                yield self._fault("GEOMETRY-SHAPE", at)
            return
        if not isinstance(part, list) or len(part) < self._least(levels):
            yield self._fault("GEOMETRY-SHAPE", at)
            return
        wrong = [fault for n, each in enumerate(part) for fault in self.faults(each, levels - 1, f"{at}/{n}")]
        yield from wrong
        if levels == 1 and "Polygon" in self.kind and not wrong and part[0] != part[-1]:
            yield self._fault("GEOMETRY-OPEN", at)

    def _least(self, levels: int) -> int:
        """Return how many parts a line, a ring, or what is made of them, must have."""
        if levels > 1 or self.kind == "MultiPoint":
            return 1
        return _RING if "Polygon" in self.kind else _LINE

    def _fault(self, code: str, at: str) -> Finding:
        return Finding(code, Level.ERROR, {"type": self.kind, "at": at})


def _is_position(part: object) -> bool:
    if not isinstance(part, list) or not _NUMBERS[0] <= len(part) <= _NUMBERS[1]:
        return False
    return all(isinstance(each, int | float) and not isinstance(each, bool) for each in part)
