"""What comes late: answers of a slow network that find the reader gone on, at work, or elsewhere."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import OpenPage, ask
from tests.browser.witness import Witness, becomes, settled

pytestmark = pytest.mark.usefixtures("portal")
LIGHTS = "layers=street-lights,municipalities"
MAP = f"/cs/map?at=15/50.86/14.90&{LIGHTS}"
REST = 600
"""Milliseconds in which what has just come would have done its harm."""

PRINTED = "() => { window.print = () => { document.body.dataset.printed = '1'; }; }"


class Held:
    """Questions of a page that are on their way until they are let go."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def hold(self, route: Route) -> None:
        self.routes.append(route)

    def wait(self, page: Page) -> None:
        """Wait until there is one."""
        becomes(page, lambda: bool(self.routes), expected=True)

    def let_go(self) -> None:
        while self.routes:
            self.routes.pop(0).continue_()


@contextmanager
def holding(page: Page, address: str | re.Pattern[str]) -> Iterator[Held]:
    held = Held()
    page.route(address, held.hold)
    yield held
    held.let_go()
    page.unroute(address)


def mark(page: Page, selector: str) -> None:
    page.locator(selector).first.evaluate("element => { element.dataset.marked = '1'; }")


@pytest.fixture(scope="module")
def lamp(base: str) -> str:
    return str(ask(f"{base}/ogc/collections/street-lights/items?limit=1")["features"][0]["id"])


@pytest.fixture
def coming(open_page: OpenPage, base: str, lamp: str) -> Iterator[tuple[Page, Held]]:
    """A map opened by a link to a lamp, whose values are still on their way."""
    page = open_page("/cs/help")
    with holding(page, f"**/street-lights/items/{lamp}*") as held:
        page.goto(f"{base}/cs/map?feature=street-lights/{lamp}")
        expect(page.get_by_role("dialog")).to_contain_text("Načítá se")
        settled(page)
        yield page, held


@pytest.fixture
def searched(open_page: OpenPage) -> tuple[Page, Locator]:
    """A map on which a place has been looked for, what was found below the field, and the field."""
    page = open_page(MAP)
    settled(page)
    field = page.get_by_role("combobox")
    field.fill("50.86, 14.9")
    expect(page.get_by_role("option").first).to_be_visible()
    return page, field


def test_values_that_come_late_leave_the_rest_of_the_card_alone(coming: tuple[Page, Held]) -> None:
    page, held = coming
    code = page.get_by_role("dialog").locator("details.qr summary")
    code.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    held.let_go()
    expect(page.get_by_role("dialog").locator("dl dt").first).to_be_visible()
    expect(page.get_by_role("dialog").locator("details.qr")).to_have_attribute("open", "")
    expect(code).to_be_focused()


def test_a_map_that_the_reader_has_moved_does_not_go_to_the_feature_of_its_link(coming: tuple[Page, Held]) -> None:
    page, held = coming
    before = page.url
    page.locator("#map").press("ArrowRight")
    expect(page).not_to_have_url(before)
    settled(page)
    there = page.url
    held.let_go()
    expect(page.get_by_role("dialog").locator("dl dt").first).to_be_visible()
    page.wait_for_timeout(REST)
    assert page.url == there


def test_a_tool_that_was_left_before_it_came_is_opened_once(open_page: OpenPage) -> None:
    page = open_page(MAP)
    settled(page)
    page.locator("#tab-tools").click()
    with holding(page, "**/assets/**"):
        for _ in range(2):
            page.locator("[data-tool='print']").click()
            expect(page.locator("#panel")).to_contain_text("Načítá se")
            page.get_by_role("button", name="Všechny nástroje").click()
        page.locator("[data-tool='print']").click()
    expect(page.locator("#panel .tool")).to_be_visible()
    expect(page.locator(".sheet")).to_have_count(1)
    page.get_by_role("button", name="Všechny nástroje").click()
    expect(page.locator(".sheet")).to_have_count(0)
    expect(page.locator("main > #map")).to_be_visible()


def test_who_leaves_the_sheet_before_it_is_drawn_is_not_asked_to_print(open_page: OpenPage) -> None:
    page = open_page(f"{MAP}&tool=print")
    expect(page.locator("#panel .tool")).to_be_visible()
    settled(page)
    page.evaluate(PRINTED)
    page.get_by_role("button", name="Tisk", exact=False).last.evaluate(
        "button => { button.click(); document.querySelector('.panel-head button').click(); }"
    )
    expect(page.locator(".sheet")).to_have_count(0)
    page.wait_for_timeout(REST)
    assert page.locator("body").get_attribute("data-printed") is None


def test_the_sheet_waits_for_the_background(open_page: OpenPage, described: dict[str, Any]) -> None:
    background = described["backgrounds"][0]
    page = open_page(f"{MAP}&background={background['id']}&tool=print")
    expect(page.locator("#panel .tool")).to_be_visible()
    settled(page)
    page.evaluate(PRINTED)
    with holding(page, f"**{background['url'].split('{')[0]}**") as held:
        page.locator("#print-scale").select_option("50000")
        held.wait(page)
        page.get_by_role("button", name="Tisk", exact=False).last.click()
        page.wait_for_timeout(REST)
        assert page.locator("body").get_attribute("data-printed") is None
    expect(page.locator("body")).to_have_attribute("data-printed", "1")


@pytest.mark.parametrize(("zoom", "button"), [(12, "#panel .standing button"), (15, ".group-button")])
def test_what_is_being_pressed_is_not_made_anew_by_a_map_that_is_drawn(
    open_page: OpenPage, zoom: int, button: str
) -> None:
    page = open_page(f"/cs/map?at={zoom}/50.86/14.90&{LIGHTS}")
    settled(page)
    box = page.locator(button).first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.locator("input[data-layer='municipalities']").evaluate("box => box.click()")
    page.wait_for_timeout(REST)
    page.mouse.up()
    expect(page).not_to_have_url(re.compile(f"at={zoom}/"))


def test_a_search_that_was_closed_stays_closed(searched: tuple[Page, Locator]) -> None:
    page, field = searched
    with holding(page, "**/search?*") as held:
        field.fill("50.86, 14.90")
        held.wait(page)
        field.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
    page.wait_for_timeout(REST)
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("50.86, 14.90")


def test_enter_asks_again_for_what_was_emptied_meanwhile(searched: tuple[Page, Locator]) -> None:
    page, field = searched
    field.press("Escape")
    field.press("Escape")
    expect(field).to_have_value("")
    field.fill("50.86, 14.9")
    field.press("Enter")
    expect(page.locator(".pin")).to_be_visible()


def test_the_option_that_was_walked_to_stays_chosen_when_a_newer_answer_has_it_too(
    searched: tuple[Page, Locator],
) -> None:
    page, field = searched
    with holding(page, "**/search?*") as held:
        field.fill("50.86, 14.90")
        held.wait(page)
        field.press("ArrowDown")
        chosen = page.locator("[role=option][aria-selected=true]")
        text = chosen.inner_text()
        mark(page, "[role=option]")
    expect(page.locator("[role=option][data-marked]")).to_have_count(0)
    expect(chosen).to_have_text(text.replace("\n", " "))


def test_a_filter_that_was_taken_off_is_not_put_back_by_a_list_that_comes_late(open_page: OpenPage) -> None:
    page = open_page(f"{MAP}&where.street-lights=height%20>%205")
    settled(page)
    page.locator("#tab-list").click()
    expect(page.locator("#count")).to_contain_text("řád")
    with holding(page, "**/map/list?**") as held:
        page.locator("#panel").get_by_role("link", name="Výška", exact=True).press("Enter")
        held.wait(page)
        page.locator("#tab-layers").click()
        page.get_by_role("button", name="Zrušit filtr").click()
        expect(page).not_to_have_url(re.compile("where"))
        page.locator("#tab-list").click()
    expect(page.locator("#panel .list")).not_to_have_attribute("aria-busy", "true")
    page.wait_for_timeout(REST)
    expect(page).not_to_have_url(re.compile("where"))


def test_of_two_conditions_the_newer_holds_whichever_is_looked_at_longer(open_page: OpenPage) -> None:
    page = open_page(f"{MAP}&tool=filter&where.street-lights=height%20>%204%20OR%20height%20<%201")
    text = page.get_by_label("Podmínka")
    expect(text).to_be_visible()
    with holding(page, re.compile(r"filter=height\+%3E\+5")) as held:
        text.fill("height > 5")
        page.get_by_role("button", name="Použít").click()
        held.wait(page)
        text.fill("height > 8 OR height < 1")
        page.get_by_role("button", name="Použít").click()
        expect(page).to_have_url(re.compile(r"where.street-lights=height%20%3E%208"))
    page.wait_for_timeout(REST)
    expect(page).to_have_url(re.compile(r"where.street-lights=height%20%3E%208"))


def test_degrees_that_are_being_copied_stay_when_the_other_systems_come(open_page: OpenPage) -> None:
    page = open_page(MAP)
    settled(page)
    page.locator("#tab-tools").click()
    with holding(page, "**/coordinates?*"):
        page.locator("[data-tool='coordinates']").click()
        first = page.locator(".coords-row input").first
        first.focus()
    expect(page.locator(".coords")).to_contain_text("S-JTSK")
    expect(first).to_be_focused()


def test_details_opened_while_a_dashboard_comes_stay_open(open_page: OpenPage) -> None:
    page = open_page("/cs/dashboards/budget")
    with holding(page, "**/dashboards/budget?*") as held:
        page.locator("#expense svg a").first.click()
        held.wait(page)
        page.locator("#income details.embed summary").click()
    expect(page.locator("#expense .trail [aria-current]")).to_be_visible()
    expect(page.locator("#income details.embed")).to_have_attribute("open", "")


def test_tiles_come_though_their_worker_did_not_come_at_first(open_page: OpenPage, base: str, witness: Witness) -> None:
    page = open_page("/cs/help")
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        route.abort()

    page.route("**/assets/tiles-*", lose)
    with witness.forgiving("ERR_FAILED"):
        page.goto(f"{base}{MAP}")
        becomes(page, lambda: bool(lost), expected=True)
        expect(page.locator("#map")).to_have_attribute("data-state", "ready")
        page.unroute("**/assets/tiles-*")
        expect(page.locator("#trouble")).to_be_empty(timeout=30_000)
    settled(page)
    assert int(page.locator("#map").get_attribute("data-features") or 0) > 0
