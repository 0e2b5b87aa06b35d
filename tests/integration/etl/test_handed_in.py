"""Collections whose source is the zoning desk: empty before anything is published, one file for each plan after."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyogrio
import pytest
import shapely

from catalogue import Catalogue, read_catalogue
from desk.published import Coverage
from etl import pipeline
from etl.sources.handed_in import write_coverage
from plans.harmonise import harmonise, write
from plans.model import Plan
from settings import Settings
from tests.integration.etl.places import query
from tests.unit.plans.harmonising import czech, german

DESK = (
    "spatial-plans",
    "zoning-elements",
    "zoning-elements-national",
    "supplementary-regulations",
    "supplementary-lines",
    "supplementary-points",
)


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database, data=tmp_path / "var")


@pytest.fixture
def catalogue(root: Path) -> Catalogue:
    found, report = read_catalogue(root / "collections")
    assert found is not None
    assert report.ok
    return found


def loaded(catalogue: Catalogue, settings: Settings) -> list[tuple[str, int]]:
    """Load all collections of the desk; return how each ended and how many rows came new."""
    outcomes = [pipeline.run(catalogue.datasets[name], catalogue, settings) for name in DESK]
    assert [fault for outcome in outcomes for fault in outcome.report.to_json()["findings"]] == []
    return [(outcome.state, outcome.counts.inserted) for outcome in outcomes]


def publish(settings: Settings, *plans: Plan) -> None:
    """Put these plans in the place of what the desk has published; checks and officers are left out."""
    dsn = settings.database_url or ""
    query(dsn, "SET session_replication_role = replica; DELETE FROM desk.submission")
    for n, plan in enumerate(plans):
        check = f"check-{n:016}"
        out = settings.data / "desk" / check / "out"
        out.mkdir(parents=True, exist_ok=True)
        write(harmonise(plan), out / "harmonised.gpkg")
        query(
            dsn,
            "SET session_replication_role = replica; INSERT INTO desk.submission"
            ' (id, municipality, title, plan, version, state, "check", by)'
            " VALUES (%s, %s, 'Plan', 'zoning-plan', 1, 'published', %s, 1)",
            f"submission-{n:016}",
            str(n),
            check,
        )


def test_nothing_published_is_an_empty_collection(catalogue: Catalogue, settings: Settings) -> None:
    assert loaded(catalogue, settings) == [("published", 0)] * len(DESK)
    assert query(settings.database_url or "", "SELECT count(*) FROM data.zoning_elements") == [(0,)]
    assert loaded(catalogue, settings) == [("unchanged", 0)] * len(DESK)
    coverage = pipeline.run(catalogue.datasets["plan-coverage"], catalogue, settings)  # the register is not loaded
    assert (coverage.state, coverage.counts.inserted) == ("published", 0)


def test_plans_of_two_states_come_into_one_table_and_leave_it(catalogue: Catalogue, settings: Settings) -> None:
    plans = czech("BI", "OV.s", "QQ"), german(("BP_GruenFlaeche", {}), municipalities=("14626110",))
    publish(settings, *plans)
    assert loaded(catalogue, settings) == [("published", n) for n in (2, 4, 4, 0, 0, 0)]
    dsn = settings.database_url or ""
    assert query(dsn, "SELECT state, code, hilucs, mapping, area FROM data.zoning_elements ORDER BY state, code") == [
        ("CZ", "BI", "5_1_PermanentResidentialUse", "proposed", 1.0),
        ("CZ", "OV.s", "3_3_2_EducationalServices", "proposed", 1.0),
        ("CZ", "QQ", "6_6_NotKnownUse", "none", 1.0),
        ("DE", None, "3_4_4_OpenAirRecreationalAreas", "official", 1.0),
    ]
    ((lon, lat),) = query(
        dsn, "SELECT ST_X(ST_Centroid(geom_84)), ST_Y(ST_Centroid(geom_84)) FROM data.spatial_plans WHERE state = 'CZ'"
    )
    assert (lon, lat) == pytest.approx((14.8743, 50.8345), abs=0.001)
    publish(settings, plans[0])
    assert loaded(catalogue, settings)[:2] == [("published", 0)] * 2
    assert query(dsn, "SELECT DISTINCT state FROM data.zoning_elements") == [("CZ",)]
    publish(settings)
    loaded(catalogue, settings)
    assert query(dsn, "SELECT count(*) FROM data.zoning_elements") == [(0,)]


def test_a_file_made_before_a_column_came_is_still_loaded(catalogue: Catalogue, settings: Settings) -> None:
    publish(settings, czech("BI", "BV"))
    (file,) = (settings.data / "desk").glob("*/out/harmonised.gpkg")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("ALTER TABLE elements DROP COLUMN plan_title")
    outcome = pipeline.run(catalogue.datasets["zoning-elements"], catalogue, settings)
    assert (outcome.state, outcome.counts.inserted, outcome.report.counts["COLUMN-MISSING"]) == ("published", 2, 1)
    assert query(settings.database_url or "", "SELECT DISTINCT plan_title FROM data.zoning_elements") == [(None,)]


def test_coverage_has_each_municipality_once(catalogue: Catalogue, tmp_path: Path) -> None:
    shape = shapely.to_wkb(shapely.box(-700_000, -965_000, -699_000, -964_000))
    rows = [
        Coverage("1", "Domov", "CZ", "EPSG:5514", shape, "published", "s", "Plan", 2, datetime(2026, 5, 1, tzinfo=UTC)),
        Coverage("2", "Východ", "CZ", "EPSG:5514", shape, "none"),
    ]
    path = write_coverage(rows, tmp_path / "coverage.gpkg")
    assert write_coverage(rows, path) == path  # again, over itself
    info = pyogrio.read_info(path, layer="coverage")
    dataset = catalogue.datasets["plan-coverage"]
    assert set(dataset.kept) <= set(info["fields"])
    assert (info["features"], info["geometry_type"], info["crs"]) == (2, dataset.geometry, "EPSG:5514")
    known = {code.code for code in catalogue.codelists["plan-coverage"].entries}
    assert known == {"published", "accepted", "checked", "returned", "none"}
