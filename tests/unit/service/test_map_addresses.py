"""The state of the map in an address: the service reads and writes what the app does."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.listing.places import view_of, window
from service.listing.state import MapState, View, query, read, write

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "golden" / "map-addresses.json").read_text(encoding="utf-8")
)


def meant(parts: dict[str, Any]) -> MapState:
    """Return the state that the golden file means."""
    view, feature, swipe, mark = (parts.get(name) for name in ("view", "feature", "swipe", "mark"))
    return MapState(
        view=View(**view) if view else None,
        layers=tuple(parts["layers"]) if "layers" in parts else None,
        opacity=parts.get("opacity", {}),
        group=parts.get("group"),
        where=parts.get("where", {}),
        day=date.fromisoformat(parts["date"]) if "date" in parts else None,
        feature=(feature["collection"], feature["id"]) if feature else None,
        background=(parts["background"] or "none") if "background" in parts else None,
        swipe=(swipe["left"] or "", swipe["right"] or "", swipe["share"]) if swipe else None,
        mark=(mark["lat"], mark["lon"]) if mark else None,
        tool=parts.get("tool"),
        embed=parts.get("embed", False),
        is_list=parts.get("list", False),
        extent=tuple(parts["bbox"]) if "bbox" in parts else None,
        table=parts.get("table"),
        sort=parts.get("sort"),
        page=parts.get("page", 1),
    )


@pytest.mark.parametrize("case", GOLDEN["both"], ids=lambda case: case["query"][:60] or "nothing")
def test_what_is_written_is_read_again(case: dict[str, Any]) -> None:
    assert read(case["query"]) == meant(case["parts"])
    assert query(write(meant(case["parts"]))) == case["query"]


@pytest.mark.parametrize("case", GOLDEN["read"], ids=lambda case: case["query"][:60])
def test_what_cannot_be_understood_is_left_out(case: dict[str, Any]) -> None:
    assert read(case["query"]) == meant(case["parts"])


def test_the_first_page_is_not_said() -> None:
    assert write(replace(MapState(is_list=True), page=1)) == {"view": "list"}


def test_a_view_shows_the_window_that_it_is_made_for() -> None:
    box = (14.70, 50.74, 15.09, 50.98)
    view = view_of(box, 22)
    west, south, east, north = window(view)
    assert west <= box[0]
    assert south <= box[1]
    assert east >= box[2]
    assert north >= box[3]
    assert view_of(window(replace(view, zoom=view.zoom + 1)), 22).zoom == pytest.approx(view.zoom + 1)
    # 1024 pixels at zoom 10 are 1.40625 degrees of longitude, anywhere.
    assert window(View(10, 50, 15))[0] == pytest.approx(15 - 360 * 1024 / 256 / 2**10 / 2)
    point = view_of((15.0, 50.0, 15.0, 50.0), 17)
    assert (point.zoom, point.lon) == (17, 15.0)
    assert point.lat == pytest.approx(50.0)
