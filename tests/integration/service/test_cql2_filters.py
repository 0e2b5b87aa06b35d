"""Filters on a real PostGIS, held against rows that are judged one by one in Python."""

import json
import os
import subprocess
import sys
from contextlib import closing
from typing import Any

import cql2
import psycopg2
import pytest
import shapely
from hypothesis import given, settings
from psycopg2 import sql

from service.cql2 import CONFORMANCE, binding
from service.cql2.reading import read
from service.crs import offer
from settings import Settings
from tests.integration.service import evaluator, region
from tests.integration.service.running import Client, running
from tests.unit.service import filters

ROWS = region.areas("EPSG:5514", 120)
ITEMS = "/ogc/collections/areas/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def found(client: Client, source: str, **params: Any) -> list[int]:
    """Return the ids that the service answers with, following its links."""
    codes: list[int] = []
    href, given = ITEMS, {"filter": source, "limit": 100, "skipGeometry": "true", "properties": "code", **params}
    while href:
        answer = client.get(href, params=given)
        assert answer.status_code == 200, (source, answer.text)
        body = answer.json()
        codes += [feature["id"] for feature in body["features"]]
        href, given = next((link["href"] for link in body["links"] if link["rel"] == "next"), ""), {}
    assert body["numberMatched"] == len(codes)
    return codes


@pytest.mark.parametrize("source", filters.RIGHT)
def test_each_kind_of_filter_finds_what_it_says(client: Client, source: str) -> None:
    expected = evaluator.ids(source, ROWS)
    assert found(client, source) == expected
    encoded = json.dumps(cql2.parse_text(source).to_json())
    assert found(client, encoded, **{"filter-lang": "cql2-json"}) == expected


def test_the_filters_tried_tell_features_apart() -> None:
    counts = [len(evaluator.ids(source, ROWS)) for source in filters.RIGHT]
    assert sum(0 < count < len(ROWS) for count in counts) > 0.75 * len(counts)


@given(filters.EXPRESSIONS)
@settings(max_examples=150, deadline=None)
def test_made_filters_find_what_they_say(client: Client, source: str) -> None:
    assert found(client, source) == evaluator.ids(source, ROWS)


@given(filters.TREES)
@settings(max_examples=400, deadline=None)
def test_whatever_is_asked_is_answered_or_refused(client: Client, tree: Any) -> None:
    answer = client.get(ITEMS, params={"filter": json.dumps(tree), "filter-lang": "cql2-json", "limit": 1})
    assert answer.status_code in {200, 400}, (tree, answer.text)


def test_letters_are_folded_by_unicode(client: Client) -> None:
    everything, fifths = list(range(1, 121)), [row["code"] for row in ROWS if row["code"] % 5]
    assert found(client, "CASEI('STRASSE') = CASEI('Straße')") == everything
    assert found(client, "ACCENTI('Łódź') = 'Lodz' AND ACCENTI('Łódź') <> 'lodz'") == everything
    assert found(client, "ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('ŽĎÁR%'))") == fifths
    assert found(client, "ACCENTI(name) LIKE 'zdar%'") == []


def test_numbers_are_exact_where_they_are_whole(client: Client) -> None:
    everything = list(range(1, 121))
    assert found(client, "code + 9007199254740992 = 9007199254740993") == [1]
    assert found(client, "code / 0 = 1 OR code % 0 = 1 OR code div 0 = 1 OR size / 0 > 1 OR size % 0 > 1") == []
    assert found(client, "(code / 0) IS NULL") == everything
    assert found(client, "1 / 2 = 0.5 AND 7 div 2 = 3 AND -7 % 4 = -3 AND 7.5 % 2 = 1.5") == everything


@pytest.mark.parametrize("source", ["code ^ 5000 > 1", "size * 1e308 * 1e308 > 1", "(0 - code) ^ 0.5 > 1"])
def test_what_cannot_be_reckoned_is_the_askers_fault(client: Client, source: str) -> None:
    answer = client.get(ITEMS, params={"filter": source})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "filter")


@pytest.mark.parametrize("source", [each for each in filters.WRONG if each.isprintable()][::3])
def test_what_is_no_filter_is_refused_over_http(client: Client, source: str) -> None:
    answer = client.get(ITEMS, params={"filter": source, "lang": "cs"})
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == "filter"


def test_it_is_declared_and_described(client: Client) -> None:
    assert set(CONFORMANCE) <= set(client.get("/ogc/conformance").json()["conformsTo"])
    described = client.get("/ogc/openapi").json()
    parameters = described["components"]["parameters"]
    assert parameters["filter-lang"]["schema"]["enum"][:2] == ["cql2-text", "cql2-json"]
    named = {
        each.get("$ref", "").rpartition("/")[2]
        for each in described["paths"]["/collections/areas/items"]["get"]["parameters"]
    }
    assert {"filter", "filter-lang", "filter-crs"} <= named


def test_other_parameters_stand_beside_the_filter(client: Client) -> None:
    expected = [row["code"] for row in ROWS if row["use"] == "CZ" and row["code"] > 50 and row["open"] is True]
    assert found(client, "code > 50 AND open", use="CZ", sortby="code") == expected
    hits = client.get(ITEMS, params={"filter": "code > 50", "resulttype": "hits"}).json()
    assert (hits["numberMatched"], hits["features"]) == (70, [])


GDAL = """
import sys, pyogrio.raw
print(len(pyogrio.raw.read("OAPIF:" + sys.argv[1], layer="areas", where=sys.argv[2])[2]))
"""


@pytest.mark.parametrize(
    ("where", "meant"),
    [
        ("code > 100 AND name LIKE 'Ž%'", None),
        ("name ILIKE 'ž%' OR code = 5", "CASEI(name) LIKE CASEI('ž%') OR code = 5"),
        ("built >= '2010-01-01' AND open = 0", "built >= DATE('2010-01-01') AND open = false"),
        ("NOT (size > 50) AND use IS NULL", None),
    ],
)
def test_gdal_sends_its_filters(client: Client, where: str, meant: str | None) -> None:
    """In a process of its own: the loader takes drivers out of the one it runs in."""
    ran = subprocess.run(
        [sys.executable, "-c", GDAL, f"{client.address}/ogc", where],
        env={**os.environ, "CPL_DEBUG": "ON"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert int(ran.stdout) == len(evaluator.ids(meant or where, ROWS)) > 0
    assert "filter-lang=cql-text" in ran.stderr


def test_features_without_geometry_are_neither_inside_nor_outside(settings: Settings) -> None:
    rows = [row | {"geom": None if row["code"] % 2 else row["geom"]} for row in ROWS]
    region.write(settings.collections, "areas")
    dataset = region.dataset(settings.collections, "areas")
    region.publish(settings.database_url or "", dataset, rows)
    everywhere, nowhere = "BBOX(-180, -90, 180, 90)", "BBOX(1, 1, 2, 2)"
    with running(settings) as client:
        evens = list(range(2, 121, 2))
        assert found(client, "geometry IS NULL") == list(range(1, 121, 2))
        for crs, far in ((None, nowhere), ("5514", "BBOX(0, 0, 1, 1)"), ("3857", "BBOX(0, 0, 1, 1)")):
            params = {"filter-crs": EPSG + crs} if crs else {}
            assert found(client, f"NOT S_INTERSECTS(geometry, {far})", **params) == evens
            assert found(client, f"S_DISJOINT(geometry, {far})", **params) == evens
        assert found(client, f"S_INTERSECTS(geometry, {everywhere})") == evens


@pytest.mark.parametrize(
    ("crs", "source"),
    [
        ("4326", "S_INTERSECTS(geometry, POLYGON((50.7 14.9, 50.7 15, 50.8 15, 50.7 14.9)))"),
        ("4326", "S_INTERSECTS(geometry, BBOX(50.7, 14.9, 50.8, 15)) AND code > 3"),
        ("5514", "S_WITHIN(geometry, BBOX(-700000, -980000, -690000, -970000))"),
        ("3857", "S_TOUCHES(geometry, BBOX(1660000, 6560000, 1670000, 6570000))"),
        ("2180", "S_DWITHIN(geometry, POINT(330000 220000), 2, km)"),
    ],
)
def test_the_index_answers_spatial_filters(areas: Settings, crs: str, source: str) -> None:
    dataset = region.dataset(areas.collections, "areas")
    with closing(psycopg2.connect(areas.database_url or "")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT bbox FROM krajina.current")
        [extent] = cursor.fetchone() or [()]
        asked = read(source, "cql2-text", offer(dataset)[EPSG + crs], dataset)
        where = binding.bound(asked.condition, dataset, tuple(extent))
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(sql.SQL("EXPLAIN SELECT * FROM data.areas WHERE {}").format(where))
        plan = " ".join(line for (line,) in cursor.fetchall())
        assert "Index Cond: (geom_84 " in plan, plan
        cursor.execute(sql.SQL("SELECT count(*) FROM data.areas WHERE {}").format(where))


def test_literals_that_collect_parts(client: Client) -> None:
    lon_lats = dict(
        zip((row["code"] for row in ROWS), region.lon_lat([row["geom"] for row in ROWS], "EPSG:5514"), strict=True)
    )
    whole = "POLYGON((14.7 50.5, 15.1 50.5, 15.1 51.1, 14.7 51.1, 14.7 50.5))"
    other = "POLYGON((15 50.5, 15.5 50.5, 15.5 51.1, 15 51.1, 15 50.5))"
    union = shapely.union_all(shapely.from_wkt([whole, other]))
    expected = [code for code, shape in lon_lats.items() if shapely.within(shape, union)]
    assert found(client, f"S_WITHIN(geometry, GEOMETRYCOLLECTION({whole}, {other}))") == expected
