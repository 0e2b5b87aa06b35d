"""Pages of features in JSON-FG, CSV and FlatGeobuf: the same features as in GeoJSON, read back by other programs."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely

from tests import portal as portals
from tests import postgis
from tests.integration.service import exports
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running

ITEMS = "/ogc/collections/{}/items"
KROVAK = "http://www.opengis.net/def/crs/EPSG/0/5514"
LAT_LON = "http://www.opengis.net/def/crs/EPSG/0/4326"
LON_LAT = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@pytest.fixture(scope="module")
def client(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service with datasets that are hard to export."""
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, tmp_path_factory.mktemp("formats"))
        exports.publish(settings)
        with running(settings) as started:
            yield started


def _csv(answer: Any, delimiter: str = ",") -> list[dict[str, str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("crs", [LON_LAT, LAT_LON, KROVAK])
@pytest.mark.parametrize("name", ["multi", "spots"])
def test_csv_has_what_geojson_has(client: Client, name: str, crs: str) -> None:
    path = f"{ITEMS.format(name)}?limit=50&crs={crs}"
    answer = client.get(f"{path}&f=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-crs"] == f"<{crs}>"
    features, rows = client.get(path).json()["features"], _csv(answer)
    assert len(rows) == len(features)
    for row, feature in zip(rows, features, strict=True):
        own = feature["properties"]
        assert row["name"] == (f"'{own['name']}" if own["name"] in exports.FORMULAS else own["name"] or "")
        assert row["a_column_with_a_long_name"] == str(own["a_column_with_a_long_name"] or "")
        assert (float(row["size"]) if row["size"] else None) == own["size"]
        assert row["open"] == {True: "true", False: "false", None: ""}[own["open"]]
        if feature["geometry"] is None:
            assert row["WKT"] == ""
            continue
        shape = shapely.geometry.shape(feature["geometry"])
        wanted = shapely.transform(shape, lambda points: points[:, ::-1]) if crs == LAT_LON else shape
        assert shapely.equals_exact(shapely.from_wkt(row["WKT"]), wanted, 0)
        assert row["crs"] == {LON_LAT: "OGC:CRS84", LAT_LON: "EPSG:4326", KROVAK: "EPSG:5514"}[crs]
        if name == "spots":
            assert (float(row["x"]), float(row["y"])) == (shapely.get_x(wanted), shapely.get_y(wanted))


def test_csv_follows_filter_columns_and_pages(client: Client) -> None:
    path = f"{ITEMS.format('spots')}?limit=3&open=true&properties=code,size&skipGeometry=true&f=csv-semicolon"
    answer = client.get(path)
    rows = _csv(answer, ";")
    assert len(rows) == 3
    assert list(rows[0]) == ["code", "size"]
    assert all("." not in row["size"] for row in rows)
    following = re.search(r'<([^>]+)>; rel="next"', answer.headers["link"])
    assert following
    seen = [row["code"] for row in rows] + [row["code"] for row in _csv(client.get(following[1]), ";")]
    wanted = client.get(f"{ITEMS.format('spots')}?open=true&limit=100").json()["features"]
    assert seen == [str(each["id"]) for each in wanted][: len(seen)]
    assert len(seen) == 4


def test_made_ids_and_one_feature(client: Client) -> None:
    rows = _csv(client.get(f"{ITEMS.format('register')}?f=csv&limit=2"))
    assert next(iter(rows[0])) == "_id"
    assert "WKT" not in rows[0]
    [one] = _csv(client.get(f"{ITEMS.format('spots')}/3?f=csv"))
    assert one["code"] == "3"
    assert _csv(client.get(f"{ITEMS.format('nothing')}?f=csv")) == []


def test_json_fg_says_type_crs_and_time(client: Client, tmp_path: Path) -> None:
    plain = client.get(f"{ITEMS.format('multi')}?f=jsonfg&limit=5")
    document = plain.json()
    assert plain.headers["content-type"] == "application/geo+json"
    assert "http://www.opengis.net/spec/json-fg-1/1.0/conf/core" in document["conformsTo"]
    assert (document["featureType"], document["geometryDimension"]) == ("multi", 2)
    assert document["coordRefSys"] == LON_LAT
    assert all(each["place"] is None and each["geometry"] for each in document["features"])
    assert any(link["rel"] == "next" for link in document["links"])
    answer = client.get(f"{ITEMS.format('multi')}?f=jsonfg&limit=50&crs={KROVAK}")
    document = answer.json()
    assert document["coordRefSys"] == KROVAK
    wanted = client.get(f"{ITEMS.format('multi')}?limit=50&crs={KROVAK}").json()["features"]
    assert [(each["id"], each["place"], each["geometry"]) for each in document["features"]] == [
        (each["id"], each["geometry"], None) for each in wanted
    ]
    path = tmp_path / "multi.json"
    path.write_bytes(answer.content)
    about = exports.about(path)
    assert (about["driver"], about["crs"], about["features"]) == ("JSONFG", "EPSG:5514", len(wanted))
    one = client.get(f"{ITEMS.format('multi')}/2", headers={"Accept": "application/fg+json"}).json()
    assert (one["type"], one["id"], one["featureType"]) == ("Feature", 2, "multi")


def test_flatgeobuf_of_a_running_portal(portal: portals.Portal, tmp_path: Path) -> None:
    """Of one that runs by itself: the loader, in these tests' process, has taken the driver out of GDAL."""
    with Client(portal.url) as client:
        listed = client.get("/ogc/collections").json()["collections"]
        names = [each["id"] for each in listed if each.get("itemType") == "feature"]
        done = 0
        for name in names:
            path = f"{ITEMS.format(name)}?limit=7&crs={LAT_LON}"
            features = client.get(path).json()["features"]
            answer = client.get(f"{path}&f=fgb")
            assert answer.status_code == 200, answer.text
            file = tmp_path / f"{name}.fgb"
            file.write_bytes(answer.content)
            found = exports.by_ogr(file)
            assert len(found) == len(features)
            for each, feature in zip(found, features, strict=True):
                own = feature["properties"]
                # Times are written otherwise, and OGR reads texts that hold JSON as what they hold.
                texts = {key: value for key, value in own.items() if isinstance(value, str) and value[:1] not in "{["}
                texts = {key: value for key, value in texts.items() if "T" not in value}
                assert {key: each["properties"].get(key) for key in texts if "-" not in texts[key]} == {
                    key: value for key, value in texts.items() if "-" not in value
                }
                if feature["geometry"]:
                    shape = shapely.geometry.shape(feature["geometry"])
                    turned = shapely.transform(shape, lambda points: points[:, ::-1])
                    assert shapely.equals_exact(shapely.geometry.shape(each["geometry"]), turned, 1e-12)
                    done += 1
        assert done > 20
        about = exports.about(file)
        assert about["crs"] in {"EPSG:4326", None}
        json.dumps(about)
