"""Big layers from vector tiles: drawn without holes, clicked, named; groups of points; order, opacity and swipe."""

import json
import re
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage, ask
from tests.browser.witness import Witness, becomes, drawn, settled

PATIENCE = 30_000
READING = "willReadFrequently"
"""What Chromium advises when a test looks at the picture; the app itself never does."""
LAMPS, TOWNS = "street-lights", "municipalities"
_PANE = """
id => { const { zIndex, opacity, clipPath } = document.querySelector(`.leaflet-layer-${id}-pane`).style;
  return [+zIndex, opacity, clipPath]; }
"""
_ALPHA = """
([id, x, y]) => { const canvas = document.querySelector(`.leaflet-layer-${id}-pane canvas`);
  const box = canvas.getBoundingClientRect(); const scale = canvas.width / box.width;
  return canvas.getContext("2d").getImageData((x - box.left) * scale, (y - box.top) * scale, 1, 1).data[3]; }
"""


def feature(base: str, collection: str, offset: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = ask(f"{base}/ogc/collections/{collection}/items?limit=1&offset={offset}")["features"][0]
    return found


@pytest.fixture
def as_big(witness: Witness, open_page: OpenPage) -> OpenPage:
    """Open a page to which the portal says that municipalities are very many, so that they are drawn from tiles."""

    def many(route: Route) -> None:
        answer = route.fetch()
        document = answer.json()
        for group in document["groups"]:
            for layer in group["layers"]:
                layer["count"] = 100_000 if layer["id"] == TOWNS else layer["count"]
        route.fulfill(response=answer, body=json.dumps(document))

    def opened(address: str = "", **options: Any) -> Page:
        page = open_page("/cs/accessibility", **options)
        page.route("**/map/portal*", many)
        page.goto(witness.base + address)
        return page

    return opened


def test_the_first_view_is_asked_for_before_the_app_is_here_and_each_tile_once(open_page: OpenPage, base: str) -> None:
    lon, lat = feature(base, LAMPS, 30)["geometry"]["coordinates"]
    with urllib.request.urlopen(f"{base}/cs/map") as answer:
        _, app = re.findall(r'<script type="module" src="([^"]+)"', answer.read().decode())
    page = open_page("/cs/accessibility")
    held: list[Route] = []
    asked: list[str] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**{app}", hold)
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request(re.compile(f"/{LAMPS}/tiles/")), page.expect_request(re.compile(f"/{TOWNS}/items[?]")):
        page.goto(f"{base}/cs/map?at=15/{lat}/{lon}&layers={LAMPS},{TOWNS}", wait_until="commit")
    becomes(page, lambda: len(held), 1)
    held[0].continue_()
    settled(page)
    tiles = [url for url in asked if "/tiles/WebMercatorQuad/" in url]
    assert len(tiles) == len(set(tiles))


def test_a_big_layer_is_asked_for_by_tiles_and_a_lamp_is_found_by_its_place(open_page: OpenPage, base: str) -> None:
    lamp = feature(base, LAMPS, 30)
    lon, lat = lamp["geometry"]["coordinates"]
    page = open_page("/cs/accessibility")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base}/cs/map?at=18/{lat}/{lon}&layers={LAMPS}")
    settled(page)
    assert [url for url in asked if f"/{LAMPS}/items" in url] == []
    page.mouse.click(640, 400)
    expect(page.locator("#card h2")).to_contain_text(str(lamp["id"]), timeout=PATIENCE)
    expect(page.locator("#card dl")).to_be_visible(timeout=PATIENCE)


def test_groups_of_points_are_reached_by_keyboard_and_fall_apart(open_page: OpenPage, base: str) -> None:
    lon, lat = feature(base, LAMPS)["geometry"]["coordinates"]
    page = open_page(f"/cs/map?at=15/{lat}/{lon}&layers={LAMPS}")
    settled(page)
    groups = page.get_by_role("group", name="Veřejné osvětlení").get_by_role("button")
    assert groups.count() > 2
    assert groups.evaluate_all("all => all.filter(each => each.tabIndex === 0).length") == 1
    said = groups.evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")
    assert all(re.search(r"skupina \(\d+ bod", each) for each in said)
    inside = sum(int(re.findall(r"\d+", each)[0]) for each in said)
    assert inside <= int(page.get_attribute("#map", "data-features") or 0)
    groups.first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == said[1]
    before = page.url
    page.keyboard.press("Enter")
    expect(page.locator("#map")).to_be_focused()
    page.wait_for_url(lambda url: url != before)


def test_tiles_leave_no_hole_wherever_one_pans_and_zooms(
    as_big: OpenPage, witness: Witness, described: dict[str, Any]
) -> None:
    west, south, east, north = described["view"]["bbox"]
    page = as_big(f"/cs/map?at=13.75/{(south + north) / 2}/{(west + east) / 2}&layers={TOWNS}&background=none")
    settled(page)
    expect(page.locator(".place-name").first).to_be_attached(timeout=PATIENCE)
    places = [(x, y) for x in range(420, 1260, 60) for y in range(20, 780, 60)]
    for step in range(6):
        zoom = page.url.partition("at=")[2].partition("/")[0]
        page.mouse.move(900, 400)
        page.mouse.down()
        page.mouse.move(900 - 90 * (-1) ** step, 400 + 70, steps=6)
        if step % 2:
            page.mouse.wheel(0, -120 if step < 4 else 120)
        page.mouse.up()
        if step % 2:
            expect(page).not_to_have_url(re.compile(f"at={zoom}/"))  # the wheel is heeded a moment later
        settled(page)
        with witness.forgiving(READING):
            assert all(page.evaluate(_ALPHA, [TOWNS, x, y]) > 0 for x, y in places), f"a hole after step {step}"


def test_an_area_in_a_tile_has_its_card(as_big: OpenPage, described: dict[str, Any]) -> None:
    west, south, east, north = described["view"]["bbox"]
    page = as_big(f"/cs/map?at=13/{(south + north) / 2}/{(west + east) / 2}&layers={TOWNS}")
    settled(page)
    page.mouse.click(800, 400)
    expect(page.locator("#card h2")).not_to_have_text("", timeout=PATIENCE)
    expect(page.locator("#card dl")).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile(f"feature={TOWNS}/"))


def test_a_tile_that_failed_says_so_and_is_asked_again(
    as_big: OpenPage, witness: Witness, described: dict[str, Any]
) -> None:
    west, south, east, north = described["view"]["bbox"]
    page = as_big("/cs/accessibility")
    broken = True

    def fail(route: Route) -> None:
        if broken:
            route.fulfill(status=503, headers={"Retry-After": "2"}, body="")
        else:
            route.continue_()

    page.route("**/tiles/WebMercatorQuad/**", fail)
    with witness.forgiving(f"503|{READING}"):
        page.goto(
            f"{witness.base}/cs/map?at=13/{(south + north) / 2}/{(west + east) / 2}&layers={TOWNS}&background=none"
        )
        expect(page.locator("#trouble")).not_to_have_text("", timeout=PATIENCE)
        row = [[TOWNS, x, 400] for x in range(700, 740)]  # where a tile is missing the map is hatched, not empty
        becomes(page, lambda: any(page.evaluate(_ALPHA, place) for place in row), expected=True)
        broken = False
        expect(page.locator("#trouble")).to_have_text("", timeout=PATIENCE)
        settled(page)
        assert page.evaluate(_ALPHA, [TOWNS, 800, 400]) > 0


def test_order_opacity_and_swipe_are_those_of_the_address(open_page: OpenPage, base: str) -> None:
    lon, lat = feature(base, LAMPS)["geometry"]["coordinates"]
    page = open_page(f"/cs/map?at=15/{lat}/{lon}&layers={TOWNS}:40,{LAMPS}&swipe={LAMPS}:50&background=none")
    settled(page)
    towns, lamps = page.evaluate(_PANE, TOWNS), page.evaluate(_PANE, LAMPS)
    assert towns[0] > lamps[0]
    assert (towns[1], lamps[1]) == ("0.4", "")
    assert towns[2] == ""
    assert lamps[2].startswith("polygon(0px 0px, 640px 0px")
    page.keyboard.press("Tab")
    page.locator("#map").focus()
    before = page.url
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(before)  # written when the map has come to rest
    assert not page.evaluate(_PANE, LAMPS)[2].startswith("polygon(0px 0px"), "the line stays where it is on the screen"


_COUNTS_SLOWLY = """
const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (...message) {
    if (message[0].kind === "survey") setTimeout(() => postMessage.apply(this, message), 1500);
    else postMessage.apply(this, message);
};
"""


def test_a_map_that_is_still_counting_is_not_ready(as_big: OpenPage, base: str) -> None:
    page = as_big("/cs/map?layers=")
    page.add_init_script(_COUNTS_SLOWLY)
    page.goto(f"{base}/cs/map?layers={TOWNS}")
    settled(page)
    assert drawn(page) > 0
