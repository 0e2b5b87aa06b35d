"""Tiles over HTTP: tags, what a publication touches, wrong addresses, documents, rasters, archives, readers."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import psycopg2
import pytest
import rasterio
from pmtiles.reader import MmapSource, Reader

from catalogue import layout
from commands.tiles import tiles as command
from service import raster
from service.crs import epsg
from service.parameters import Box
from service.tiles.grids import WEB_MERCATOR, Tile
from service.tiles.placing import bounds_of
from settings import Settings
from tests import postgis
from tests.integration.service import region, tilings
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running
from tests.integration.service.tilings import decoded

SECRET = "a-token-for-tests"  # noqa: S105 (of a database that is dropped)
TERRAIN: dict[str, Any] = {"geometry": "raster", "key": None, "columns": None, "map": {}, "crs": "EPSG:25833"}


def publish(settings: Settings) -> None:
    """Publish a coverage, two far points with a text for a key, an internal coverage and a hillshade."""
    folder, dsn = settings.collections, settings.database_url or ""
    named = region.BASE["columns"] | {"code": {"type": "text", "required": True}}
    region.write(folder, "cover")
    region.write(folder, "signs", geometry="Point", columns=named)
    region.write(folder, "secret", access="internal")
    hill = {"sources": [{"kind": "geotiff", "path": "none.tif"}], "raster": {"palette": "hillshade", "nodata": -9999}}
    region.write(folder, "hills", **TERRAIN, **hill)
    cover = tilings.coverage("EPSG:5514", 40, 30)
    signs = [row | {"code": f"Z/{row['code']}"} for row in tilings.points("EPSG:5514", 2)]
    rows: dict[str, list[dict[str, Any]]] = {"cover": cover, "secret": cover[:5], "signs": signs}
    for name, each in rows.items():
        region.publish(dsn, region.dataset(folder, name), each)
    region.publish(dsn, region.dataset(folder, "hills"), [], artefact=str(hills(settings.data)))
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("UPDATE krajina.current SET bbox = '{14.9,50.6,15.1,50.7}' WHERE dataset = 'hills'")
    region.token(dsn, SECRET)


def hills(folder: Path) -> Path:
    """Write a raster of smooth hills, cells of 50 m."""
    folder.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[0:300, 0:400]
    heights = (300 * np.sin(x / 5) * np.cos(y / 4) + 2 * y).astype("float32")
    transform = rasterio.transform.from_origin(490_000, 5_618_000, 50, 50)
    profile = {"driver": "GTiff", "dtype": "float32", "count": 1, "crs": "EPSG:25833", "nodata": -9999}
    path = folder / "hills.tif"
    with rasterio.open(path, "w", width=400, height=300, transform=transform, **profile) as file:
        file.write(heights, 1)
    return path


@pytest.fixture(scope="module")
def served(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Settings]]:
    """A client of the service and its settings."""
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, tmp_path_factory.mktemp("tiles"))
        publish(settings)
        with running(settings) as started:
            yield started, settings


def address(collection: str, tile: Tile, below: str = "tiles") -> str:
    return f"/ogc/collections/{collection}/{below}/{tile.grid.id}/{tile.level}/{tile.row}/{tile.col}"


def at(longitude: float, latitude: float, level: int) -> Tile:
    point = bounds_of((longitude, latitude, longitude, latitude), WEB_MERCATOR)
    row, _, col, _ = WEB_MERCATOR.limits(point or (0, 0, 0, 0), level) or (0, 0, 0, 0)
    return Tile(WEB_MERCATOR, level, row, col)


def test_a_tile_is_sent_once(served: tuple[Client, Settings]) -> None:
    client, _ = served
    path = address("cover", at(15.1, 50.7, 12))
    first = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert first.headers["content-encoding"] == "gzip"
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == first.content
    for method in ("GET", "HEAD"):
        known = client.request(method, path, headers={"If-None-Match": first.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
    head = client.request("HEAD", path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


def test_a_publication_touches_the_tiles_that_it_changed_and_no_others(served: tuple[Client, Settings]) -> None:
    client, settings = served
    levels = [at(longitude, latitude, 13) for longitude in (14.95, 15.05, 15.25) for latitude in (50.65, 50.8)]
    before = {tile: client.get(address("cover", tile)) for tile in levels}
    shelf = settings.data / "tiles"
    files = {path: path.stat().st_ino for path in shelf.rglob("*") if path.is_file() and "cover" in path.parts}
    changed = _change(settings.database_url or "", 14.95, 50.65)
    after = {tile: _once_current(client, tile, changed) for tile in levels}
    touched = {tile for tile in levels if before[tile].headers["etag"] != after[tile].headers["etag"]}
    assert touched == {at(14.95, 50.65, 13)}
    anew = [path for path, number in files.items() if path.is_file() and path.stat().st_ino != number]
    assert len(anew) == 1, "only the touched tile was made again"
    [tile] = touched
    names = {feature["properties"]["name"] for feature in decoded(after[tile].content, tile, "cover").features}
    assert "Changed" in names


def _change(dsn: str, longitude: float, latitude: float) -> int:
    """Change the name of the area at a place as a load does, with its history; return the batch."""
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS history.cover (LIKE data.cover, _closed bigint NOT NULL)")
        cursor.execute(
            "INSERT INTO krajina.batch (dataset, state, definition)"
            " SELECT dataset, 'published', definition FROM krajina.current WHERE dataset = 'cover' RETURNING id"
        )
        [batch] = cursor.fetchone() or (0,)
        place = "ST_Intersects(geom_84, ST_SetSRID(ST_MakePoint(%s, %s), 4326))"
        cursor.execute(
            f"INSERT INTO history.cover SELECT *, {int(batch)} FROM data.cover WHERE {place}", (longitude, latitude)
        )
        cursor.execute(
            f"UPDATE data.cover SET name = 'Changed', _batch = {int(batch)} WHERE {place}", (longitude, latitude)
        )
        assert cursor.rowcount == 1
        cursor.execute("UPDATE krajina.current SET batch = %s, published = now() WHERE dataset = 'cover'", (batch,))
        cursor.execute(f"SELECT pg_notify('{layout.CHANNEL}', '')")
    return int(batch)


def _once_current(client: Client, tile: Tile, batch: int) -> Any:
    """Return the tile when the worker has heard of the batch."""
    from service.tiles.stock import _STOCKS

    [live] = [live for live in _STOCKS if live.settings.public_url == client.address]
    for _ in range(100):
        if live.state and live.state.public.served["cover"].published.batch == batch:
            break
        live.refresh()
    return client.get(address("cover", tile))


def test_where_nothing_is_there_is_nothing(served: tuple[Client, Settings]) -> None:
    client, _ = served
    rows = tilings.points("EPSG:5514", 2)
    [one, other] = tilings.moved([row["geom"] for row in rows], "EPSG:5514", 4326)
    between = at((one.x + other.x) / 2, (one.y + other.y) / 2, 13)
    empty = client.get(address("signs", between))
    assert (empty.status_code, empty.content) == (204, b"")
    tile = at(one.x, one.y, 13)
    found = decoded(client.get(address("signs", tile)).content, tile, "signs").features
    assert [feature["properties"]["code"] for feature in found] == ["Z/1"]
    assert found[0]["id"] > 0


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("WebMercatorQuad/25/1/1", 404),
        ("WebMercatorQuad/3/8/0", 404),
        ("WebMercatorQuad/-1/0/0", 404),
        ("WebMercatorQuad/10/0/0", 404),
        ("WebMercatorQuad/99999999999999/0/0", 400),
        ("WebMercatorQuad/a/b/c", 400),
        ("WebMercatorQuad/1.5/0/0", 400),
        ("WebMercatorQuad/1e3/0/0", 400),
        ("WebMercatorQuad/%00/0/0", 400),
        ("Nowhere/1/0/0", 404),
        ("Nowhere", 404),
        ("SJTSK-Krovak/17/0/0", 404),
        ("SJTSK-Krovak?f=tilejson", 400),
        ("WebMercatorQuad/8/85/138?f=png", 400),
        ("WebMercatorQuad/8/85/138?limit=1", 400),
        ("WebMercatorQuad/8/85", 404),
    ],
)
def test_wrong_addresses_are_refused(served: tuple[Client, Settings], rest: str, status: int) -> None:
    client, _ = served
    answer = client.get(f"/ogc/collections/cover/tiles/{rest}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_internal_tiles_need_a_token(served: tuple[Client, Settings]) -> None:
    client, _ = served
    path = address("secret", at(14.905, 50.605, 12))
    bearer = {"Authorization": f"Bearer {SECRET}"}
    assert client.get(path).status_code == 404
    opened = client.get(path, headers=bearer)
    assert opened.status_code == 200
    assert "private" in opened.headers["cache-control"]
    assert client.get(path).status_code == 404
    assert client.get("/ogc/collections/hills/tiles").status_code == 404
    assert client.get("/ogc/collections/cover/map/tiles").status_code == 404


def test_the_api_tells_of_its_tiles(served: tuple[Client, Settings]) -> None:
    client, _ = served
    rel = "http://www.opengis.net/def/rel/ogc/1.0"
    [schemes] = [each for each in client.get("/ogc").json()["links"] if each["rel"] == f"{rel}/tiling-schemes"]
    listed = client.get(schemes["href"]).json()["tileMatrixSets"]
    assert [each["id"] for each in listed] == ["WebMercatorQuad", "SJTSK-Krovak", "ETRS89-UTM33"]
    for name, kind in (("cover", "vector"), ("hills", "map")):
        links = client.get(f"/ogc/collections/{name}").json()["links"]
        [tilesets] = [each["href"] for each in links if each["rel"] == f"{rel}/tilesets-{kind}"]
        for head in client.get(tilesets).json()["tilesets"]:
            _check_tileset(client, head, kind)
    told = client.get("/ogc/collections/cover/tiles/WebMercatorQuad?f=tilejson").json()
    assert told["tilejson"] == "3.0.0"
    assert told["vector_layers"][0]["id"] == "cover"
    assert set(told["vector_layers"][0]["fields"]) == {"name", "use", "_merged"}
    assert told["tiles"][0].endswith("/{z}/{y}/{x}")
    declared = client.get("/ogc/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt" in declared
    paths = client.get("/ogc/openapi").json()["paths"]
    assert "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}" in paths


def _check_tileset(client: Client, head: dict[str, Any], kind: str) -> None:
    links = {each["rel"].rpartition("/")[2]: each for each in head["links"]}
    document = client.get(links["self"]["href"]).json()
    assert document["dataType"] == kind
    scheme = client.get(links["tiling-scheme"]["href"]).json()
    assert scheme["crs"] == head["crs"]
    limit = document["tileMatrixSetLimits"][9]
    place = {"tileMatrix": limit["tileMatrix"], "tileRow": limit["minTileRow"], "tileCol": limit["maxTileCol"]}
    answer = client.get(links["item"]["href"].format(**place))
    assert answer.status_code in {200, 204}
    assert answer.status_code == 204 or answer.headers["content-type"] == links["item"]["type"]
    if kind == "vector":
        [layer] = document["layers"]
        assert (layer["id"], layer["geometryDimension"]) == ("cover", 2)
        assert set(layer["propertiesSchema"]["properties"]) == {"name", "use"}


def test_hills_have_no_seams(served: tuple[Client, Settings]) -> None:
    """Four tiles side by side are the picture of the tile above, drawn at once with as many pixels."""
    client, settings = served
    above = at(14.95, 50.66, 12)
    rows = []
    for row in (2 * above.row, 2 * above.row + 1):
        pictures = [_picture(client, Tile(WEB_MERCATOR, 13, row, 2 * above.col + side)) for side in (0, 1)]
        rows.append(np.concatenate(pictures, axis=2))
    joined = np.concatenate(rows, axis=1).astype(int)
    path, box = str(settings.data / "hills.tif"), Box(*above.bounds, epsg(3857))
    with rasterio.MemoryFile(raster.tile(path, "hillshade", box, 512)) as file, file.open() as picture:
        whole = picture.read().astype(int)
    assert np.ptp(whole[0][whole[3] == 255]) > 100
    # slopes are reckoned with the scale of the middle of a picture, which differs a little
    assert np.abs(joined - whole)[:, whole[3] == 255].max() <= 4


def _picture(client: Client, tile: Tile) -> Any:
    answer = client.get(address("hills", tile, "map/tiles"))
    assert answer.headers["content-type"] == "image/png"
    with rasterio.MemoryFile(answer.content) as file, file.open() as picture:
        assert picture.shape == (256, 256)
        return picture.read()


def test_gdal_reads_tiles_and_archives(served: tuple[Client, Settings], tmp_path: Path) -> None:
    client, settings = served
    from click.testing import CliRunner

    environment = settings.to_environment()
    ran = CliRunner().invoke(command, ["seed", "cover", "--zoom", "8-11"], env=environment)
    assert ran.exit_code == 0, ran.output
    again = CliRunner().invoke(command, ["seed", "cover", "--zoom", "8-11"], env=environment)
    assert " 0 " in again.stderr
    archive = tmp_path / "cover.pmtiles"
    ran = CliRunner().invoke(command, ["export", "cover", str(archive), "--zoom", "8-11"], env=environment)
    assert ran.exit_code == 0, ran.output
    tile = at(15.1, 50.7, 11)
    sent = client.get(address("cover", tile)).content
    with archive.open("rb") as file:
        kept = Reader(MmapSource(file)).get(11, tile.col, tile.row)  # type: ignore[no-untyped-call]
    assert {f["id"] for f in decoded(_unpacked(kept), tile, "cover").features} == {
        f["id"] for f in decoded(sent, tile, "cover").features
    }
    # In a process of its own: the loader takes all drivers but its own out of the one in which it runs.
    program = (
        "import json, pyogrio, sys; layers = [name for name, _ in pyogrio.list_layers(sys.argv[1])];"
        "read = pyogrio.read_dataframe(sys.argv[1], layer='cover', bbox=(1.68e6, 6.56e6, 1.69e6, 6.57e6));"
        "print(json.dumps([layers, len(read), list(read.columns)]))"
    )
    told = subprocess.run([sys.executable, "-c", program, str(archive)], capture_output=True, text=True, check=True)
    layers, count, columns = json.loads(told.stdout)
    assert layers == ["cover"]
    assert count > 10
    assert {"name", "use"} <= set(columns)
    place = tmp_path / "11" / str(tile.col) / f"{tile.row}.mvt"
    place.parent.mkdir(parents=True)
    urllib.request.urlretrieve(client.address + address("cover", tile), place)
    seen = subprocess.run(["ogrinfo", "-so", str(place), "cover"], capture_output=True, text=True, check=True).stdout
    assert "Feature Count" in seen


def _unpacked(body: bytes) -> bytes:
    import gzip

    return gzip.decompress(body)
