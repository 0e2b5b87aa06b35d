"""Layers in their order: by keys, by buttons, by dragging; opacity, backgrounds, groups; and the map handed on."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_map import Layers
from tests.browser.witness import becomes, drawn, inked, settled

pytestmark = pytest.mark.usefixtures("portal")
MAP = "/cs/map?at=12/50.86000/14.85000"


def said(page: Page) -> dict[str, str]:
    """Return what the address of the page says."""
    return {name: value for name, (value,) in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}


def three(layers: Layers) -> list[str]:
    """Return three layers, one of each kind of geometry, as they are by nature drawn from the top down."""
    return [next(each["id"] for each in layers if each["geometry"] == kind) for kind in ("point", "line", "polygon")]


def stacked(page: Page) -> list[str | None]:
    return [row.get_attribute("data-row") for row in page.locator(".stack [data-row]").all()]


def row_of(page: Page, layer: str) -> Any:
    return page.locator(f".stack [data-row='{layer}']")


def test_the_order_is_changed_by_keys_and_buttons_and_said(open_page: OpenPage, layers: Layers) -> None:
    top, middle, lowest = three(layers)
    page = open_page(f"{MAP}&layers={top},{middle},{lowest}")
    settled(page)
    handle = row_of(page, lowest).locator(".handle")
    handle.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")  # the top is the top
    expect(handle).to_be_focused()
    becomes(page, lambda: stacked(page), [lowest, top, middle])
    expect(page.locator("#status")).to_have_text(re.compile(r": 1\. shora, celkem 3\.$"))
    becomes(page, lambda: said(page).get("layers"), f"{lowest},{top},{middle}")
    row_of(page, lowest).locator(".settings summary").click()
    row_of(page, lowest).get_by_role("button", name="Posunout níž").click()
    becomes(page, lambda: stacked(page), [top, lowest, middle])
    order = [page.locator(f".leaflet-layer-{each}-pane") for each in (top, lowest, middle)]
    assert all(each.count() <= 1 for each in order)


def test_the_order_is_changed_by_dragging(open_page: OpenPage, layers: Layers) -> None:
    top, middle, lowest = three(layers)
    page = open_page(f"{MAP}&layers={top},{middle},{lowest}", height=1000)
    settled(page)
    handle, onto = row_of(page, lowest).locator(".handle"), row_of(page, top).locator(".row")
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), onto.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 8, end["y"], steps=8)
    page.mouse.up()
    becomes(page, lambda: stacked(page)[0], lowest)
    becomes(page, lambda: said(page)["layers"].split(",")[0], lowest)


def test_a_layer_made_paler_stays_so_in_the_link(open_page: OpenPage, layers: Layers) -> None:
    lowest = three(layers)[2]
    page = open_page(f"{MAP}&layers={lowest}")
    settled(page)
    row_of(page, lowest).locator(".settings summary").click()
    slider = row_of(page, lowest).get_by_label("Krytí")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(row_of(page, lowest).locator("output")).to_have_text(re.compile("80"))
    becomes(page, lambda: said(page).get("layers"), f"{lowest}:80")
    page.reload()
    settled(page)
    expect(row_of(page, lowest).locator(".opacity input")).to_have_value("80")


def test_a_background_is_chosen_drawn_and_named(open_page: OpenPage, described: dict[str, Any]) -> None:
    background = described["backgrounds"][0]
    page = open_page(f"{MAP}&layers=")
    settled(page)
    page.get_by_role("radio", name=background["title"]).check()
    tile = page.locator(".leaflet-background-pane img.leaflet-tile-loaded").first
    expect(tile).to_be_attached()
    assert tile.evaluate("tile => tile.naturalWidth") > 0
    expect(page.locator("#sources")).to_contain_text(background["attribution"])
    becomes(page, lambda: said(page).get("background"), background["id"])
    page.get_by_role("radio", name="Bez podkladu").check()
    expect(page.locator(".leaflet-background-pane img")).to_have_count(0)


def test_a_group_has_a_link_that_shows_all_of_it(open_page: OpenPage, described: dict[str, Any]) -> None:
    group = next(each for each in described["groups"] if len(each["layers"]) > 1)
    page = open_page("/cs/map")
    settled(page)
    page.get_by_role("link", name=f"Odkaz na skupinu {group['title']}", exact=True).click()
    becomes(page, lambda: {*stacked(page)}, {layer["id"] for layer in group["layers"]})


def test_the_map_is_handed_on(open_page: OpenPage, layers: Layers) -> None:
    top, _, lowest = three(layers)
    page = open_page(f"{MAP}&layers={top}:40,{lowest}")
    settled(page)
    page.locator("#tab-tools").click()
    page.get_by_role("button", name="Sdílení a vložení").click()
    expect(page.get_by_role("heading", name="Sdílení a vložení")).to_be_focused()
    expect(page.get_by_role("textbox", name="Odkaz na tuto mapu")).to_have_value(page.url)
    code = page.get_by_role("img", name="QR kód odkazu na tuto mapu")
    expect(code).to_be_visible()
    page.wait_for_function("code => code.complete && code.naturalWidth > 0", arg=code.element_handle())
    expect(page.get_by_role("textbox", name="Kód pro vložení")).to_have_value(re.compile("embed=1"))
    page.get_by_label("Označit střed mapy špendlíkem").check()
    expect(page.get_by_role("textbox", name="Odkaz na tuto mapu")).to_have_value(re.compile("mark="))
    page.goto(page.get_by_role("textbox", name="Odkaz na tuto mapu").input_value())
    settled(page)
    expect(page.locator(".pin")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".pin").click()
    expect(page.locator(".pin")).to_have_count(0)


def test_a_tool_is_left_by_the_way_back(open_page: OpenPage) -> None:
    page = open_page(f"{MAP}&layers=&tool=share")
    settled(page)
    expect(page.get_by_role("textbox", name="Odkaz na tuto mapu")).to_be_visible()
    page.locator("#panel").get_by_role("button", name="Zavřít").click()
    expect(page.locator("#tab-tools")).to_be_focused()
    page.locator("#tab-tools").click()  # shut is not closed
    expect(page.get_by_role("textbox", name="Odkaz na tuto mapu")).to_be_visible()
    page.get_by_role("button", name="Všechny nástroje").click()
    expect(page.get_by_role("button", name="Sdílení a vložení")).to_be_focused()
    becomes(page, lambda: "tool" in said(page), expected=False)


def test_escape_leads_from_the_map_to_the_tool_and_printing_ends_with_its_panel(open_page: OpenPage) -> None:
    page = open_page(f"{MAP}&layers=&tool=print")
    settled(page)
    page.evaluate("() => { window.print = () => { document.body.dataset.printed = 'yes' } }")
    go = page.get_by_role("button", name="Vytisknout nebo uložit jako PDF")
    go.press("Enter")
    expect(page.locator("body[data-printed]")).to_have_count(1)
    expect(go).to_be_focused()
    page.locator("#map").press("Escape")
    expect(page.get_by_role("heading", name="Tisk")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#tab-tools")).to_be_focused()
    expect(page.locator(".sheet")).to_have_count(0)


@pytest.fixture
def elsewhere(base: str, tmp_path: Path) -> Iterator[str]:
    """The address of a page of another site that shows the map in a frame."""
    frame = f'<!doctype html><iframe src="{base}/cs/map?embed=1" title="map" width="700" height="500"></iframe>'
    (tmp_path / "index.html").write_text(frame, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    thread.join()
    server.server_close()


class Silent(SimpleHTTPRequestHandler):
    """Gives files, and says nothing of it."""

    def log_message(self, *_: object) -> None:
        pass


def test_the_map_is_shown_in_the_frame_of_another_site(browser: Browser, elsewhere: str) -> None:
    context = browser.new_context(viewport={"width": 800, "height": 600}, locale="cs")
    page = context.new_page()
    page.goto(elsewhere)
    inside = page.frame_locator("iframe")
    expect(inside.locator("#map")).to_have_attribute("data-state", "ready")
    expect(inside.locator("#tabs")).to_be_hidden()
    expect(inside.get_by_role("link", name="Jako seznam")).to_be_visible()
    whole = inside.get_by_role("link", name="Otevřít celou mapu").get_attribute("href")
    assert whole is not None
    assert "embed" not in whole
    with context.expect_page() as opened:
        inside.get_by_role("link", name="Otevřít celou mapu").click()
    settled(opened.value)
    assert inked(opened.value) > 0
    assert drawn(opened.value) > 0
    context.close()


def test_a_link_of_old_leads_to_its_place_and_layers(open_page: OpenPage, layers: Layers) -> None:
    top, _, lowest = three(layers)
    page = open_page(f"/cs/#map=13/50.85000/14.90000&layers={lowest},{top}")
    page.wait_for_url(re.compile("/cs/map"))
    settled(page)
    becomes(page, lambda: said(page).get("at"), "13/50.85000/14.90000")
    becomes(page, lambda: said(page).get("layers"), f"{top},{lowest}")
