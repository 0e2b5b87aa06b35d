"""Items as clients read them: paging, filters, texts, conditions, and what is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from settings import Settings
from tests.integration.service import region
from tests.integration.service.running import Client, running

ITEMS = "/ogc/collections/areas/items"


def ids(answer: Any) -> list[Any]:
    return [feature["id"] for feature in answer.json()["features"]]


def test_first_page_is_geojson_with_counts_and_links(client: Client) -> None:
    answer = client.get(ITEMS)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    body = answer.json()
    assert (body["type"], body["numberMatched"], body["numberReturned"]) == ("FeatureCollection", 120, 10)
    assert {link["rel"] for link in body["links"]} == {"self", "alternate", "next", "collection"}


def test_next_links_lead_through_all_features_once(client: Client) -> None:
    seen, href = [], f"{ITEMS}?limit=37&size=50&bbox=14,50,16,52".replace("&size=50", "")
    while href:
        answer = client.get(href)
        assert answer.json()["numberMatched"] == 120
        seen += ids(answer)
        href = next((link["href"] for link in answer.json()["links"] if link["rel"] == "next"), "")
    assert seen == list(range(1, 121))


@pytest.mark.parametrize("place", [{"offset": 60}, {"after": 60}, {"before": 91}])
def test_from_any_page_links_lead_to_those_beside_it(client: Client, place: dict[str, int]) -> None:
    answer = client.get(ITEMS, params={"limit": 30, **place})
    assert ids(answer) == list(range(61, 91))
    links = {link["rel"]: link["href"] for link in answer.json()["links"]}
    assert ids(client.get(links["next"])) == list(range(91, 121))
    assert ids(client.get(links["prev"])) == list(range(31, 61))


def test_previous_links_lead_back_to_the_first_page(client: Client) -> None:
    href = f"{ITEMS}?limit=50&offset=100"
    seen: list[int] = []
    while href:
        answer = client.get(href)
        seen = ids(answer) + seen
        href = next((link["href"] for link in answer.json()["links"] if link["rel"] == "prev"), "")
    assert seen == list(range(1, 121))


def test_pages_in_another_order_follow_offsets(client: Client) -> None:
    answer = client.get(ITEMS, params={"limit": 30, "offset": 60, "sortby": "-code"})
    links = {link["rel"]: link["href"] for link in answer.json()["links"]}
    assert "offset=90" in links["next"]
    assert "offset=30" in links["prev"]


def test_texts_come_as_they_are_and_private_columns_do_not_come(client: Client) -> None:
    answer = client.get(ITEMS, params={"limit": 100})
    assert "&lt;" not in answer.text
    assert "tajný" not in answer.text
    assert "Žďár 1" in answer.text
    feature = client.get(f"{ITEMS}/5").json()
    assert feature["properties"]["name"] == 'Hloubka <5 m & "více"'
    assert "owner" not in feature["properties"]
    assert "&lt;" not in client.get("/ogc/collections/areas?lang=en").text


def test_item_is_the_feature_of_the_page_with_its_neighbours(client: Client) -> None:
    listed = client.get(ITEMS, params={"limit": 3}).json()["features"][1]
    answer = client.get(f"{ITEMS}/2")
    assert answer.headers["content-type"] == "application/geo+json"
    one = answer.json()
    assert {name: one[name] for name in listed} == listed
    page = client.get(f"{ITEMS}/2?f=html").text
    assert f'href="{client.address}{ITEMS}/1?f=html"' in page
    assert f'href="{client.address}{ITEMS}/3?f=html"' in page


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"code": "17"}, [17]),
        ({"name": "Žďár 3"}, [3]),
        ({"use": "DE", "limit": 3}, [1, 5, 9]),
        ({"open": "true", "limit": 2}, [3, 6]),
        ({"built": "2007-06-15"}, [7, 47, 67, 107]),
        ({"seen": "2024-05-04", "limit": 1}, [3]),
        ({"datetime": "2007", "limit": 3, "sortby": "-code"}, [107, 67, 47]),
        ({"datetime": "2024-05-04T10:00:00Z", "limit": 2}, [3, 31]),
        ({"datetime": "../2001-01-01"}, [20, 40, 80, 100]),
        ({"sortby": "-code", "limit": 2}, [120, 119]),
        ({"sortby": "use,-code", "limit": 2}, [120, 116]),
    ],
)
def test_filters_and_order(client: Client, params: dict[str, Any], expected: list[int]) -> None:
    answer = client.get(ITEMS, params=params)
    assert answer.status_code == 200, answer.text
    assert ids(answer) == expected


def test_select_skip_geometry_and_hits(client: Client) -> None:
    feature = client.get(ITEMS, params={"properties": "name,size", "skipGeometry": "true", "limit": 1}).json()
    assert list(feature["features"][0]["properties"]) == ["name", "size"]
    assert feature["features"][0]["geometry"] is None
    hits = client.get(ITEMS, params={"resulttype": "hits", "use": "PL"}).json()
    assert (hits["numberMatched"], hits["features"]) == (30, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nonsense", "1"),
        ("owner", "tajný vlastník"),
        ("limit", "0"),
        ("limit", "unlimited"),
        ("limit", "1" + "0" * 20),
        ("offset", "-1"),
        ("offset", "9" * 18),
        ("after", "abc"),
        ("bbox", "1,2,3"),
        ("bbox", "a,b,c,d"),
        ("bbox", "nan,1,2,3"),
        ("bbox", "1,2,inf,3"),
        ("bbox", "1,5,2,3"),
        ("bbox-crs", "http://www.opengis.net/def/crs/EPSG/0/5514"),
        ("crs", "http://www.opengis.net/def/crs/EPSG/0/1234"),
        ("crs", "EPSG:5514"),
        ("datetime", "rubbish"),
        ("datetime", "2024-13"),
        ("datetime", "0000"),
        ("datetime", "2024-01-01/2023-01-01"),
        ("datetime", "../.."),
        ("code", "abc"),
        ("code", "9" * 25),
        ("size", "NaN"),
        ("built", "yesterday"),
        ("seen", "10^20"),
        ("open", "maybe"),
        ("name", "a\x00b"),
        ("sortby", "owner"),
        ("properties", "name,owner"),
        ("skipGeometry", "perhaps"),
        ("resulttype", "foo"),
        ("f", "gml"),
        ("lang", "xx"),
        ("filter", "code ="),
    ],
)
def test_wrong_parameters_are_refused_by_name(client: Client, name: str, value: str) -> None:
    answer = client.get(ITEMS, params={name: value})
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == name
    assert name in answer.json()["detail"]


def test_a_parameter_given_twice_is_refused(client: Client) -> None:
    assert client.get(f"{ITEMS}?limit=1&limit=2").json()["parameter"] == "limit"


@pytest.mark.parametrize("id_", ["abc", "1" + "0" * 20, "-5", "1.5", "%00", "121", "1%20OR%201=1", "a/b"])
def test_ids_that_cannot_be_are_not_found(client: Client, id_: str) -> None:
    answer = client.get(f"{ITEMS}/{id_}")
    assert answer.status_code in ({404, 400} if "%00" in id_ else {404}), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "value", ["2020-01-01T/..", "2020-01-01/9999-12-31T00:00:00Z", "2020", "2020-06", "2020-06-15T", "/2020-01-01"]
)
def test_datetimes_of_real_clients_are_understood(client: Client, value: str) -> None:
    assert client.get(ITEMS, params={"datetime": value}).status_code == 200


def test_unknown_addresses_are_problems(client: Client) -> None:
    for path in (
        "/ogc/collections/none",
        "/ogc/collections/none/items",
        "/ogc/nothing",
        "/nothing",
        "/ogc/collections/areas/map",
    ):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 404)
        assert answer.headers["content-type"] == "application/problem+json"
    assert client.post(ITEMS, data=b"{}").status_code == 405


def test_known_version_is_304_and_a_publication_ends_it(client: Client) -> None:
    first = client.get(ITEMS)
    again = client.get(ITEMS, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    since = client.get(ITEMS, headers={"If-Modified-Since": first.headers["last-modified"]})
    assert since.status_code == 304
    assert client.get(f"{ITEMS}?limit=5").headers["etag"] != first.headers["etag"]


def test_head_gzip_cors_options_and_safety(client: Client) -> None:
    head = client.head(ITEMS, headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 1000
    packed = client.get(ITEMS, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json()["numberReturned"] == 10
    plain = client.get(ITEMS, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers
    shared = client.get(ITEMS, headers={"Origin": "https://elsewhere.example"})
    assert shared.headers["access-control-allow-origin"] == "*"
    assert "Content-Crs" in shared.headers["access-control-expose-headers"]
    assert client.options(ITEMS).headers["allow"] == "GET, HEAD, OPTIONS"
    assert "default-src 'none'" in shared.headers["content-security-policy"]
    assert shared.headers["x-content-type-options"] == "nosniff"
    assert "x-powered-by" not in shared.headers


def test_documents_say_what_is_true(client: Client) -> None:
    collection = client.get("/ogc/collections/areas").json()
    assert collection["storageCrs"] == "http://www.opengis.net/def/crs/EPSG/0/5514"
    assert collection["crs"][0] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    links = [link for link in collection["links"] if link["rel"] == "items"]
    assert links[0]["href"] == f"{client.address}/ogc/collections/areas/items"
    assert links[0]["type"] == "application/geo+json"
    classes = client.get("/ogc/conformance").json()["conformsTo"]
    assert not [name for name in classes if "jsonld" in name]
    schema = client.get("/ogc/collections/areas/schema?lang=de")
    assert schema.headers["content-type"] == "application/schema+json"
    columns = schema.json()["properties"]
    assert "owner" not in columns
    assert columns["name"]["title"] == "Name"
    assert columns["use"]["x-labels"]["DE"] == "Deutschland"
    assert columns["size"]["x-ogc-unit"] == "ha"
    assert columns["code"]["x-ogc-role"] == "id"
    assert columns["geometry"]["format"] == "geometry-multipolygon"


def test_openapi_is_complete_in_itself(client: Client) -> None:
    answer = client.get("/ogc/openapi")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    references = [part.split('"')[0] for part in json.dumps(document).split('"$ref": "')[1:]]
    assert references
    for reference in references:
        assert reference.startswith("#/")
        at = document
        for step in reference[2:].split("/"):
            at = at[step]
    limit = document["paths"]["/collections/areas/items"]["get"]["parameters"][0]
    assert (limit["name"], limit["schema"]["maximum"], limit["schema"]["default"]) == ("limit", 100, 10)
    assert document["components"]["parameters"]["limit"]["schema"]["maximum"] == 100


@pytest.mark.parametrize(
    ("when", "meets"),
    [
        ("2010-01-01", lambda start, end: start <= "2010-01-01" <= end),
        ("2005-01-01/2010-12-31", lambda start, end: start <= "2010-12-31" and end >= "2005-01-01"),
        ("../2004-12-31", lambda start, _: start <= "2004-12-31"),
        ("2024-05-10/..", lambda _, end: end >= "2024-05-10"),
        ("1990-01-01T/..", lambda *_: True),
    ],
)
def test_what_holds_from_one_date_to_another_is_found_in_between(
    areas: Settings, when: str, meets: Callable[[str, str], bool]
) -> None:
    region.write(areas.collections, "areas", time=["built", "seen"])
    with running(areas) as client:
        schema = client.get("/ogc/collections/areas/schema").json()["properties"]
        assert schema["built"]["x-ogc-role"] == "primary-interval-start"
        assert schema["seen"]["x-ogc-role"] == "primary-interval-end"
        shown = [client.get(ITEMS, params={"limit": 60, "offset": n}).json()["features"] for n in (0, 60)]
        times = {each["id"]: each["properties"] for page in shown for each in page}
        assert len(times) == 120
        expected = [id_ for id_, each in times.items() if meets(each["built"] or "0000", (each["seen"] or "9999")[:10])]
        answer = client.get(ITEMS, params={"limit": 100, "datetime": when})
        assert ids(answer) == expected[:100]
        assert answer.json()["numberMatched"] == len(expected)
