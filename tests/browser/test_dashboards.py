"""Dashboards as somebody uses them: by mouse and keyboard, without a script, on a phone, on paper, in a frame."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_axe import _violations as violations
from tests.browser.witness import settled

pytestmark = pytest.mark.usefixtures("portal")
BUDGET = "/dashboards/budget"
PAGES = ("/dashboards/memory", "/dashboards/infrastructure", "/dashboards/plans", BUDGET, "/statistics")


def total(page: Page, part: str) -> str:
    """Return the figure of the whole in a part's table, its newest."""
    return page.locator(f"#{part} tfoot td").first.text_content() or ""


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize(("path", "language"), list(zip(PAGES, ("cs", "de", "pl", "en", "cs"), strict=True)))
def test_every_chart_has_a_sentence_and_a_table_and_breaks_no_rule(
    open_page: OpenPage, path: str, language: str
) -> None:
    page = open_page(f"/{language}{path}")
    figures = page.locator("main figure")
    assert figures.count() >= 3
    for index in range(figures.count()):
        assert len(figures.nth(index).locator("figcaption").text_content() or "") > 15
        assert figures.nth(index).locator("xpath=following-sibling::details//table").count() == 1
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert overflow(page) <= 0
        assert violations(page) == []


def test_the_budget_opens_by_mouse_and_closes_by_history(open_page: OpenPage) -> None:
    page = open_page(f"/cs{BUDGET}")
    whole = total(page, "expense")
    page.locator("#expense svg a").first.click()
    expect(page.locator("#expense .trail [aria-current]")).to_have_text("Doprava a silnice")
    expect(page.locator("#expense h2")).to_be_focused()
    expect(page).to_have_url(re.compile("where.budget=chapter"))
    assert total(page, "expense") != whole
    page.go_back()
    expect(page.locator("#expense .trail")).to_have_count(0)
    assert total(page, "expense") == whole


def test_the_same_without_a_script_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(f"/de{BUDGET}", java_script_enabled=False)
    page.locator("#expense svg a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#expense .trail [aria-current]")).to_have_text("Verkehr und Straßen")
    page.locator("#expense .trail a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#expense .trail")).to_have_count(0)
    page.get_by_label("Jahr", exact=True).select_option("2025")
    page.get_by_role("button", name="Anzeigen").click()
    expect(page.locator("#chosen")).to_contain_text("Jahr: 2025")
    page.get_by_role("link", name="Aufheben: Jahr: 2025").click()
    expect(page).to_have_url(re.compile(f"{BUDGET}$"))


def test_a_bar_leads_to_the_map_under_the_same_filter(open_page: OpenPage) -> None:
    page = open_page("/cs/dashboards/memory?where.war-graves=condition%20%3D%20%272%27")
    bar = page.locator("#event svg a").first
    number = int(re.findall(r"\d+", (bar.get_attribute("aria-label") or "").rpartition(" ")[2])[0])
    bar.click()
    settled(page)
    expect(page).to_have_url(re.compile("where.war-graves="))
    page.goto(page.url + "&view=list&table=war-graves")
    expect(page.locator("main")).to_contain_text(str(number))


def test_a_part_is_shown_in_a_frame(open_page: OpenPage) -> None:
    page = open_page("/pl/dashboards/memory?part=event&embed=1", width=360)
    expect(page.locator("section")).to_have_count(1)
    expect(page.locator("header")).to_have_count(0)
    assert overflow(page) <= 0
    assert violations(page) == []
    assert page.locator("svg a").first.get_attribute("target") == "_top"


def test_letters_of_a_chart_do_not_shrink_with_it(open_page: OpenPage) -> None:
    page = open_page("/cs/dashboards/infrastructure", width=320)
    sizes = page.locator(".drawing text").evaluate_all(
        "all => all.map((each) => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(sizes) >= 14
    heights = page.locator("#lamp svg a").evaluate_all("all => all.map((each) => each.getBoundingClientRect().height)")
    assert min(heights) >= 24


def test_tables_are_on_paper_though_they_are_closed_on_the_screen(open_page: OpenPage) -> None:
    page = open_page("/cs/dashboards/memory")
    table = page.locator("#event details table")
    expect(table).not_to_be_visible()
    page.emulate_media(media="print")
    expect(table).to_be_visible()
    expect(page.locator("#event .take")).not_to_be_visible()


def test_words_stand_out_without_colours_of_the_page(open_page: OpenPage) -> None:
    page = open_page("/cs/dashboards/memory", forced_colors="active")
    fills = page.locator("#event svg .bar").evaluate_all(
        "all => new Set(all.map((each) => getComputedStyle(each).fill)).size"
    )
    assert fills == 1
