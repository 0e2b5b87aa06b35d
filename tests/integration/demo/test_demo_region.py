"""The demo region: its topology is exact, its files are what they claim, the same seed gives the same."""

import csv
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from numpy.typing import NDArray
from python_calamine import CalamineWorkbook

import demo
from catalogue import read_catalogue
from catalogue.sources import DeskSource, SourceFile, UsageSource
from demo import write
from demo.benches import benches
from demo.exclusion import excluded_localities
from demo.planning import deliveries
from demo.region import Region, plan
from demo.roads import roads
from demo.terrain import terrain
from demo.zones import Zones, fitted, zones
from demo.zoning import uses, zoning_areas

SYSTEMS = {"CZ": 5514, "PL": 2176, "DE": 25833}
ROADS = {"CZ": "roads-cz.gpkg", "PL": "roads-pl.gml", "DE": "roads-de.gpkg"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    told: list[str] = []
    counts = demo.generate(folder, progress=told.append)
    assert list(counts) == told
    assert counts["plans"] == counts["municipalities"]
    assert counts["street-lights"] > 3500
    return folder


@dataclass(frozen=True)
class Made:
    """What the region's files are made of."""

    region: Region
    cells: Zones
    use: NDArray[np.object_]
    areas: geopandas.GeoDataFrame


@pytest.fixture(scope="module")
def made() -> Made:
    planned = plan(demo.SEED)
    cells = zones(planned, demo.SEED)
    region = fitted(planned, cells)
    use = uses(region, cells, terrain(region, demo.SEED), demo.SEED)
    return Made(region, cells, use, zoning_areas(region, cells, use, demo.SEED))


@pytest.fixture(scope="module")
def frames(made: Made) -> dict[str, geopandas.GeoDataFrame]:
    """The zoning areas of each state as its plans have them."""
    areas = made.areas
    assert len(areas) > 2000
    return {state: write.in_crs(areas[areas["STAT"] == state], f"EPSG:{crs}") for state, crs in SYSTEMS.items()}


def test_municipalities_share_their_borders_corner_by_corner(files: Path) -> None:
    areas = pyogrio.read_dataframe(files / "municipalities.gpkg")
    assert areas.crs.to_epsg() == 5514
    assert areas.groupby("stat").size().to_dict() == {"CZ": 9, "DE": 6, "PL": 6}
    assert areas["nazev"].is_unique
    assert shapely.coverage_is_valid(areas.geometry.array)
    assert shapely.coverage_union_all(areas.geometry.array).geom_type == "Polygon"


@pytest.mark.parametrize(("state", "crs"), SYSTEMS.items())
def test_zones_fill_their_municipalities(
    files: Path, frames: dict[str, geopandas.GeoDataFrame], state: str, crs: int
) -> None:
    plans = frames[state]
    shapes = pyogrio.read_dataframe(files / "municipalities.gpkg").set_index("kod").geometry
    areas = shapes.area
    assert plans.crs.to_epsg() == crs
    assert shapely.coverage_is_valid(plans.geometry.array)
    for code, zones_of_one in plans.groupby("OBEC_KOD"):
        assert 40 <= len(zones_of_one) <= 200
        whole = shapely.coverage_union_all(zones_of_one.geometry.array)
        assert whole.area == pytest.approx(areas[code], rel=2e-3)  # each projection has its own scale
        if crs == 5514:
            assert shapely.equals(whole, shapes[code])


def test_another_seed_is_another_region_and_as_exact() -> None:
    seed = 7
    region = plan(seed)
    cells: Zones = zones(region, seed)
    assert len(region.shapes) == 21
    assert shapely.coverage_is_valid(cells.shapes)
    assert shapely.coverage_is_valid(fitted(region, cells).shapes)
    assert set(shapely.get_type_id(cells.shapes)) == {shapely.GeometryType.POLYGON}


def test_the_states_meet_in_one_crs(frames: dict[str, geopandas.GeoDataFrame]) -> None:
    states = [shapely.coverage_union_all(frame.geometry.array) for frame in frames.values()]
    crs = [frame.crs for frame in frames.values()]
    together = [geopandas.GeoSeries([shape], crs=each).to_crs(5514)[0] for shape, each in zip(states, crs, strict=True)]
    whole = shapely.union_all(together, grid_size=0.01)
    assert abs(whole.area - sum(shape.area for shape in together)) < 25  # a millimetre along some 40 km of border
    assert whole.geom_type == "Polygon"


def test_the_same_seed_gives_the_same_bytes(files: Path, made: Made, tmp_path: Path) -> None:
    region, cells, use = made.region, made.cells, made.use
    ways, districts = roads(region, cells, use, demo.SEED), excluded_localities(region, demo.SEED)
    write.geopackage(ways[ways["stat"] == "CZ"], tmp_path / ROADS["CZ"], "roads", "EPSG:5514")
    write.gml(ways[ways["stat"] == "PL"], tmp_path / ROADS["PL"], "EPSG:2176")
    write.bare_shapefile(districts, tmp_path / "excluded-localities.zip", "EPSG:5514")
    write.workbook(benches(region, cells, use, demo.SEED), tmp_path / "benches.xlsx", "Lavičky", "EPSG:5514")
    assert len(list(deliveries(made.areas, tmp_path / "plans"))) == 21
    again = {file.relative_to(tmp_path) for file in tmp_path.rglob("*.*") if file.is_file()}
    assert len(again) == 5 + 24  # the GML has its schema beside it; three plans came twice
    assert {name for name in again if (tmp_path / name).read_bytes() != (files / name).read_bytes()} == set()


def test_every_dataset_has_its_files_and_every_code_its_list(files: Path, root: Path) -> None:
    catalogue, report = read_catalogue(root / "collections")
    assert catalogue is not None
    assert [each.code for each in report] == []
    for dataset in catalogue.datasets.values():
        assert dataset.made_up
        assert set(dataset.title) == set(dataset.description) == {"cs", "de", "pl", "en"}
        for column in dataset.kept.values():
            assert set(column.title) == {"cs", "de", "pl", "en"}
        for source in dataset.sources:
            assert isinstance(source, DeskSource | UsageSource) or _at(files, source).exists()


def test_the_shapefile_says_neither_crs_nor_encoding(files: Path) -> None:
    with zipfile.ZipFile(files / "excluded-localities.zip") as archive:
        endings = {Path(name).suffix for name in archive.namelist()}
        table = archive.read("excluded-localities.dbf")
    assert endings == {".shp", ".shx", ".dbf"}
    districts = {each.district_name for each in plan(demo.SEED).municipalities}
    assert all(name.encode("cp1250") in table for name in districts)


def test_lamps_are_written_as_a_czech_spreadsheet_does(files: Path) -> None:
    with (files / "street-lights.csv").open(encoding="cp1250", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert all(row["VYSKA"].count(",") == 1 for row in rows)
    assert len({row["CISLO"] for row in rows}) == len(rows)
    x, y = (np.array([float(row[axis].replace(",", ".")) for row in rows]) for axis in "XY")
    areas = shapely.buffer(_region(files), 10)
    assert shapely.contains_xy(areas, x, y).all()
    with (files / "switchboards.csv").open(encoding="utf-8", newline="") as file:
        boards = list(csv.reader(file, delimiter=";"))
    assert {row["ROZVADEC"] for row in rows} <= {board[0] for board in boards}
    assert sum(int(board[2]) for board in boards) == len(rows)
    assert all(board[-1].startswith("POINT (50.") for board in boards)  # latitude first


def test_addresses_are_written_as_each_state_does(files: Path) -> None:
    with (files / "addresses.csv").open(encoding="cp1250", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert 3000 < len(rows) < 6000
    assert len({row["Adresa"] for row in rows}) == len(rows)
    x, y = (np.array([float(row[axis].replace(",", ".")) for row in rows]) for axis in "XY")
    assert shapely.contains_xy(shapely.buffer(_region(files), 1), x, y).all()
    named = {(row["Obec"], row["Ulice"]) for row in rows if row["Ulice"] and row["Ulice"] != "Dorfstraße"}
    roads = (pyogrio.read_dataframe(files / name, read_geometry=False) for name in ROADS.values())
    assert named <= {pair for frame in roads for pair in zip(frame["obec"], frame["nazev"], strict=True)}
    form = {
        ("CZ", True): r"\D+ \d+/\d+a?, \D+",
        ("CZ", False): r"\D+ \d+",
        ("PL", True): r"ul\. \D+ \d+a?, \D+",
        ("PL", False): r"\D+ \d+a?",
        ("DE", True): r"\D+ \d+a?, \D+",
    }
    for row in rows:
        assert re.fullmatch(form[row["Stát"], bool(row["Ulice"])], row["Adresa"]), row


def test_roads_have_codes_of_the_technical_map(files: Path) -> None:
    for state, name in ROADS.items():
        ours = pyogrio.read_dataframe(files / name)
        assert (ours.crs.to_epsg(), set(ours["stat"])) == (SYSTEMS[state], {state})
        assert set(ours["trida"]) <= set(range(3, 12))
        assert set(ours["povrch"]) <= {1, 2, 3, 4, 5, 6, 7, 99}
        assert np.allclose(ours["delka"], ours.length, rtol=2e-3, atol=0.2)
        assert ours["evid_cislo"].is_unique


def test_polish_roads_have_northing_first(files: Path) -> None:
    text = (files / ROADS["PL"]).read_text(encoding="utf-8")
    first, second, *_ = re.findall(r"<gml:posList>([\d.]+) ([\d.]+)", text)[0]
    assert 5_600_000 < float(first) < 5_700_000
    assert 5_450_000 < float(second) < 5_600_000


def test_war_graves_have_numbers_that_no_office_gives(files: Path) -> None:
    with (files / "war-graves.csv").open(encoding="utf-8", newline="") as file:
        graves = list(csv.DictReader(file, delimiter=";"))
    assert all(grave["Evidenční číslo"][3:5] == "99" for grave in graves)
    assert len({grave["Evidenční číslo"] for grave in graves}) == len(graves)
    assert all((grave["Druh"] in {"monument", "plaque"}) == (grave["Počet osob"] == "") for grave in graves)


def test_benches_are_a_workbook(files: Path) -> None:
    rows = CalamineWorkbook.from_path(files / "benches.xlsx").get_sheet_by_name("Lavičky").to_python()
    assert rows[0] == ["Číslo", "Obec", "Typ", "Materiál", "Stav", "Rok", "X", "Y"]
    assert len(rows) > 300


def test_the_valley_follows_the_river(files: Path) -> None:
    region = plan(demo.SEED)
    course = shapely.line_interpolate_point(shapely.get_parts(region.river)[0], np.linspace(0, 4000, 40))
    anywhere = [shapely.Point(core.real, core.imag) for core in region.cores]
    with rasterio.open(files / "terrain.tif") as land:
        assert land.crs.to_epsg() == 25833
        assert min(land.shape) >= 900
        by_river, inland = (
            np.array([next(land.sample([(point.x, point.y)]))[0] for point in points]) for points in (course, anywhere)
        )
    assert by_river.max() < np.median(inland)


def _region(files: Path) -> shapely.Geometry:
    return shapely.coverage_union_all(pyogrio.read_dataframe(files / "municipalities.gpkg").geometry.array)


def _at(files: Path, source: SourceFile) -> Path:
    return files / source.place.removeprefix("../var/demo/")
