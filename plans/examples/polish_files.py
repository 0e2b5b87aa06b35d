"""Writing acts of spatial planning as APP GML 2.0 or 3.0, as the ministry's plugin does.

Apart from the example plans because the demo region's plans are written by it too. An act is given as data: shapes with
symbols and numbers; identifiers, codes, profiles and the order of elements come from the tables of the standard. The
same sketch gives the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lxml import etree
from lxml.etree import _Element
from shapely.geometry.base import BaseGeometry

from plans.examples.polish_values import GCO, GMD, XLINK, put
from plans.standards.gml import element as gml_element
from plans.standards.polish.acts import RELATIONS
from plans.standards.polish.codes import BUILT, NO_GREEN, PLAN_TYPES, REGULATIONS, ZONES
from plans.standards.polish.feature import GEOMETRY_OF
from plans.standards.polish.schema import ACT, DOCUMENT, DRAWING, ZONE, attributes_of

GML = "http://www.opengis.net/gml/3.2"
WFS = "http://www.opengis.net/wfs/2.0"
APP = "https://www.gov.pl/static/zagospodarowanieprzestrzenne/schemas/app/"
OBJECTS = "https://www.gov.pl/zagospodarowanieprzestrzenne/app"
BUILDING = {
    "maksNadziemnaIntensywnoscZabudowy": "0.9",
    "maksUdzialPowierzchniZabudowy": "30.0",
    "maksWysokoscZabudowy": "12.5",
}
GREEN = {"minUdzialPowierzchniBiologicznieCzynnej": "40.0"}
STANDARDS = {
    "wylaczenieZabudowyZagrodowej": "false",
    "odlegloscDoSzkolyPodstawowej": "3000",
    "odlegloscDoObszarowZieleniPublicznej": "1500",
    "powierzchniaLacznaObszarowZieleniPublicznej": "3.0",
    "odlegloscDoObszaruZieleniPublicznej": "3000",
    "powierzchniaObszaruZieleniPublicznej": "20.0",
}

type Values = Mapping[str, str | Sequence[str]]
"""Attributes by name, as text; codes and links without their stem."""


@dataclass(frozen=True)
class Area:
    """A zone or a regulation. `symbol` is SW … SK, OUZ, OZS or OSD; `shape` is x first, in the sketch's CRS.

    `number` stands before the symbol in its designation. `more` are attributes that are otherwise than usual.
    """

    symbol: str
    number: int
    shape: BaseGeometry
    more: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """A formal document. `relation` is how the act names it (dokumentUchwalajacy …), `local` its identifier."""

    local: str
    title: str
    relation: str
    day: date
    link: str = ""


@dataclass(frozen=True)
class PolishSketch:
    """An act to be written.

    `teryt` is the municipality's code (six digits); `local` the act's identifier; `dataset` POG or MPZP; `kind` its
    code of typPlanu. `version` is that of the schema. `drawings` are titles with links. `more` are attributes of the
    act that are otherwise than usual.
    """

    teryt: str
    title: str
    boundary: BaseGeometry
    areas: Sequence[Area] = ()
    papers: Sequence[Paper] = ()
    drawings: Sequence[tuple[str, str]] = ()
    local: str = "1POG"
    dataset: str = "POG"
    kind: str = "planOgolnyGminy"
    status: str = "elaboration"
    valid_from: date = date(2026, 3, 31)
    version: str = "2.0"
    crs: str = "EPSG:2176"
    number: int = 1234
    made: str = "20260331T120000"
    more: Values = field(default_factory=dict)

    @property
    def space(self) -> str:
        """Namespace of all identifiers (przestrzenNazw)."""
        return f"PL.ZIPPZP.{self.number}/{self.teryt}-{self.dataset}"

    @property
    def srs(self) -> str:
        """The name of the CRS that means northing first."""
        return f"http://www.opengis.net/def/crs/EPSG/0/{self.crs.rpartition(':')[2]}"

    def link(self, kind: str, local: str, *, versioned: bool = True) -> str:
        """Return the address of an object of the act."""
        return "/".join([OBJECTS, kind, self.space, local, *([self.made] if versioned else [])])


def write(sketch: PolishSketch, target: Path, name: str = "") -> Path:
    """Write the act as one GML file into the folder `target` and return the file's path."""
    path = target / f"{name or 'POG_' + sketch.teryt}.gml"
    target.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content([sketch]))
    return path


def content(sketches: Sequence[PolishSketch]) -> bytes:
    """Return acts of one version as one GML file (wfs:FeatureCollection, UTF-8, indented)."""
    features = [each for sketch in sketches for each in _features(sketch)]
    spaces = {"wfs": WFS, "gml": GML, "app": APP + sketches[0].version, "xlink": XLINK, "gmd": GMD, "gco": GCO}
    root = etree.Element(f"{{{WFS}}}FeatureCollection", nsmap=spaces)
    root.set("timeStamp", _moment(sketches[0].made))
    root.set("numberMatched", "unknown")
    root.set("numberReturned", str(len(features)))
    for each in features:
        etree.SubElement(root, f"{{{WFS}}}member").append(each)
    etree.indent(root, "  ")
    etree.cleanup_namespaces(root, keep_ns_prefixes=list(spaces))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _features(sketch: PolishSketch) -> Iterator[_Element]:
    yield _feature(sketch, ACT, sketch.local, _of_act(sketch), sketch.boundary)
    for area in sketch.areas:
        local = f"{sketch.local}-{area.number}{area.symbol}"
        yield _feature(sketch, _kind(area), local, _of_area(sketch, area), area.shape)
    for paper in sketch.papers:
        yield _feature(sketch, DOCUMENT, paper.local, _of_paper(sketch, paper))
    for number, (title, link) in enumerate(sketch.drawings, 1):
        yield _feature(sketch, DRAWING, f"{sketch.local}-RYS{number}", _of_drawing(sketch, title, link))


def _of_act(sketch: PolishSketch) -> Values:
    named: dict[str, list[str]] = {}
    for paper in sketch.papers:
        named.setdefault(paper.relation, []).append(sketch.link(DOCUMENT, paper.local, versioned=False))
    drawings = [sketch.link(DRAWING, f"{sketch.local}-RYS{n}") for n in range(1, len(sketch.drawings) + 1)]
    level = PLAN_TYPES[sketch.kind].level if sketch.kind in PLAN_TYPES else "local"
    return {
        **_began(sketch),
        "tytul": sketch.title,
        "typPlanu": sketch.kind,
        "poziomHierarchii": level,
        "modyfikacja": "false",
        **named,
        "rysunek": drawings,
        **sketch.more,
    }


def _of_area(sketch: PolishSketch, area: Area) -> Values:
    usual: dict[str, str | Sequence[str]] = {
        **_began(sketch),
        "oznaczenie": f"{area.number}{area.symbol}",
        "symbol": area.symbol,
        "charakterUstalenia": "generallyBinding",
        "plan": sketch.link(ACT, sketch.local),
    }
    zone = ZONES.get(area.symbol)
    if zone is not None:
        usual |= {"nazwa": zone.code, "profilPodstawowy": sorted(zone.primary)}
        usual |= BUILDING if zone.symbol in BUILT else {}
        usual |= GREEN if zone.symbol not in NO_GREEN else {}
    elif area.symbol == "OSD":
        usual |= STANDARDS
    return {**usual, **area.more}


def _of_paper(sketch: PolishSketch, paper: Paper) -> Values:
    back = RELATIONS.get(paper.relation)
    values: dict[str, str | Sequence[str]] = {"tytul": paper.title, "data": paper.day.isoformat()}
    if paper.link:
        values["lacze"] = paper.link
    return values | ({back: sketch.link(ACT, sketch.local)} if back else {})


def _of_drawing(sketch: PolishSketch, title: str, link: str) -> Values:
    return {
        "poczatekWersjiObiektu": _moment(sketch.made),
        "tytul": title,
        "lacze": link,
        "ukladOdniesieniaPrzestrzennego": sketch.srs,
        "rozdzielczoscPrzestrzenna": "2000",
        "obowiazujeOd": sketch.valid_from.isoformat(),
        "plan": sketch.link(ACT, sketch.local),
    }


def _began(sketch: PolishSketch) -> dict[str, str]:
    return {
        "poczatekWersjiObiektu": _moment(sketch.made),
        "obowiazujeOd": sketch.valid_from.isoformat(),
        "status": sketch.status,
    }


def _moment(made: str) -> str:
    return f"{made[:4]}-{made[4:6]}-{made[6:8]}T{made[9:11]}:{made[11:13]}:{made[13:15]}Z"


def _kind(area: Area) -> str:
    return next((kind for kind, (symbol, _) in REGULATIONS.items() if symbol == area.symbol), ZONE)


def _feature(
    sketch: PolishSketch, kind: str, local: str, values: Values, shape: BaseGeometry | None = None
) -> _Element:
    """Return an object with its attributes in the order of the schema."""
    space = APP + sketch.version
    versioned = kind != DOCUMENT
    parts = [sketch.space, local, *([sketch.made] if versioned else [])]
    identifier = "_".join(parts).replace("/", "_")
    made = etree.Element(f"{{{space}}}{kind}", nsmap={"app": space, "gml": GML, "xlink": XLINK})
    made.set(f"{{{GML}}}id", identifier)
    named = etree.SubElement(made, f"{{{GML}}}identifier")
    named.set("codeSpace", OBJECTS)
    named.text = sketch.link(kind, local, versioned=versioned)
    for name, attribute in attributes_of(kind).items():
        if name == "idIIP":
            inside = etree.SubElement(etree.SubElement(made, f"{{{space}}}idIIP"), f"{{{space}}}Identyfikator")
            for part, text in zip(("przestrzenNazw", "lokalnyId", "wersjaId"), parts, strict=False):
                etree.SubElement(inside, f"{{{space}}}{part}").text = text
        elif name == GEOMETRY_OF.get(kind, "geometria") and shape is not None:
            holder = etree.SubElement(made, f"{{{space}}}{name}")
            holder.append(gml_element(shape, sketch.srs, f"{identifier}_g", multiple=kind == ACT))
        else:
            given = values.get(name, ())
            for text in (given,) if isinstance(given, str) else given:
                put(etree.SubElement(made, f"{{{space}}}{name}"), attribute.value, text)
    return made
