"""Harmonising: tables against the code lists, what codes become, and what is written of it."""

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely

from catalogue import read_catalogue
from plans.context import Territory
from plans.harmonise import UNKNOWN_USE, Status, group, harmonise, hilucs, plu, write
from plans.harmonise.tables import FOLDER, regulations, rows, supplementary, uses
from plans.harmonise.zones import zone_of
from plans.model import Element, Elements, Kind, Plan, Standard
from tests.unit.plans.harmonising import czech, german, plan, squares

USES = ("uses-czech", "uses-polish", "profiles-polish", "uses-german")
REGULATIONS = ("regulations-czech", "regulations-polish", "regulations-german")


def short(codes: tuple[str, ...]) -> list[str]:
    """Return the numbers of codes: 5_1 of 5_1_PermanentResidentialUse."""
    return ["_".join(part for part in code.split("_") if part.isdigit()) for code in codes]


def test_hilucs_is_the_98_codes_as_a_tree(real_data: Path) -> None:
    listed = (real_data.parent / "facts" / "tables" / "hilucs_codes.txt").read_text(encoding="utf-8").split()
    lands = hilucs()
    assert sorted(lands) == sorted(listed)
    assert len(lands) == 98
    for code, land in lands.items():
        assert land.level == len(short((code,))[0].split("_"))
        assert (land.parent == "") == (land.level == 1)
        assert not land.parent or code.startswith(short((land.parent,))[0] + "_")
        assert set(land.labels) == {"cs", "de", "pl", "en"}
        assert all(land.labels.values())
    tops = [land for land in lands.values() if land.level == 1]
    assert [land.inspire for land in tops] == ["#b4e66e", "#646464", "#969696", "#b478f0", "#f07864", "#dcdcdc"]
    assert len({land.colour for land in tops}) == 6


def test_regulations_are_the_157_codes_rightly_spelt() -> None:
    assert len(supplementary()) == 157
    assert {"1_2_EmissionControlArea", "1_3_RenewableEnergyArea", "9_3_ForbiddenActivities"} <= supplementary()
    assert not any(" " in code or code.endswith("_") for code in supplementary())
    assert group("10_OtherSupplementaryRegulation") == "10_OtherSupplementaryRegulation"


@pytest.mark.parametrize("name", [*USES, *REGULATIONS])
def test_each_row_of_a_table_is_told_once_and_says_its_source(name: str) -> None:
    read = uses(name) if name in USES else regulations(name)
    targets = {"hilucs", "regulation", "specific", "status", "source", "name", "tail"}
    keys = [tuple(value for column, value in row.items() if column not in targets) for row, _ in read]
    assert len(set(keys)) == len(keys)
    assert all(meaning.source for _, meaning in read)
    if "german" not in name:
        assert {meaning.status for _, meaning in read} == {Status.PROPOSED}


def test_official_german_rows_say_what_the_xleitstelle_says(real_data: Path) -> None:
    """Against the research copy, row by row, for all classes of plans of municipalities."""
    published: dict[tuple[str, str, str], list[str]] = {}
    with (real_data.parent / "facts" / "tables" / "xplan_to_hilucs_v2_6.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["sheet"] != "RPlanToINSPIRE":
                key = row["class"], row["attribute"].partition(".")[0], row["code"]
                published.setdefault(key, []).append(row["hilucs"])
    ours = {
        (row["class"], row["attribute"], row["code"]): list(meaning.codes)
        for row, meaning in uses("uses-german")
        if meaning.status is Status.OFFICIAL
    }
    assert ours == {key: list(dict.fromkeys(codes)) for key, codes in published.items()}


@pytest.mark.parametrize(("table", "code_list"), [("hilucs", "hilucs"), ("national-zones", "national-zone")])
def test_lists_on_the_map_are_those_of_the_tables(root: Path, table: str, code_list: str) -> None:
    with (root / "collections" / "codelists" / f"{code_list}.csv").open(encoding="utf-8", newline="") as file:
        shown = list(csv.DictReader(file))
    assert shown == [{name: row[name] for name in shown[0]} for row in rows(table)]
    assert all(all(row.values()) for row in shown)


@pytest.mark.parametrize(
    ("found", "zone"),
    [
        (czech("OV.s"), "cz-OV"),
        (czech("QQ"), None),
        (plan(Standard.POLISH, ("StrefaPlanistyczna", "SW", {})), "pl-SW"),
        (
            german(("FP_BebauungsFlaeche", {"besondereArtDerBaulNutzung": "1200", "allgArtDerBaulNutzung": "1000"})),
            "de-WA",
        ),
        (german(("FP_BebauungsFlaeche", {"allgArtDerBaulNutzung": "2000"})), "de-M"),
        (german(("BP_GruenFlaeche", {"zweckbestimmung": "1000"})), "de-gruen"),
    ],
)
def test_zones_of_the_national_map(found: Plan, zone: str | None) -> None:
    (element,) = harmonise(found).elements
    assert zone_of(element, found.standard) == zone


@pytest.mark.parametrize(
    ("code", "expected", "status"),
    [
        ("BI", ["5_1"], "proposed"),
        ("OV", ["3_3"], "proposed"),
        ("OV.s", ["3_3_2"], "proposed"),
        ("MU.pz", ["6_3_1", "1_1"], "proposed"),  # letters one by one
        ("BI.7", ["5_1"], "proposed"),  # a local index tells nothing
        ("HU", ["2", "3"], "proposed"),
        ("QQ", ["6_6"], "none"),
    ],
)
def test_czech_codes(code: str, expected: list[str], status: str) -> None:
    (element,) = harmonise(czech(code)).elements
    assert (short(element.meaning.codes), element.meaning.status.value) == (expected, status)
    assert element.meaning.specific == (code,)


POLISH_CLASS = "https://www.gov.pl/static/zagospodarowanieprzestrzenne/ontology/KPT#KPT-MPZP-"


@pytest.mark.parametrize(
    ("code", "attributes", "expected"),
    [
        ("SJ", {}, ["5_2"]),
        ("SZ", {}, ["5", "1_1_2"]),
        ("SO", {}, ["6_3", "1_1", "1_2"]),
        ("SX", {"nazwa": "http://x/RodzajStrefyPlanistycznejKod/strefaCmentarzy"}, ["3_3_5"]),  # symbol mistyped
        ("", {"profilPodstawowy": (f"{POLISH_CLASS}MN", f"{POLISH_CLASS}ZD")}, ["5_1", "3_4_4", "1_1_3"]),
        ("XX", {}, ["6_6"]),
    ],
)
def test_polish_zones(code: str, attributes: dict[str, Any], expected: list[str]) -> None:
    (element,) = harmonise(plan(Standard.POLISH, ("StrefaPlanistyczna", code, attributes))).elements
    assert short(element.meaning.codes) == expected


@pytest.mark.parametrize(
    ("layer", "attributes", "expected", "status"),
    [
        ("BP_BaugebietsTeilFlaeche", {"besondereArtDerBaulNutzung": "1200"}, ["5"], "official"),
        ("BP_BaugebietsTeilFlaeche", {"allgArtDerBaulNutzung": "2000"}, ["5_2"], "official"),
        (
            "FP_BebauungsFlaeche",
            {"allgArtDerBaulNutzung": "2000", "besondereArtDerBaulNutzung": "1400"},
            ["5", "1_1_2"],
            "official",
        ),
        ("FP_BebauungsFlaeche", {"besondereArtDerBaulNutzung": "2100"}, ["3_4_5"], "official"),
        ("BP_BaugebietsTeilFlaeche", {"besondereArtDerBaulNutzung": "2100"}, ["6_6"], "none"),
        (
            "BP_BaugebietsTeilFlaeche",
            {"besondereArtDerBaulNutzung": "2100", "sonderNutzung": ("1500",)},
            ["3_1_1"],
            "proposed",
        ),
        ("BP_BaugebietsTeilFlaeche", {"allgArtDerBaulNutzung": "4000"}, ["6_6"], "official"),
        ("BP_GemeinbedarfsFlaeche", {"zweckbestimmung": ("1400", "1600")}, ["3_3_4", "3_3_3"], "official"),
        ("BP_GruenFlaeche", {}, ["3_4_4"], "official"),
        ("BP_StrassenVerkehrsFlaeche", {}, ["4_1_1"], "proposed"),  # gone since 6.0
        ("SO_Strassenverkehr", {"artDerFestlegung": "1600"}, ["4_1_1"], "official"),
        ("BP_NieGehoert", {}, ["6_6"], "none"),
    ],
)
def test_german_objects(layer: str, attributes: Mapping[str, Any], expected: list[str], status: str) -> None:
    (element,) = harmonise(german((layer, attributes))).elements
    assert (short(element.meaning.codes), element.meaning.status.value) == (expected, status)


def test_regulations_of_three_standards() -> None:
    shape = squares(1, (0.0, 0.0))[0]

    def over(standard: Standard, *found: tuple[str, str, dict[str, Any]]) -> list[str]:
        rows_ = tuple(Element(layer, identifier, geometry=shape, attributes=more) for layer, identifier, more in found)
        return [each.meaning.codes[0] for each in harmonise(plan(standard, regulations=Elements(rows_))).regulations]

    assert over(
        Standard.CZECH, ("VpsVpoAs_p", "VPD.3", {}), ("USES_p", "1", {"Typ": "LBC"}), ("XMojeVrstva", "1", {})
    ) == ["7_3_1_Network", "1_4_2_BiodiversityReservoir", "10_OtherSupplementaryRegulation"]
    assert over(Standard.POLISH, ("ObszarUzupelnieniaZabudowy", "1", {})) == ["7_1_3_1_Housing"]
    assert over(Standard.GERMAN, ("BP_BauGrenze", "1", {}), ("BP_Veraenderungssperre", "2", {})) == [
        "6_1_BuildingLine",
        "9_3_ForbiddenActivities",
    ]


@pytest.mark.parametrize(
    ("kind", "art", "level", "plan_type"),
    [
        (Kind.LOCAL_PLAN, "10001", "infraLocal", "6_1_QualifizierterBPlan"),
        (Kind.ZONING_PLAN, "1000", "local", "5_2_Fplan"),
        (Kind.ZONING_PLAN, "2000", "supraLocal", "4_2_GemeinsamerFPlan"),
        (Kind.ZONING_PLAN, "3000", "infraRegional", "4_1_RegFPlan"),
    ],
)
def test_german_kinds_of_plan(kind: Kind, art: str, level: str, plan_type: str) -> None:
    row = harmonise(german(("BP_GruenFlaeche", {}), kind=kind, attributes={"planArt": art})).plan
    assert (row.level, row.plan_type, row.step) == (level, plan_type, "legalForce")
    assert row.plan_type_uri.endswith(f"PlanTypeNameValue#{plan_type}")


def test_polish_plans_say_their_codes_themselves() -> None:
    """INSPIRE codes of the schema are taken over, with http or https; the identifier is the national one."""
    told = {"poziomHierarchii": "https://inspire.ec.europa.eu/codelist/LevelOfSpatialPlanValue/local"}
    nature = {"charakterUstalenia": "http://inspire.ec.europa.eu/codelist/RegulationNatureValue/bindingForDevelopers"}
    found = harmonise(
        plan(
            Standard.POLISH,
            ("StrefaPlanistyczna", "SW", {**nature, "obowiazujeOd": date(2026, 1, 1)}),
            id="PL.ZIPPZP.1234/022501-POG/1POG",
            attributes=told,
        )
    )
    assert found.plan.inspire == ("PL.ZIPPZP.1234/022501-POG", "1POG")
    assert found.plan.id == "PL.ZIPPZP.1234-022501-POG-1POG"
    assert (found.plan.level, found.elements[0].nature) == ("local", "bindingForDevelopers")
    assert (found.plan.valid_from, found.elements[0].valid_from) == (date(2024, 4, 1), date(2026, 1, 1))


def test_share_of_unknown_use_and_preview_go_by_area() -> None:
    found = harmonise(czech("BI", "QQ", "BI", "LU"))
    assert found.unknown_share == pytest.approx(0.25)
    assert [(use.code, use.n, use.area, use.status.value) for use in found.preview()] == [
        ("BI", 2, 20_000.0, "proposed"),
        ("LU", 1, 10_000.0, "proposed"),
        ("QQ", 1, 10_000.0, "none"),
    ]
    assert harmonise(czech()).unknown_share == 0.0


def test_identifiers_are_unique_and_stay_when_the_order_changes() -> None:
    one = czech("BI", "LU", "ZP")
    nameless = tuple(Element(each.layer, "", each.code, geometry=each.geometry) for each in one.areas)
    ids = [each.id for each in harmonise(czech(areas=Elements(nameless))).elements]
    turned = [each.id for each in harmonise(czech(areas=Elements(nameless[::-1]))).elements]
    assert ids == turned[::-1]
    assert len(set(ids)) == 3
    twice = tuple(Element(each.layer, "same", each.code, geometry=each.geometry) for each in one.areas)
    names = [each.local for each in harmonise(czech(areas=Elements(twice))).elements]
    assert names == ["same", "same.2", "same.3"]


def test_a_plan_with_nothing_right_is_harmonised_all_the_same(tmp_path: Path) -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    nowhere = shapely.Polygon([(0, 0), (float("inf"), 0), (0, 5)])
    heights = shapely.GeometryCollection([shapely.Point(0, 0), shapely.Polygon([(0, 0, 1), (5, 0, 1), (0, 5, 1)])])
    shapes = (bow, None, nowhere, heights)
    broken = tuple(Element("PlochyRZV_p", "", "BI", geometry=shape) for shape in shapes)
    found = harmonise(Plan(Standard.CZECH, "", Kind.CHANGE, "", "", (), None, areas=Elements((*broken, *broken))))
    assert len({each.id for each in found.elements}) == 8
    assert found.unknown_share == 0
    write(found, tmp_path / "any.gpkg")
    info = pyogrio.read_info(tmp_path / "any.gpkg", layer="elements")
    assert (info["features"], info["geometry_type"]) == (6, "MultiPolygon")
    assert plu(replace(found, plan=replace(found.plan, crs="EPSG:5514")), tmp_path / "any.gml") is None


def test_geopackage_has_what_the_collections_read(root: Path, tmp_path: Path) -> None:
    catalogue, _ = read_catalogue(root / "collections")
    assert catalogue is not None
    lines = Elements((Element("VpsVpoAs_l", "VT.1", geometry=shapely.LineString([(0, 0), (5, 5)])),))
    territory = Territory(czech().municipalities[0], "Žďár", "CZ", "EPSG:5514", shapely.box(0, 0, 1, 1))
    found = harmonise(czech("BI", "QQ", lines=lines, title="Územní plán Žďár"), territory)
    target = write([found, harmonise(german(("BP_GruenFlaeche", {"zweckbestimmung": "1000"})))], tmp_path / "h.gpkg")
    catalogue.datasets.pop("zoning-elements-national")  # the same layer once more, in other colours
    datasets = {s.layer: d for d in catalogue.datasets.values() for s in d.sources if s.kind == "desk"}
    assert set(datasets) == {"plans", "elements", "regulations", "lines", "points", "coverage"}
    for layer in set(datasets) - {"coverage"}:
        info = pyogrio.read_info(target, layer=layer)
        assert {column.source_name(name) for name, column in datasets[layer].kept.items()} == set(info["fields"])
        assert info["geometry_type"] == datasets[layer].geometry
        assert info["crs"] == "EPSG:5514"
    _, table = pyogrio.read_arrow(target, layer="elements")
    first, second, third = table.to_pylist()
    assert (first["hilucs"], first["code"], first["mapping"]) == ("5_1_PermanentResidentialUse", "BI", "proposed")
    assert (second["hilucs"], second["hilucs_group"]) == (UNKNOWN_USE, "6_OtherUses")
    assert json.loads(first["attributes"]) == {"Typ": "BI", "Index": "", "CasH": 1}
    assert (first["municipality_name"], first["plan_title"]) == ("Žďár", "Územní plán Žďár")
    assert (third["state"], third["municipality_name"]) == ("DE", None)
    moved = shapely.from_wkb(third["wkb_geometry"] if "wkb_geometry" in third else third["geom"])
    assert shapely.area(moved) == pytest.approx(10_000, rel=1e-3)
    for code_list in ("hilucs", "hilucs-group", "mapping-status", "regulation-group", "plan-step"):
        assert catalogue.codelists[code_list].entries


def test_tables_are_all_read_by_something() -> None:
    told = {*USES, *REGULATIONS, "hilucs", "supplementary-regulations"}
    told |= {"plan-types", "natures-german", "dimensions", "national-zones"}
    assert {path.stem for path in FOLDER.glob("*.csv")} == told
    for name in ("plan-types", "natures-german"):
        assert {row["status"] for row in rows(name)} <= {"official", "proposed"}
