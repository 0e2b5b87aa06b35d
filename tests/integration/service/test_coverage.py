"""Values of a part of a raster, compared with the file itself."""

import subprocess
from collections.abc import Iterator

import numpy as np
import pytest
import rasterio
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from service.coverage import block
from tests import postgis
from tests.integration.service import region
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running

COVERAGE = "/ogc/collections/height/coverage"
FILE = "/ogc/collections/height/downloads/height.tif"
WIDE, HIGH = 240, 200
_EPSG = "http://www.opengis.net/def/crs/EPSG/0"


@pytest.fixture(scope="module")
def client(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service with a height model in UTM 33, 240 × 200 cells of 50 m; a corner has no values."""
    folder = tmp_path_factory.mktemp("coverage")
    path = folder / "height.tif"
    with rasterio.open(
        path, "w", driver="COG", dtype="float32", count=1, width=WIDE, height=HIGH, crs="EPSG:25833", nodata=-9999,
        transform=from_origin(490000, 5630000, 50, 50),
    ) as image:  # fmt: skip
        image.write(_values(), 1)
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, folder)
        region.write(
            settings.collections, "height", geometry="raster", crs="EPSG:25833", key=None, columns=None, map=None,
            sources=[{"kind": "geotiff", "path": "none.tif"}], raster={"palette": "hillshade", "unit": "m"},
        )  # fmt: skip
        region.publish(dsn, region.dataset(settings.collections, "height"), [], artefact=str(path))
        with running(settings) as started:
            yield started


def _values() -> np.ndarray:
    heights = np.arange(WIDE * HIGH, dtype="float32").reshape(HIGH, WIDE)
    heights[:20, :20] = -9999
    return heights


def _opened(body: bytes) -> tuple[np.ndarray, rasterio.DatasetReader]:
    with MemoryFile(body) as file, file.open() as image:
        return image.read(), image


def test_part_in_the_files_own_crs_has_the_files_own_cells(client: Client) -> None:
    answer = client.get(f"{COVERAGE}?bbox=492010,5622510,493990,5624990&bbox-crs={_EPSG}/25833")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/tiff; application=geotiff"
    assert answer.headers["content-crs"] == f"<{_EPSG}/25833>"
    assert answer.headers["content-bbox"] == "492000.0,5622500.0,494000.0,5625000.0"
    found, image = _opened(answer.content)
    assert image.crs.to_epsg() == 25833
    assert tuple(image.bounds) == (492000, 5622500, 494000, 5625000)
    assert (found[0] == _values()[100:150, 40:80]).all()
    subset = f"subset=E(492010:493990),N(5622510:5624990)&subset-crs={_EPSG}/25833"
    assert client.get(f"{COVERAGE}?{subset}").content == answer.content


def test_whole_scaled_and_other_crs(client: Client) -> None:
    found, image = _opened(client.get(COVERAGE).content)
    assert (found[0] == _values()).all()
    assert image.nodata == -9999
    for query in ("scale-size=E(60),N(50)", "width=60", "height=50", "scale-factor=4"):
        found, _ = _opened(client.get(f"{COVERAGE}?{query}").content)
        assert found.shape == (1, 50, 60), query
    answer = client.get(f"{COVERAGE}?crs={_EPSG}/4326&subset=Lon(14.9:14.95)")
    found, image = _opened(answer.content)
    south, west, north, east = map(float, answer.headers["content-bbox"].split(","))
    assert (west, east) == pytest.approx((14.9, 14.95), abs=0.01)
    assert 50 < south < north < 51
    row, column = image.index(14.93, 50.77)
    with MemoryFile(client.get(FILE).content) as stored, stored.open() as file:
        x, y = rasterio.warp.transform("EPSG:4326", "EPSG:25833", [14.93], [50.77])
        [expected] = next(iter(file.sample([(x[0], y[0])])))
    assert found[0, row, column] == pytest.approx(expected, abs=WIDE)


def test_coverage_json_says_the_same(client: Client) -> None:
    answer = client.get(f"{COVERAGE}?width=24&f=covjson")
    assert answer.headers["content-type"] == "application/prs.coverage+json"
    assert (
        client.get(f"{COVERAGE}?width=24", headers={"Accept": "application/prs.coverage+json"}).json() == answer.json()
    )
    document = answer.json()
    assert document["domain"]["axes"]["x"] == {"start": 490250.0, "stop": 501750.0, "num": 24}
    band = document["ranges"]["band1"]
    assert band["shape"] == [20, 24]
    assert band["values"][0] is None
    found, _ = _opened(client.get(f"{COVERAGE}?width=24").content)
    assert band["values"][-1] == pytest.approx(float(found[0, -1, -1]))
    assert document["parameters"]["band1"]["unit"] == {"symbol": "m"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("bbox=1,1,2,2", 404),
        ("subset=Lon(1:2)", 404),
        ("subset=X(1:2)", 400),
        ("subset=Lon(3:2)", 400),
        ("subset=Lon(3)", 400),
        ("subset=Lon(14:15),Lon(14:15)", 400),
        ("subset=Lon(14:15)&bbox=14,50,15,51", 400),
        ("scale-size=E(0)", 400),
        ("scale-size=E(5)&width=5", 400),
        ("scale-factor=0", 400),
        ("scale-factor=2&width=5", 400),
        ("properties=band2", 400),
        ("properties=b", 400),
        ("f=png", 400),
        ("unknown=1", 400),
        ("width=100000&height=100000", 413),
        ("width=1000&height=1000&f=covjson", 413),
        ("scale-factor=0.001", 413),
    ],
)
def test_what_cannot_be_given_is_said(client: Client, query: str, status: int) -> None:
    answer = client.get(f"{COVERAGE}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_links_conformance_and_the_file_itself(client: Client) -> None:
    links = client.get("/ogc/collections/height").json()["links"]
    assert any(link["rel"].endswith("/coverage") and link["type"].startswith("image/tiff") for link in links)
    assert any(link["rel"] == "enclosure" and link["href"].endswith("height.tif") for link in links)
    assert set(block.BLOCK.conformance) <= set(client.get("/ogc/conformance").json()["conformsTo"])
    assert any(path.endswith("/coverage") for path in client.get("/ogc/openapi").json()["paths"])
    whole = client.get(FILE)
    assert whole.headers["content-type"].startswith("image/tiff")
    assert client.get(FILE, headers={"Range": "bytes=0-3"}).content == whole.content[:4]
    line = ["gdallocationinfo", "-valonly", f"/vsicurl/{client.address}{FILE}", "100", "150"]  # it reads by ranges
    done = subprocess.run(line, capture_output=True, text=True, check=True, timeout=60)
    assert float(done.stdout) == 150 * WIDE + 100
