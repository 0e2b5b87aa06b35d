"""Where there is little room: the bar leaves the map its half, the region lies in what is free, words can be read."""

import math
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.witness import settled

pytestmark = pytest.mark.usefixtures("portal")
_LARGE = "document.documentElement.style.fontSize = '200%'"
_CUT_OFF = "(line) => line.scrollWidth > line.clientWidth + 1"


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["y"] + box["height"]


@pytest.mark.parametrize("language", ["cs", "de", "pl", "en"])
def test_letters_of_double_size_leave_half_of_a_phone_to_the_map(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/map", width=320, height=640)
    settled(page)
    page.evaluate(_LARGE)
    assert bottom(page, "#side") <= 0.55 * 640
    page.locator("#tab-tools").focus()
    assert 0 < bottom(page, "#tab-tools") <= 0.55 * 640, "what has the focus is in sight"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_phone_that_lies_keeps_its_whole_height_for_the_map(open_page: OpenPage) -> None:
    page = open_page("/pl/map", width=640, height=320)
    settled(page)
    side = page.locator("#side").bounding_box()
    assert side
    assert side["x"] + side["width"] <= 320
    page.locator("#tab-layers").click()
    panel = page.locator("#panel").bounding_box()
    assert panel
    assert (panel["x"], panel["y"], panel["height"]) == (320, 0, 320)
    assert bottom(page, "#side") <= 0.55 * 320


def test_the_line_of_sources_unfolds_by_tap_and_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/cs/map", width=320, height=640, has_touch=True)
    settled(page)
    line = page.locator("#sources button")
    assert line.evaluate(_CUT_OFF)
    assert line.evaluate("(line) => line.offsetHeight") >= 24
    line.tap()
    expect(line).to_have_attribute("aria-expanded", "true")
    assert not line.evaluate(_CUT_OFF)
    line.press("Escape")
    expect(line).to_have_attribute("aria-expanded", "false")
    line.press("Enter")
    expect(line).to_have_attribute("aria-expanded", "true")


def test_the_first_view_of_a_phone_is_the_region_in_what_the_bar_leaves_free(
    open_page: OpenPage, described: dict[str, Any]
) -> None:
    page = open_page("/cs/map", width=412, height=823)
    settled(page)
    west, south, east, north = described["view"]["bbox"]
    zoom, lat, lon = (float(part) for part in page.url.split("at=")[1].split("&")[0].split("/"))
    world = 256 * 2**zoom
    left, right = (206 + (each - lon) / 360 * world for each in (west, east))
    top, foot = (411.5 + (_down(each) - _down(lat)) * world for each in (north, south))
    bar = bottom(page, ".bar")
    assert left >= 0
    assert right <= 412
    assert top >= bar
    assert foot <= 823 - 24
    assert abs((top - bar) - (799 - foot)) < 40, "it lies in the middle of what is free"


def _down(lat: float) -> float:
    """Where a latitude lies in Web Mercator, from 0 in the north to 1 in the south."""
    return 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
