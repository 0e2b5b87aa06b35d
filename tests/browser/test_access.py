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
    page = open_page(f"/{lang}/")
    settled(page)
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("h1")).to_have_text(described["title"])
    expect(page.locator("#tab-layers")).to_have_text(WORDS[lang])
    titles = page.locator("#panel .layer .title").all_inner_texts()
    assert titles == [layer["title"] for group in described["groups"] for layer in group["layers"]]


def test_another_language_opens_on_the_same_map(open_page: OpenPage, base: str, layers: Layers) -> None:
    layer = coded(layers)
    page = open_page(f"/cs/{link_to(layer, features(base, layer)[0])}")
    settled(page)
    before = page.url
    page.get_by_role("navigation").get_by_role("link", name="Polski").click()
    settled(page)
    assert page.url == before.replace("/cs/", "/pl/")


def test_the_root_leads_to_the_language_of_the_browser(open_page: OpenPage) -> None:
    page = open_page("/", locale="pl-PL")
    settled(page)
    expect(page).to_have_url(re.compile(r"/pl/"))


@pytest.mark.parametrize("lang", WORDS)
def test_a_screen_of_320_pixels_never_scrolls_sideways(
    open_page: OpenPage, base: str, layers: Layers, lang: str
) -> None:
    layer = coded(layers)
    page = open_page(f"/{lang}/{link_to(layer, features(base, layer)[0])}", width=320, height=568)
    settled(page)
    assert inked(page) > 0
    for step in ("#tab-layers", "#tab-list", None):
        if step:
            page.locator(step).click()
        else:
            page.locator(".list li button").first.click()
            expect(page.get_by_role("dialog")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert _outside(page) == []


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
    page = open_page("/cs/")
    settled(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Přejít na seznam objektů v mapě")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    row = page.locator(".list li button").first
    expect(row).to_be_focused()
    name = row.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator("h2")).to_be_focused()
    expect(page.get_by_role("dialog").locator("h2")).to_have_text(name)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".list li button", has_text=name).first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#tab-list")).to_be_focused()


def test_everything_that_takes_focus_shows_it_and_has_a_name(open_page: OpenPage) -> None:
    page = open_page("/cs/")
    settled(page)
    seen = []
    for _ in range(60):
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
    order = [each for each in seen if each in {"query", "tab-layers", "tab-list", "map"}]
    assert order == ["query", "tab-layers", "tab-list", "map"]


def test_the_map_is_moved_and_asked_by_keys(open_page: OpenPage, layers: Layers) -> None:
    page = open_page(f"/cs/#layers={labelled_areas(layers)['id']}")
    settled(page)
    before = page.url
    page.locator("#map").focus()
    page.keyboard.press("ArrowUp")
    expect(page).not_to_have_url(before)
    settled(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_what_happens_is_said_to_screen_readers(open_page: OpenPage) -> None:
    page = open_page("/cs/")
    settled(page)
    expect(page.locator("#status")).to_have_text(re.compile(r"^(V|Na) map"))
    assert drawn(page) > 0


def test_dark_and_light_differ_and_both_are_drawn(open_page: OpenPage) -> None:
    papers = []
    for scheme in ("light", "dark"):
        page = open_page("/cs/", color_scheme=scheme)
        settled(page)
        assert inked(page) > 5_000
        papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert papers[0] != papers[1]


def test_without_javascript_the_page_leads_to_the_data(open_page: OpenPage, base: str) -> None:
    page = open_page("/cs/", java_script_enabled=False)
    href = page.locator("noscript a").first.get_attribute("href")
    page.goto(f"{base}{href}")
    assert page.locator("h1").count() == 1
