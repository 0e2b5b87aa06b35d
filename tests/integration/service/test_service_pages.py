"""Pages, map layers, search and rasters: what people and the web app see."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import rasterio
from defusedxml import ElementTree
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from tests import postgis
from tests.integration.service import region
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running

PAGES = (
    "/ogc?f=html",
    "/ogc/conformance?f=html",
    "/ogc/openapi?f=html",
    "/ogc/collections?f=html",
    "/ogc/collections/areas?f=html",
    "/ogc/collections/areas/schema?f=html",
    "/ogc/collections/areas/queryables?f=html",
    "/ogc/collections/areas/items?f=html",
    "/ogc/collections/areas/items?f=html&properties=name&limit=2&offset=2",
    "/ogc/collections/areas/items/5?f=html",
    "/ogc/collections/height?f=html",
    "/ogc/collections/none?f=html",
    "/ogc/collections/areas/items?f=html&limit=x",
)
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"


@pytest.fixture(scope="module")
def world(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service with areas (made up), a table without geometry, and a height model."""
    folder = tmp_path_factory.mktemp("world")
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, folder)
        region.write(settings.collections, "areas", made_up=True)
        region.write(settings.collections, "register", geometry="none", map=None)
        raster = {"geometry": "raster", "crs": "EPSG:25833", "key": None, "columns": None}
        region.write(
            settings.collections,
            "height",
            **raster,
            sources=[{"kind": "geotiff", "path": "none.tif"}],
            raster={"palette": "hillshade"},
            map={"visible": True},
        )
        datasets = {name: region.dataset(settings.collections, name) for name in ("areas", "register", "height")}
        region.publish(dsn, datasets["areas"], region.areas("EPSG:5514", 40))
        region.publish(dsn, datasets["register"], [{"code": n, "name": f"Řádek {n}"} for n in range(5)])
        region.publish(dsn, datasets["height"], [], artefact=str(_height_model(folder / "height.tif")))
        with running(settings) as started:
            yield started


def _height_model(path: Path) -> Path:
    """Write a pyramid of 200 × 200 cells of 50 m with a hole in it, in UTM 33."""
    x, y = np.meshgrid(np.arange(200), np.arange(200))
    heights = (100 - np.maximum(abs(x - 100), abs(y - 100))).astype("float32") * 20
    heights[:20, :20] = -9999
    profile = {"driver": "GTiff", "dtype": "float32", "count": 1, "width": 200, "height": 200, "crs": "EPSG:25833"}
    with rasterio.open(path, "w", **profile, nodata=-9999, transform=from_origin(490000, 5630000, 50, 50)) as file:
        file.write(heights, 1)
    return path


@pytest.mark.parametrize("language", ["cs", "de", "pl", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_speak_and_ask_no_other_host(world: Client, path: str, language: str) -> None:
    answer = world.get(f"{path}&lang={language}")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == language
    text = answer.text
    assert f'<html lang="{language}">' in text
    loaded = re.findall(r"(?:src|srcset|data-src)=\"([^\"]*)\"", text)
    loaded += re.findall(r"<link[^>]*href=\"([^\"]*)\"", text)
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded), loaded
    assert "<script" not in text
    assert "style=" not in text
    assert "{{" not in text
    ElementTree.fromstring(_closed(text))


def _closed(text: str) -> str:
    """Return the page as XML: our templates leave only void elements open."""
    return re.sub(r"<(meta|link|img|br|input)([^>]*[^/])?>", r"<\1\2/>", text.replace("<!doctype html>", ""))


def test_styles_of_pages_are_local_and_lasting(world: Client) -> None:
    address = re.findall(r'<link rel="stylesheet" href="([^"]*)"', world.get("/ogc?f=html").text)[0]
    answer = world.get(address)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert "url(" not in answer.text
    assert world.get("/pages/../settings.py").status_code == 404


def test_pages_show_the_data_and_say_that_they_are_made_up(world: Client) -> None:
    page = world.get("/ogc/collections/areas/items?f=html&lang=cs").text
    assert "Hloubka &lt;5 m &amp;" in page
    assert "Smyšlená data" in page
    assert "tajný" not in page
    assert "Tschechien" in world.get("/ogc/collections/areas/items/4?f=html&lang=de").text
    document = world.get("/ogc/collections/areas?lang=en").json()
    assert document["madeUp"] is True
    assert "made up" in document["notice"]


def test_a_browser_gets_a_page_and_a_program_json(world: Client) -> None:
    browser = {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language": "pl,en;q=0.5",
    }
    page = world.get("/ogc/collections", headers=browser)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-language"] == "pl"
    for accept in ("*/*", "application/geo+json, application/json", "application/json;q=0.5,text/html;q=0"):
        answer = world.get("/ogc/collections/areas/items", headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/geo+json"
    assert world.get("/ogc/collections/none", headers=browser).headers["content-type"].startswith("text/html")


def test_layers_follow_from_the_files(world: Client) -> None:
    answer = world.get("/map/portal?lang=de")
    portal = answer.json()
    assert portal["lang"] == "de"
    assert portal["made_up"] is True
    assert portal["notice"]
    assert world.get("/map/portal?lang=de", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    layers = {layer["id"]: layer for group in portal["groups"] for layer in group["layers"]}
    assert set(layers) == {"areas", "height"}
    areas = layers["areas"]
    assert (areas["kind"], areas["geometry"], areas["count"], areas["max"]) == ("vector", "polygon", 40, 100)
    assert areas["items"] == "/ogc/collections/areas/items"
    assert areas["by"] == "use"
    assert [entry["label"] for entry in areas["legend"]] == ["Tschechien", "Polen", "Deutschland"]
    assert areas["popup"][1]["codes"]["CZ"] == "Tschechien"
    assert areas["popup"][2]["unit"] == "ha"
    assert (layers["height"]["geometry"], layers["height"]["map"]) == ("raster", "/ogc/collections/height/map")


def test_search_knows_neither_case_nor_accents(world: Client) -> None:
    found = world.get("/search", params={"q": "ZDAR 1", "lang": "cs", "limit": 5}).json()["results"]
    assert [result["label"] for result in found][:2] == ["Žďár 1", "Žďár 11"]
    west, south, east, north = found[0]["bbox"]
    assert 14 < west < east < 17
    assert 50 < south < north < 52
    assert found[0]["collection"] == "areas"
    assert found[0]["layer"] == "Plochy"
    assert world.get("/search", params={"q": "%_ \\"}).json()["results"] == []
    assert world.get("/search", params={"q": "<5 m"}).json()["results"][0]["id"] == "5"
    refused: tuple[dict[str, str], ...] = ({"q": "a"}, {}, {"q": "x" * 101}, {"q": "abc", "limit": "0"}, {"z": "1"})
    for wrong in refused:
        assert world.get("/search", params=wrong).status_code == 400


def test_a_table_without_geometry_is_served_and_has_no_boxes(world: Client) -> None:
    page = world.get("/ogc/collections/register/items").json()
    assert page["numberMatched"] == 5
    assert page["features"][0]["geometry"] is None
    assert world.get("/ogc/collections/register/items?bbox=0,0,90,90").json()["numberMatched"] == 0


def picture(client: Client, **params: Any) -> Any:
    answer = client.get("/ogc/collections/height/map", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    with MemoryFile(answer.content) as file, file.open() as image:
        return image.read()


def test_rasters_are_drawn_where_they_are_and_transparent_elsewhere(world: Client) -> None:
    to_mercator = pyproj.Transformer.from_crs("EPSG:25833", "EPSG:3857", always_xy=True)
    west, south, east, north = to_mercator.transform_bounds(490000, 5620000, 500000, 5630000)
    image = picture(
        world,
        **{"bbox": f"{west},{south},{east},{north}", "bbox-crs": MERCATOR, "width": 256, "height": 200, "f": "png"},
    )
    assert image.shape == (4, 200, 256)
    assert image[3, 100, 128] == 255
    assert image[3, 6, 8] == 0, "the hole in the north-west"
    assert image[0, 60, 60] != image[0, 140, 190], "slopes to the sun and away from it differ"
    away = picture(world, bbox="10,40,11,41", width=20, height=20)
    assert not away[3].any()
    assert picture(world).shape == (4, 300, 500)


@pytest.mark.parametrize(
    ("name", "value"),
    [("width", "4096"), ("height", "0"), ("width", "abc"), ("bbox", "1,2,1,3"), ("f", "jpeg"), ("style", "x")],
)
def test_pictures_that_cannot_be_are_refused(world: Client, name: str, value: str) -> None:
    answer = world.get("/ogc/collections/height/map", params={name: value})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == name


def test_a_raster_has_no_items(world: Client) -> None:
    assert world.get("/ogc/collections/height/items").status_code == 404
    document = world.get("/ogc/collections/height").json()
    assert any(link["rel"].endswith("/map") for link in document["links"])
    assert document["itemType"] == "coverage"


def test_the_root_leads_to_the_visitors_language(world: Client) -> None:
    answer = world.get("/", headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert answer.status_code == 307
    assert "de" in answer.headers["location"]
    assert world.get("/xx/").status_code == 404
    assert world.get("/assets/../../settings.py").status_code == 404


def test_no_answer_names_what_runs_inside(world: Client) -> None:
    for path in ("/ogc", "/ogc/collections/none", "/map/portal"):
        headers = {name.lower() for name in world.get(path).headers}
        assert not headers & {"x-powered-by", "server"}
