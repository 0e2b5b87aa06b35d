"""The search field, by keyboard and mouse, as the ARIA Authoring Practices want an editable combobox."""

import re
import unicodedata
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage, ask
from tests.browser.test_map import Layers, features, labelled_areas
from tests.browser.witness import settled

pytestmark = pytest.mark.usefixtures("portal")


def without_accents(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each)).lower()


@pytest.fixture(scope="module")
def accented(base: str, layers: Layers) -> dict[str, Any]:
    """A municipality whose name has letters that one cannot type on every keyboard."""
    layer = labelled_areas(layers)
    named = [feature | {"name": feature["properties"][layer["label"]]} for feature in features(base, layer)]
    return next(each for each in named if without_accents(each["name"]) != each["name"].lower())


def typed(page: Page, text: str) -> None:
    page.get_by_role("combobox").fill(text)
    expect(page.get_by_role("option").first).to_be_visible()


def test_a_name_is_found_without_its_accents_and_opens_its_card(
    open_page: OpenPage, layers: Layers, accented: dict[str, Any]
) -> None:
    page = open_page("/cs/map?layers=")
    settled(page)
    typed(page, without_accents(accented["name"]))
    page.get_by_role("option", name=f"{accented['name']} {labelled_areas(layers)['title']}", exact=True).click()
    expect(page.get_by_role("dialog").locator("h2")).to_have_text(accented["name"])
    settled(page)
    expect(page.locator(f"input[data-layer='{labelled_areas(layers)['id']}']")).to_be_checked()
    expect(page).to_have_url(re.compile(rf"feature={labelled_areas(layers)['id']}/"))


def test_a_find_of_a_layer_that_came_after_the_map_was_opened_is_reached(
    open_page: OpenPage, layers: Layers, accented: dict[str, Any]
) -> None:
    layer = labelled_areas(layers)

    def before_it_was_published(route: Route) -> None:
        answer = route.fetch()
        portal = answer.json()
        for group in portal["groups"]:
            group["layers"] = [each for each in group["layers"] if each["id"] != layer["id"]]
        route.fulfill(response=answer, json=portal)

    page = open_page("/cs/help")
    page.route("**/map/portal?*", before_it_was_published)
    page.goto(page.url.replace("/help", "/map?at=9/50.7/15.2&layers="))
    settled(page)
    page.unroute("**/map/portal?*")
    typed(page, accented["name"])
    page.get_by_role("option", name=f"{accented['name']} {layer['title']}", exact=True).click()
    card = page.get_by_role("dialog")
    expect(card.locator("h2")).to_have_text(accented["name"])
    expect(card.locator(".over")).to_have_text(layer["title"])
    expect(card.get_by_role("link", name="Celý záznam")).to_be_visible()
    settled(page)
    expect(page).to_have_url(re.compile(rf"feature={layer['id']}/"))
    expect(page).not_to_have_url(re.compile(r"at=9/"))
    page.reload()
    settled(page)
    expect(page.locator(f"input[data-layer='{layer['id']}']")).to_be_checked()


def test_the_list_is_walked_by_arrows_while_focus_stays_in_the_field(
    open_page: OpenPage, accented: dict[str, Any]
) -> None:
    page = open_page("/cs/map")
    settled(page)
    field = page.get_by_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "false")
    typed(page, without_accents(accented["name"])[:4])
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    active = page.locator("[role=option][aria-selected=true]")
    expect(field).to_have_attribute("aria-activedescendant", str(active.get_attribute("id")))
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_escape_closes_the_list_then_empties_the_field(open_page: OpenPage, accented: dict[str, Any]) -> None:
    page = open_page("/cs/map")
    settled(page)
    typed(page, accented["name"])
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_role("combobox")).to_have_value(accented["name"])
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_have_value("")


def test_a_choice_ends_the_question_that_typing_began(open_page: OpenPage, accented: dict[str, Any]) -> None:
    page = open_page("/cs/map")
    settled(page)
    typed(page, without_accents(accented["name"]))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search?" in request.url else None)
    # In one go: within the moment that the field waits for the next letter.
    page.get_by_role("combobox").evaluate(
        """(field) => {
            field.dispatchEvent(new Event("input"));
            for (const key of ["ArrowDown", "Enter"]) field.dispatchEvent(new KeyboardEvent("keydown", { key }));
        }"""
    )
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_timeout(500)
    assert asked == []
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_nothing_found_is_said(open_page: OpenPage) -> None:
    page = open_page("/cs/map")
    settled(page)
    page.get_by_role("combobox").fill("qqxxqq")
    expect(page.locator("#found")).to_have_text("Nic jsme nenašli.")
    expect(page.locator("#status")).to_have_text("Nic jsme nenašli.")


def test_coordinates_become_a_pin(open_page: OpenPage) -> None:
    page = open_page("/cs/map")
    settled(page)
    typed(page, "50,8 N 14,85 E")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("mark=50.80000/14.85000"))
    expect(page.locator(".pin")).to_be_visible()


def test_the_page_of_the_search_needs_no_script(open_page: OpenPage, accented: dict[str, Any]) -> None:
    page = open_page("/cs/search", width=320, java_script_enabled=False)
    page.get_by_label("Co hledáte?").fill(without_accents(accented["name"]))
    page.keyboard.press("Enter")
    first = page.locator("ol.found > li").first
    expect(first.get_by_role("link", name=accented["name"], exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    first.get_by_role("link", name="Co zde platí?").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text(accented["name"])


@pytest.fixture(scope="module")
def address(base: str) -> str:
    """An address of the municipality whose plan is published."""
    feature, *_ = ask(f"{base}/ogc/collections/plan-coverage/items?standing=published")["features"]
    named = ask(f"{base}/ogc/collections/addresses/items?limit=1&municipality_code={feature['id']}")
    return str(named["features"][0]["properties"]["address"])


@pytest.mark.parametrize(("lang", "width"), [("cs", 1280), ("de", 320), ("pl", 320), ("en", 1280)])
def test_a_newcomer_gets_from_the_home_page_to_what_applies_by_keyboard(
    open_page: OpenPage, address: str, lang: str, width: int
) -> None:
    page = open_page(f"/{lang}/", width=width)
    field = page.locator("#q")
    field.focus()
    expect(field).to_have_attribute("role", "combobox")
    page.keyboard.type(without_accents(address))
    expect(page.get_by_role("option").first).to_contain_text(address)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".lead")).to_contain_text(address)
    short = page.locator("dl.short dd")
    expect(short).to_have_count(3)
    assert "·" in short.nth(2).inner_text()  # the zone: its name, the national and the harmonised use
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_enter_without_a_choice_asks_the_page_of_the_search(open_page: OpenPage, accented: dict[str, Any]) -> None:
    page = open_page("/cs/")
    expect(page.locator("#q")).to_have_attribute("role", "combobox")  # before anybody has come to it
    typed(page, without_accents(accented["name"]))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/cs/search[?]q="))
    expect(page.locator("ol.found > li").first).to_contain_text(accented["name"])


def test_a_number_that_is_not_there_is_said_before_anything_else(open_page: OpenPage, address: str) -> None:
    page = open_page("/cs/map")
    settled(page)
    typed(page, re.sub(r"\d+(/\d+)?", "98765", address, count=1))
    expect(page.locator("#found > li").first).to_contain_text("98765")
    expect(page.locator("#status")).to_contain_text("98765")
