"""OGC API Features Part 1 (Core) and Part 2 (CRS), read as a tester reads them: each test names what it holds.

Written of the standards' abstract tests and not of our code: answers are compared with each other and with facts of
the demo region, never with what the service thinks of itself.
"""

import random
import re
from datetime import datetime

import pytest

from tests import ogcapi
from tests.ogcapi import CRS84, EPSG, FEW, GEOJSON, PLACELESS, PROBLEM, RASTER, SYSTEMS, TABLES, Api, links
from tests.portal import Portal


@pytest.fixture(scope="module")
def api(portal: Portal) -> Api:
    return Api(f"{portal.url}/ogc")


def test_landing_page(api: Api) -> None:
    """/req/core/root-success: links to the definition, to conformance and to the collections, and they are there."""
    page = api.document("/")
    for rel in ("self", "service-desc", "conformance", "data"):
        assert links(page, rel), rel
    for each in page["links"]:
        answer = api.send("GET", each["href"], {"Accept": each["type"]})
        assert answer.status_code == 200, each
        assert answer.headers["Content-Type"].partition(";")[0] == each["type"].partition(";")[0], each


ADDRESSES = {
    "ogcapi-features-1/1.0/conf/core": "/collections/benches/items",
    "ogcapi-features-1/1.0/conf/oas30": "/openapi",
    "ogcapi-features-1/1.0/conf/geojson": "/collections/benches/items",
    "ogcapi-features-1/1.0/conf/html": "/collections/benches/items?f=html",
    "ogcapi-features-2/1.0/conf/crs": f"/collections/benches/items?crs={EPSG}5514",
    "ogcapi-features-3/1.0/conf/queryables": "/collections/benches/queryables",
    "ogcapi-features-3/1.0/conf/queryables-query-parameters": "/collections/benches/items?year=2020",
    "ogcapi-features-3/1.0/conf/filter": "/collections/benches/items?filter=year=2020",
    "ogcapi-features-3/1.0/conf/features-filter": "/collections/benches/items?filter=year=2020&filter-lang=cql2-text",
    "ogcapi-features-5/1.0/conf/schemas": "/collections/benches/schema",
    "cql2/1.0/conf/cql2-text": "/collections/benches/items?filter=year>2020",
    "cql2/1.0/conf/cql2-json": '/collections/benches/items?filter-lang=cql2-json&filter={"op":"=","args":[1,1]}',
    "cql2/1.0/conf/basic-spatial-functions": "/collections/benches/items?filter=S_INTERSECTS(geometry,POINT(15 50))",
    "ogcapi-tiles-1/1.0/conf/core": "/collections/benches/tiles/WebMercatorQuad/0/0/0",
    "ogcapi-tiles-1/1.0/conf/tileset": "/collections/benches/tiles/WebMercatorQuad",
    "ogcapi-tiles-1/1.0/conf/tilesets-list": "/collections/benches/tiles",
    "ogcapi-tiles-1/1.0/conf/png": "/collections/terrain/map/tiles/WebMercatorQuad/0/0/0",
    "tms/2.0/conf/tilematrixset": "/tileMatrixSets/WebMercatorQuad",
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_declared_classes_are_offered(api: Api, name: str) -> None:
    """/req/core/conformance-success: what is implemented is declared, and what is declared answers."""
    declared = api.document("/conformance")["conformsTo"]
    assert f"http://www.opengis.net/spec/{name}" in declared
    assert api.ask(ADDRESSES[name]).status_code in {200, 204}
    assert len(set(declared)) == len(declared)


def test_collections(api: Api) -> None:
    """/req/core/sfc-md-success, fc-md-links, fc-md-items: every collection, and each as it describes itself."""
    document = api.document("/collections")
    assert links(document, "self")
    assert {each["type"] for each in links(document, "alternate")} == {"text/html"}
    listed = {each["id"]: each for each in document["collections"]}
    assert set(listed) == {*TABLES, *FEW, *PLACELESS, RASTER}
    for name, each in listed.items():
        own = api.document(f"/collections/{name}")
        assert {k: v for k, v in own.items() if k != "links"} == {k: v for k, v in each.items() if k != "links"}
        assert {link["href"] for link in own["links"]} >= {link["href"] for link in each["links"]}


@pytest.mark.parametrize("collection", TABLES)
def test_collection(api: Api, collection: str) -> None:
    """/req/core/sfc-md-success, fc-md-items-links, fc-md-extent; /req/crs/fc-md-crs-list, fc-md-storageCrs."""
    document = api.document(f"/collections/{collection}")
    assert document["id"] == collection
    assert document["itemType"] == "feature"
    [items] = [each for each in links(document, "items") if each["type"] == GEOJSON]
    assert items["href"] == f"{api.root}/collections/{collection}/items", "clients append an id to it"
    assert all(each.get("rel") and each.get("type") for each in document["links"])
    west, south, east, north = document["extent"]["spatial"]["bbox"][0]
    assert document["extent"]["spatial"].get("crs", CRS84) == CRS84
    for feature in api.features(collection):
        low_x, low_y, high_x, high_y = ogcapi.envelope(feature["geometry"])
        assert west - 1e-6 <= low_x <= high_x <= east + 1e-6, feature["id"]
        assert south - 1e-6 <= low_y <= high_y <= north + 1e-6, feature["id"]
    assert set(document["crs"]) == set(SYSTEMS)
    assert document["crs"][0] == CRS84
    assert document["storageCrs"] in document["crs"]


@pytest.mark.parametrize("collection", TABLES)
def test_page(api: Api, collection: str) -> None:
    """/req/core/fc-response, fc-links, fc-rel-type, fc-timeStamp, fc-numberReturned; /req/geojson/definition."""
    answer = api.ask(f"/collections/{collection}/items", limit=5)
    page = answer.json()
    assert answer.headers["Content-Type"] == GEOJSON
    assert answer.headers["Content-Crs"] == f"<{CRS84}>"
    assert page["type"] == "FeatureCollection"
    assert page["numberReturned"] == len(page["features"]) == 5
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", page["timeStamp"])
    assert datetime.fromisoformat(page["timeStamp"])
    assert all(each.get("rel") and each.get("type") for each in page["links"])
    operation = api.document("/openapi")["paths"][f"/collections/{collection}/items"]["get"]
    described = set(operation["responses"]["200"]["content"])
    linked = [*links(page, "self"), *links(page, "alternate")]
    assert {each["type"].partition(";")[0] for each in linked} == described
    for each in linked:
        assert api.ask(each["href"]).headers["Content-Type"].partition(";")[0] == each["type"].partition(";")[0]


@pytest.mark.parametrize("collection", TABLES)
def test_pages_to_the_end(api: Api, collection: str) -> None:
    """/req/core/fc-limit-response-1, fc-numberMatched, next links: all features, each once; the number is true."""
    limit = max(2, api.items(collection, limit=1)["numberMatched"] // 7)
    pages = list(api.pages(collection, limit=limit))
    ids = [each["id"] for page in pages for each in page["features"]]
    assert len(set(ids)) == len(ids)
    assert {page["numberMatched"] for page in pages} == {len(ids)}
    assert all(page["numberReturned"] == len(page["features"]) <= limit for page in pages)
    assert not links(pages[0], "prev")
    assert not links(pages[-1], "next")
    assert ids == [each["id"] for each in api.features(collection)]


def test_limits(api: Api) -> None:
    """/req/core/fc-limit-definition, fc-limit-response-1: more than the maximum is no error, less than 1 is one."""
    operation = api.document("/openapi")["paths"]["/collections/street-lights/items"]["get"]
    [limit] = [each for each in operation["parameters"] if each.get("name") == "limit"]
    schema = limit["schema"]
    assert (limit["in"], limit["required"], limit["style"], limit["explode"]) == ("query", False, "form", False)
    assert (schema["type"], schema["minimum"]) == ("integer", 1)
    assert api.items("street-lights")["numberReturned"] == schema["default"]
    for asked in (schema["maximum"], schema["maximum"] + 1, 10**9):
        assert api.items("street-lights", limit=asked)["numberReturned"] == schema["maximum"]
    for wrong in ("0", "-1", "unlimited", "", "1.5", "1e2", "0x10", "١"):
        assert api.ask("/collections/street-lights/items", limit=wrong).status_code == 400, wrong


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("collection", ["benches", "memorials", "roads"])
def test_boxes(api: Api, collection: str, system: str) -> None:
    """/req/core/fc-bbox-response, /req/crs/fc-bbox-crs-*: the authority's axis order; no feature missed, none extra."""
    everything = {each["id"]: ogcapi.envelope(each["geometry"]) for each in api.features(collection, crs=system)}
    low_x, low_y, high_x, high_y = (
        pick(e[n] for e in everything.values()) for n, pick in enumerate((min, min, max, max))
    )
    chance = random.Random(f"{collection} {system}")  # noqa: S311 (boxes)
    for _ in range(8):
        (x1, x2), (y1, y2) = (
            sorted(chance.uniform(low, high) for _ in range(2)) for low, high in ((low_x, high_x), (low_y, high_y))
        )
        found = {each["id"] for each in api.features(collection, bbox=f"{x1},{y1},{x2},{y2}", bbox_crs=system)}
        near = {i for i, e in everything.items() if e[0] <= x2 and e[2] >= x1 and e[1] <= y2 and e[3] >= y1}
        inside = {i for i, e in everything.items() if x1 <= e[0] and e[2] <= x2 and y1 <= e[1] and e[3] <= y2}
        assert inside <= found <= near
        heights = f"{x1},{y1},-100,{x2},{y2},9000"
        assert {each["id"] for each in api.features(collection, bbox=heights, bbox_crs=system)} == found


WRONG_BOXES = "1 1,2,3 1,2,3,4,5 1,2,3,4,5,6,7 a,b,c,d 1;2;3;4 NaN,0,1,1 Infinity,0,1,1 1,2,,4 14,51,15,50"


@pytest.mark.parametrize("bbox", ["", *WRONG_BOXES.split(), "14,50,0,15,49,9"])
def test_wrong_boxes(api: Api, bbox: str) -> None:
    """/req/core/fc-bbox-definition, query-param-invalid: 400."""
    assert api.ask("/collections/benches/items", bbox=bbox).status_code == 400


def test_box_over_the_antimeridian(api: Api) -> None:
    """/req/core/fc-bbox-response: west of east means over 180°; here the whole of the world but a strip."""
    matched = api.items("benches")["numberMatched"]
    assert api.items("benches", bbox="170,-90,-170,90")["numberMatched"] == 0
    assert api.items("benches", bbox="14,-90,-170,90")["numberMatched"] == matched
    assert api.items("benches", bbox="-90,14,90,-170", bbox_crs=f"{EPSG}4326")["numberMatched"] == matched
    assert api.items("benches", bbox="-180,-90,180,90")["numberMatched"] == matched


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("collection", TABLES)
def test_systems(api: Api, collection: str, system: str) -> None:
    """/req/crs/crs-action, ogc-crs-header, axis order: Content-Crs; the same feature alone as on the page."""
    answer = api.ask(f"/collections/{collection}/items", crs=system, limit=3)
    assert answer.headers["Content-Crs"] == f"<{system}>"
    plain = {each["id"]: each["geometry"] for each in api.items(collection, limit=3)["features"]}
    for feature in answer.json()["features"]:
        one = api.ask(f"/collections/{collection}/items/{feature['id']}", crs=system)
        assert one.headers["Content-Crs"] == f"<{system}>"
        assert {name: one.json()[name] for name in feature} == feature
        first, second = ogcapi.positions(feature["geometry"])[0]
        east, north = ogcapi.positions(plain[feature["id"]])[0]
        if system in {f"{EPSG}4326", f"{EPSG}4258"}:
            assert (first, second) == pytest.approx((north, east), abs=1e-4)


def test_axes_by_places(api: Api) -> None:
    """/req/crs/crs-action: the numbers themselves, of a place that is 14.7–15.1° east and 50.7–51.0° north."""
    ranges = {
        2180: (320_000, 380_000, 190_000, 250_000),
        3035: (3_060_000, 3_120_000, 4_620_000, 4_690_000),
        5514: (-720_000, -670_000, -1_000_000, -950_000),
        25833: (475_000, 512_000, 5_615_000, 5_655_000),
        3857: (1_635_000, 1_685_000, 6_560_000, 6_620_000),
    }
    for code, (low_1, high_1, low_2, high_2) in ranges.items():
        for feature in api.features("benches", crs=f"{EPSG}{code}"):
            first, second = feature["geometry"]["coordinates"]
            assert low_1 < first < high_1, (code, first)
            assert low_2 < second < high_2, (code, second)


@pytest.mark.parametrize("name", ["crs", "bbox-crs", "filter-crs"])
@pytest.mark.parametrize("value", ["", "EPSG:5514", f"{EPSG}27700", "http://www.opengis.net/def/crs/OGC/0/CRS84h"])
def test_systems_that_are_not_offered(api: Api, name: str, value: str) -> None:
    """/req/crs/fc-crs-valid-value, fc-bbox-crs-valid-value; /req/filter/filter-crs-param: 400."""
    other = {"bbox": "14,50,15,51"} if name == "bbox-crs" else {"filter": "1=1"} if name == "filter-crs" else {}
    assert api.ask("/collections/benches/items", **{name: value}, **other).status_code == 400


FIRST, LAST = "0000-01-01", "9999-12-31"


@pytest.mark.parametrize(
    ("when", "low", "high"),
    [
        ("2023-05-20", "2023-05-20", "2023-05-20"),
        ("2023", "2023-01-01", "2023-12-31"),
        ("2023-05", "2023-05-01", "2023-05-31"),
        ("2023-05-20T12:00:00Z", "2023-05-20", "2023-05-20"),
        ("2023-05-20t12:00:00.5z", "2023-05-20", "2023-05-20"),
        *((f"{start}/{end}", "2023-05-20", LAST) for start in ("2023-05-20T", "2023-05-20") for end in ("..", "")),
        *((f"{start}/2023-05-20", FIRST, "2023-05-20") for start in ("..", "")),
        ("2023-01-01/2023-05-20T00:00:00Z", "2023-01-01", "2023-05-20"),
        ("2023-01-01/2023-03", "2023-01-01", "2023-03-31"),
        ("1000-01-01/1000-01-02", "1000-01-01", "1000-01-02"),
        ("3000-01-01/..", "3000-01-01", LAST),
    ],
)
def test_times(api: Api, when: str, low: str, high: str) -> None:
    """/req/core/fc-time-response: the lights that were revised then, and those of which it is not known when."""
    found = [each["id"] for each in api.features("street-lights", datetime=when, limit=2000)]
    everything = api.features("street-lights", properties="revised", limit=2000)
    days = {each["id"]: each["properties"]["revised"] for each in everything}
    assert found == [name for name, day in days.items() if day is None or low <= day <= high]
    assert api.items("street-lights", datetime=when, limit=1)["numberMatched"] == len(found)


WRONG_TIMES = "/ .. ../.. x x/.. 2020-01-01/x 2020-13-01 2020-02-30 2020-W01 20200101 2020-01-01T25:00:00Z"


@pytest.mark.parametrize(
    "when", ["", *WRONG_TIMES.split(), "2020-01-02/2020-01-01", "2020-01-01/2020-01-02/2020-01-03"]
)
def test_wrong_times(api: Api, when: str) -> None:
    """/req/core/fc-time-definition, query-param-invalid: 400, also where Python would read something else."""
    assert api.ask("/collections/street-lights/items", datetime=when).status_code == 400


@pytest.mark.parametrize("collection", TABLES)
def test_feature(api: Api, collection: str) -> None:
    """/req/core/f-success, f-links: the feature of the page, with self, alternate, collection; 404 for no feature."""
    for feature in api.items(collection, limit=2)["features"]:
        answer = api.ask(f"/collections/{collection}/items/{feature['id']}")
        assert answer.headers["Content-Type"] == GEOJSON
        assert {name: answer.json()[name] for name in feature} == feature
        for rel in ("self", "alternate", "collection"):
            assert links(answer.json(), rel), rel
        assert links(answer.json(), "collection")[0]["href"] == f"{api.root}/collections/{collection}"
    for nobody in ("no-such-feature", "0", "-1", "99999999999999999999", "a%2Fb", "%00"):
        answer = api.ask(f"/collections/{collection}/items/{nobody}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM), nobody
