"""What a reader of GML keeps beside the geometries: the CRS met, the incidents, how much has been read.

Apart from the reading because all of its parts write here.
"""

from dataclasses import dataclass, field
from typing import Any

from lxml.etree import _Element
from shapely import Geometry

from plans.delivery import Incident
from plans.model import Place
from plans.standards.gml.srs import Srs, understand

MOST_VERTICES = 20_000_000
MOST_LINKS = 100_000
"""How many links between geometries are followed: links upon links can multiply without end."""
DEEPEST = 40


class LostError(Exception):
    """A geometry, or a part of one, cannot be had; the incident is written down already."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How the coordinates below an element are to be taken, and how deep it stands in its geometry."""

    srs: Srs | None
    dimension: int = 2
    depth: int = 0

    @property
    def northing_first(self) -> bool:
        """Whether the coordinates have to be turned."""
        return self.srs is not None and self.srs.northing_first


@dataclass
class Ledger:
    """The CRS met in a file and what went wrong in it, with the object that is being read."""

    file: str
    northing_first: bool | None = None
    most_vertices: int = MOST_VERTICES
    crs: str | None = None
    srs: dict[str, Srs] = field(default_factory=dict)
    incidents: list[Incident] = field(default_factory=list)
    object: str | None = None
    layer: str | None = None
    vertices: int = 0
    links: int = 0
    _spoken: set[str] = field(default_factory=set)

    def note(self, rule: str, element: _Element, where: Geometry | None = None, **values: Any) -> None:  # noqa: ANN401
        """Write down an incident at the line of the element."""
        place = Place(self.file, element.sourceline)
        values.setdefault("element", name_of(element))
        self.incidents.append(Incident(rule, values, self.object, self.layer, place, where))

    def lose(self, rule: str, element: _Element, **values: Any) -> LostError:  # noqa: ANN401
        """Write down an incident and return the exception to be raised."""
        self.note(rule, element, **values)
        return LostError(rule)

    def within(self, frame: Frame, element: _Element) -> Frame:
        """Return the frame that holds for what is in the element. Raises LostError where it is nested too deep."""
        if frame.depth >= DEEPEST:
            raise self.beyond("depth", DEEPEST, element)
        name, dimension = element.get("srsName"), element.get("srsDimension")
        srs = self.understood(name, element) if name else frame.srs
        size = frame.dimension
        if dimension and dimension.strip() in ("2", "3"):
            size = int(dimension)
        return Frame(srs, size, frame.depth + 1)

    def understood(self, name: str, element: _Element) -> Srs:
        """Return what a srsName means; a name not understood, or a second CRS, is written down once."""
        if (known := self.srs.get(name)) is not None:
            return known
        srs = understand(name)
        if self.northing_first is not None:
            srs = Srs(srs.name, srs.code, self.northing_first, srs.form)
        self.srs[name] = srs
        if srs.code is None:
            self.note("geometry.unknown-crs", element, name=name[:120])
        elif self.crs is None:
            self.crs = srs.code
        elif srs.code != self.crs:
            self.note("geometry.two-crs", element, first=self.crs, second=srs.code)
        return srs

    def count(self, vertices: int, element: _Element) -> None:
        """Add to the vertices read. Raises LostError beyond the limit, which is written down once."""
        self.vertices += vertices
        if self.vertices > self.most_vertices:
            raise self.beyond("vertices", self.most_vertices, element)

    def follow(self, element: _Element) -> None:
        """Add to the links followed. Raises LostError beyond the limit, which is written down once."""
        self.links += 1
        if self.links > MOST_LINKS:
            raise self.beyond("links", MOST_LINKS, element)

    def beyond(self, reason: str, limit: int, element: _Element) -> LostError:
        """Write down, once for a file, that a limit was exceeded, and return the exception to be raised."""
        if reason not in self._spoken:
            self._spoken.add(reason)
            self.note("geometry.limits", element, reason=reason, limit=limit)
        return LostError("geometry.limits")


def name_of(element: _Element) -> str:
    """Return the name of an element without its namespace; "" for a comment or processing instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: _Element, *names: str) -> list[_Element]:
    """Return the child elements of these names (all elements for none), in order."""
    return [each for each in element if isinstance(each.tag, str) and (not names or name_of(each) in names)]
