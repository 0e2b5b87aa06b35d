"""Whole datasets as files: each form read back by another program and compared with the table, row by row."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import python_calamine
import shapely

from settings import Settings
from tests import postgis
from tests.integration.service import exports
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running

BASE = "/ogc/collections"


@pytest.fixture(scope="module")
def world(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Settings]]:
    """A service with datasets that are hard to export."""
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, tmp_path_factory.mktemp("exports"))
        exports.publish(settings)
        with running(settings) as client:
            yield client, settings


@pytest.fixture
def fetch(world: tuple[Client, Settings], tmp_path: Path) -> Callable[..., Path]:
    """Fetch a dataset's file of a form into the test's folder."""

    def fetched(name: str, extension: str) -> Path:
        answer = world[0].get(f"{BASE}/{name}/downloads/{name}.{extension}")
        assert answer.status_code == 200, answer.text
        path = tmp_path / f"{name}.{extension}"
        path.write_bytes(answer.content)
        return path

    return fetched


@pytest.fixture
def dsn(world: tuple[Client, Settings]) -> str:
    return world[1].database_url or ""


def _same(found: Any, wanted: dict[str, Any], *names: str) -> None:
    """Compare properties with a row; times as moments, dates as days."""
    for name in names or exports.SHOWN:
        value, own = found.get(name), wanted[name]
        if isinstance(own, datetime) and value is not None:
            text = str(value).replace("/", "-").replace(" ", "T").replace("Z", "+00:00")
            value = datetime.fromisoformat(text if "+" in text else f"{text}+00")
            own = own.astimezone(UTC)
            assert abs((value - own).total_seconds()) < 0.001, (name, value, own)
        elif isinstance(own, date) and value is not None:
            assert str(value).replace("/", "-")[:10] == own.isoformat()
        elif isinstance(own, float):
            assert float(value) == own
        else:
            assert value == own, (name, value, own)


def _at(feature: dict[str, Any], shape: Any, tolerance: float = 0) -> None:
    if shape is None:
        assert feature["geometry"] is None
    else:
        assert shapely.equals_exact(shapely.geometry.shape(feature["geometry"]), shape, tolerance)


@pytest.mark.parametrize("name", ["multi", "spots", "paths"])
@pytest.mark.parametrize("extension", ["gpkg", "fgb"])
def test_binary_forms_have_every_row_as_the_table(
    fetch: Callable[..., Path], dsn: str, name: str, extension: str
) -> None:
    path = fetch(name, extension)
    rows = exports.table(dsn, name)
    found = sorted(exports.by_ogr(path), key=lambda each: each["properties"]["code"])
    assert len(found) == len(rows)
    for feature, row in zip(found, rows, strict=True):
        _same(_booleans(feature["properties"]), row)
        _at(feature, row["geometry"])
    info = exports.about(path)
    assert info["crs"] == "EPSG:5514"
    assert "owner" not in info["fields"]


def _booleans(properties: dict[str, Any]) -> dict[str, Any]:
    """Older programs have 1 and 0 for true and false."""
    value = properties.get("open")
    return properties | {"open": value if value is None else bool(value)}


def test_types_of_a_geopackage_are_right(fetch: Callable[..., Path]) -> None:
    info = exports.about(fetch("multi", "gpkg"))
    types = dict(zip(info["fields"], info["ogr_types"], strict=True))
    assert (types["built"], types["seen"], types["code"]) == ("OFTDate", "OFTDateTime", "OFTInteger64")
    assert info["geometry_type"] == "MultiPolygon"
    assert info["layer_metadata"]["batch"]


@pytest.mark.parametrize("name", ["multi", "spots", "register", "nothing"])
def test_geojson_is_that_of_rfc_7946(fetch: Callable[..., Path], dsn: str, name: str) -> None:
    document = json.loads(fetch(name, "geojson").read_text(encoding="utf-8"))
    rows = exports.table(dsn, name, None if name == "register" else "geom_84")
    assert len(document["features"]) == len(rows)
    assert document["batch"]
    for feature, row in zip(document["features"], rows, strict=True):
        _same(feature["properties"], row)
        assert set(feature["properties"]) == set(exports.SHOWN)
        _at(feature, row["geometry"], 1e-7)
        assert feature["id"] == (f"{row['code']}~x" if name == "register" else row["code"])


@pytest.mark.parametrize("name", ["multi", "spots", "register", "nothing"])
def test_geoparquet_has_types_boxes_and_its_crs(fetch: Callable[..., Path], dsn: str, name: str) -> None:
    file = pq.ParquetFile(fetch(name, "parquet"))
    rows = exports.table(dsn, name, None if name == "register" else "geom")
    rows.sort(key=lambda row: row["code"])
    found = sorted(file.read().to_pylist(), key=lambda each: each["code"])
    assert len(found) == len(rows)
    for each, row in zip(found, rows, strict=True):
        _same(each, row)
        if name != "register":
            shape = shapely.from_wkb(each["geometry"])
            assert (shape is None and row["geometry"] is None) or shapely.equals_identical(shape, row["geometry"])
            assert (each["bbox"] and tuple(each["bbox"].values())) == (shape and shape.bounds)
    metadata = file.schema_arrow.metadata
    assert metadata[b"batch"]
    if name != "register":
        geo = json.loads(metadata[b"geo"])
        assert geo["version"] == "1.1.0"
        assert geo["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 5514}
        assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("name", ["multi", "spots", "register", "nothing"])
def test_csv_is_the_table_and_no_formula(fetch: Callable[..., Path], dsn: str, name: str, delimiter: str) -> None:
    path = fetch(name, "csv" if delimiter == "," else "semicolon.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    text = path.read_bytes().decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    rows = exports.table(dsn, name, None if name == "register" else "geom")
    assert len(found) == len(rows)
    for each, row in zip(found, rows, strict=True):
        own = row["name"]
        assert each["name"] == (f"'{own}" if own in exports.FORMULAS else own or "")
        assert (float(each["size"].replace(",", ".")) if each["size"] else None) == row["size"]
        assert ("," in each["size"]) == (delimiter == ";" and row["size"] is not None and row["size"] % 1 != 0)
        assert each["open"] == {True: "true", False: "false", None: ""}[row["open"]]
        assert each["a_column_with_a_long_name"] == str(row["a_column_with_a_long_name"] or "")
        assert each["built"] == (row["built"].isoformat() if row["built"] else "")
        if each["seen"]:
            assert datetime.fromisoformat(each["seen"]) == row["seen"]
        if row["geometry"] is not None:
            assert shapely.equals_exact(shapely.from_wkt(each["WKT"]), row["geometry"], 0)
            assert each["crs"] == "EPSG:5514"
    assert "tajný" not in text


@pytest.mark.parametrize("name", ["spots", "multi", "register", "nothing"])
def test_workbook_has_typed_cells_and_titles(fetch: Callable[..., Path], dsn: str, name: str) -> None:
    path = fetch(name, "xlsx")
    book = python_calamine.CalamineWorkbook.from_path(path)
    head, *lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    rows = exports.table(dsn, name, None)
    start = 1 if name == "register" else 0
    assert head[start : start + 2] == ["Kód", "Název"]
    assert "Výměra [ha]" in head
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        code, text, large, long, size, built, seen, is_open = line[start : start + 8]
        assert (code, large or None, is_open if is_open != "" else None) == (
            row["code"],
            row["a_column_with_a_long_name"],
            row["open"],
        )
        assert (text or None) == (row["name"] or None)
        assert (long or None) == row["a_column_with_a_long_title"]
        assert (size if size != "" else None) == (row["size"] and pytest.approx(row["size"], rel=1e-14))
        assert (built or None) == row["built"]
        if isinstance(seen, datetime):
            assert abs((seen.replace(tzinfo=UTC) - row["seen"]).total_seconds()) < 0.01
    with zipfile.ZipFile(path) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert ('quotePrefix="1"' in packed.read("xl/styles.xml").decode()) == bool(rows)


def test_shapefile_has_its_code_page_short_names_and_a_key_to_them(fetch: Callable[..., Path], dsn: str) -> None:
    path = fetch("multi", "shp.zip")
    with zipfile.ZipFile(path) as packed:
        names = set(packed.namelist())
        assert {"multi.shp", "multi.shx", "multi.dbf", "multi.prj", "multi.cpg", "README.txt"} <= names
        assert packed.read("multi.cpg") == b"UTF-8"
        readme = packed.read("README.txt").decode()
    assert "a_column_w  a_column_with_a_long_name" in readme
    assert "a_column_2  a_column_with_a_long_title" in readme
    rows = exports.table(dsn, "multi")
    found = exports.by_ogr(f"/vsizip/{path}/multi.shp")
    assert len(found) == len(rows)
    for feature, row in zip(found, rows, strict=True):
        each = feature["properties"]
        assert (each["name"] or None) == (row["name"] or None)
        assert each["a_column_w"] == row["a_column_with_a_long_name"]
        assert each["a_column_2"] == row["a_column_with_a_long_title"]
        assert (each["built"] or "").replace("/", "-") == (row["built"].isoformat() if row["built"] else "")
        assert each["size"] == (row["size"] and pytest.approx(row["size"], rel=1e-12))
        if row["geometry"] is None:
            assert feature["geometry"] is None
        else:  # a Shapefile does not tell a part of one from one
            assert shapely.equals(shapely.geometry.shape(feature["geometry"]), row["geometry"])


def test_kml_is_in_degrees_and_called_by_the_label(fetch: Callable[..., Path], dsn: str) -> None:
    path = fetch("spots", "kml")
    rows = exports.table(dsn, "spots", "geom_84")
    found = exports.by_ogr(path)
    assert len(found) == len(rows)
    for feature, row in zip(found, rows, strict=True):
        assert (feature["properties"].get("Name") or "").strip() == (row["name"] or "").strip()
        if row["geometry"] is not None:
            x, y, *_ = feature["geometry"]["coordinates"]
            assert (x, y) == pytest.approx((row["geometry"].x, row["geometry"].y), abs=1e-9)


@pytest.mark.parametrize(("name", "extension"), [("nothing", "gpkg"), ("nothing", "fgb"), ("register", "gpkg")])
def test_empty_and_placeless_datasets_are_files_too(
    fetch: Callable[..., Path], dsn: str, name: str, extension: str
) -> None:
    path = fetch(name, extension)
    info = exports.about(path)
    assert len(exports.by_ogr(path)) == len(exports.table(dsn, name, None))
    assert set(exports.SHOWN) <= set(info["fields"])


def test_forms_that_do_not_fit_are_not_offered(world: tuple[Client, Settings]) -> None:
    client = world[0]
    listed = client.get(f"{BASE}/register/downloads").json()
    assert {each["format"] for each in listed["downloads"]} == {
        "gpkg", "geojson", "fgb", "parquet", "csv", "csv-semicolon", "xlsx",
    }  # fmt: skip
    answer = client.get(f"{BASE}/register/downloads/register.kml")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
