"""Geometries as elements of GML 3.2: for corrected packages, examples and the demo region."""

from itertools import count

import numpy as np
import shapely
from lxml import etree
from lxml.etree import _Element
from shapely import Geometry, LineString, Point, Polygon

from plans.standards.gml.positions import pos_list
from plans.standards.gml.srs import understand

GML = "http://www.opengis.net/gml/3.2"
ID = f"{{{GML}}}id"


def element(
    geometry: Geometry, srs_name: str, identifier: str, *, multiple: bool = False, decimals: int | None = 3
) -> _Element:
    """Return a geometry, x first, as a GML 3.2 element in the axis order that the form of the srsName asks for.

    Polygon, LineString and Point, and the Multi… of them; `multiple` makes a Multi… of a single one as well. Rings are
    written as they are. `identifier` becomes the gml:id, with _1, _2 … for the members. `decimals` None keeps the
    numbers exactly. Raises ValueError for an empty geometry or another type.
    """
    if shapely.is_empty(geometry):
        raise ValueError("an empty geometry has no GML")
    writer = _Writer(srs_name, decimals)
    parts = list(shapely.get_parts(geometry))
    if len(parts) == 1 and not multiple and isinstance(geometry, Polygon | LineString | Point):
        return writer.single(parts[0], identifier, named=True)
    return writer.several(parts, identifier)


def points_text(points: np.ndarray, srs_name: str, decimals: int | None = 3) -> str:
    """Return points (n, 2), x first, as a posList in the order that the form of the srsName asks for."""
    return pos_list(points, understand(srs_name).northing_first, decimals)


class _Writer:
    def __init__(self, srs_name: str, decimals: int | None) -> None:
        self.srs_name = srs_name
        self.decimals = decimals

    def single(self, geometry: Geometry, identifier: str, *, named: bool) -> _Element:
        match geometry:
            case Polygon():
                made = self._new("Polygon", identifier, named)
                for name, ring in (
                    ("exterior", geometry.exterior),
                    *(("interior", each) for each in geometry.interiors),
                ):
                    holder = etree.SubElement(etree.SubElement(made, _q(name)), _q("LinearRing"))
                    self._list(holder, "posList", ring)
            case LineString():
                made = self._new("LineString", identifier, named)
                self._list(made, "posList", geometry)
            case Point():
                made = self._new("Point", identifier, named)
                self._list(made, "pos", geometry)
            case other:
                raise ValueError(f"{type(other).__name__} is not written as GML")
        return made

    def several(self, parts: list[Geometry], identifier: str) -> _Element:
        kind = {"Polygon": "Surface", "LineString": "Curve", "LinearRing": "Curve"}.get(
            type(parts[0]).__name__, "Point"
        )
        made = self._new(f"Multi{kind}", identifier, True)
        for number, part in zip(count(1), parts, strict=False):
            member = etree.SubElement(made, _q(f"{kind.lower()}Member"))
            member.append(self.single(part, f"{identifier}_{number}", named=False))
        return made

    def _new(self, name: str, identifier: str, named: bool) -> _Element:
        made = etree.Element(_q(name), nsmap={"gml": GML})
        made.set(ID, identifier)
        if named:
            made.set("srsName", self.srs_name)
        return made

    def _list(self, holder: _Element, name: str, geometry: Geometry) -> None:
        made = etree.SubElement(holder, _q(name))
        made.text = points_text(shapely.get_coordinates(geometry), self.srs_name, self.decimals)


def _q(name: str) -> str:
    return f"{{{GML}}}{name}"
