"""Geometries of GML 3.2, 3.1 and 2 as shapely has them, x first; what is wrong with them becomes an incident."""

from collections.abc import Iterator

import shapely
from lxml.etree import _Element
from shapely import (
    Geometry,
    GeometryCollection,
    LinearRing,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from shapely.geometry.base import BaseGeometry

from plans.delivery import Incident
from plans.standards.gml.curves import CURVES, LEAST_LINE, LEAST_RING, Curves
from plans.standards.gml.ledger import MOST_VERTICES, Frame, Ledger, LostError, children, name_of
from plans.standards.gml.srs import Srs

XLINK = "{http://www.w3.org/1999/xlink}href"
SURFACES = frozenset(("Polygon", "PolygonPatch", "Rectangle", "Triangle", "Surface", "CompositeSurface"))
MULTIPLE = {
    "MultiSurface": ("surfaceMember", "surfaceMembers"),
    "MultiPolygon": ("polygonMember",),
    "MultiCurve": ("curveMember", "curveMembers"),
    "MultiLineString": ("lineStringMember",),
    "MultiPoint": ("pointMember", "pointMembers"),
    "MultiGeometry": ("geometryMember", "geometryMembers"),
}
GEOMETRIES = (
    SURFACES | CURVES | MULTIPLE.keys() | {"Point", "OrientableSurface", "PolyhedralSurface", "TriangulatedSurface"}
)
"""The names of the elements that `Reader.geometry` takes."""
_LOOK_AT_FIRST = 3


class Reader:
    """Reads the geometries of one file.

    Incidents, each with file and line: geometry.coordinates (not a number, not finite, odd count), geometry.unclosed
    (closed for the model; `distance` in m), geometry.too-few-points, geometry.arc (taken as a line),
    geometry.third-dimension (heights are left out), geometry.unknown-crs, geometry.two-crs, geometry.crs-assumed,
    geometry.unknown-type, geometry.broken-link, geometry.limits (`reason` depth, vertices or links; once each).
    """

    def __init__(
        self,
        file: str,
        default_crs: str | None,
        tolerance: float = 0.001,
        *,
        assumed_crs: str | None = None,
        northing_first: bool | None = None,
        most_vertices: int = MOST_VERTICES,
    ) -> None:
        """Read a file of that path in the package.

        `default_crs` is a srsName for geometries that have none, nor anything above them; `assumed_crs` is one, too,
        but that it had to be taken is an incident. `tolerance` is the largest distance (m) of a chord from its arc.
        `northing_first` overrides what the form of the srsName says.
        """
        self._default, self._assumed = default_crs, assumed_crs
        self._ledger = Ledger(file, northing_first, most_vertices)
        self._curves = Curves(self._ledger, tolerance, self._target)
        self._ids: dict[str, _Element] | None = None

    @property
    def crs(self) -> str | None:
        """The first CRS met, "EPSG:n"; None if none was, or none that is understood."""
        return self._ledger.crs

    @property
    def crs_names(self) -> tuple[str, ...]:
        """All srsNames met, in the order of meeting."""
        return tuple(self._ledger.srs)

    @property
    def srs(self) -> tuple[Srs, ...]:
        """What each of them was taken for: code, axis order, and by which form of the name."""
        return tuple(self._ledger.srs.values())

    @property
    def swapped(self) -> bool:
        """Whether coordinates were turned because the form of a srsName says northing first.

        Nothing was checked against a place; that is for whoever knows where the plan should lie.
        """
        return any(srs.northing_first for srs in self._ledger.srs.values())

    @property
    def vertices(self) -> int:
        """How many vertices were read."""
        return self._ledger.vertices

    @property
    def incidents(self) -> list[Incident]:
        """What was met, in the order of the file."""
        return self._ledger.incidents

    def geometry(self, element: _Element, *, object: str | None = None, layer: str | None = None) -> Geometry | None:  # noqa: A002
        """Return the geometry of a GML geometry element as it is written, valid or not; None if it cannot be had.

        A MultiSurface gives a MultiPolygon, a Surface or CompositeSurface of several patches their union, curves lines.
        `object` and `layer` name the feature in incidents.
        """
        self._ledger.object, self._ledger.layer = object, layer
        try:
            return self._any(element, self._frame(element))
        except LostError:
            return None

    def _any(self, element: _Element, frame: Frame) -> BaseGeometry:
        name = name_of(element)
        if name in MULTIPLE:
            return self._multiple(element, frame, MULTIPLE[name])
        if name == "Point":
            points = self._curves.positions(element, self._ledger.within(frame, element))
            if len(points) != 1:
                raise self._ledger.lose("geometry.coordinates", element, reason="point", text=str(len(points)))
            return Point(points[0])
        if name in CURVES:
            line = self._curves.curve(element, frame)
            if len(line) < LEAST_LINE:
                raise self._ledger.lose("geometry.too-few-points", element, count=len(line), least=LEAST_LINE)
            return LineString(line)
        return self._surface(element, frame)

    def _surface(self, element: _Element, frame: Frame) -> BaseGeometry:
        inner = self._ledger.within(frame, element)
        match name_of(element):
            case "Polygon" | "PolygonPatch" | "Rectangle" | "Triangle":
                return self._polygon(element, inner)
            case "Surface" | "PolyhedralSurface" | "TriangulatedSurface":
                holders = children(element, "patches", "polygonPatches", "trianglePatches")
                return _joined(
                    [self._surface(patch, inner) for each in holders for patch in children(each)], element, self
                )
            case "CompositeSurface":
                members = [self._target(each) for each in children(element, "surfaceMember")]
                return _joined([self._surface(each, inner) for each in members], element, self)
            case "OrientableSurface" if children(element, "baseSurface"):
                base = self._surface(self._target(children(element, "baseSurface")[0]), inner)
                return shapely.reverse(base) if element.get("orientation") == "-" else base
        raise self._ledger.lose("geometry.unknown-type", element)

    def _polygon(self, element: _Element, frame: Frame) -> BaseGeometry:
        outer = [ring for each in children(element, "exterior", "outerBoundaryIs") for ring in children(each)]
        if not outer:
            raise self._ledger.lose("geometry.too-few-points", element, count=0, least=LEAST_RING)
        shell = LinearRing(self._curves.ring(outer[0], frame))
        holes = []
        for each in children(element, "interior", "innerBoundaryIs"):
            for ring in children(each):
                try:
                    holes.append(LinearRing(self._curves.ring(ring, frame)))
                except LostError:
                    continue
        return Polygon(shell, holes)

    def _multiple(self, element: _Element, frame: Frame, names: tuple[str, ...]) -> BaseGeometry:
        inner = self._ledger.within(frame, element)
        parts = []
        for member in children(element, *names):
            several = name_of(member).endswith("s")
            try:
                found = children(member) if several else [self._target(member)]
            except LostError:
                continue
            for each in found:
                try:
                    parts.append(self._any(each, inner))
                except LostError:
                    continue
        if not parts:
            raise self._ledger.lose("geometry.too-few-points", element, count=0, least=1)
        return _collected([piece for part in parts for piece in _pieces(part)])

    def _target(self, element: _Element) -> _Element:
        inside = children(element)
        if inside:
            return inside[0]
        self._ledger.follow(element)
        href = element.get(XLINK) or ""
        if self._ids is None:
            self._ids = {identifier: each for each in element.getroottree().iter() for identifier in _ids_of(each)}
        found = self._ids.get(href[1:]) if href.startswith("#") else None
        if found is None:
            raise self._ledger.lose("geometry.broken-link", element, link=href[:120])
        return found

    def _frame(self, element: _Element) -> Frame:
        """Return what an element inherits from the features and collections around it."""
        if element.get("srsName"):
            return Frame(None)
        named = srs_name_above(element)
        if named is not None:
            return Frame(self._ledger.understood(named, element))
        taken = self._default or self._assumed
        if taken is None or any(each.get("srsName") for each in element.iter()):
            return Frame(None)
        srs = self._ledger.understood(taken, element)
        if self._default is None:
            self._ledger.note("geometry.crs-assumed", element, crs=srs.code or srs.name[:120])
        return Frame(srs)


def first_srs_name(root: _Element) -> str | None:
    """Return the first srsName in a document, None if there is none."""
    return next((name for each in root.iter() if isinstance(each.tag, str) and (name := each.get("srsName"))), None)


def srs_name_above(element: _Element) -> str | None:
    """Return the srsName that an element inherits: of what it stands in, or of the Envelope that bounds that."""
    for above in element.iterancestors():
        near = [above, *(inside for each in above[:_LOOK_AT_FIRST] for inside in _envelope(each))]
        found = next((each.get("srsName") for each in near if each.get("srsName")), None)
        if found is not None:
            return found
    return None


def _envelope(element: _Element) -> Iterator[_Element]:
    if name_of(element) == "boundedBy":
        yield from children(element, "Envelope")


def _ids_of(element: _Element) -> Iterator[str]:
    if isinstance(element.tag, str):
        for name, value in element.attrib.items():
            if str(name).rpartition("}")[2] == "id":
                yield str(value)


def _joined(parts: list[BaseGeometry], element: _Element, reader: Reader) -> BaseGeometry:
    """Return patches that make one surface as one polygon, or as they are where they do not."""
    if not parts:
        raise reader._ledger.lose("geometry.too-few-points", element, count=0, least=LEAST_RING)  # noqa: SLF001
    if len(parts) == 1:
        return parts[0]
    if shapely.is_valid(parts).all():
        return shapely.orient_polygons(shapely.union_all(parts))
    return _collected([piece for part in parts for piece in _pieces(part)])


def _pieces(geometry: BaseGeometry) -> list[BaseGeometry]:
    return list(shapely.get_parts(geometry))


def _collected(parts: list[BaseGeometry]) -> BaseGeometry:
    polygons = [part for part in parts if isinstance(part, Polygon)]
    lines = [part for part in parts if isinstance(part, LineString)]
    points = [part for part in parts if isinstance(part, Point)]
    if len(polygons) == len(parts):
        return MultiPolygon(polygons)
    if len(lines) == len(parts):
        return MultiLineString(lines)
    if len(points) == len(parts):
        return MultiPoint(points)
    return GeometryCollection(parts)
