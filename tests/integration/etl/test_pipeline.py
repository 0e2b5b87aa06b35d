"""The whole flow with real files: from a dataset file's source to published rows, and what stops it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from catalogue import Catalogue, Dataset
from etl import pipeline
from etl.errors import NotFetched
from etl.store.difference import Counts
from etl.transform import grids
from settings import Settings
from tests.integration.etl.places import dataset, published, query

NOTHING: Any = Catalogue(None, {}, {}, {}, {}, {})  # type: ignore[arg-type]
ROWS = "code,name,height,x,y\n1,Jizerská,1.5,-688000,-970000\n2,Žižkova,,-688100,-970100\n"


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database, data=tmp_path / "var")


@pytest.fixture
def places(tmp_path: Path) -> Dataset:
    (tmp_path / "places.csv").write_text(ROWS, encoding="utf-8")
    return dataset(path=tmp_path / "places.yml")


def write(places: Dataset, text: str) -> None:
    places.local("places.csv").write_text(text, encoding="utf-8")


def test_a_file_becomes_a_table(places: Dataset, settings: Settings) -> None:
    steps: list[str] = []
    outcome = pipeline.run(places, NOTHING, settings, progress=lambda step, _rows=0: steps.append(step))
    assert (outcome.state, outcome.road, outcome.counts) == ("published", "first", Counts(inserted=2))
    assert steps == ["fetch", "begin", "read", "check", "index", "compare", "ledger", "commit", "done"]
    dsn = settings.database_url or ""
    assert [row[:3] for row in published(dsn)] == [(1, "Jizerská", 1.5), (2, "Žižkova", None)]
    ((lon, lat),) = query(dsn, "SELECT ST_X(geom_84), ST_Y(geom_84) FROM data.places WHERE code = 1")
    assert (lon, lat) == pytest.approx((15.0503, 50.8032), abs=1e-4)
    ((rows_read, accuracy, name),) = query(dsn, "SELECT rows_read, accuracy, source->0->>'name' FROM krajina.batch")
    assert (rows_read, name) == (2, "places.csv")
    assert accuracy <= 1


def test_the_same_file_is_not_read_again(places: Dataset, settings: Settings) -> None:
    pipeline.run(places, NOTHING, settings)
    steps: list[str] = []
    outcome = pipeline.run(places, NOTHING, settings, progress=lambda step, _rows=0: steps.append(step))
    assert outcome.state == "unchanged"
    assert "read" not in steps
    renamed = places.model_copy(update={"title": {"en": "Sites"}})
    assert pipeline.run(renamed, NOTHING, settings).state == "published"


def test_a_grid_that_came_since_is_a_reason_to_load_again(places: Dataset, settings: Settings, real_data: Path) -> None:
    pipeline.run(places, NOTHING, settings)
    [grid] = (real_data.parent / "grids").glob("cz_cuzk*.tif")
    grids.add(grid, settings.data / "grids")
    assert pipeline.run(places, NOTHING, settings).counts == Counts(updated=2)
    ((lon, lat),) = query(
        settings.database_url or "", "SELECT ST_X(geom_84), ST_Y(geom_84) FROM data.places WHERE code = 1"
    )
    assert (lon, lat) == pytest.approx((15.050317097, 50.803218490), abs=1e-8)
    assert pipeline.run(places, NOTHING, settings).state == "unchanged"


def test_a_bad_file_is_refused_and_a_good_one_taken_again(places: Dataset, settings: Settings) -> None:
    pipeline.run(places, NOTHING, settings)
    before = published(settings.database_url or "")
    write(places, ROWS + "2,twice,1,-688200,-970200\n")
    outcome = pipeline.run(places, NOTHING, settings)
    assert (outcome.state, outcome.report.counts) == ("refused", {"KEY-REPEATED": 1})
    assert published(settings.database_url or "") == before
    write(places, ROWS + "3,new,1,-688200,-970200\n")
    assert pipeline.run(places, NOTHING, settings).counts == Counts(inserted=1, unchanged=2)


def test_a_dry_run_changes_nothing(places: Dataset, settings: Settings) -> None:
    outcome = pipeline.run(places, NOTHING, settings, dry_run=True)
    assert (outcome.state, outcome.counts, outcome.batch) == ("published", Counts(inserted=2), None)
    assert query(settings.database_url or "", "SELECT count(*) FROM krajina.batch") == [(0,)]


def test_a_missing_file_is_written_down_nowhere_and_said(places: Dataset, settings: Settings) -> None:
    places.local("places.csv").unlink()
    with pytest.raises(NotFetched):
        pipeline.run(places, NOTHING, settings)


def test_what_is_due_follows_the_dataset_file(places: Dataset, settings: Settings) -> None:
    weekly = places.model_copy(update={"updated": "P1W"})
    assert pipeline.due([places, weekly], settings) == [places, weekly]
    pipeline.run(places, NOTHING, settings)
    now = datetime.now(UTC)
    assert pipeline.due([places, weekly], settings, now + timedelta(days=6)) == []
    assert pipeline.due([places, weekly], settings, now + timedelta(days=8)) == [weekly]


def test_a_file_rolled_back_is_not_loaded_again_by_itself(places: Dataset, settings: Settings) -> None:
    pipeline.run(places, NOTHING, settings)
    write(places, ROWS.replace("Jizerská", "Wrong"))
    pipeline.run(places, NOTHING, settings)
    assert pipeline.rollback(places, settings).counts == Counts(updated=1, unchanged=1)
    assert pipeline.run(places, NOTHING, settings).state == "unchanged"
    assert published(settings.database_url or "")[0][1] == "Jizerská"


def test_geojson_and_its_bbox(settings: Settings, tmp_path: Path) -> None:
    feature = {"type": "Feature", "properties": {"code": 1}, "geometry": {"type": "Point", "coordinates": [15, 50.5]}}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (tmp_path / "places.geojson").write_text(text, encoding="utf-8")
    source = {"kind": "geojson", "path": "places.geojson"}
    columns = {"code": {"type": "integer", "required": True}}
    stored = dataset(path=tmp_path / "places.yml", sources=[source], crs="EPSG:4326", columns=columns)
    pipeline.run(stored, NOTHING, settings)
    dsn = settings.database_url or ""
    assert query(dsn, "SELECT bbox, rows FROM krajina.current") == [([15.0, 50.5, 15.0, 50.5], 1)]
    assert query(dsn, "SELECT ST_AsText(geom) FROM data.places") == [("POINT(15 50.5)",)]


def test_columns_may_have_the_names_that_our_statements_use(settings: Settings, tmp_path: Path) -> None:
    names = ["id", "change", "changed", "batch", "edits", "new", "old", "who", "closed", "row", "p"]
    stored = dataset(
        path=tmp_path / "places.yml",
        sources=[{"kind": "csv", "path": "places.csv"}],
        geometry="none",
        key="id",
        columns={name: {"required": name == "id"} for name in names},
    )
    for values in (["a", *"12345678901"], ["a", *"22345678901"]):
        lines = [",".join(names), ",".join(values[: len(names)]), ",".join(["b", *values[1 : len(names)]])]
        write(stored, "\n".join(lines[: 3 if values[1] == "1" else 2]) + "\n")
        outcome = pipeline.run(stored, NOTHING, settings)
        assert outcome.state == "published", list(outcome.report.text("en"))
    assert outcome.counts == Counts(updated=1, deleted=1)
    assert pipeline.rollback(stored, settings).state == "published"
    dsn = settings.database_url or ""
    assert query(dsn, "SELECT id, change FROM data.places ORDER BY id") == [("a", "1"), ("b", "1")]


def image(folder: Path, value: int) -> None:
    place = from_origin(-690_000, -970_000, 10, 10)
    shape = {"width": 600, "height": 600, "count": 1, "dtype": "uint8"}
    with rasterio.open(folder / "hills.tif", "w", driver="GTiff", crs="EPSG:5514", transform=place, **shape) as file:
        file.write(np.full((1, 600, 600), value, np.uint8))


def test_a_raster_becomes_a_file_and_can_be_rolled_back(settings: Settings, tmp_path: Path) -> None:
    source = {"kind": "geotiff", "path": "hills.tif"}
    hills = dataset(id="hills", path=tmp_path / "hills.yml", geometry="raster", sources=[source], key=None, columns={})
    image(tmp_path, 1)
    first = pipeline.run(hills, NOTHING, settings)
    image(tmp_path, 2)
    second = pipeline.run(hills, NOTHING, settings)
    folder = settings.data / "rasters" / "hills"
    assert (first.road, second.road) == ("raster", "raster")
    assert sorted(file.name for file in folder.iterdir()) == [f"{first.batch}.tif", f"{second.batch}.tif"]
    assert pipeline.run(hills, NOTHING, settings).state == "unchanged"
    back = pipeline.rollback(hills, settings)
    ((artefact, batch, rows),) = query(settings.database_url or "", "SELECT artefact, batch, rows FROM krajina.current")
    assert (artefact, batch, rows) == (str(folder / f"{first.batch}.tif"), back.batch, None)
    with rasterio.open(artefact) as file:
        assert file.read(1)[0, 0] == 1


def test_only_the_last_rasters_are_kept(settings: Settings, tmp_path: Path) -> None:
    source = {"kind": "geotiff", "path": "hills.tif"}
    hills = dataset(id="hills", path=tmp_path / "hills.yml", geometry="raster", sources=[source], key=None, columns={})
    folder = settings.data / "rasters" / "hills"
    folder.mkdir(parents=True)
    (folder / "999.part.tif").write_bytes(b"left by a killed load")
    for value in range(8):
        image(tmp_path, value)
        pipeline.run(hills, NOTHING, settings)
    assert len(list(folder.iterdir())) == 6
    assert not (folder / "999.part.tif").exists()
