"""Background maps as the service tells of them, lets browsers ask for them, and gives those that lie in a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from settings import Settings
from tests.integration.service.running import Client, running

BACKGROUNDS = """
backgrounds:
  own: {kind: pmtiles, file: own.pmtiles, title: {cs: Vlastní mapa}, max_zoom: 4, visible: true}
  lost: {kind: pmtiles, file: lost.pmtiles, title: {cs: Ztracená}}
  ortho: {kind: tiles, url: "https://tiles.example/{z}/{y}/{x}", title: {cs: Snímek}, attribution: {cs: Úřad}}
  hidden: {kind: raster, dataset: areas, title: {cs: Plochy nejsou obraz}}
"""
PICTURE = b"\x89PNG picture"


@pytest.fixture
def mapped(areas: Settings) -> Iterator[Client]:
    """A client of a service with backgrounds; the file `own.pmtiles` has one picture, at 3/4/2."""
    portal = areas.collections / "portal.yml"
    said, _, _ = portal.read_text(encoding="utf-8").partition("backgrounds:")
    portal.unlink()  # it leads to the demo's own
    portal.write_text(said + BACKGROUNDS, encoding="utf-8")
    _write(areas.data / "backgrounds" / "own.pmtiles")
    with running(areas) as client:
        yield client


def _write(file: Path) -> None:
    file.parent.mkdir(parents=True)
    edges = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7", "center_lon_e7", "center_lat_e7", "center_zoom")
    header = {"tile_type": TileType.PNG, "tile_compression": Compression.NONE, **dict.fromkeys(edges, 0)}
    with file.open("wb") as out:
        writer = Writer(out)  # type: ignore[no-untyped-call]
        writer.write_tile(zxy_to_tileid(3, 4, 2), PICTURE)  # type: ignore[no-untyped-call]
        writer.finalize(header, {})  # type: ignore[no-untyped-call]


def test_the_map_is_told_of_them_and_browsers_may_ask_their_hosts(mapped: Client) -> None:
    answer = mapped.get("/map/portal", params={"lang": "cs"})
    told = {each["id"]: each for each in answer.json()["backgrounds"]}
    assert list(told) == ["own", "lost", "ortho"]
    assert told["own"]["visible"]
    assert told["own"]["max_zoom"] == 4
    assert told["ortho"]["attribution"] == "Úřad"
    said = answer.headers["content-security-policy"]
    assert "img-src 'self' data: https://tiles.example;" in said
    assert "connect-src 'self';" in said


def test_a_picture_comes_out_of_the_file_once(mapped: Client) -> None:
    address = told_address(mapped, 3, 4, 2)
    answer = mapped.get(address)
    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert answer.headers["content-type"] == "image/png"
    assert mapped.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert mapped.get(told_address(mapped, 3, 4, 3)).status_code == 204


def told_address(client: Client, level: int, col: int, row: int) -> str:
    own = client.get("/map/portal").json()["backgrounds"][0]
    return str(own["url"]).format(z=level, x=col, y=row)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("own/3/8/2", 404),
        ("own/30/0/0", 404),
        ("own/3/4/x", 400),
        ("own/3/4/-2", 400),
        ("lost/0/0/0", 404),
        ("ortho/0/0/0", 404),
        ("none/0/0/0", 404),
    ],
)
def test_what_is_not_there_is_said(mapped: Client, path: str, status: int) -> None:
    assert mapped.get(f"/backgrounds/{path}").status_code == status
