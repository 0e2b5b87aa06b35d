"""What an address leaves open, the list decides as the map does (web/tests/state.test.ts says the same of the map)."""

from typing import Any

import pytest

from service.listing.state import read
from service.listing.tables import choose, settled, switched


def layer(id_: str, geometry: str, *, visible: bool = False) -> dict[str, Any]:
    return {"id": id_, "geometry": geometry, "kind": "raster" if geometry == "raster" else "vector", "visible": visible}


GROUPS = [
    {"id": "land", "layers": [layer("terrain", "raster", visible=True), layer("areas", "polygon", visible=True)]},
    {"id": "things", "layers": [layer("roads", "line"), layer("benches", "point"), layer("lights", "point")]},
]
NATURAL = ("benches", "lights", "roads", "areas", "terrain")


@pytest.mark.parametrize(
    ("query", "on", "table"),
    [
        ("", ("areas", "terrain"), "areas"),
        ("layers=", (), None),
        ("layers=terrain", ("terrain",), None),
        ("layers=areas,gone,lights:40", ("areas", "lights"), "areas"),
        ("group=things", ("benches", "lights", "roads"), "benches"),
        ("group=things&layers=areas", ("areas",), "areas"),
        ("layers=areas&feature=lights/7", ("lights", "areas"), "lights"),
        ("layers=areas&feature=terrain/7", ("areas",), "areas"),
        ("layers=areas,roads&table=roads", ("areas", "roads"), "roads"),
        ("layers=areas,roads&table=lights", ("areas", "roads"), "areas"),
    ],
)
def test_layers_and_the_open_table(query: str, on: tuple[str, ...], table: str | None) -> None:
    chosen = choose(read(query), GROUPS)
    assert tuple(chosen.layers) == NATURAL
    assert (chosen.on, chosen.table) == (on, table)


def test_a_layer_that_is_switched_on_goes_above_what_it_is_by_nature_drawn_above() -> None:
    assert switched(("terrain", "areas"), "roads", NATURAL) == ("roads", "terrain", "areas")
    assert switched(("areas", "benches"), "terrain", NATURAL) == ("areas", "benches", "terrain")
    assert switched(("areas",), "areas", NATURAL) == ("areas",)


def test_what_there_is_not_is_not_said_on() -> None:
    state = read("layers=gone,areas&where.gone=a=1&where.areas=b=1&where.terrain=c=1&feature=gone/1")
    kept = settled(state, choose(state, GROUPS))
    assert (kept.layers, dict(kept.where), kept.feature) == (("areas",), {"areas": "b=1"}, None)
    assert settled(read(""), choose(read(""), GROUPS)).layers is None
