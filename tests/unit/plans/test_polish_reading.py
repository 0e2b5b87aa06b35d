"""The reader of Polish acts: real files, both wrappers, every form of srsName, links, versions, signatures."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import shapely

from plans.delivery import Delivery
from plans.examples.polish import GOOD, GOOD_SKETCH, boundary
from plans.examples.polish_broken import BROKEN, SIGNATURE, local_plans
from plans.examples.polish_files import content, write
from plans.model import Kind, Step
from plans.package import Package, opened
from plans.standards.polish.codes import CLASSES, ZONES
from plans.standards.polish.read import read, recognises
from tests.unit.plans.polish_files import found, handed_in


def good(tmp_path: Path, *changes: tuple[str, str]) -> Delivery:
    """Return the good plan, read, in which every occurrence of a text is replaced by another."""
    path = GOOD(tmp_path / "made")
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return handed_in(tmp_path / "read", path)


def test_a_real_plan_is_read_whole(real_data: Path, tmp_path: Path) -> None:
    files = [next((real_data / "plans-pl/1/pog").iterdir()), real_data / "plans-pl/1/strefy/StrefaPlanistyczna.gml"]
    delivery = handed_in(tmp_path, *files)
    [plan] = delivery.plans
    assert (plan.profile, plan.crs, plan.kind, plan.municipalities) == (
        "APP-2.0",
        "EPSG:2176",
        Kind.ZONING_PLAN,
        ("321202",),
    )
    assert (len(plan.areas), plan.lifecycle.step, plan.lifecycle.valid_from) == (
        28,
        Step.ELABORATION,
        date(2024, 12, 4),
    )
    assert plan.boundary is not None
    covered = shapely.area(plan.areas.shapes).sum()
    assert covered == pytest.approx(shapely.area(plan.boundary.geometry), rel=1e-6)
    zone = plan.areas[0]
    assert (zone.id, zone.code, zone.place.line) == ("1POG-1SZ", "SZ", 4)
    assert zone.attributes["status"] == "inspire.ec.europa.eu/codelist/ProcessStepGeneralValue/elaboration"
    assert len(zone.attributes["profilPodstawowy"]) == 7
    assert not delivery.incidents


def test_tables_are_whole() -> None:
    assert (len(ZONES), len(CLASSES)) == (13, 49)
    assert all((zone.primary | zone.additional) <= CLASSES.keys() for zone in ZONES.values())
    assert all("ZD" in zone.primary for zone in ZONES.values())


def test_all_that_an_act_has_is_kept(tmp_path: Path) -> None:
    [plan] = good(tmp_path).plans
    assert [len(each) for each in (plan.areas, plan.regulations, plan.records)] == [13, 4, 3]
    assert plan.lifecycle.adopted == date(2026, 2, 26)
    assert [each.role for each in plan.documents] == ["document", "document", "drawing"]
    assert {each.code for each in plan.regulations} == {"OUZ", "OZS", "OSD"}
    assert plan.areas.shapes[0].equals_exact(GOOD_SKETCH.areas[0].shape, 0.001)


@pytest.mark.parametrize("name", ["EPSG:2176", "http://www.opengis.net/gml/srs/epsg.xml#2176"])
def test_the_form_of_the_srs_name_says_the_order(tmp_path: Path, name: str) -> None:
    [plan] = good(tmp_path, ("http://www.opengis.net/def/crs/EPSG/0/2176", name)).plans
    assert plan.boundary is not None
    assert shapely.bounds(plan.boundary.geometry)[0] == boundary().bounds[1]  # northing was taken for easting


@pytest.mark.parametrize("version", ["2.0", "3.0"])
def test_gml_wrapper_and_later_schema(tmp_path: Path, version: str) -> None:
    text = content([replace(GOOD_SKETCH, version=version)]).decode()
    text = text.replace("wfs:FeatureCollection", "gml:FeatureCollection").replace("wfs:member", "gml:featureMember")
    (tmp_path / "plan.gml").write_text(text, encoding="utf-8")
    delivery = handed_in(tmp_path / "read", tmp_path / "plan.gml")
    assert delivery.profile == f"APP-{version}"
    assert found(delivery) == {"error": [], "warning": [], "note": []}


def test_links_without_a_version_or_empty_find_their_act(tmp_path: Path) -> None:
    without = good(tmp_path / "a", ("/1POG/20260331T120000", "/1POG"))
    assert found(without)["error"] == []
    assert len(without.plans[0].areas) == 13


def test_objects_of_several_acts_go_where_they_belong(tmp_path: Path) -> None:
    delivery = handed_in(tmp_path, local_plans(gap=5)(tmp_path / "made"))
    assert [plan.kind for plan in delivery.plans] == [Kind.LOCAL_PLAN] * 2
    assert [plan.is_raster_only for plan in delivery.plans] == [True, True]
    titles = [[document.title for document in plan.documents] for plan in delivery.plans]
    assert titles == [[f"Uchwała nr XX/{n}/2025", f"Rysunek planu obszaru {n}"] for n in (1, 2)]


@pytest.mark.parametrize("encloses", [False, True])
def test_a_signature_is_no_part_of_the_plan(tmp_path: Path, encloses: bool) -> None:
    path = GOOD(tmp_path)
    head, _, body = path.read_text(encoding="utf-8").partition("\n")
    if encloses:
        wrapped = (
            f'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Object>{body}</ds:Object></ds:Signature>'
        )
    else:
        wrapped = body.replace("</wfs:FeatureCollection>", SIGNATURE)
    path.write_text(f"{head}\n{wrapped}", encoding="utf-8")
    delivery = handed_in(tmp_path / "read", path)
    assert found(delivery) == {"error": [], "warning": [], "note": ["structure.pl-signature"]}
    assert len(delivery.plans[0].areas) == 13


def test_a_change_of_a_plan_is_partial(tmp_path: Path) -> None:
    changed = replace(
        GOOD_SKETCH, version="3.0", more={"zmienianyPlan": GOOD_SKETCH.link("AktPlanowaniaPrzestrzennego", "0POG")}
    )
    [plan] = handed_in(tmp_path / "read", write(changed, tmp_path)).plans
    assert (plan.kind, plan.is_partial) == (Kind.CHANGE, True)


def test_old_schema_is_read_and_little_is_demanded_of_it(tmp_path: Path) -> None:
    delivery = good(
        tmp_path,
        (
            "https://www.gov.pl/static/zagospodarowanieprzestrzenne/schemas/app/2.0",
            "http://zagospodarowanieprzestrzenne.gov.pl/schemas/app/1.0",
        ),
    )
    assert delivery.profile == "APP-1.0"
    assert found(delivery)["error"] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<a/>",
        '<x xmlns="https://www.gov.pl/static/zagospodarowanieprzestrzenne/schemas/app/2.0"/>',
        '<StrefaPlanistyczna xmlns="https://www.gov.pl/static/zagospodarowanieprzestrzenne/schemas/app/2.0"/>',
        '<AktPlanowaniaPrzestrzennego xmlns="https://www.gov.pl/static/zagospodarowanieprzestrzenne/schemas/app/9.9"><zasiegPrzestrzenny/><status/><idIIP/></AktPlanowaniaPrzestrzennego>',
        '<a xmlns="https://www.gov.pl/static/zagospodarowanieprzestrzenne/schemas/app/2.0"><b',
    ],
)
def test_little_or_broken_content_is_no_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.gml").write_text(text, encoding="utf-8")
    package = opened([tmp_path / "a.gml"], tmp_path / "read")
    if recognises(package):
        found(handed_in(tmp_path / "again", tmp_path / "a.gml"))
    else:
        assert "schemas/app" not in text


def test_other_packages_are_not_claimed(tmp_path: Path) -> None:
    (tmp_path / "x.gml").write_text("<XPlanAuszug/>", encoding="utf-8")
    assert not recognises(Package("x.gml", {"x.gml": tmp_path / "x.gml"}))


def test_one_file_turned_against_the_others_is_put_right(tmp_path: Path) -> None:
    package = opened([BROKEN["geometry.pl-axis-order"](tmp_path / "made")], tmp_path / "read")
    [plan] = read(package).plans
    assert plan.areas.shapes[0].equals_exact(GOOD_SKETCH.areas[0].shape, 0.001)
