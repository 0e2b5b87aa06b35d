"""German plans each broken in one way: one for each rule that only XPlanung has."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely
from shapely import Geometry, LineString, Point

from plans.examples.german import SKETCH, STANDARD, GermanSketch, Part, Zone, area, pack_up, rectangle, text, write

__all__ = ["BROKEN", "STANDARD"]

type Writer = Callable[[Path], Path]

HOUSES, MIXED, ROAD, SCHOOL, PARK, PLOT, EDGE, ENTRY = range(8)
"""The zones of the good plan by their number."""


def _plan(**changes: Any) -> Writer:  # noqa: ANN401 (fields of the sketch)
    """Return a writer of the good plan with other fields."""
    return lambda folder: write(replace(SKETCH, **changes), folder / "plan.zip")


def _zone(number: int, **changes: Any) -> Writer:  # noqa: ANN401 (fields of the zone)
    """Return a writer of the good plan with another version of one zone."""
    zones = list(SKETCH.zones)
    zones[number] = replace(zones[number], **changes)
    return _plan(zones=tuple(zones))


def _said(number: int, **attributes: Any) -> Writer:  # noqa: ANN401 (attributes of the zone)
    """Return a writer of the good plan with other attributes of one zone; None leaves one out."""
    said = {**SKETCH.zones[number].attributes, **attributes}
    return _zone(number, attributes={name: value for name, value in said.items() if value is not None})


def _more(*zones: Zone) -> Writer:
    """Return a writer of the good plan with more zones."""
    return _plan(zones=(*SKETCH.zones, *zones))


def _edited(edit: Callable[[str], str], plan: GermanSketch = SKETCH) -> Writer:
    """Return a writer of a plan whose XML was edited."""
    return lambda folder: pack_up({"xplan.gml": edit(text(plan).decode()).encode(), **plan.files}, folder / "plan.zip")


def _text(old: str, new: str, plan: GermanSketch = SKETCH) -> Writer:
    """Return a writer of a plan in whose XML the first occurrence of a piece of text is another."""
    return _edited(lambda content: content.replace(old, new, 1), plan)


def _emptied(content: str) -> str:
    """Return a file without anything in it."""
    start = content.index("<gml:featureMember>")
    return content[:start] + content[content.index("</xplan:XPlanAuszug>") :]


def _renamed(name: str) -> Writer:
    """Return a writer of the good plan as a zip of another name."""
    return lambda folder: write(SKETCH, folder / name)


def _other_main(folder: Path) -> Path:
    return pack_up({"goerlitz.gml": text(SKETCH), **SKETCH.files}, folder / "plan.zip")


def _same_identifier(folder: Path) -> Path:
    """Write the good plan with the identifier of its first symbol given to the second as well."""
    made = write(replace(SKETCH, zones=(*SKETCH.zones, _symbol(60, "one"), _symbol(70, "two"))), folder / "plan.zip")
    with zipfile.ZipFile(made) as archive:
        content = archive.read("xplan.gml").decode()
    ids = [part.partition('"')[0] for part in content.split('<xplan:BP_EinfahrtPunkt gml:id="')[1:]]
    content = content.replace(f'BP_EinfahrtPunkt gml:id="{ids[2]}"', f'BP_EinfahrtPunkt gml:id="{ids[1]}"')
    content = content.replace(f'href="#{ids[2]}"', f'href="#{ids[1]}"')
    return pack_up({"xplan.gml": content.encode(), **SKETCH.files}, made)


def _two_plans(folder: Path) -> Path:
    """Write two plans in one file, with an object that belongs to neither."""
    other = replace(SKETCH, name="Am Bahnhof", number="2", zones=(), files={}, boundary=rectangle(300, 0, 400, 100))
    first, second = text(SKETCH).decode(), text(other).decode()
    members = second[second.index("<gml:featureMember>") : second.index("</xplan:XPlanAuszug>")]
    lone = (
        f'<gml:featureMember><xplan:BP_EinfahrtPunkt gml:id="GML_allein">'
        f'<xplan:gehoertZuBereich xlink:href="#GML_allein"/>'
        f"<xplan:rechtscharakter>1000</xplan:rechtscharakter><xplan:position>"
        f'<gml:Point gml:id="GML_allein_1" srsName="{SKETCH.crs}"><gml:pos>490100.000 5640020.000</gml:pos></gml:Point>'
        f"</xplan:position></xplan:BP_EinfahrtPunkt></gml:featureMember>"
    )
    content = first.replace("</xplan:XPlanAuszug>", members + lone + "</xplan:XPlanAuszug>")
    return pack_up({"xplan.gml": content.encode(), **SKETCH.files}, folder / "plan.zip")


def _symbol(x: float, name: str) -> Zone:
    return Zone("BP_EinfahrtPunkt", _point(x, 70), name=name)


def _point(x: float, y: float) -> Point:
    return Point(shapely.get_coordinates(rectangle(x, y, x + 1, y + 1))[-1])


def _line(*corners: tuple[float, float]) -> LineString:
    return LineString(area(*corners, corners[0]).exterior.coords[: len(corners)])


def _turned(number: int) -> Geometry:
    return shapely.reverse(SKETCH.zones[number].shape)


def _overlay(covers: bool, **attributes: Any) -> Zone:  # noqa: ANN401
    """Return a green area upon the park, out of the ground or on another level."""
    return Zone("BP_GruenFlaeche", rectangle(150, 100, 170, 120), attributes, covers=covers)


MONUMENT = Zone("SO_Denkmalschutzrecht", rectangle(130, 90, 140, 100), covers=False)

BROKEN: dict[str, Writer] = {
    "files.de-name": _renamed("Plan Görlitz (Entwurf).zip"),
    "files.de-xplan-gml": _other_main,
    "files.de-member": _plan(files={**SKETCH.files, "notiz.odt": b"Notiz"}),
    "files.de-reference": _text("plan.png</xplan:referenzURL>", "plan-alt.png</xplan:referenzURL>"),
    "files.de-world-file": _plan(files={**SKETCH.files, "plan.pgw": SKETCH.files["plan.pgw"].replace(b".", b",")}),
    "structure.de-version": _plan(version="7.0"),
    "structure.de-no-plan": _edited(_emptied),
    "structure.de-identifier": _same_identifier,
    "structure.de-link": _text(
        "<xplan:rechtscharakter>", '<xplan:refBegruendungInhalt xlink:href="#GML_fehlt"/><xplan:rechtscharakter>'
    ),
    "structure.de-unassigned": _two_plans,
    "structure.de-object": _zone(ROAD, layer="BP_StrassenVerkehrsFlaeche", attributes={}),
    "structure.de-part": _edited(lambda content: content.replace("xplan:BP_Bereich", "xplan:FP_Bereich")),
    "structure.de-empty": _plan(zones=(), files={}),
    "attributes.de-obligatory": _text("<xplan:rechtscharakter>1000</xplan:rechtscharakter>", ""),
    "attributes.de-code": _said(HOUSES, besondereArtDerBaulNutzung="1250"),
    "attributes.de-use": _said(HOUSES, allgArtDerBaulNutzung="3000"),
    "attributes.de-special-use": _said(HOUSES, sondernutzung=Part("BP_KomplexeSondernutzung", {"allgemein": "2500"})),
    "attributes.de-ground": _more(_overlay(False)),
    "attributes.de-overlay": _zone(PLOT, covers=True),
    "attributes.de-level": _more(_overlay(True, ebene=1)),
    "attributes.de-undecided": _text(
        "<xplan:flaechenschluss>false</xplan:flaechenschluss>", "", replace(SKETCH, zones=(MONUMENT, *SKETCH.zones))
    ),
    "attributes.de-municipality": _plan(ags="4626110"),
    "attributes.de-state": _plan(since=None),
    "geometry.de-crs": _plan(crs="EPSG:3045"),
    "geometry.de-type": _zone(EDGE, shape=_point(30, 30)),
    "geometry.de-orientation": _zone(PLOT, shape=_turned(PLOT)),
    "topology.de-within": _zone(EDGE, shape=_line((10, 10), (-20, 10), (-20, 20))),
    "topology.de-part-within": _plan(part_shape=rectangle(0, 0, 230, 150)),
    "topology.de-double-cover": _said(HOUSES, Z=2),
}
"""By rule, the writer of a plan that breaks it."""
