"""OGC API Features Part 3 (filters, CQL2), Part 5 (schemas), Part 4 where nothing may be edited, and Tiles Part 1."""

import itertools
import json
from typing import Any

import mapbox_vector_tile
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.ogcapi import CRS84, EPSG, PROBLEM, RASTER, TABLES, Api, Document, links
from tests.portal import Portal

OGC = "http://www.opengis.net/def/rel/ogc/1.0"
GRIDS = {"WebMercatorQuad": 3857, "SJTSK-Krovak": 5514, "ETRS89-UTM33": 25833}


@pytest.fixture(scope="module")
def api(portal: Portal) -> Api:
    return Api(f"{portal.url}/ogc")


@pytest.mark.parametrize("name", ["queryables", "schema"])
@pytest.mark.parametrize("collection", TABLES)
def test_schema(api: Api, collection: str, name: str) -> None:
    """/req/queryables/get-queryables-response, /req/schemas/schema: linked, valid, with one id and geometry."""
    address = f"/collections/{collection}/{name}"
    [found] = links(api.document(f"/collections/{collection}"), f"{OGC}/{name}")
    assert (found["href"], found["type"]) == (api.root + address, "application/schema+json")
    answer = api.ask(address)
    document = answer.json()
    assert answer.headers["Content-Type"] == "application/schema+json"
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (document["$id"], document["type"]) == (api.root + address, "object")
    Draft202012Validator.check_schema(document)
    roles = [each["x-ogc-role"] for each in document["properties"].values() if "x-ogc-role" in each]
    assert roles.count("id") == roles.count("primary-geometry") == 1
    assert all(each.get("title") for each in document["properties"].values() if "type" in each)
    assert all("type" in each or each["format"].startswith("geometry-") for each in document["properties"].values())


@pytest.mark.parametrize("collection", TABLES)
def test_features_are_valid(api: Api, collection: str) -> None:
    """/req/schemas/valid: every feature fits the schema; a null is a value that there is not, as in a table."""
    schema = api.document(f"/collections/{collection}/schema")
    [id_] = [name for name, each in schema["properties"].items() if each.get("x-ogc-role") == "id"]
    kind = schema["properties"]["geometry"]["format"].removeprefix("geometry-")
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for feature in api.features(collection, limit=1000):
        validator.validate({name: value for name, value in feature["properties"].items() if value is not None})
        assert feature["geometry"]["type"].lower() in {kind, kind.removeprefix("multi")}
        assert str(feature["properties"][id_]) == str(feature["id"])


@pytest.mark.parametrize("collection", TABLES)
def test_queryables_query(api: Api, collection: str) -> None:
    """/req/queryables-query-parameters/parameters: each queryable finds all features that have the value."""
    queryables = api.document(f"/collections/{collection}/queryables")["properties"]
    everything = api.features(collection, limit=1000)
    for name in set(queryables) - {"geometry"}:
        value = next((each["properties"][name] for each in everything if each["properties"][name] is not None), None)
        if value is None:
            continue
        told = json.dumps(value) if isinstance(value, bool) else str(value)
        found = {each["id"] for each in api.features(collection, **{name: told})}
        expected = {each["id"] for each in everything if each["properties"][name] == value}
        assert found == expected or queryables[name].get("format") == "date-time", name


@pytest.mark.parametrize("collection", TABLES)
def test_actual_domain(api: Api, collection: str) -> None:
    """Part 5, profile=actual-domain: the values that stand in the columns, no more and no less."""
    columns = api.document(f"/collections/{collection}/queryables", profile="actual-domain")["properties"]
    everything = api.features(collection, limit=1000)
    for name, column in columns.items():
        if name != "geometry" and "enum" in column:
            standing = {each["properties"][name] for each in everything} - {None}
            assert set(column["enum"]) == standing, name


BENCHES = [
    ("year=2020", lambda p: p["year"] == 2020),
    ("year<>2020", lambda p: p["year"] is not None and p["year"] != 2020),
    ("year>2015 AND year<=2020", lambda p: p["year"] is not None and 2015 < p["year"] <= 2020),
    ("NOT year>2015", lambda p: p["year"] is not None and not p["year"] > 2015),
    (
        "year=2020 OR year=2021 AND type='backless'",
        lambda p: p["year"] == 2020 or (p["year"] == 2021 and p["type"] == "backless"),
    ),
    ("(year=2020 OR year=2021) AND type='backless'", lambda p: p["year"] in {2020, 2021} and p["type"] == "backless"),
    ("year IS NULL", lambda p: p["year"] is None),
    ("year IS NOT NULL", lambda p: p["year"] is not None),
    ("year BETWEEN 2015 AND 2018", lambda p: p["year"] is not None and 2015 <= p["year"] <= 2018),
    ("year NOT BETWEEN 2015 AND 2018", lambda p: p["year"] is not None and not 2015 <= p["year"] <= 2018),
    ("type IN ('backless','lounger')", lambda p: p["type"] in {"backless", "lounger"}),
    (
        "type NOT IN ('backless','lounger')",
        lambda p: p["type"] is not None and p["type"] not in {"backless", "lounger"},
    ),
    ("type LIKE 'with-%'", lambda p: (p["type"] or "").startswith("with-")),
    ("type LIKE '_ackless'", lambda p: p["type"] == "backless"),
    ("CASEI(type)=CASEI('BACKLESS')", lambda p: p["type"] == "backless"),
    ("year+1=2021", lambda p: p["year"] == 2020),
    ("year=1010*2", lambda p: p["year"] == 2020),
    ("2020=year", lambda p: p["year"] == 2020),
    ("number=number", lambda _: True),
    ('"year"=2020', lambda p: p["year"] == 2020),
    ("TRUE", lambda _: True),
]


@pytest.mark.parametrize(("text", "holds"), BENCHES, ids=[text for text, _ in BENCHES])
def test_filters(api: Api, text: str, holds: Any) -> None:
    """/req/filter/response and the classes of CQL2: what Python finds by the same condition, nothing more or less."""
    everything = api.features("benches", limit=1000)
    found = {each["id"] for each in api.features("benches", filter=text, limit=1000)}
    assert found == {each["id"] for each in everything if holds(each["properties"])}


def between(numbers: list[float], part: float) -> float:
    """Return a number in the widest gap near a part of the sorted numbers: no point lies on it by rounding."""
    place = int(len(numbers) * part)
    low, high = max(itertools.pairwise(numbers[place - 20 : place + 20]), key=lambda pair: pair[1] - pair[0])
    return (low + high) / 2


@pytest.mark.parametrize("system", [CRS84, f"{EPSG}4326", f"{EPSG}5514", f"{EPSG}2180", f"{EPSG}3035", f"{EPSG}25833"])
def test_filters_in_space(api: Api, system: str) -> None:
    """/req/filter/filter-crs-wgs84, filter-crs-param, basic-spatial-functions: the geometry is in the named CRS."""
    points = {each["id"]: each["geometry"]["coordinates"] for each in api.features("benches", crs=system, limit=1000)}
    firsts, seconds = sorted(p[0] for p in points.values()), sorted(p[1] for p in points.values())
    x1, x2, y1, y2 = (between(each, part) for each in (firsts, seconds) for part in (0.25, 0.75))
    ring = [[x1, y1], [x2, y1], [x2, y2], [x1, y2], [x1, y1]]
    written = ",".join(f"{x} {y}" for x, y in ring)
    expected = {i for i, (x, y) in points.items() if x1 <= x <= x2 and y1 <= y <= y2}
    text = f"S_INTERSECTS(geometry,POLYGON(({written})))"
    polygon = {"type": "Polygon", "coordinates": [ring]}
    spoken = json.dumps({"op": "s_intersects", "args": [{"property": "geometry"}, polygon]})
    for query in ({"filter": text}, {"filter": spoken, "filter-lang": "cql2-json"}):
        found = api.features("benches", limit=1000, **query, **{"filter-crs": system})
        assert {each["id"] for each in found} == expected


@pytest.mark.parametrize(
    "text",
    [
        "year",
        "year=",
        "=2020",
        "year==2020",
        "nix=1",
        "year='x'",
        "year=2020 AND",
        "(year=2020",
        "year IN ()",
        "year LIKE 1",
        "S_INTERSECTS(geometry,POINT(15))",
        "S_NIX(geometry,POINT(15 50))",
        "year=2020;DROP TABLE x",
        "type=backless",
        "--",
    ],
)
def test_wrong_filters(api: Api, text: str) -> None:
    """/req/filter/filter-param, invalid: 400 that names the parameter, never 500 and never all features."""
    answer = api.ask("/collections/benches/items", filter=text)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM)
    assert answer.json()["parameter"] == "filter"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_written_without_a_right(api: Api, method: str) -> None:
    """Part 4: a collection that is not for editing answers 401, 403 or 405 as problem+json."""
    below = "" if method == "POST" else "/x"
    answer = api.send(method, f"/collections/benches/items{below}", {"Content-Type": "application/geo+json"})
    assert answer.status_code in {401, 403, 404, 405}
    assert answer.headers["Content-Type"] == PROBLEM


def test_grids(api: Api) -> None:
    """/req/tilematrixset, json-tilematrixset: each grid is linked by itself, and is what its rule says."""
    listed = api.document("/tileMatrixSets")["tileMatrixSets"]
    assert {each["id"] for each in listed} == set(GRIDS)
    for each in listed:
        [itself] = links(each, "self")
        grid = api.document(itself["href"])
        assert (grid["id"], str(grid["crs"]).rpartition("/")[2]) == (each["id"], str(GRIDS[each["id"]]))
        for level, matrix in enumerate(grid["tileMatrices"]):
            assert matrix["id"] == str(level)
            assert matrix["matrixWidth"] == matrix["matrixHeight"] == 2**level
            assert matrix["cellSize"] == pytest.approx(matrix["scaleDenominator"] * 0.00028)
            assert (matrix["tileWidth"], matrix["tileHeight"], len(matrix["pointOfOrigin"])) == (256, 256, 2)


def tilesets(api: Api, collection: str) -> list[Document]:
    """Return the tilesets of a collection, as the collection leads to them."""
    kind = "map" if collection == RASTER else "vector"
    [led] = links(api.document(f"/collections/{collection}"), f"{OGC}/tilesets-{kind}")
    listed = api.document(led["href"])
    assert links(listed, "self")
    made = []
    for each in listed["tilesets"]:
        assert each["dataType"] == kind
        [scheme] = links(each, f"{OGC}/tiling-scheme")
        assert api.document(scheme["href"])["id"] == each["tileMatrixSetId"]
        [itself] = links(each, "self")
        made.append(api.document(itself["href"]))
    return made


@pytest.mark.parametrize("collection", [*TABLES, RASTER])
def test_tilesets(api: Api, collection: str) -> None:
    """/req/tilesets-list, /req/tileset/description: in every grid; templated links; limits within the grid."""
    found = tilesets(api, collection)
    assert {each["tileMatrixSetId"] for each in found} == set(GRIDS)
    for tileset in found:
        [template] = [each for each in links(tileset, "item") if each.get("templated")]
        assert {"{tileMatrix}", "{tileRow}", "{tileCol}"} <= set(template["href"].split("/"))
        assert template["type"] in {"application/vnd.mapbox-vector-tile", "image/png"}
        assert tileset["crs"].endswith(f"/{GRIDS[tileset['tileMatrixSetId']]}")
        for limit in tileset["tileMatrixSetLimits"]:
            last = 2 ** int(limit["tileMatrix"]) - 1
            assert 0 <= limit["minTileRow"] <= limit["maxTileRow"] <= last
            assert 0 <= limit["minTileCol"] <= limit["maxTileCol"] <= last


@pytest.mark.parametrize("collection", [*TABLES, RASTER])
def test_tiles(api: Api, collection: str) -> None:
    """/req/core/tc-success, tc-error, mvt: a tile or 204 within the limits, 404 outside, 400 or 404 for no tile."""
    for tileset in tilesets(api, collection):
        [template] = links(tileset, "item")
        limit = next(each for each in tileset["tileMatrixSetLimits"] if each["tileMatrix"] == "9")

        def ask(level: object, row: object, col: object, href: str = template["href"]) -> Any:
            address = href.replace("{tileMatrix}", str(level)).replace("{tileRow}", str(row))
            return api.ask(address.replace("{tileCol}", str(col)))

        statuses, names = set(), set()
        for row in range(limit["minTileRow"], limit["maxTileRow"] + 1):
            for col in range(limit["minTileCol"], limit["maxTileCol"] + 1):
                answer = ask(9, row, col)
                statuses.add(answer.status_code)
                if answer.status_code == 200:
                    assert answer.headers["Content-Type"] == template["type"]
                    names |= set(mapbox_vector_tile.decode(answer.content)) if collection != RASTER else set()
        assert 200 in statuses <= {200, 204}
        assert names == (set() if collection == RASTER else {each["id"] for each in tileset["layers"]})
        row, col = limit["minTileRow"], limit["minTileCol"]
        outside = [(9, limit["maxTileRow"] + 1, col), (9, row, limit["maxTileCol"] + 1), (9, row - 1, col), (99, 0, 0)]
        for place in (*outside, (9, 512, 0), (-1, 0, 0), (9, -1, col)):
            answer = ask(*place)
            assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM), place
        for wrong in (("x", 0, 0), (9, "x", 0), (9, row, "1.5")):
            assert ask(*wrong).status_code in {400, 404}, wrong


def test_tile_json(api: Api) -> None:
    """Rule 9: TileJSON with layer and fields, whose address gives the tile of the tileset."""
    described = api.document("/collections/roads/tiles/WebMercatorQuad", f="tilejson")
    assert described["tilejson"] == "3.0.0"
    assert [each["id"] for each in described["vector_layers"]] == ["roads"]
    address = described["tiles"][0].replace("{z}", "10").replace("{y}", "343").replace("{x}", "554")
    answer = api.ask(address)
    layers = mapbox_vector_tile.decode(answer.content)
    assert layers["roads"]["features"]
    assert set(layers["roads"]["features"][0]["properties"]) <= set(described["vector_layers"][0]["fields"])
