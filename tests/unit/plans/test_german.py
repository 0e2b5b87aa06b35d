"""XPlanGML: real plans are read whole, objects are what they are, and corrected packages keep all the rest."""

import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from lxml import etree
from shapely import Polygon, affinity

from findings import Level
from plans.context import ALONE
from plans.delivery import Delivery
from plans.examples import german
from plans.model import Kind, Plan, Step
from plans.package import Package, opened
from plans.repair.change import Change
from plans.rules.run import judge
from plans.standards.german import schema
from plans.standards.german.patch import patch
from plans.standards.german.read import read, recognises

GML = "{http://www.opengis.net/gml/3.2}"
REAL = {
    "BP2070.gml": ("XPlan-5.1", "EPSG:31467", 75, 45, 182, 314),
    "BPlan002_5-1.zip": ("XPlan-5.1", "EPSG:25832", 8, 50, 81, 224),
    "Blankenese29_Test_60.zip": ("XPlan-6.0", "EPSG:25832", 45, 84, 126, 491),
    "FNP_Test_60.zip": ("XPlan-6.0", "EPSG:25832", 501, 60, 128, 1031),
}
"""Profile, CRS, areas, regulations, lines, all features."""


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Package]:
    """Return the package of the example plan with other fields."""

    def make(**changes: Any) -> Package:
        return opened([german.write(replace(german.SKETCH, **changes), tmp_path / "plan.zip")], tmp_path / "package")

    return make


def only(delivery: Delivery) -> Plan:
    """Return the one plan of a delivery."""
    (plan,) = delivery.plans
    return plan


def counted(package: Package) -> Counter[str]:
    """Count the features of a package by type, in another way than the reader does."""
    found: Counter[str] = Counter()
    for path in package.files.values():
        if path.suffix == ".gml":
            members = etree.parse(path).iterfind(f"{GML}featureMember/*")
            found.update(etree.QName(member).localname for member in members)
    return found


@pytest.mark.parametrize("name", REAL)
def test_real_plans_are_read_whole(real_data: Path, tmp_path: Path, name: str) -> None:
    package = opened([real_data / "plans-de" / name], tmp_path)
    assert recognises(package)
    delivery = read(package)
    plan = only(delivery)
    kept = [plan.boundary, *plan.areas, *plan.regulations, *plan.lines, *plan.parts, *plan.records, *plan.drawing]
    profile, crs, areas, regulations, lines, everything = REAL[name]
    assert (plan.profile, plan.crs) == (profile, crs)
    assert (len(plan.areas), len(plan.regulations), len(plan.lines), len(kept)) == (
        areas,
        regulations,
        lines,
        everything,
    )
    assert Counter(each.layer for each in kept if each) == counted(package)
    assert sum(table.rows for table in delivery.tables) == everything
    assert all(each.name and "/" in each.code for each in plan.areas if "BaugebietsTeil" in each.layer)
    assert not [each for each in delivery.incidents if each.rule != "files.de-world-file"]


def test_a_real_plan_is_told_where_its_gaps_come_from(real_data: Path, tmp_path: Path) -> None:
    """Ten supply areas say that they are not part of the ground; condition 4.11.1.7 wants them in it."""
    checked = judge(read(opened([real_data / "plans-de" / "BP2070.gml"], tmp_path)), ALONE)
    faults = {each.rule.id: len(each.faults) for each in checked.judged if each.faults}
    assert faults["attributes.de-ground"] == 10
    assert faults["attributes.de-municipality"] == 1
    assert faults["topology.de-within"] == 2


def test_a_file_that_has_no_place_in_the_package_is_told(real_data: Path, tmp_path: Path) -> None:
    delivery = read(opened([real_data / "plans-de" / "Blankenese29_Test_60_InvalidContent.zip"], tmp_path))
    assert [(each.rule, each.values["file"]) for each in delivery.incidents] == [("files.de-member", "test.odt")]


def test_attributes_keep_their_names_and_purposes_read_as_before_6_0(made: Callable[..., Package]) -> None:
    plan = only(read(made()))
    school = next(each for each in plan.areas if each.layer == "BP_GemeinbedarfsFlaeche")
    assert (school.code, school.name) == ("BP_GemeinbedarfsFlaeche/12000", "Schule")
    assert school.attributes["zweckbestimmung"] == "12000"
    assert school.attributes["flaechenschluss"] is True
    assert plan.attributes["inkrafttretensDatum"] == date(2025, 3, 14)
    assert (plan.municipalities, plan.kind, plan.is_partial) == (("14626110",), Kind.LOCAL_PLAN, False)
    assert [(each.file, each.role) for each in plan.documents] == [("plan.png", "scan")]


@pytest.mark.parametrize(
    ("layer", "code", "step"),
    [
        ("FP", "2000", Step.ELABORATION),
        ("FP", "2400", Step.ELABORATION),
        ("BP", "3000", Step.ADOPTION),
        ("BP", "4000", Step.LEGAL_FORCE),
        ("BP", "4500", Step.LEGAL_FORCE),
        ("BP", "50001", Step.OBSOLETE),
        ("RP", "5000", Step.ELABORATION),
    ],
)
def test_where_a_plan_stands(layer: str, code: str, step: Step) -> None:
    assert schema.steps()[(f"{layer}_Rechtsstand", code)] is step


def test_every_rechtsstand_has_a_step() -> None:
    lists = [f"{kind}_Rechtsstand" for kind in ("BP", "FP", "LP", "RP")]
    known = {(name, code) for name in lists for version in schema.TABLED for code in schema.codes(name, version)}
    assert known == schema.steps().keys()


def test_what_is_not_ground_is_a_regulation(made: Callable[..., Package]) -> None:
    park = german.SKETCH.zones[4]
    others = (
        replace(park, covers=False),
        replace(park, attributes={"ebene": -1}),
        replace(
            park, attributes={"startBedingung": german.Part("XP_WirksamkeitBedingung", {"datumAbsolut": "2030-01-01"})}
        ),
        replace(park, layer="BP_UeberbaubareGrundstuecksFlaeche", attributes={}, covers=True),
    )
    plan = only(read(made(zones=(park, *others))))
    assert [len(plan.areas), len(plan.regulations)] == [1, 4]
    outside = only(read(made(part={"bedeutung": "1800"})))
    assert not outside.areas


@pytest.mark.parametrize(
    ("changes", "kind", "partial"),
    [
        ({"kind": "FP", "zones": ()}, Kind.ZONING_PLAN, False),
        ({"kind": "FP", "zones": (), "changes": "Flächennutzungsplan 2006"}, Kind.CHANGE, True),
        ({"kind": "FP", "zones": (), "plan_kind": "5000"}, Kind.ZONING_PLAN, True),
        ({"changes": "Am Mühlgraben"}, Kind.LOCAL_PLAN, True),
    ],
)
def test_changes_and_partial_plans(
    made: Callable[..., Package], changes: dict[str, Any], kind: Kind, partial: bool
) -> None:
    plan = only(read(made(**changes)))
    assert (plan.kind, plan.is_partial) == (kind, partial)


def test_a_plan_of_boundary_and_scan_is_a_plan(made: Callable[..., Package]) -> None:
    delivery = read(made(zones=()))
    assert only(delivery).is_raster_only
    assert not judge(delivery, ALONE).count(Level.ERROR)


def test_a_flaechennutzungsplan_passes(made: Callable[..., Package]) -> None:
    forest, housing = german.rectangle(0, 0, 100, 150), german.rectangle(100, 0, 200, 150)
    zones = (
        german.Zone("FP_WaldFlaeche", forest),
        german.Zone("FP_BebauungsFlaeche", housing, {"allgArtDerBaulNutzung": "1000"}),
    )
    outline = Polygon(shapely.get_coordinates(shapely.union_all([forest, housing])))
    checked = judge(read(made(kind="FP", zones=zones, boundary=shapely.orient_polygons(outline))), ALONE)
    assert not [each.rule.id for each in checked.judged if each.faults and each.level is not Level.NOTE]


@pytest.mark.parametrize("version", ["4.1", "5.4", "6.1"])
def test_versions_go_by_their_namespace(made: Callable[..., Package], version: str) -> None:
    assert only(read(made(version=version))).profile == f"XPlan-{version}"


def test_only_what_was_mended_changes(real_data: Path, tmp_path: Path) -> None:
    name = "Blankenese29_Test_60.zip"
    package = opened([real_data / "plans-de" / name], tmp_path / "in")
    delivery = read(package)
    house = min(only(delivery).areas, key=lambda area: shapely.get_num_coordinates(area.geometry))
    assert house.geometry is not None
    after = affinity.translate(house.geometry, 0.001)
    change = Change(0, house, after, ("snap-own",), 0.001, 0.0, 0.0)
    corrected = patch(package, delivery, [change], tmp_path / name)
    again = read(opened([corrected], tmp_path / "out"))
    for old, new in zip(only(delivery).everything(), only(again).everything(), strict=True):
        assert shapely.equals_exact(after if old is house else old.geometry, new.geometry)
        assert (old.id, old.code, old.attributes) == (new.id, new.code, new.attributes)
    with zipfile.ZipFile(real_data / "plans-de" / name) as old_zip, zipfile.ZipFile(corrected) as new_zip:
        assert sorted(old_zip.namelist()) == sorted(new_zip.namelist())
        texts = [etree.parse(BytesIO(each.read("xplan.gml"))) for each in (old_zip, new_zip)]
    arcs = [len(list(text.iter(f"{GML}Arc", f"{GML}ArcString"))) for text in texts]
    assert arcs[0] == arcs[1] > 0


def test_a_new_crs_label_is_written_with_the_geometry(made: Callable[..., Package], tmp_path: Path) -> None:
    package = made(crs="EPSG:25832", part_shape=german.SKETCH.boundary)
    delivery = read(package)
    changes = [
        Change(0, each, each.geometry, ("crs-label",), 0, 0, 0, crs="EPSG:25833")
        for each in only(delivery).everything()
        if each.geometry is not None
    ]
    again = read(opened([patch(package, delivery, changes, tmp_path / "new.zip")], tmp_path / "new"))
    assert only(again).crs == "EPSG:25833"
    assert "geometry.two-crs" not in {each.rule for each in again.incidents}
