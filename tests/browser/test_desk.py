"""The story of the desk in a real browser: from a broken plan to the map, with nothing but what the pages say."""

import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from commands.region import OFFICERS, REGION
from tests.browser.conftest import OpenPage, ask
from tests.browser.witness import drawn, settled
from tests.portal import Portal

CODE = "99300001"
"""A municipality of the demo whose plan the demo itself has a broken first try of."""
CHECKED = 180_000
"""Milliseconds for a check, on a machine that does other things too."""
PUBLISHED = 60.0


@pytest.fixture
def broken(root: Path) -> Path:
    """The demo's broken plan of that municipality."""
    (found,) = (root / "var" / "demo" / "plans" / "first-tries").glob(f"*_{CODE}.zip")
    return found


def uploaded(page: Page, plan: Path) -> None:
    """Choose the file, send it, and wait for the result."""
    page.locator("#files").set_input_files(plan)
    page.get_by_role("button", name="Zkontrolovat").click()
    expect(page.locator(".verdict")).to_be_visible(timeout=CHECKED)


def sign_in(page: Page, portal: Portal, email: str) -> None:
    password = (Path(portal.environment["KRAJINA_DATA"]) / OFFICERS).read_text().splitlines()[0]
    page.get_by_role("link", name="Přihlášení").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Heslo").fill(password)
    page.get_by_role("button", name="Přihlásit").click()
    expect(page.get_by_role("button", name="Odhlásit")).to_be_visible()


def test_a_newcomer_brings_a_broken_plan_onto_the_map(
    open_page: OpenPage, portal: Portal, base: str, broken: Path, tmp_path: Path
) -> None:
    page = open_page("/desk?lang=cs")
    uploaded(page, broken)
    expect(page.get_by_role("heading", name="Je třeba nejprve opravit")).to_be_visible()
    expect(page.locator("ol.todo li")).not_to_have_count(0)
    expect(page.frame_locator("iframe.report").locator("#map svg, #map canvas").first).to_be_visible()
    assert page.evaluate("scrollY") == 0  # the frame has not pulled the page to its map
    with page.expect_download() as download:
        page.get_by_role("link", name="Stáhnout opravený balík").click()
    repaired = tmp_path / "repaired.zip"
    download.value.save_as(repaired)

    sign_in(page, portal, f"{CODE}@demo.example")
    page.get_by_role("link", name="Kontrola územního plánu").click()
    uploaded(page, repaired)
    expect(page.get_by_role("heading", name="Lze podat")).to_be_visible()
    page.get_by_role("button", name="Podat").click()
    expect(page.locator(".state.checked")).to_be_visible(timeout=CHECKED)

    office = open_page("/desk?lang=cs")
    sign_in(office, portal, REGION)
    office.get_by_role("link", name="Flächennutzungsplan Weißquell").first.click()
    began = time.monotonic()
    office.get_by_role("button", name="Přijmout", exact=True).click()
    office.get_by_role("button", name="Zveřejnit").click()
    expect(office.locator(".state.published")).to_be_visible(timeout=PUBLISHED * 1000)
    query = urlencode({"municipality": CODE, "limit": 1})
    assert ask(f"{base}/ogc/collections/zoning-elements/items?{query}")["numberMatched"] > 0
    assert time.monotonic() - began < PUBLISHED
    office.get_by_role("link", name="Zobrazit na mapě").click()
    settled(office)
    assert drawn(office) > 0
    page.reload()
    expect(page.locator(".state.published")).to_be_visible()


def test_the_result_fits_a_phone(open_page: OpenPage, broken: Path) -> None:
    page = open_page("/desk?lang=cs", width=320, height=640)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    uploaded(page, broken)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    expect(page.locator("iframe.report")).to_be_hidden()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Otevřít mapu a seznam chyb").click()
    expect(opened.value.locator("h1")).to_be_visible()
    opened.value.close()


def test_the_desk_is_worked_by_keys(open_page: OpenPage, portal: Portal) -> None:
    page = open_page("/desk/sign-in?lang=cs")
    password = (Path(portal.environment["KRAJINA_DATA"]) / OFFICERS).read_text().splitlines()[0]
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "email":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.type(REGION)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Plány, které čekají na rozhodnutí")).to_be_visible()
