"""Real files of public bodies: counts, systems, places and texts as they are known to be."""

from pathlib import Path
from typing import Any

import pytest
import shapely

from tests.unit.etl.making import Loaded, dataset, load

REGION = "infrastructure/liberecky_kraj"
STATIONS = f"{REGION}/pozarni_stanice/Požární_stanice_Libereckého_kraje"


@pytest.fixture
def read(real_data: Path, tmp_path: Path) -> Any:
    def from_real(source: dict[str, Any], geometry: str = "none", **more: Any) -> Loaded:
        return load(dataset(tmp_path, source | {"path": str(real_data / source["path"])}, geometry, **more), tmp_path)

    return from_real


def test_municipalities_of_the_region(read: Any) -> None:
    columns = {"kod": {"type": "integer"}, "nazev": {}}
    found = read({"kind": "geojson", "path": "boundaries/obce_liberecky_kraj.geojson"}, "MultiPolygon",
                 columns=columns, crs="EPSG:5514", key="kod")  # fmt: skip
    assert len(found.column("kod")) == 215
    assert {"Česká Lípa", "Frýdlant", "Železný Brod"} <= set(found.column("nazev"))
    assert found.figures.bbox == pytest.approx((14.3433, 50.4720, 15.6327, 51.0229), abs=1e-3)
    assert found.report.ok


def test_deliveries_without_system_and_encoding(read: Any) -> None:
    folder = f"{REGION}/14_Objekty_skupiny_A_B_nebezpecne_latky_LK"
    found = read({"kind": "shapefile", "path": f"{folder}/UAP084_objektyAB_B.shp"}, "Point",
                 columns={"provoz": {}, "popis": {}}, crs="EPSG:5514")  # fmt: skip
    assert found.column("provoz")[0] == "STV GROUP a.s., provoz Hajniště"
    assert found.column("popis")[0].startswith("závod na delaboraci munice, nebezpečné výbušniny")
    assert len(found.geometry) == 7
    assert {"SOURCE-CRS-ASSUMED", "SOURCE-ENCODING-GUESSED"} <= found.codes
    assert found.report.ok


def test_flood_areas_are_made_valid(read: Any) -> None:
    folder = f"{REGION}/13_Zaplavova_uzemi_povodi_Ohre_LK"
    found = read({"kind": "shapefile", "path": f"{folder}/PovodiOhre_Q100.shp"}, "MultiPolygon", crs="EPSG:5514")
    assert len(found.geometry) == 26
    assert shapely.is_valid(found.geometry).all()
    assert found.figures.made_valid == found.report.counts["GEOMETRY-REPAIRED"] == 2
    assert all(finding.point for finding in found.report if finding.code == "GEOMETRY-REPAIRED")


def test_rounded_boundaries_are_mostly_invalid(read: Any) -> None:
    found = read({"kind": "geojson", "path": "boundaries/ris3_arccr/kraje.geojson"}, "MultiPolygon", crs="EPSG:4326")
    assert len(found.geometry) == 14
    assert found.figures.made_valid == 12
    assert shapely.is_valid(found.geometry).all()
    assert found.geometry_84.size == 0


@pytest.mark.parametrize(
    "source",
    [
        {"kind": "csv", "path": f"{STATIONS}.csv", "geometry": {"x": "X", "y": "Y"}, "crs": "EPSG:4326"},
        {"kind": "csv", "path": f"{STATIONS}.csv", "crs": "EPSG:4326",
         "geometry": {"wkt": "Zápis_vektorové_geometrie", "axis": "lat-lon"}},
        {"kind": "geojson", "path": f"{STATIONS}.geojson"},
        {"kind": "shapefile", "path": f"{STATIONS}.zip"},
        {"kind": "kml", "path": f"{STATIONS}.kml"},
        {"kind": "filegdb", "path": f"{STATIONS}.gdb.zip"},
    ],
)  # fmt: skip
def test_the_fire_stations_are_the_same_in_every_format(read: Any, source: dict[str, Any]) -> None:
    found = read(source, "Point", columns={"nazev": {"from": "Název"}}, crs="EPSG:5514")
    assert found.column("nazev")[0] == "Požární stanice Česká Lípa"
    assert len(found.geometry) == 10
    assert shapely.get_coordinates(found.geometry_84[0])[0] == pytest.approx((14.5438844, 50.6707394), abs=1e-7)


def test_parcels_of_the_land_register(read: Any) -> None:
    source = {"kind": "gml", "path": "boundaries/ruian_vfr/OB_UKSH.xml.gz", "layer": "Parcely"}
    columns = {"id": {"from": "Id", "type": "integer"}, "vymera": {"from": "VymeraParcely", "type": "integer"}}
    edges = read(source | {"geometry_field": "OriginalniHranice"}, "MultiPolygon", columns=columns, crs="EPSG:5514")
    points = read(source, "Point", columns=columns, crs="EPSG:5514", key="id")
    assert len(edges.geometry) == len(points.geometry) == 3172
    assert edges.column("id") == points.column("id")
    assert set(shapely.get_type_id(edges.geometry)) == {6}
    measured = shapely.area(edges.geometry)
    assert sum(edges.column("vymera")) == pytest.approx(measured.sum(), rel=0.02)


def test_a_polish_plan_northing_first(read: Any) -> None:
    columns = {"symbol": {}, "od": {"from": "obowiazujeOd", "type": "date"}}
    found = read({"kind": "gml", "path": "plans-pl/1/strefy/StrefaPlanistyczna.gml"}, "MultiPolygon",
                 columns=columns, crs="EPSG:2176")  # fmt: skip
    assert len(found.geometry) == 28
    assert shapely.get_coordinates(found.geometry[0])[0] == pytest.approx((5482652.22, 5888856.67))
    assert found.figures.bbox == pytest.approx((14.7214, 53.0086, 14.8626, 53.1587), abs=1e-3)


def test_text_cut_inside_characters(read: Any) -> None:
    columns = {"nazev": {}, "vlajka": {"from": "VlajkaText"}, "znak": {"from": "ZnakText"}}
    found = read({"kind": "shapefile", "path": "messy/invalid_byte_sequence.zip"}, "Point",
                 columns=columns, crs="EPSG:5514")  # fmt: skip
    assert len(found.geometry) == 6258
    assert "Žďár nad Sázavou" in found.column("nazev")
    assert found.figures.damaged == {"vlajka": 293, "znak": 86}
    assert found.report.ok


def test_a_header_with_merged_cells(read: Any) -> None:
    columns = {"obec": {"from": "Obec"}, "lidi": {"from": "Věk 16+ let / populace", "type": "integer"}}
    source = {"kind": "xlsx", "path": "messy/01_vakcinace_dle_obci_210724.xlsx", "skip_first": 1, "header_rows": 2}
    found = read(source, columns=columns)
    assert len(found.column("obec")) == 6268
    assert found.column("lidi")[0] == 8878184
    assert found.column("obec")[2] != "CELKEM"


def test_the_register_of_plans_is_the_same_as_csv_and_as_xlsx(read: Any) -> None:
    columns = {
        "cislo": {"from": "Číslo dokumentace"},
        "ucinnost": {"from": "Návrh - nabytí účinnosti 117", "type": "date"},
    }
    path = "plans-cz/cz_evidence_upd/uur_data"
    sheet = read({"kind": "xlsx", "path": f"{path}.xlsx"}, columns=columns)
    text = read({"kind": "csv", "path": f"{path}.csv"}, columns=columns)
    assert len(sheet.column("cislo")) == 15108
    assert sheet.column("ucinnost") == text.column("ucinnost")
    assert sheet.column("cislo") == text.column("cislo")
    assert sheet.report.ok


def test_names_that_were_decoded_wrongly_before_they_came(read: Any) -> None:
    found = read({"kind": "csv", "path": "boundaries/ruian_codes/ruian_data.csv"}, columns={"nazev": {"from": "NAZEV"}})
    assert len(found.column("nazev")) == 6259
    assert found.report.counts.get("TEXT-TWICE-ENCODED", 0) > 1500


def test_postcodes_from_thirteen_files_without_a_header(read: Any) -> None:
    source = {"kind": "csv", "path": "benchmark/os_codepoint/codepoint_open_2014_13areas.zip", "member": "*.csv",
              "header": False, "geometry": {"x": "3", "y": "4"}}  # fmt: skip
    found = read(source, "Point", columns={"postcode": {"from": "1"}}, crs="EPSG:27700", key="postcode")
    assert found.figures.rows_read == 363_078
    assert found.column("postcode")[0] == "B1  1AY"
    assert found.report.ok
