"""One object of an APP file with all its attributes: what a reader of the Polish standard makes of an XML element.

Links and codes lose their scheme (http, https), for producers mix both up; dates, numbers and booleans become such
where they are written as the schema wants them and stay text where not, which is noted.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from lxml import etree
from lxml.etree import QName, _Element
from shapely import Geometry

from plans.delivery import Incident
from plans.model import Element, Place
from plans.standards.gml import Reader, children, name_of
from plans.standards.polish.codes import REGULATIONS, ZONES, ZONES_BY_CODE, bare, code_of
from plans.standards.polish.schema import ACT, CODED, EXAMPLES, ZONE, Attribute, attributes_of, value_of

XLINK = "{http://www.w3.org/1999/xlink}"
GML = "{http://www.opengis.net/gml/3.2}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
GEOMETRY_OF = {ACT: "zasiegPrzestrzenny"}
"""The attribute with the geometry, where it is not geometria."""
USUAL_UNITS = ("m", "ha", "")
_LONGEST_SHOWN = 80


@dataclass(frozen=True)
class Feature:
    """An object as it was read. `shape` is the name of its geometry's GML element, "" for none."""

    kind: str
    version: str
    place: Place
    attributes: Mapping[str, Any]
    geometry: Geometry | None = None
    shape: str = ""
    incidents: tuple[Incident, ...] = field(default=(), repr=False)

    @property
    def space(self) -> str:
        """The namespace of its identifier (przestrzenNazw)."""
        return self.text("przestrzenNazw")

    @property
    def local(self) -> str:
        """Its local identifier (lokalnyId)."""
        return self.text("lokalnyId")

    @property
    def is_closed(self) -> bool:
        """Whether it is a version of the object that another one has replaced."""
        return bool(self.text("koniecWersjiObiektu"))

    def text(self, name: str) -> str:
        """Return an attribute as text, the first of several, "" if there is none."""
        found = self.attributes.get(name, "")
        first = found[0] if isinstance(found, tuple) and found else found
        return str(first) if first != () else ""

    def links(self, name: str) -> tuple[str, ...]:
        """Return the addresses that an attribute names."""
        found = self.attributes.get(name, ())
        return found if isinstance(found, tuple) else (str(found),)

    def turned(self, turn: Callable[[np.ndarray], np.ndarray]) -> "Feature":
        """Return the same object with its coordinates (n, 2) as the function gives them."""
        return self if self.geometry is None else replace(self, geometry=shapely.transform(self.geometry, turn))

    def element(self) -> Element:
        """Return the object as the plan has it."""
        code, name = _meaning(self)
        attributes = {**self.attributes, "schemat": self.version}
        if self.shape:
            attributes[GEOMETRY_OF.get(self.kind, "geometria")] = self.shape
        return Element(self.kind, self.local, code, name, self.geometry, attributes, self.place)


def read_feature(element: _Element, file: str, version: str, gml: Reader) -> Feature:
    """Return the object that the element is. Its geometry is read by `gml`, which keeps what is wrong with it."""
    reading = _Reading(name_of(element), Place(file, element.sourceline))
    reading.attributes["gml:id"] = element.get(f"{GML}id", "")
    for child in element.iterchildren(etree.Element):
        tag = str(child.tag)
        if not tag.startswith(GML):
            reading.take(child, tag.rpartition("}")[2])
        elif tag == f"{GML}identifier":
            reading.attributes["gml:identifier"] = bare(child.text or "")
    shapes = reading.shapes
    geometry = None
    if shapes:
        geometry = gml.geometry(shapes[0], object=reading.id or None, layer=reading.kind)
    return Feature(
        reading.kind,
        version,
        reading.place,
        reading.settled(),
        geometry,
        name_of(shapes[0]) if shapes else "",
        tuple(reading.incidents),
    )


class _Reading:
    """The attributes of one object while they are collected."""

    def __init__(self, kind: str, place: Place) -> None:
        self.kind = kind
        self.place = place
        self.attributes: dict[str, Any] = {}
        self.shapes: list[_Element] = []
        self.incidents: list[Incident] = []
        self._known = attributes_of(kind)
        self._several: dict[str, list[Any]] = {}

    @property
    def id(self) -> str:
        return str(self.attributes.get("lokalnyId", ""))

    def take(self, child: _Element, name: str) -> None:
        attribute = self._known.get(name)
        if attribute is None:
            self._note("structure.pl-unknown", child, name=name)
            attribute = Attribute(name, "text", False, "")
        if name == "idIIP":
            self._identify(child)
        elif attribute.value == "geometry":
            self.shapes += children(child)[:1]
        elif child.get(NIL) not in ("true", "1"):
            self._several.setdefault(name, []).extend(self._values(child, attribute))

    def settled(self) -> Mapping[str, Any]:
        for name, values in self._several.items():
            attribute = self._known.get(name)
            if values:
                several = len(values) > 1 or (attribute is not None and attribute.many)
                self.attributes[name] = tuple(values) if several else values[0]
        return self.attributes

    def _identify(self, element: _Element) -> None:
        for part in element.iter(f"{{{QName(element).namespace}}}*"):
            if name_of(part) in ("przestrzenNazw", "lokalnyId", "wersjaId"):
                self.attributes[name_of(part)] = (part.text or "").strip()

    def _values(self, element: _Element, attribute: Attribute) -> Iterator[Any]:
        href = element.get(f"{XLINK}href")
        if href is not None:
            yield bare(href)
            return
        inside = children(element) if len(element) else []
        if inside and attribute.value == "date":
            yield from self._typed(next(_dates(element), ""), attribute, element)
        elif inside:
            yield "; ".join(text.strip() for each in inside for text in each.itertext() if text.strip())
        elif (text := (element.text or "").strip()) and attribute.value not in CODED | {"link"}:
            yield from self._typed(text, attribute, element)
            if (unit := element.get("uom", "")) not in USUAL_UNITS:
                self._note("structure.pl-value", element, attribute=attribute.name, value=unit, example='uom="m"')
        elif text:
            yield bare(text)

    def _typed(self, text: str, attribute: Attribute, element: _Element) -> Iterator[Any]:
        value = value_of(text, attribute.value)
        if value is None:
            self._note(
                "structure.pl-value",
                element,
                attribute=attribute.name,
                value=text[:_LONGEST_SHOWN],
                example=EXAMPLES[attribute.value],
            )
        yield text if value is None else value

    def _note(self, rule: str, element: _Element, **values: str) -> None:
        place = Place(self.place.file, element.sourceline)
        self.incidents.append(Incident(rule, values, self.id or None, self.kind, place))


def _dates(element: _Element) -> Iterator[str]:
    """Yield the days of a gmd:CI_Date, which may be a gco:Date or a gco:DateTime."""
    for part in element.iter():
        if name_of(part) in ("Date", "DateTime") and part.text:
            yield part.text.strip().partition("T")[0]


def _meaning(feature: Feature) -> tuple[str, str]:
    """Return code and name of what is laid down: the symbol, or the symbol of the named zone."""
    symbol = feature.text("symbol")
    if feature.kind == ZONE:
        named = ZONES_BY_CODE.get(code_of(feature.text("nazwa")))
        zone = ZONES.get(symbol, named)
        return symbol or (zone.symbol if zone else ""), zone.name if zone else ""
    if feature.kind in REGULATIONS:
        usual, name = REGULATIONS[feature.kind]
        return symbol or usual, feature.text("nazwa") or name
    return "", feature.text("tytul")
