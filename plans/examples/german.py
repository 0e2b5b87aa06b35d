"""German plans made to order: XPlanGML 6.0 as a zip, a Bebauungsplan or a Flächennutzungsplan of any shape.

Used for the good and the broken examples of the rules, and for the German municipalities of the demo region.
"""

import uuid
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from struct import pack
from typing import Any

import shapely
from lxml import etree
from lxml.etree import _Element
from shapely import Geometry, LineString, Point, Polygon, box

from plans.model import Standard
from plans.standards import gml
from plans.standards.german import schema

STANDARD = Standard.GERMAN
GML = "http://www.opengis.net/gml/3.2"
XLINK = "http://www.w3.org/1999/xlink"
FIRST = ("uuid", "text", "rechtsstand", "gliederung1", "gliederung2", "ebene")
"""Attributes that the schema has before gehoertZuBereich."""
_EPOCH = (2026, 1, 1, 0, 0, 0)
_NAMES = uuid.UUID("5b1f2c64-0a7e-5d51-9a43-1d2f0c6a7e10")


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit: Measure(60, "m")."""

    value: float
    uom: str


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a data type: Part("BP_KomplexeZweckbestGemeinbedarf", {"allgemein": "12000"})."""

    type: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Zone:
    """One object: its type, shape (x first, in the plan's CRS) and attributes in the order of the schema.

    Values are text, numbers, booleans, dates, Measure, Part, or tuples for what occurs more than once. `covers` is the
    flaechenschluss, None for what the type says (polygons of types that may be either cover). `name` makes the gml:id.
    """

    layer: str
    shape: Geometry
    attributes: Mapping[str, Any] = field(default_factory=dict)
    covers: bool | None = None
    name: str = ""


@dataclass(frozen=True)
class GermanSketch:
    """A plan to be written.

    `kind` is BP (Bebauungsplan) or FP (Flächennutzungsplan), `step` its Rechtsstand, `since` when it came into force,
    `plan_kind` its planArt. `boundary` is the Geltungsbereich, `part` attributes of its one Bereich and
    `part_shape` its own Geltungsbereich. `files` lie beside
    xplan.gml; pictures among them are referred to as scans. `changes` names a plan that this one changes.
    """

    name: str
    ags: str
    municipality: str
    boundary: Geometry
    zones: tuple[Zone, ...] = ()
    kind: str = "BP"
    number: str = "1"
    step: str = "4000"
    since: date | None = date(2025, 3, 14)
    plan_kind: str = ""
    crs: str = "EPSG:25833"
    version: str = "6.0"
    part: Mapping[str, Any] = field(default_factory=dict)
    part_shape: Geometry | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    changes: str = ""


def write(plan: GermanSketch, target: Path) -> Path:
    """Write the plan as a zip to `target` and return it; the same plan gives the same bytes."""
    return pack_up({"xplan.gml": text(plan), **plan.files}, target)


def text(plan: GermanSketch) -> bytes:
    """Return the plan as XPlanGML."""
    return _Writer(plan).written()


def pack_up(files: Mapping[str, bytes], target: Path) -> Path:
    """Write files into a zip at `target` and return it."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target


class _Writer:
    def __init__(self, plan: GermanSketch) -> None:
        self.plan = plan
        self.space = f"http://www.xplanung.de/xplangml/{plan.version.replace('.', '/')}"
        self.id = f"GML_{uuid.uuid5(_NAMES, plan.name)}"
        self.part = f"GML_{uuid.uuid5(_NAMES, plan.name + '/Bereich')}"

    def written(self) -> bytes:
        spaces = {"xplan": self.space, "gml": GML, "xlink": XLINK}
        root = etree.Element(f"{{{self.space}}}XPlanAuszug", nsmap=spaces)
        root.set(f"{{{GML}}}id", f"GML_{uuid.uuid5(_NAMES, self.plan.name + '/Auszug')}")
        _bound(root, [self.plan.boundary, *(zone.shape for zone in self.plan.zones)], self.plan.crs)
        self._plan(root)
        self._part(root)
        for number, zone in enumerate(self.plan.zones, 1):
            self._zone(root, zone, number)
        etree.indent(root)
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)

    def _plan(self, root: _Element) -> None:
        plan = self.plan
        is_local = plan.kind == "BP"
        made = self._member(root, f"{plan.kind}_Plan", self.id)
        changed = Part("XP_VerbundenerPlan", {"planName": plan.changes, "aenderungsArt": "1000"})
        self._write(
            made, {"name": plan.name, "nummer": plan.number} | ({"aendertPlan": changed} if plan.changes else {})
        )
        holder = self._sub(made, "raeumlicherGeltungsbereich")
        holder.append(gml.element(plan.boundary, plan.crs, f"{self.id}_1"))
        town = Part("XP_Gemeinde", {"ags": plan.ags, "gemeindeName": plan.municipality})
        said = {
            "gemeinde": town,
            "planArt": plan.plan_kind or ("10001" if is_local else "1000"),
            "rechtsstand": plan.step,
        }
        if plan.since is not None:
            said["inkrafttretensDatum" if is_local else "wirksamkeitsDatum"] = plan.since
        self._write(made, said)
        self._link(made, "bereich", self.part)

    def _part(self, root: _Element) -> None:
        made = self._member(root, f"{self.plan.kind}_Bereich", self.part)
        self._write(made, {"nummer": 0, **self.plan.part})
        if self.plan.part_shape is not None:
            holder = self._sub(made, "geltungsbereich")
            holder.append(gml.element(self.plan.part_shape, self.plan.crs, f"{self.part}_1"))
        for name in self.plan.files:
            if name.endswith(".png"):
                world = name.removesuffix(".png") + ".pgw"
                around = {"georefURL": world} if world in self.plan.files else {}
                parts = {**around, "art": "PlanMitGeoreferenz", "referenzName": name, "referenzURL": name}
                self._write(made, {"refScan": Part("XP_ExterneReferenz", parts)})
        for number, _ in enumerate(self.plan.zones, 1):
            self._link(made, "planinhalt", self._zone_id(number))
        self._link(made, "gehoertZuPlan", self.id)

    def _zone(self, root: _Element, zone: Zone, number: int) -> None:
        identifier = self._zone_id(number)
        made = self._member(root, zone.layer, identifier)
        _bound(made, [zone.shape], self.plan.crs)
        said = dict(zone.attributes)
        self._write(made, {name: said.pop(name) for name in FIRST if name in said})
        self._link(made, "gehoertZuBereich", self.part)
        self._write(
            made, {"rechtscharakter": said.pop("rechtscharakter", "1000" if self.plan.kind == "BP" else "3000")}
        )
        self._sub(made, "position").append(gml.element(zone.shape, self.plan.crs, f"{identifier}_1"))
        covers = _covers(zone, self.plan.version)
        self._write(made, {**({} if covers is None else {"flaechenschluss": covers}), **said})

    def _zone_id(self, number: int) -> str:
        zone = self.plan.zones[number - 1]
        return f"GML_{uuid.uuid5(_NAMES, f'{self.plan.name}/{zone.name or number}')}"

    def _member(self, root: _Element, layer: str, identifier: str) -> _Element:
        holder = etree.SubElement(root, f"{{{GML}}}featureMember")
        made = self._sub(holder, layer)
        made.set(f"{{{GML}}}id", identifier)
        return made

    def _write(self, holder: _Element, attributes: Mapping[str, Any]) -> None:
        for name, value in attributes.items():
            for one in value if isinstance(value, tuple) else (value,):
                self._value(self._sub(holder, name), one)

    def _value(self, made: _Element, value: Any) -> None:  # noqa: ANN401
        match value:
            case Part():
                self._write(self._sub(made, value.type), value.attributes)
            case Measure():
                made.set("uom", value.uom)
                made.text = str(value.value)
            case bool():
                made.text = str(value).lower()
            case _:
                made.text = str(value)

    def _link(self, holder: _Element, name: str, target: str) -> None:
        self._sub(holder, name).set(f"{{{XLINK}}}href", f"#{target}")

    def _sub(self, holder: _Element, name: str) -> _Element:
        return etree.SubElement(holder, f"{{{self.space}}}{name}")


def _covers(zone: Zone, version: str) -> bool | None:
    """Return the flaechenschluss to be written, None for lines and points."""
    if not isinstance(zone.shape, Polygon | shapely.MultiPolygon):
        return None
    return schema.surface(zone.layer, version) != "Ueberlagerungsobjekt" if zone.covers is None else zone.covers


def _bound(made: _Element, shapes: list[Geometry], crs: str) -> None:
    corners = shapely.total_bounds(shapes).reshape(2, 2)
    envelope = etree.SubElement(etree.SubElement(made, f"{{{GML}}}boundedBy"), f"{{{GML}}}Envelope", srsName=crs)
    for name, corner in zip(("lowerCorner", "upperCorner"), corners, strict=True):
        etree.SubElement(envelope, f"{{{GML}}}{name}").text = gml.points_text(corner.reshape(1, 2), crs)


def picture() -> bytes:
    """Return the smallest drawing there is: a PNG of one white pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))

    header = pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\x00\xff", 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


X, Y = 490_000.0, 5_640_000.0


def area(*corners: tuple[float, float]) -> Polygon:
    """Return a polygon by its corners, anticlockwise, in metres from the corner of the example plan."""
    return Polygon([(X + x, Y + y) for x, y in corners])


def rectangle(left: float, below: float, right: float, above: float) -> Polygon:
    """Return a rectangle by its sides in metres from the corner of the example plan, anticlockwise."""
    return box(X + left, Y + below, X + right, Y + above, ccw=True)


SKETCH = GermanSketch(
    name="Am Mühlgraben",
    ags="14626110",
    municipality="Görlitz",
    boundary=area((0, 0), (100, 0), (200, 0), (200, 70), (200, 80), (200, 150), (120, 150), (0, 150), (0, 80), (0, 70)),
    zones=(
        Zone(
            "BP_BaugebietsTeilFlaeche",
            rectangle(0, 0, 100, 70),
            {"GRZ": 0.4, "allgArtDerBaulNutzung": "1000", "besondereArtDerBaulNutzung": "1200"},
        ),
        Zone(
            "BP_BaugebietsTeilFlaeche",
            rectangle(100, 0, 200, 70),
            {"allgArtDerBaulNutzung": "2000", "besondereArtDerBaulNutzung": "1550"},
        ),
        Zone(
            "SO_Strassenverkehr",
            area((0, 70), (100, 70), (200, 70), (200, 80), (120, 80), (0, 80)),
            {"hatDarstellungMitBesondZweckbest": False},
        ),
        Zone(
            "BP_GemeinbedarfsFlaeche",
            rectangle(0, 80, 120, 150),
            {"zweckbestimmung": Part("BP_KomplexeZweckbestGemeinbedarf", {"allgemein": "12000"})},
        ),
        Zone(
            "BP_GruenFlaeche",
            rectangle(120, 80, 200, 150),
            {"zweckbestimmung": Part("BP_KomplexeZweckbestGruen", {"allgemein": "1000"})},
        ),
        Zone("BP_UeberbaubareGrundstuecksFlaeche", rectangle(10, 10, 90, 40), {"Z": 2, "bauweise": "1000"}),
        Zone("BP_BauGrenze", LineString([(X + 10, Y + 10), (X + 90, Y + 10), (X + 90, Y + 40)])),
        Zone("BP_EinfahrtPunkt", Point(X + 50, Y + 70)),
    ),
    files={"plan.png": picture(), "plan.pgw": b"0.1\n0\n0\n-0.1\n490000.05\n5640149.95\n"},
)
"""A Bebauungsplan of 3 hectares: two building areas, a road, a school, a park, and what is drawn upon them."""


def GOOD(folder: Path) -> Path:  # noqa: N802 (the register's name)
    """Write a plan that all rules pass into the folder and return its path."""
    return write(SKETCH, folder / "plan-gut.zip")
