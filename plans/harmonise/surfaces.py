"""Geometries as text of GML 3.2, for plans of many areas: no element is made, only its text.

Apart from `plans.standards.gml`, which writes and mends packages as trees; what is text of coordinates is its.
"""

import shapely
from shapely import Geometry, MultiLineString, MultiPoint, MultiPolygon, Point

from plans.standards.gml import points_text


def shape_text(geometry: MultiPolygon | MultiLineString | MultiPoint, srs: str, identifier: str) -> str:
    """Return a geometry, x first, as MultiSurface, MultiCurve or MultiPoint.

    The axis order is what the form of the srsName asks for; coordinates have millimetres. `identifier` becomes the
    gml:id, with .1, .2 … for the members.
    """
    kind = {"MultiPolygon": "Surface", "MultiLineString": "Curve"}.get(geometry.geom_type, "Point")
    members = "".join(
        f"<gml:{kind.lower()}Member>{_single(part, srs, f'{identifier}.{number}')}</gml:{kind.lower()}Member>"
        for number, part in enumerate(geometry.geoms, 1)
    )
    return f'<gml:Multi{kind} gml:id="{identifier}" srsName="{srs}">{members}</gml:Multi{kind}>'


def _single(part: Geometry, srs: str, identifier: str) -> str:
    if isinstance(part, shapely.Polygon):
        holes = "".join(f"<gml:interior>{_ring(ring, srs)}</gml:interior>" for ring in part.interiors)
        outer = f"<gml:exterior>{_ring(part.exterior, srs)}</gml:exterior>"
        return f'<gml:Polygon gml:id="{identifier}">{outer}{holes}</gml:Polygon>'
    if isinstance(part, Point):
        return f'<gml:Point gml:id="{identifier}"><gml:pos>{_list(part, srs)}</gml:pos></gml:Point>'
    inside = f"<gml:posList>{_list(part, srs)}</gml:posList>"
    return f'<gml:LineString gml:id="{identifier}">{inside}</gml:LineString>'


def _ring(ring: Geometry, srs: str) -> str:
    return f"<gml:LinearRing><gml:posList>{_list(ring, srs)}</gml:posList></gml:LinearRing>"


def _list(geometry: Geometry, srs: str) -> str:
    return points_text(shapely.get_coordinates(geometry), srs)
