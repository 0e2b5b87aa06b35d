"""For everyone: four languages, small screens, the keyboard alone, dark and still."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, ask
from tests.browser.test_map import Layers, coded, features, labelled_areas, link_to
from tests.browser.witness import drawn, inked, settled

pytestmark = pytest.mark.usefixtures("portal")
WORDS = {"cs": "Vrstvy", "de": "Ebenen", "pl": "Warstwy", "en": "Layers"}


@pytest.mark.parametrize("lang", WORDS)
def test_each_language_has_its_words_and_data_titles(open_page: OpenPage, base: str, lang: str) -> None:
    described = ask(f"{base}/map/portal?lang={lang}")
    page = open_page(f"/{lang}/map")
    settled(page)
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("h1")).to_have_text(described["title"])
    expect(page.locator("#tab-layers")).to_have_text(WORDS[lang])
    titles = page.locator("#panel .group .layer .title").all_inner_texts()
    assert titles == [layer["title"] for group in described["groups"] for layer in group["layers"]]


def test_another_language_opens_on_the_same_map(open_page: OpenPage, base: str, layers: Layers) -> None:
    layer = coded(layers)
    page = open_page(f"/cs/map?{link_to(layer, features(base, layer)[0])}")
    settled(page)
    before = page.url
    page.get_by_role("navigation").get_by_role("link", name="Polski").click()
    expect(page).to_have_url(before.replace("/cs/map", "/pl/map"))
    settled(page)
    expect(page).to_have_url(before.replace("/cs/map", "/pl/map"))


def test_the_root_leads_to_the_language_of_the_browser(open_page: OpenPage) -> None:
    page = open_page("/", locale="pl-PL")
    expect(page).to_have_url(re.compile(r"/pl/"))


@pytest.mark.parametrize("lang", WORDS)
def test_a_screen_of_320_pixels_never_scrolls_sideways(
    open_page: OpenPage, base: str, layers: Layers, lang: str
) -> None:
    layer = coded(layers)
    page = open_page(f"/{lang}/map?{link_to(layer, features(base, layer)[0])}", width=320, height=568)
    settled(page)
    assert inked(page) > 0
    for step in ("#tab-layers", "#tab-list", None):
        if step:
            page.locator(step).click()
            expect(page.locator("#panel .stack" if step == "#tab-layers" else ".list [data-ref]").first).to_be_visible()
        else:
            page.locator(".list [data-ref]").first.click()
            expect(page.get_by_role("dialog").locator("dl")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert _outside(page) == []


LARGE = ("map", "map?tool=share", "map?tool=coordinates", "map?view=list", "here?lon=15.06&lat=50.77", "datasets")
LARGE_DATA = (
    "datasets/supplementary-regulations",
    "datasets/zoning-elements/worksheet",
    "dashboards/memory",
    "contact",
)


@pytest.mark.parametrize("path", LARGE + LARGE_DATA)
def test_letters_twice_as_large_do_not_scroll_a_narrow_page_sideways(open_page: OpenPage, path: str) -> None:
    page = open_page(f"/de/{path}", width=320, height=640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if path == "map":
        page.locator("#tab-layers").click()
    if path.startswith("map") and "view" not in path:
        expect(page.locator("#panel .stack, #panel .tools > :not(.empty)").first).to_be_visible()
        assert _outside(page) == []
        assert page.evaluate("(each => each.scrollWidth - each.clientWidth)(document.querySelector('#panel'))") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_back_from_the_page_of_a_feature_is_back_in_the_list(open_page: OpenPage) -> None:
    page = open_page("/cs/map")
    page.locator("#tab-list").click()
    page.locator(".rows tbody th a").first.click()
    page.wait_for_url("**/items/**")
    page.go_back()
    expect(page.locator(".rows tbody th a").first).to_be_visible()


def _outside(page: Page) -> list[str]:
    """Controls that stick out of the screen at the side."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("button, input, a, h1, h2, dd")]
            .filter((each) => each.checkVisibility() && !each.closest(".skip"))
            .filter((each) => { const box = each.getBoundingClientRect(); return box.left < 0 || box.right > 320.5; })
            .map((each) => each.outerHTML.slice(0, 80))"""
    )
    return found


def test_the_keyboard_alone_reaches_a_feature_and_comes_back(open_page: OpenPage) -> None:
    page = open_page("/cs/map")
    settled(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Přejít na seznam objektů v mapě")).to_be_focused()
    page.keyboard.press("Enter")
    row = page.locator(".list [data-ref]").first
    expect(row).to_be_visible()
    _tab_to(page, "[data-ref]")
    expect(row).to_be_focused()
    name = page.locator(".list [data-row] th").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator("h2")).to_be_focused()
    expect(page.get_by_role("dialog").locator("h2")).to_have_text(name)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(row).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#tab-list")).to_be_focused()


def _tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until something that matches has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{most} times Tab do not reach {selector}")


def test_everything_that_takes_focus_shows_it_and_has_a_name(open_page: OpenPage) -> None:
    page = open_page("/cs/map")
    settled(page)
    seen = []
    for _ in range(160):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => { const at = document.activeElement, style = getComputedStyle(at);
                if (at === document.body) return null;
                const name = at.getAttribute("aria-label") || at.textContent.trim() || at.labels?.[0]?.textContent;
                return { tag: at.tagName, id: at.id, name, outline: style.outlineStyle !== "none" }; }"""
        )
        if focused is None:
            break
        assert focused["name"], focused
        assert focused["outline"], focused
        seen.append(focused["id"])
    order = [each for each in seen if each in {"query", "tab-layers", "tab-list", "tab-tools", "map"}]
    assert order == ["query", "tab-layers", "tab-list", "tab-tools", "map"]


def test_the_map_is_moved_and_asked_by_keys(open_page: OpenPage, layers: Layers) -> None:
    page = open_page(f"/cs/map?layers={labelled_areas(layers)['id']}")
    settled(page)
    before = page.url
    page.locator("#map").focus()
    page.keyboard.press("ArrowUp")
    expect(page).not_to_have_url(before)
    settled(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_what_happens_is_said_to_screen_readers(open_page: OpenPage) -> None:
    page = open_page("/cs/map")
    settled(page)
    expect(page.locator("#status")).to_have_text(re.compile(r"^(V|Na) map"))
    assert drawn(page) > 0


def test_dark_and_light_differ_and_both_are_drawn(open_page: OpenPage) -> None:
    papers = []
    for scheme in ("light", "dark"):
        page = open_page("/cs/map", color_scheme=scheme)
        settled(page)
        assert inked(page) > 5_000
        papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert papers[0] != papers[1]


def test_without_javascript_the_page_leads_to_the_data(open_page: OpenPage, base: str) -> None:
    page = open_page("/cs/map?layers=municipalities", java_script_enabled=False)
    page.wait_for_url(f"{base}/cs/map?layers=municipalities&view=list")
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("[data-row]").first).to_be_visible()
