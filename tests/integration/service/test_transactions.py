"""Transactions over HTTP, on a real database: what is made, what is refused and how, who may, and what stays."""

import copy
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import shapely

from settings import Settings
from tests import postgis
from tests.integration.etl.places import query
from tests.integration.service.conftest import _settings
from tests.integration.service.editing import COUNT, CRS84, EPSG, Editing, editing, feature
from tests.waiting import until

NEW, ABSENT = COUNT + 100, 9000


@pytest.fixture(scope="module")
def areas(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editing]:
    """The collection, served and editable; each test has features of its own."""
    with postgis.clone(cluster) as dsn, editing(_settings(dsn, tmp_path_factory.mktemp("editing"))) as started:
        yield started


def counted(areas: Editing) -> int:
    return int(areas.get("/items?limit=1").json()["numberMatched"])


def ring(*positions: list[float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(positions)]}


def codes(answer: Any) -> dict[str, str | None]:
    """What an answer found wrong, and where."""
    assert answer.headers["content-type"] == "application/problem+json"
    return {finding["code"]: finding.get("pointer") for finding in answer.json()["findings"]}


def owner(areas: Editing, code: int) -> Any:
    return query(areas.settings.database_url or "", "SELECT owner FROM data.areas WHERE code = %s", code)[0][0]


def test_a_feature_is_created_replaced_updated_and_deleted(areas: Editing) -> None:
    before = counted(areas)
    made = areas.send("POST", body=feature(NEW))
    assert (made.status_code, made.text) == (201, "")
    assert made.headers["location"] == f"{areas.client.address}/ogc/collections/areas/items/{NEW}"
    found = areas.client.get(made.headers["location"]).json()
    assert (found["id"], found["properties"]["name"], found["properties"]["built"]) == (
        NEW,
        f"Plocha {NEW}",
        "2020-05-01",
    )
    assert found["geometry"]["type"] == "MultiPolygon"
    assert counted(areas) == before + 1
    whole = feature(NEW, name="Žlutý kůň <ß>")
    del whole["properties"]["size"]
    assert areas.send("PUT", f"/items/{NEW}", whole).status_code == 204
    found = areas.get(f"/items/{NEW}").json()
    assert (found["properties"]["name"], found["properties"]["size"]) == ("Žlutý kůň <ß>", None)
    patch = {"properties": {"size": 2.25, "open": None}}
    merge = {"Content_Type": "application/merge-patch+json"}
    assert areas.send("PATCH", f"/items/{NEW}", patch, **merge).status_code == 204
    then = areas.get(f"/items/{NEW}").json()
    assert then["properties"] == found["properties"] | {"size": 2.25, "open": None}
    assert then["geometry"] == found["geometry"]
    assert areas.send("DELETE", f"/items/{NEW}").status_code == 204
    assert areas.get(f"/items/{NEW}").status_code == 404
    assert areas.send("DELETE", f"/items/{NEW}").status_code == 404
    assert counted(areas) == before
    ledger = query(
        areas.settings.database_url or "", "SELECT who FROM krajina.batch WHERE road = 'edit' ORDER BY id DESC LIMIT 4"
    )
    assert ledger == [("Jana",)] * 4


def test_a_key_may_be_given_by_the_service(areas: Editing) -> None:
    without = feature(None)
    first, second = (areas.send("POST", body=without) for _ in range(2))
    assert first.status_code == second.status_code == 201
    ids = [int(answer.headers["location"].rpartition("/")[2]) for answer in (first, second)]
    assert ids[1] > ids[0] > COUNT
    named = areas.send("POST", body=without | {"id": str(NEW + 50)})
    assert named.headers["location"].endswith(f"/{NEW + 50}")


@pytest.mark.parametrize("crs", [CRS84, *(f"{EPSG}{code}" for code in (4326, 5514, 3857, 25833, 3035, 4258, 2180))])
def test_coordinates_come_back_as_they_were_sent(areas: Editing, crs: str) -> None:
    code = NEW + 1000
    areas.send("DELETE", f"/items/{code}")
    assert areas.send("POST", body=feature(code, 15.123, 50.777)).status_code == 201
    sent = areas.get(f"/items/{code}", params={"crs": crs}).json()
    moved = json.loads(json.dumps(sent["geometry"]["coordinates"]), parse_float=lambda text: float(text) + 1e-4)
    sent["geometry"]["coordinates"] = moved
    answer = areas.send("PUT", f"/items/{code}", sent, Content_Crs=f"<{crs}>")
    assert answer.status_code == 204, answer.text
    back = areas.get(f"/items/{code}", params={"crs": crs}).json()["geometry"]
    degrees = crs == CRS84 or crs.endswith(("/4326", "/4258"))
    allowed = 1e-9 if degrees else 1e-3  # in metres a millimetre; degrees are written with seven decimals
    difference = np.abs(shapely.get_coordinates(shapely.geometry.shape(back)) - np.array(moved[0][0]))
    assert difference.max() <= allowed
    lon, lat = areas.get(f"/items/{code}").json()["geometry"]["coordinates"][0][0][0]
    assert (round(lon, 2), round(lat, 2)) == (15.12, 50.78)


def test_only_holders_of_the_role_write_and_only_where_it_is_allowed(areas: Editing) -> None:
    body = json.dumps(feature(ABSENT))
    headers = {"Content-Type": "application/geo+json"}
    path = "/ogc/collections/areas/items"
    for token, status in ((None, 401), ("Bearer nobody", 401), (areas.reader["Authorization"], 403)):
        given = headers | ({"Authorization": token} if token else {})
        answer = areas.client.request("POST", path, data=body, headers=given)
        assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert areas.client.request("POST", "/ogc/collections/none/items", data=body, headers=headers).status_code == 404
    assert areas.get(f"/items/{ABSENT}").status_code == 404
    reading, writing = "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
    assert areas.client.options(path).headers["allow"] == reading
    assert areas.client.options(f"{path}/1").headers["allow"] == reading
    assert areas.send("OPTIONS", "/items").headers["allow"] == f"{reading}, POST"
    assert areas.send("OPTIONS", "/items/1").headers["allow"] == writing


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"type": "Feature"}, {"FEATURE-PART": None}),
        ([], {"FEATURE-NOT-FEATURE": None}),
        ({"type": "FeatureCollection", "features": []}, {"FEATURE-NOT-FEATURE": None}),
        (b'{"type": "Feature", "geometry": null, "properties": {"size": 1e999}}', {"FEATURE-NUMBER": None}),
        (b'{"a":' * 200 + b"1" + b"}" * 200, {"FEATURE-DEEP": None}),
        (b"[" * 100_000 + b"]" * 100_000, {"FEATURE-DEEP": None}),
        ({"size": "big"}, {"MEMBER-TYPE": "/properties/size"}),
        ({"built": "yesterday", "open": "yes"}, {"MEMBER-TYPE": "/properties/open"}),
        ({"nmae": "x"}, {"MEMBER-UNKNOWN": "/properties/nmae"}),
        ({"owner": "x"}, {"MEMBER-UNKNOWN": "/properties/owner"}),
        ({"use": "XX"}, {"VALUE-CODE": "/properties/use"}),
        ({"name": "\ud800"}, {"MEMBER-TYPE": "/properties/name"}),
        ({"type": "Point", "coordinates": [15, 50.8]}, {"GEOMETRY-TYPE": "/geometry"}),
        ({"type": "Point", "coordinates": [15]}, {"GEOMETRY-SHAPE": "/geometry/coordinates"}),
        ({"type": "Point", "coordinates": ["15", True]}, {"GEOMETRY-SHAPE": "/geometry/coordinates"}),
        (ring([15, 50], [15, 51], [14, 50], [15, 50.1]), {"GEOMETRY-OPEN": "/geometry/coordinates/0"}),
        ({"type": "Polygon", "coordinates": []}, {"GEOMETRY-SHAPE": "/geometry/coordinates"}),
        (ring([-9e5, -9e5], [-9e5, -8e5], [-8e5, -8e5], [-9e5, -9e5]), {"GEOMETRY-METRES": "/geometry"}),
        (ring([50.8, 15], [50.9, 15], [50.9, 15.1], [50.8, 15]), {"GEOMETRY-OUTSIDE": "/geometry"}),
        (ring([0, 0], [0, 0], [0, 0], [0, 0]), {"GEOMETRY-OUTSIDE": "/geometry"}),
        ({"type": "GeometryCollection", "geometries": []}, {"FEATURE-PART": "/geometry"}),
    ],
)  # fmt: skip
def test_what_is_not_right_is_told_with_its_place(areas: Editing, change: Any, expected: dict[str, str]) -> None:
    body = copy.deepcopy(feature(ABSENT))
    if isinstance(change, dict) and {"coordinates", "geometries"} & set(change):
        body["geometry"] = change
    elif isinstance(change, dict) and "type" not in change:
        body["properties"] |= change
    else:
        body = change
    answer = areas.send("POST", body=body, Accept_Language="cs")
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-language"] == "cs"
    assert codes(answer) == expected
    assert "DETAIL" not in answer.text
    assert areas.get(f"/items/{ABSENT}").status_code == 404


def test_a_crossing_area_is_repaired_and_told(areas: Editing) -> None:
    bow = feature(NEW + 3)
    bow["geometry"]["coordinates"] = [[[15, 50.8], [15.001, 50.801], [15.001, 50.8], [15, 50.801], [15, 50.8]]]
    answer = areas.send("POST", body=bow)
    assert answer.status_code == 201
    (finding,) = answer.json()["findings"]
    assert (finding["code"], finding["level"], finding["pointer"]) == ("GEOMETRY-REPAIRED", "warning", "/geometry")
    assert finding["point"] == pytest.approx([15.0005, 50.8005], abs=1e-5)
    comb = feature(NEW + 4)
    teeth = [[15 + n * 1e-5, 50.8 + (n % 2) * 1e-3] for n in range(2000)]
    comb["geometry"]["coordinates"] = [[*teeth, [15.02, 50.8005], [15, 50.8005], teeth[0]]]
    refused = areas.send("POST", body=comb)
    assert (refused.status_code, codes(refused)) == (422, {"GEOMETRY-TOO-COMPLEX": "/geometry"})


def test_requests_that_are_no_edits(areas: Editing) -> None:
    there = feature(1)
    cases = [
        (areas.send("POST", body=there), 409),
        (areas.send("PUT", "/items/1", there | {"id": 2}), 409),
        (areas.send("PUT", "/items/99999", feature(99_999)), 404),
        (areas.send("PATCH", "/items/no-number", {}), 404),
        (areas.send("POST", body=there, Content_Type="text/plain"), 415),
        (areas.send("POST", body=there, Content_Encoding="gzip"), 415),
        (areas.send("POST", body=b" " * (2 * 1024**2 + 1)), 413),
        (areas.send("POST", body=b'{"type": "Feature",'), 400),
        (areas.send("POST", body=b'{"a": NaN}'), 400),
        (areas.send("POST", body=b"\xff\xfe"), 400),
        (areas.send("POST", body=there, Content_Crs="<http://www.opengis.net/def/crs/EPSG/0/1>"), 400),
        (areas.send("POST", "/items?limit=3", there), 400),
    ]
    assert [(answer.status_code, answer.json()["status"]) for answer, _ in cases] == [(s, s) for _, s in cases]


def test_private_columns_are_neither_read_nor_lost(areas: Editing) -> None:
    assert owner(areas, 7) == "tajný vlastník"
    assert areas.send("PUT", "/items/7", feature(7)).status_code == 204
    assert areas.send("PATCH", "/items/7", {"properties": {"name": "x"}}).status_code == 204
    assert owner(areas, 7) == "tajný vlastník"
    assert "tajný" not in areas.get("/items/7").text + areas.get("/changes?since=1").text


def test_an_edit_says_which_state_it_has_seen(areas: Editing) -> None:
    plain = {"Accept-Encoding": "identity"}  # compressed, the tag is a weak one
    first = areas.get("/items/8", headers=plain)
    tag = first.headers["etag"]
    assert not tag.startswith("W/")
    assert areas.get("/items/8", headers={"If-None-Match": tag}).status_code == 304
    other = areas.get("/items/8", headers={"Accept-Language": "en"}, params={"crs": f"{EPSG}5514"}).headers["etag"]
    page = areas.get("/items/8", params={"f": "html"}).headers["etag"]
    assert len({tag, other, page.removeprefix("W/")}) == 3
    areas.send("PATCH", "/items/9", {"properties": {"name": "another one's edit does no harm"}})
    assert areas.send("PATCH", "/items/8", {"properties": {"name": "a"}}, If_Match=other).status_code == 204
    stale = areas.send("PATCH", "/items/8", {"properties": {"name": "b"}}, If_Match=tag)
    assert (stale.status_code, stale.json()["status"]) == (412, 412)
    assert areas.send("DELETE", "/items/8", If_Match=f'"none", {tag}').status_code == 412
    assert areas.get("/items/8", headers={"If-None-Match": tag}).json()["properties"]["name"] == "a"
    now = areas.get("/items/8", headers=plain).headers["etag"]
    assert areas.send("PUT", "/items/8", feature(8), If_Match=f"W/{now}").status_code == 204
    assert areas.send("PATCH", "/items/8", {"properties": {"name": "c"}}, If_Match="*").status_code == 204


def test_of_many_who_saw_the_same_one_wins(areas: Editing) -> None:
    tag = areas.get("/items/10").headers["etag"]

    def change(number: int) -> int:
        patch = {"properties": {"name": f"from {number}"}}
        return int(areas.send("PATCH", "/items/10", patch, If_Match=tag).status_code)

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(change, range(8))) == [204, *[412] * 7]


def test_a_dataset_may_demand_to_be_seen_first(settings: Settings) -> None:
    with editing(settings, editable="if-match") as strict:
        answer = strict.send("DELETE", "/items/1")
        assert (answer.status_code, answer.json()["status"]) == (428, 428)
        assert strict.send("POST", body=feature(NEW)).status_code == 201
        tag = strict.get("/items/1").headers["etag"]
        assert strict.send("DELETE", "/items/1", If_Match=tag).status_code == 204
        strict.load(editable=False)
        until(lambda: strict.send("OPTIONS", "/items/2").headers["allow"] == "GET, HEAD, OPTIONS")
        refused = strict.send("DELETE", "/items/2", If_Match=tag)
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_what_may_be_edited_is_described(areas: Editing) -> None:
    paths = areas.client.get("/ogc/openapi").json()["paths"]
    assert set(paths["/collections/areas/items"]) == {"get", "post"}
    assert set(paths["/collections/areas/items/{featureId}"]) == {"get", "put", "patch", "delete"}
    declared = areas.client.get("/ogc/conformance").json()["conformsTo"]
    classes = {uri.rpartition("/")[2] for uri in declared if "ogcapi-features-4" in uri}
    assert classes == {"create-replace-delete", "update", "features", "optimistic-locking-etags"}
