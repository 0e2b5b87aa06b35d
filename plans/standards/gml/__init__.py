"""Geometry of GML, read and written; shared by the Polish and the German standard. Inside, x is always easting.

`Reader(file, default_crs).geometry(element)` gives a shapely geometry; `element(geometry, srs_name, id)` an element.
"""

from plans.standards.gml.ledger import children, name_of
from plans.standards.gml.positions import pos_list
from plans.standards.gml.reader import GEOMETRIES, Reader, first_srs_name, srs_name_above
from plans.standards.gml.srs import Srs, understand
from plans.standards.gml.writer import element, points_text

__all__ = [
    "GEOMETRIES",
    "Reader",
    "Srs",
    "children",
    "element",
    "first_srs_name",
    "name_of",
    "points_text",
    "pos_list",
    "srs_name_above",
    "understand",
]
