"""HTTP as RFC 9110, 9111 and 9457, Fetch and the ten rules of clients have it: for every kind of resource.

/req/core/http and the HTTP parts of OGC API Features, Common and Tiles: unknown and invalid parameters, negotiation,
HEAD, conditions, CORS, problems, and an OpenAPI document that is whole and true.
"""

from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.ogcapi import CRS84, EPSG, GEOJSON, PROBLEM, TABLES, Api, Document, links
from tests.portal import Portal

ITEMS = "/collections/benches/items"
JSON, HTML, SCHEMA = "application/json", "text/html", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
TILE = "/collections/roads/tiles/WebMercatorQuad/10/343/554"
RESOURCES = {
    "/": JSON,
    "/conformance": JSON,
    "/openapi": OPENAPI,
    "/collections": JSON,
    "/collections/benches": JSON,
    "/collections/benches/schema": SCHEMA,
    "/collections/benches/queryables": SCHEMA,
    ITEMS: GEOJSON,
    f"{ITEMS}/991001-L01": GEOJSON,
    "/collections/benches/tiles": JSON,
    "/collections/benches/tiles/WebMercatorQuad": JSON,
    TILE: "application/vnd.mapbox-vector-tile",
    "/tileMatrixSets": JSON,
    "/tileMatrixSets/SJTSK-Krovak": JSON,
    "/collections/terrain/map": "image/png",
    "/collections/terrain/map/tiles": JSON,
    "/collections/terrain/map/tiles/WebMercatorQuad/10/343/554": "image/png",
}
"""Every kind of resource, and its media type when nothing is said."""
OTHERS = ("benches/downloads", "benches/changes", "terrain/coverage")
"""Resources that have no constant version, or that must be asked something."""
PAGES = [path for path, each in RESOURCES.items() if each in {JSON, SCHEMA, OPENAPI, GEOJSON} and "ile" not in path]


@pytest.fixture(scope="module")
def api(portal: Portal) -> Api:
    """The API; a bench's id stands in `RESOURCES` as a placeholder."""
    return Api(f"{portal.url}/ogc")


@pytest.fixture(params=RESOURCES)
def resource(request: pytest.FixtureRequest, api: Api) -> str:
    """An address of each kind."""
    return real(api, str(request.param))


def real(api: Api, path: str) -> str:
    """Return the address with an id that is there."""
    if not path.startswith(f"{ITEMS}/"):
        return path
    return f"{ITEMS}/{api.items('benches', limit=1)['features'][0]['id']}"


def is_problem(answer: requests.Response, status: int) -> bool:
    """Return whether the answer is a problem of RFC 9457 of this status, in a language, and kept by nobody."""
    told = answer.json()
    return bool(
        answer.status_code == told["status"] == status
        and answer.headers["Content-Type"] == PROBLEM
        and told["title"]
        and told["detail"]
        and answer.headers["Cache-Control"] == "no-store"
        and answer.headers["Content-Language"]
    )


@pytest.mark.parametrize("path", [*RESOURCES, *(f"/collections/{each}" for each in OTHERS)])
def test_unknown_parameters(api: Api, path: str) -> None:
    """/req/core/query-param-unknown: 400 everywhere, also for a name in other letters, or given twice."""
    resource = real(api, path)
    for name in ("nonsense", "BBOX", "F", "limit[]", ""):
        answer = api.ask(f"{resource}?{name}=1")
        assert is_problem(answer, 400), name
    assert is_problem(api.ask(f"{resource}?f=json&f=json"), 400)


WRONG = """
offset=-1 offset=x f=xml f= lang=xx resulttype=x skipGeometry=1 properties=nix sortby=nix sortby= year=x year= type=%00
filter= filter-lang=cql2-text filter=1=1&filter-lang=x as-of=x after=1&before=2 after=1&offset=3
"""


@pytest.mark.parametrize("query", [*WRONG.split(), f"bbox-crs={CRS84}"])
def test_invalid_values(api: Api, query: str) -> None:
    """/req/core/query-param-invalid: 400 that names the parameter."""
    answer = api.ask(f"{ITEMS}?{query}")
    assert is_problem(answer, 400)
    assert answer.json()["parameter"] in query


@pytest.mark.parametrize("path", ["/nothing", "/collections/nothing", "/collections/nothing/items", "/collections/"])
def test_nothing_there(api: Api, path: str) -> None:
    """/req/core/http: 404 as problem+json."""
    assert is_problem(api.ask(path), 404)


def test_media_types(api: Api, resource: str) -> None:
    """Rule 2: the right media type when nothing is asked, and when anything will do."""
    expected = next(each for path, each in RESOURCES.items() if real(api, path) == resource)
    for accept in ("*/*", "", "application/*, image/*;q=0.9"):
        answer = api.send("GET", resource, {"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == expected, accept


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("application/json;q=0.2, text/html;q=0.1", None),
        ("application/json;q=0.1, text/html;q=0.2", HTML),
        ("text/html;q=0, */*", None),
        ("*/*;q=0.1, text/*;q=0.2", HTML),
        ("TEXT/HTML ; Q=0.9, application/json;q=0.8", HTML),
        ("application/geo+json, application/json", None),
        ("application/vnd.oai.openapi+json;version=3.0, application/json", None),
        ("application/schema+json, application/geo+json;q=0.9, application/json;q=0.8, */*;q=0.1", None),
    ],
)
@pytest.mark.parametrize("path", PAGES)
def test_negotiation(api: Api, path: str, accept: str, expected: str | None) -> None:
    """/req/core/http (RFC 9110, 12.5.1): q values and the most specific range decide; None: the default."""
    answer = api.send("GET", real(api, path), {"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == (expected or RESOURCES[path]).partition(";")[0]
    assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
    assert api.send("GET", f"{real(api, path)}?f=html", {"Accept": JSON}).headers["Content-Type"].startswith(HTML)


@pytest.mark.parametrize("accept", ["application/xml", "application/gml+xml;version=3.2, text/xml", "*/*;q=0"])
@pytest.mark.parametrize("path", PAGES)
def test_what_cannot_be_had(api: Api, path: str, accept: str) -> None:
    """/req/core/http: 406, which OGC API Features (7.5.1) names for it, unless `f` says otherwise."""
    assert is_problem(api.send("GET", real(api, path), {"Accept": accept}), 406)
    assert api.send("GET", f"{real(api, path)}?f=json", {"Accept": accept}).status_code == 200


@pytest.mark.parametrize(
    ("accept", "media_type", "form"),
    [
        ("application/vnd.ogc.fg+json", GEOJSON, "jsonfg"),  # JSON-FG 1.0 has the media type of GeoJSON
        ("text/csv;header=present, */*;q=0.1", "text/csv", "csv"),
        ("application/vnd.flatgeobuf", "application/vnd.flatgeobuf", "fgb"),
    ],
)
def test_other_forms(api: Api, accept: str, media_type: str, form: str) -> None:
    """/req/core/http: what is offered by `f` is had by Accept too, with Content-Crs."""
    query: dict[str, str | int] = {"limit": 2, "crs": f"{EPSG}5514"}
    asked = api.send("GET", ITEMS, {"Accept": accept}, query)
    named = api.ask(ITEMS, f=form, **query)
    for answer in (asked, named):
        assert answer.headers["Content-Type"].startswith(media_type)
        assert answer.headers["Content-Crs"] == f"<{EPSG}5514>"


def test_head(api: Api, resource: str) -> None:
    """/req/core/http (RFC 9110, 9.3.2): the headers of GET, no body; compressed or not."""
    for encoding in ("identity", "gzip", "gzip;q=0, *"):
        headers = {"Accept-Encoding": encoding}
        head, got = (api.send(method, resource, headers) for method in ("HEAD", "GET"))
        assert head.status_code == got.status_code == 200
        assert not head.content
        assert {k: v for k, v in head.headers.items() if k != "date"} == {
            k: v for k, v in got.headers.items() if k != "date"
        }
        assert (got.headers.get("Content-Encoding") == "gzip") <= (encoding == "gzip")


def test_conditions(api: Api, resource: str) -> None:
    """/req/core/http (RFC 9110, 13): 304 without a body for what is known, the whole answer for what is not."""
    first = api.ask(resource)
    tag = first.headers["ETag"]
    for method in ("GET", "HEAD"):
        for known in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
            answer = api.send(method, resource, {"If-None-Match": known})
            assert (answer.status_code, answer.content) == (304, b""), known
            assert answer.headers["ETag"].removeprefix("W/") == tag.removeprefix("W/")
            assert "Cache-Control" in answer.headers
            assert "Vary" in answer.headers
    for unknown in ('"other"', f'W/"{"0" * 20}"', "rubbish"):
        assert api.send("GET", resource, {"If-None-Match": unknown}).status_code == 200
    if "Last-Modified" in first.headers:
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        answer = api.send("GET", resource, since)
        assert (answer.status_code, answer.headers["ETag"].removeprefix("W/")) == (304, tag.removeprefix("W/"))
        assert api.send("GET", resource, since | {"If-None-Match": '"other"'}).status_code == 200


def test_any_site_may_read(api: Api, resource: str) -> None:
    """Rule 8: CORS on answers, on problems and on 304; the browser's question first is answered."""
    tag = api.ask(resource).headers["ETag"]
    asked = [
        api.send("GET", resource, {"Origin": "https://example.org"}),
        api.send("GET", resource, {"Origin": "https://example.org", "If-None-Match": tag}),
        api.send("GET", f"{resource}?nonsense=1", {"Origin": "https://example.org"}),
    ]
    assert [each.status_code for each in asked] == [200, 304, 400]
    for answer in asked:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
        assert exposed >= {"Content-Crs", "ETag", "Link", "Location"}
    first = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    preflight = api.send("OPTIONS", resource, first | {"Access-Control-Request-Headers": "if-none-match"})
    assert preflight.status_code in {200, 204}
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    assert "if-none-match" in preflight.headers["Access-Control-Allow-Headers"].lower()
    assert "GET" in api.send("OPTIONS", resource, {}).headers["Allow"]


def test_methods(api: Api, resource: str) -> None:
    """/req/core/http: 405 with Allow for a method that there is not, as problem+json."""
    answer = api.send("PROPFIND", resource, {})
    assert is_problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


@pytest.fixture(scope="module")
def described(api: Api) -> Document:
    return api.document("/openapi")


def test_openapi_is_whole(described: Document) -> None:
    """/req/oas30/oas-definition-2; rule 6: valid by OpenAPI's own schema, and complete in itself."""
    validate(described)
    waiting: list[Any] = [described]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            assert str(part.get("$ref", "#/")).startswith("#/")
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    ids = [operation["operationId"] for methods in described["paths"].values() for operation in methods.values()]
    assert len(set(ids)) == len(ids)


def test_openapi_is_true(api: Api, described: Document) -> None:
    """/req/oas30/oas-impl, completeness: what is described answers as described; what is there is described."""
    assert described["servers"][0]["url"] == api.root
    for path, methods in described["paths"].items():
        if "{" in path or "get" not in methods:
            continue
        answer = api.ask(path)
        assert answer.status_code == 200, path
        content = methods["get"]["responses"]["200"]["content"]
        assert answer.headers["Content-Type"] in content, path
        assert {"400", "404"} <= set(methods["get"]["responses"])
    for collection in TABLES:
        for below in ("", "/items", "/items/{featureId}"):
            assert f"/collections/{collection}{below}" in described["paths"]
    for below in ("schema", "queryables", "tiles", "downloads"):
        [one] = described["paths"][f"/collections/{{collectionId}}/{below}"]["get"]["parameters"][:1]
        assert set(TABLES) <= set(one["schema"]["enum"])


@pytest.mark.parametrize("collection", TABLES)
def test_openapi_of_items(api: Api, described: Document, collection: str) -> None:
    """/req/core/fc-bbox-definition, fc-time-definition; queryables-query-parameters; the page fits its schema."""
    operation = described["paths"][f"/collections/{collection}/items"]["get"]
    shared = described["components"]["parameters"]
    given = [shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in operation["parameters"]]
    named = {each["name"]: each for each in given}
    queryables = set(api.document(f"/collections/{collection}/queryables")["properties"]) - {"geometry"}
    assert {"limit", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs"} | queryables <= set(
        named
    )
    for name in ("bbox", "datetime"):
        assert (named[name]["in"], named[name]["required"], named[name]["explode"]) == ("query", False, False)
    schema = named["bbox"]["schema"]
    assert (schema["type"], schema["minItems"], schema["maxItems"]) == ("array", 4, 6)
    root = {
        "$ref": "#/components/schemas/Features",
        "components": {"schemas": nullable(described["components"]["schemas"])},
    }
    page = api.items(collection, limit=50)
    Draft202012Validator(root).validate(page)
    assert links(page, "self")


def nullable(schemas: Any) -> Any:
    """Return schemas of OpenAPI 3.0 as JSON Schema: `nullable` is a type of its own there."""
    if isinstance(schemas, list):
        return [nullable(each) for each in schemas]
    if not isinstance(schemas, dict):
        return schemas
    made = {name: nullable(each) for name, each in schemas.items() if name != "nullable"}
    return made | {"type": [schemas["type"], "null"]} if schemas.get("nullable") is True else made
