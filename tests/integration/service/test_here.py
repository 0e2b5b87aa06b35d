"""What applies here: PostGIS says of a place what shapely and a geodesic say; for everybody, and for offices."""

import re
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
import requests
import shapely
from defusedxml import ElementTree
from pyproj import Geod

from catalogue import Dataset
from settings import Settings
from tests import postgis
from tests.integration.service import region
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running

TODAY = datetime.now().astimezone().date()
"""When these tests were read; a run may go on past midnight."""
GEOD = Geod(ellps="WGS84")
NEAR = 400.0
TOWNS = {1: (14.8, 15.0), 2: (15.0, 15.2)}
"""Municipalities from one longitude to another; they meet at 15°."""
SOUTH, NORTH = 50.6, 51.0
CODED = {"code": {"type": "integer", "required": True}, "name": {"title": {"cs": "Název", "en": "Name"}}}
PLAN = CODED | {
    "step": {
        "type": "code",
        "codelist": "plan-step",
        "title": {"cs": "Stav", "de": "Stand", "pl": "Status", "en": "Step"},
    },
    "first": {"type": "date", "title": {"cs": "Od", "en": "From"}},
    "last": {"type": "date", "title": {"cs": "Do", "en": "To"}},
    "file": {},
}
OPENS = "correct horse battery staple"


def box(west: float, east: float, south: float = SOUTH, north: float = NORTH) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.box(west, south, east, north)])


def plans() -> list[dict[str, Any]]:
    later = TODAY + timedelta(days=30)
    rows = [
        (1, "in force", "legalForce", "2020-01-01", None, "a/b c", box(14.8, 15.0)),
        (2, "being made", "elaboration", None, None, None, box(14.8, 15.0)),
        (3, "ended", "legalForce", "2010-01-01", "2019-12-31", None, box(14.8, 15.0)),
        (4, "soon", "legalForce", str(later), None, None, box(14.8, 15.0)),
        (5, "silent", None, None, None, None, box(15.0, 15.1)),
        (6, "50c", "legalForce", None, None, None, box(15.1, 15.2)),
    ]
    return [dict(zip(("code", "name", "step", "first", "last", "file", "geom"), row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def world(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Settings]]:
    folder = tmp_path_factory.mktemp("here")
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, folder)
        where = settings.collections
        degrees = {"crs": "EPSG:4326", "map": {"label": "name", "search": ["name"], "popup": ["name"]}}
        link = {"href": "/desk/submissions/{file}", "title": {"cs": "Dokumenty", "en": "Documents"}}
        here = {"part": "plan", "columns": ["name", "step", "first"], "holds": {"step": "legalForce"}, "link": link}
        region.write(where, "towns", **degrees, columns=CODED, here={"part": "municipality"})
        region.write(where, "plans", **degrees, columns=PLAN, time=["first", "last"], here=here, made_up=True)
        region.write(where, "zones", crs="EPSG:2180", here={"part": "zone"})
        near = {"part": "limit", "within": f"{NEAR:g} m"}
        region.write(where, "springs", **degrees, geometry="Point", columns=CODED, here=near)
        region.write(where, "secrets", **degrees, columns=CODED, access="internal", here={"part": "limit"})
        region.write(where, "silent", **degrees, columns=CODED)
        towns = [{"code": code, "name": f"Ves {code}", "geom": box(*edges)} for code, edges in TOWNS.items()]
        everywhere = [{"code": 1, "name": "všude", "geom": box(-180, 180, -90, 90)}]
        rows: Mapping[str, list[dict[str, Any]]] = {
            "towns": towns,
            "plans": plans(),
            "zones": region.areas("EPSG:2180", 300),
            "springs": springs(),
            "secrets": everywhere,
            "silent": everywhere,
        }
        for name, each in rows.items():
            region.publish(dsn, region.dataset(where, name), each)
        region.token(dsn, OPENS)
        with running(settings) as client:
            yield client, settings


def springs() -> list[dict[str, Any]]:
    random = np.random.default_rng(3)
    lons, lats = random.uniform(14.9, 15.0, 400), random.uniform(50.8, 50.85, 400)
    named = {1: "Pramen 1", 10: "Pramen 10", 11: "Pramen 11"}
    return [{"code": n, "name": named.get(n), "geom": shapely.Point(lons[n], lats[n])} for n in range(400)]


def ask(client: Client, lon: float, lat: float, **more: str) -> dict[str, Any]:
    answer = client.get("/here", params={"lon": repr(float(lon)), "lat": repr(float(lat)), "lang": "en", **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_every_zone_and_no_other_contains_the_place(world: tuple[Client, Settings]) -> None:
    client, settings = world
    dataset: Dataset = region.dataset(settings.collections, "zones")
    rows = region.areas(dataset.crs, 300)
    shapes = region.lon_lat([row["geom"] for row in rows], dataset.crs)
    random, hits = np.random.default_rng(11), 0
    for lon, lat in zip(random.uniform(14.8, 15.4, 120), random.uniform(50.6, 51.0, 120), strict=True):
        expected = {
            str(row["code"])
            for row, shape in zip(rows, shapes, strict=True)
            if shape.intersects(shapely.Point(lon, lat))
        }
        assert {each["id"] for each in ask(client, lon, lat)["zone"]} == expected
        hits += len(expected)
    assert hits > 500


def test_what_is_near_is_near_by_the_ellipsoid(world: tuple[Client, Settings]) -> None:
    client, _ = world
    points, random, hits = springs(), np.random.default_rng(12), 0
    for lon, lat in zip(random.uniform(14.89, 15.01, 60), random.uniform(50.79, 50.86, 60), strict=True):
        distances = {str(each["code"]): GEOD.inv(lon, lat, each["geom"].x, each["geom"].y)[2] for each in points}
        expected = {id_: distance for id_, distance in distances.items() if distance <= NEAR}
        told = {each["id"]: each["distance"] for each in ask(client, lon, lat)["limit"]}
        assert set(told) == set(expected)
        assert all(told[id_] == pytest.approx(expected[id_], abs=0.06) for id_ in told)
        hits += len(told)
    assert hits > 50


def test_a_plan_says_whether_it_is_in_force_on_the_day(world: tuple[Client, Settings]) -> None:
    client, _ = world
    for day, expected in (
        ("", {"in force"}),
        ("2015-06-01", {"ended"}),
        (str(TODAY + timedelta(days=60)), {"in force", "soon"}),
    ):
        found = ask(client, 14.9, 50.7, datetime=day)["plan"]
        assert {each["label"] for each in found if each["in_force"]} == expected
        assert [each["in_force"] for each in found] == sorted((each["in_force"] for each in found), reverse=True)
        assert len(found) == 4
    [silent] = ask(client, 15.05, 50.7)["plan"]
    assert silent["in_force"]
    assert silent["label"] == "silent"


def test_a_fact_carries_labels_and_links_that_lead_somewhere(world: tuple[Client, Settings]) -> None:
    client, _ = world
    found = ask(client, 14.9, 50.7)
    plan = found["plan"][0]
    assert plan["properties"] == {"name": "in force", "step": "legalForce", "first": "2020-01-01"}
    assert {each["name"]: each.get("label") for each in plan["values"]}["step"] == "in force"
    links = {each["rel"]: each["href"] for each in plan["links"]}
    assert links["about"] == f"{client.address}/desk/submissions/a%2Fb%20c"
    item = client.get(links["item"])
    assert item.json()["properties"]["name"] == "in force"
    assert found["notice"]
    assert "about" not in {each["rel"] for each in found["plan"][1]["links"]}
    assert client.get(next(each["href"] for each in found["links"] if each["rel"] == "self")).json() == found


def test_on_a_border_all_municipalities_are_told_and_in_the_sea_none(world: tuple[Client, Settings]) -> None:
    client, _ = world
    assert [each["id"] for each in ask(client, 15.0, 50.7)["municipality"]] == ["1", "2"]
    page = client.get("/en/here?lon=15&lat=50.7").text
    assert "2 municipalities meet here" in page
    in_short = re.sub("<[^>]+>", " ", page.split('class="sheet short"')[1].split("</dl>")[0])
    assert [f"Ves {n}" in in_short for n in TOWNS] == [True, True]  # no plan of one beside the name of the other alone
    copied = ask(client, 15.0 + 9e-8, 50.7)  # as exactly as places are told
    assert [each["id"] for each in copied["municipality"]] == ["1", "2"]
    assert [each["id"] for each in ask(client, 15.0 + 2e-7, 50.7)["municipality"]] == ["2"]
    sea = ask(client, -30.0, 0.0)
    assert not sea["inside"]
    assert not any(sea[part] for part in ("municipality", "plan", "zone", "regulation", "limit"))
    beyond = client.get("/en/here?lon=-30&lat=0")
    assert beyond.status_code == 200
    assert "outside the region" in beyond.text
    for lon, lat in ((180.0, 90.0), (-180.0, -90.0), (14.8, 50.6)):
        answered = ask(client, lon, lat)["datetime"]
        assert str(TODAY) <= answered <= str(datetime.now().astimezone().date())


def test_a_municipality_is_answered_for_as_a_whole_and_a_feature_by_its_place(world: tuple[Client, Settings]) -> None:
    client, _ = world
    whole = client.get("/here?code=1&lang=en").json()
    assert (whole["whole"], whole["place"]["name"], whole["place"]["exact"]) == (True, "Ves 1", False)
    assert "zone" not in whole
    assert "zone" not in client.get("/en/here?code=1").text.lower().split("<main")[1].split("<form")[0]
    spring = springs()[5]
    exact = client.get("/here?feature=springs/5").json()
    assert exact["place"]["exact"]
    assert exact["place"]["lon"] == pytest.approx(spring["geom"].x, abs=1e-7)
    assert "5" in {each["id"] for each in exact["limit"] if each["distance"] == 0}
    results = client.get("/here?q=ves&lang=cs").json()["results"]
    assert [each["label"] for each in results] == ["Ves 1", "Ves 2"]
    assert client.get(results[1]["href"]).json()["place"]["name"] == "Ves 2"


def test_a_question_that_means_one_place_is_answered_at_once(world: tuple[Client, Settings]) -> None:
    client, _ = world
    only = client.get("/cs/here?q=ves+2&datetime=2026-05-01", allow_redirects=False)
    assert (only.status_code, only.headers["Location"].partition("/cs/")[2]) == (
        303,
        "here?feature=towns%2F2&datetime=2026-05-01",
    )
    just_so = client.get("/cs/here?q=pramen+1", allow_redirects=False)
    assert just_so.headers["Location"].partition("/cs/")[2] == "here?feature=springs%2F1"
    several = client.get("/cs/here?q=ves")
    assert several.text.count('<ul class="found">') == 1
    typed = client.get("/here?q=50.7+14.9&lang=en").json()
    assert (typed["place"]["lon"], typed["place"]["lat"]) == (14.9, 50.7)
    missing = client.get("/here?q=ves+7&lang=en").json()
    assert missing["number"]["asked"] == "7"
    assert missing["number"]["text"] in client.get("/en/here?q=ves+7").text


def test_a_place_is_called_by_its_name_and_a_number_by_what_it_is(world: tuple[Client, Settings]) -> None:
    client, _ = world
    page = client.get("/en/here?code=1").text
    short = page.split('<dl class="sheet short">')[1].split("</dl>")[0]
    said = " ".join(re.sub("<[^>]+>", "", short).split())
    assert said == "Municipality Ves 1 Zoning plan in force · From 1 January 2020"
    assert "<title>What applies here? Ves 1" in page
    plans = ask(client, 14.9, 50.7)["plan"]
    assert [each["label"] for each in plans if each["label"].startswith("in force ")] == []
    numbered = [each for each in ask(client, 15.1, 50.7)["plan"] if each["id"] == "6"]
    assert [each["label"] for each in numbered] == ["in force 50c"]
    on_map = next(each["href"] for each in numbered[0]["links"] if each["rel"] == "related")
    assert on_map == f"{client.address}/en/map?feature=plans/6"


def test_what_is_internal_is_told_to_offices_only(world: tuple[Client, Settings]) -> None:
    client, _ = world
    asked, key = "/here?lon=15.15&lat=50.7&f=json", {"Authorization": f"Bearer {OPENS}"}
    assert [each["collection"] for each in client.get(asked).json()["limit"]] == []
    office = client.get(asked, headers=key)
    assert [each["collection"] for each in office.json()["limit"]] == ["secrets"]
    assert office.headers["Cache-Control"] == "private, no-cache"
    assert office.headers["ETag"] != client.get(asked).headers["ETag"]
    assert client.get("/here?feature=secrets/1").status_code == 404
    assert client.get("/here?feature=secrets/1", headers=key).status_code == 200
    assert client.get(asked, headers={"Authorization": "Bearer no"}).status_code == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("lon=nan&lat=1", 400),
        ("lon=1", 400),
        ("", 400),
        ("lon=1&lat=91", 400),
        ("lon=1&lat=1&q=x", 400),
        ("lon=1&lat=1&lon=2", 400),
        ("q=x", 400),
        ("x=1", 400),
        ("code=9", 404),
        ("code=x", 404),
        ("feature=silent/7", 404),
    ],
)
def test_what_cannot_be_answered_is_said_by_name(world: tuple[Client, Settings], query: str, status: int) -> None:
    client, _ = world
    answer = client.get(f"/here?{query}", headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    page = client.get(f"/en/here?{query}")
    assert page.status_code == (200 if query == "" else status)
    _tree(page.text)


@pytest.mark.parametrize("lang", ["cs", "de", "pl", "en"])
def test_the_page_is_sound_in_every_language(world: tuple[Client, Settings], lang: str) -> None:
    client, _ = world
    page = client.get(f"/{lang}/here?lon=14.95&lat=50.82")
    tree = _tree(page.text)
    assert tree.attrib["lang"] == lang == page.headers["Content-Language"]
    assert len(tree.findall(".//h1")) == 1
    assert all(set(each.attrib) == {"type", "src"} and not each.text for each in tree.iter("script"))
    labelled = {each.attrib["for"] for each in tree.iter("label")}
    fields = {each.attrib["id"] for each in tree.iter("input") if each.attrib.get("type") != "hidden"}
    assert fields == labelled
    assert "Ves 1" in page.text
    assert "{" not in page.text.split("<main")[1]


def test_an_answer_is_known_until_something_that_speaks_is_published(world: tuple[Client, Settings]) -> None:
    client, settings = world
    asked = "/here?lon=14.95&lat=50.82&f=json"
    first = client.get(asked)
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(asked, headers=known).status_code == 304
    dataset = region.dataset(settings.collections, "towns")
    renamed = [{"code": code, "name": f"Město {code}", "geom": box(*edges)} for code, edges in TOWNS.items()]
    region.publish(settings.database_url or "", dataset, renamed)
    changed = _until_changed(client, asked, known)
    assert changed.json()["municipality"][0]["label"] == "Město 1"


def _until_changed(client: Client, asked: str, known: Mapping[str, str]) -> requests.Response:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer = client.get(asked, headers=dict(known))
        if answer.status_code == 200:
            return answer
        time.sleep(0.02)
    raise AssertionError("the publication was not seen")


def _tree(text: str) -> Any:
    """Return the page as XML: our templates leave only void elements open."""
    bare = re.sub(r" (required)(?=[ >])", r' \1=""', text.replace("<!doctype html>", ""))
    return ElementTree.fromstring(re.sub(r"<(meta|link|input)([^>]*[^/])?>", r"<\1\2/>", bare))
