"""Dataset pages as people use them: on a small screen, by keyboard, without a script, and on paper."""

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, ask
from tests.browser.witness import Witness

pytestmark = pytest.mark.usefixtures("portal")

PAGES = ("", "/street-lights", "/street-lights/quality", "/roads/history", "/roads/snapshots", "/memorials/worksheet")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "width"), [("cs", 320), ("de", 320), ("pl", 640)])
def test_nothing_is_wider_than_the_screen(open_page: OpenPage, path: str, language: str, width: int) -> None:
    page = open_page(f"/{language}/datasets{path}", width=width)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("html").get_attribute("lang") == language
    small = page.evaluate(
        """[...document.querySelectorAll(".parts a, .actions a, button, input, select, summary")]
        .map(each => each.getBoundingClientRect())
        .filter(each => each.width && (each.height < 24 || each.width < 24)).length"""
    )
    assert small == 0


def test_the_way_from_the_list_to_the_data_needs_no_script(open_page: OpenPage) -> None:
    page = open_page("/cs/datasets", java_script_enabled=False)
    page.get_by_label("Hledat v názvech").fill("osvětlením")
    page.get_by_role("button", name="Hledat").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 datová sada")
    page.get_by_role("link", name="Veřejné osvětlení").press("Enter")
    expect(page.locator("h1")).to_contain_text("Veřejné osvětlení")
    page.get_by_role("link", name="Kvalita", exact=True).press("Enter")
    expect(page.get_by_role("link", name="Kvalita", exact=True)).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("heading", name="Co chybí")).to_be_visible()


def test_pictures_are_there_and_from_here(open_page: OpenPage) -> None:
    page = open_page("/de/datasets/memorials")
    page.get_by_text("In QGIS öffnen, Schritt für Schritt").click()
    for picture in page.locator("main img").all():
        picture.scroll_into_view_if_needed()
        page.wait_for_function("each => each.naturalWidth > 50", arg=picture.element_handle())
        assert picture.get_attribute("alt")


def test_the_present_state_is_frozen_at_an_address_and_had_as_a_file(open_page: OpenPage, base: str) -> None:
    page = open_page("/en/datasets/memorials/snapshots")
    freeze = page.get_by_role("link", name="Freeze the present state")
    for _ in range(20):  # what was loaded within these two minutes is not settled yet
        if freeze.count():
            break
        page.wait_for_timeout(10_000)
        page.reload()
    freeze.click()
    expect(page.get_by_text("This state is final.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/snapshots/\d{4}-\d\d-\d\dT\d\d:\d\dZ$"))
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").strip().splitlines()
    found = ask(f"{base}/ogc/collections/memorials/items?limit=1")["numberMatched"]
    assert len(lines) == found + 1
    page.get_by_role("link", name="A worksheet for schools from this snapshot").click()
    expect(page.locator("h1")).to_contain_text("Worksheet")


def printed(page: Page) -> list[str]:
    """Return the text of each printed page."""
    pdf = pypdfium2.PdfDocument(io.BytesIO(page.pdf(format="A4")))
    return [pdf[place].get_textpage().get_text_range() for place in range(len(pdf))]


def test_solutions_are_printed_on_a_sheet_of_their_own(open_page: OpenPage) -> None:
    page = open_page("/en/datasets/memorials/worksheet?variant=2")
    expect(page.get_by_role("img", name=re.compile("Map with 10 numbered features"))).to_be_visible()
    answers = page.locator("#solutions ~ ol strong").all_inner_texts()
    assert len(answers) >= 4
    sheets = printed(page)
    first = next(place for place, text in enumerate(sheets) if "Solutions:" in text)
    assert first >= 1
    assert "Draw a bar chart" in "".join(sheets[:first])
    assert not any(answer in "".join(sheets[:first]) for answer in answers if len(answer) > 12)
    assert "Group B" not in "".join(sheets), "what is for the screen only"
    page.get_by_role("link", name="Tasks only").click()
    expect(page.locator("#solutions")).to_have_count(0)


def test_what_is_not_there_is_said_kindly(open_page: OpenPage, witness: Witness) -> None:
    page = open_page("/cs/datasets/memorials/snapshots")
    with witness.forgiving("404"), page.expect_console_message(lambda said: "404" in said.text):
        page.goto(f"{witness.base}/cs/datasets/memorials/snapshots/2001-01-01")
    expect(page.get_by_text("Tehdy ještě nebylo nic zveřejněno")).to_be_visible()
