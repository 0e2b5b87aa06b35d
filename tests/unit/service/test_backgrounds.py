"""Backgrounds of the map: what may be named, whom browsers may ask for it, and tiles out of one file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from pydantic import ValidationError

from catalogue import Catalogue, read_catalogue
from catalogue.vocabularies import Portal
from service import backgrounds
from service.headers import policy

TITLE = {"cs": "Podklad", "en": "Background"}
TILES = {"kind": "tiles", "title": TITLE, "url": "https://tiles.example:8443/{z}/{x}/{y}.png"}


@pytest.fixture(scope="module")
def region(root: Path) -> Catalogue:
    catalogue, _ = read_catalogue(root / "collections")
    assert catalogue is not None
    return catalogue


def portal(region: Catalogue, **named: dict[str, Any]) -> Portal:
    return Portal.model_validate(region.portal.model_dump() | {"backgrounds": named})


def test_browsers_may_ask_the_named_hosts_and_no_others(region: Catalogue) -> None:
    wms = {"kind": "wms", "title": TITLE, "url": "https://wms.example/topo?map=1", "layers": "a"}
    raster = {"kind": "raster", "title": TITLE, "dataset": "terrain"}
    said = policy(portal(region, tiles=TILES, wms=wms, raster=raster))
    assert "img-src 'self' data: https://tiles.example:8443 https://wms.example;" in said
    assert "connect-src 'self';" in said
    assert "frame-ancestors 'self'" in said
    assert policy(region.portal, framed=True).endswith("frame-ancestors *")


@pytest.mark.parametrize(
    ("id_", "change", "code"),
    [
        ("none", {}, "VALUE-BACKGROUND-ID"),
        ("Ortho", {}, "VALUE-BACKGROUND-ID"),
        ("a", {"url": "https://tiles.example/{z}/{x}.png"}, "VALUE-BACKGROUND-TILES"),
        ("a", {"url": "http://tiles.example/{z}/{x}/{y}"}, "VALUE-BACKGROUND-URL"),
        ("a", {"url": "//tiles.example/{z}/{x}/{y}"}, "VALUE-BACKGROUND-URL"),
        ("a", {"url": "https://tiles.example;script-src */{z}/{x}/{y}"}, "VALUE-BACKGROUND-URL"),
        ("a", {"url": "https://*/{z}/{x}/{y}"}, "VALUE-BACKGROUND-URL"),
    ],
)
def test_what_would_open_the_policy_is_refused(region: Catalogue, id_: str, change: dict[str, str], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        portal(region, **{id_: TILES | change})
    assert [each["type"] for each in refused.value.errors()] == [code]


def test_a_raster_that_the_asker_may_not_see_is_no_background(region: Catalogue) -> None:
    raster = {"kind": "raster", "title": TITLE, "dataset": "terrain"}
    own = {"kind": "pmtiles", "title": TITLE, "file": "own.pmtiles"}
    known = replace(region, portal=portal(region, raster=raster, own=own))
    found = backgrounds.documents(known, {}, "pl")
    assert [(each["id"], each["kind"], each["url"]) for each in found] == [
        ("own", "tiles", "/backgrounds/own/{z}/{x}/{y}")
    ]
    assert found[0]["title"] == "Podklad"


def archive(folder: Path, body: bytes) -> Path:
    """Write a PMTiles file with one tile at 3/4/2."""
    file = folder / "own.pmtiles"
    with file.open("wb") as out:
        writer = Writer(out)  # type: ignore[no-untyped-call]
        writer.write_tile(zxy_to_tileid(3, 4, 2), body)  # type: ignore[no-untyped-call]
        header = {"tile_type": TileType.PNG, "tile_compression": Compression.NONE}
        box = dict.fromkeys(
            ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7", "center_lon_e7", "center_lat_e7"), 0
        )
        writer.finalize(header | box | {"center_zoom": 0}, {})  # type: ignore[no-untyped-call]
    return file


def test_a_tile_comes_out_of_the_file_as_it_went_in(tmp_path: Path) -> None:
    file = archive(tmp_path, b"picture")
    opened = backgrounds.Archive(file, file.stat().st_mtime_ns)
    assert opened.media_type == "image/png"
    assert opened.get(3, 4, 2) == b"picture"
    assert opened.get(3, 4, 3) is None
    assert opened.tag(3, 4, 2) != opened.tag(3, 4, 3)
