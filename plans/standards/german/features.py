"""The features of an XPlanGML file: plans, Bereiche, objects, texts and what is there only for drawing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.etree import _Element, _ElementTree
from shapely import Geometry

from plans.delivery import Incident
from plans.model import Element, Place
from plans.standards.german import schema
from plans.standards.german.attributes import attributes, values
from plans.standards.gml import GEOMETRIES, Reader, children, name_of

GML_ID = "{http://www.opengis.net/gml/3.2}id"
MEMBERS = frozenset(("featureMember", "featureMembers", "member"))
CODED = (
    "besondereArtDerBaulNutzung",
    "allgArtDerBaulNutzung",
    "zweckbestimmung",
    "artDerFestlegung",
    "typ",
    "gebietsArt",
)
"""The attributes that say what an object is, the more exact first."""
DRAWING = frozenset(
    ("XP_PPO", "XP_PTO", "XP_LPO", "XP_LTO", "XP_FPO", "XP_TPO", "XP_Nutzungsschablone", "XP_Praesentationsobjekt")
)


@dataclass(frozen=True, eq=False)
class Feature:
    """One feature as it stands in the file. `links` are the ids that its attributes point to, by attribute."""

    layer: str
    id: str
    element: _Element
    geometry: Geometry | None
    has_geometry: bool
    attributes: dict[str, Any]
    place: Place

    def links(self, *names: str) -> Iterator[str]:
        """Yield the ids in the file that the attributes of these names point to."""
        for name in names:
            for value in values(self.attributes.get(name)):
                if isinstance(value, str) and value.startswith("#"):
                    yield value[1:]

    def all_links(self) -> Iterator[str]:
        """Yield the ids in the file that any attribute points to."""
        yield from self.links(*self.attributes)

    @property
    def is_plan(self) -> bool:
        """Whether it is a plan (BP_Plan, FP_Plan …)."""
        return self.layer.endswith("_Plan")

    @property
    def is_bereich(self) -> bool:
        """Whether it is a part of a plan (BP_Bereich …)."""
        return self.layer.endswith("_Bereich")

    @property
    def is_drawing(self) -> bool:
        """Whether it is there only for the drawing: symbols, labels."""
        return self.layer in DRAWING

    def as_element(self, version: str) -> Element:
        """Return the feature as an element of the Plan.

        Its code is type and code (BP_GruenFlaeche/1000), since the same number means another thing in each list.
        """
        code, name = _code(self.layer, self.attributes, version)
        return Element(self.layer, self.id, code, name, self.geometry, self.attributes, self.place)


def features(tree: _ElementTree, reader: Reader, file: str) -> list[Feature]:
    """Return all features of a file in its order; geometries by the reader."""
    return [_feature(element, reader, file) for element in elements(tree)]


def elements(tree: _ElementTree) -> Iterator[_Element]:
    """Yield the element of each feature, whatever collection it stands in."""
    for child in children(tree.getroot()):
        if name_of(child) in MEMBERS:
            yield from children(child)
        elif child.get(GML_ID) is not None:
            yield child


def geometry_of(feature: _Element) -> _Element | None:
    """Return the geometry element of a feature, None if it has none."""
    for child in children(feature):
        inside = children(child)
        if inside and name_of(inside[0]) in GEOMETRIES:
            return inside[0]
    return None


def repeated(found: list[Feature]) -> Iterator[Incident]:
    """Yield an incident for each feature whose gml:id another one had before."""
    first: dict[str, int | None] = {}
    for each in found:
        if each.id and each.id in first:
            values_ = {"id": each.id, "line": first[each.id]}
            yield Incident("structure.de-identifier", values_, each.id, each.layer, each.place, each.geometry)
        first.setdefault(each.id, each.place.line)


def _feature(element: _Element, reader: Reader, file: str) -> Feature:
    layer, identifier = name_of(element), element.get(GML_ID) or ""
    inside = geometry_of(element)
    geometry = None
    if inside is not None:
        geometry = reader.geometry(inside, object=identifier or None, layer=layer)
    place = Place(file, element.sourceline)
    return Feature(layer, identifier, element, geometry, inside is not None, attributes(element), place)


def _code(layer: str, found: dict[str, Any], version: str) -> tuple[str, str]:
    for attribute in CODED:
        for value in values(found.get(attribute)):
            if isinstance(value, str) and value:
                return f"{layer}/{value}", schema.text(layer, attribute, value, version) or layer[3:]
    return layer, layer[3:]
