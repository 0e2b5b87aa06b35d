"""What applies here, as somebody asks it: from the map, from a form, on a small screen, on paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, ask
from tests.browser.witness import Witness, settled

pytestmark = pytest.mark.usefixtures("portal")


def published(base: str) -> str:
    """Return the code of a municipality whose plan is published; other tests may have published more."""
    feature, *_ = ask(f"{base}/ogc/collections/plan-coverage/items?standing=published")["features"]
    return str(feature["id"])


def inside(base: str) -> tuple[float, float]:
    """Return a place in that municipality, as its own answer has it."""
    place = ask(f"{base}/here?code={published(base)}")["place"]
    return place["lon"], place["lat"]


def test_a_click_on_the_map_leads_to_what_applies_there(open_page: OpenPage, base: str) -> None:
    lon, lat = inside(base)
    page = open_page(f"/cs/map?at=16/{lat}/{lon}&layers=municipalities,zoning-elements")
    settled(page)
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("link", name="Co zde platí?").click()
    expect(page.locator("h1")).to_have_text("Co zde platí?")
    asked = {name: float(value) for name, value in re.findall(r"(lon|lat)=([\d.]+)", page.url)}
    assert asked["lon"] == pytest.approx(lon, abs=1e-4)
    assert asked["lat"] == pytest.approx(lat, abs=1e-4)
    for heading in ("Obec", "Územní plán", "Plocha s rozdílným způsobem využití"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Dokumenty plánu a protokol kontroly")).to_be_visible()
    expect(page.get_by_text("Převod do HILUCS")).to_be_visible()


def test_the_form_tells_what_is_wrong_and_finds_by_name(open_page: OpenPage, base: str, witness: Witness) -> None:
    lon, lat = inside(base)
    page = open_page("/pl/here", java_script_enabled=False)
    page.get_by_text("Podaj współrzędne albo inny dzień").click()
    page.get_by_label("Szerokość geograficzna").fill("pięćdziesiąt")
    page.get_by_label("Długość geograficzna").fill(str(lon).replace(".", ","))
    # The console tells of it a moment after the page is there.
    with witness.forgiving("400"), page.expect_console_message(lambda said: "400" in said.text):
        page.get_by_role("button", name="Pokaż, co obowiązuje").click()
    expect(page.get_by_role("alert")).to_contain_text("Szerokość geograficzna")
    expect(page.get_by_label("Szerokość geograficzna")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Szerokość geograficzna").fill(str(lat).replace(".", ","))
    page.get_by_role("button", name="Pokaż, co obowiązuje").click()
    expect(page.get_by_role("heading", name="Przeznaczenie terenu")).to_be_visible()
    name = ask(f"{base}/here?code={published(base)}")["place"]["name"]
    page.get_by_label("Adres, ulica, gmina lub współrzędne").fill(name)
    page.get_by_role("button", name="Szukaj").click()
    page.locator(".found").get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", name=name).first).to_be_visible()


@pytest.mark.parametrize("lang", ["cs", "de", "pl", "en"])
def test_the_page_fits_a_small_screen_and_paper(open_page: OpenPage, base: str, lang: str) -> None:
    lon, lat = inside(base)
    page = open_page(f"/{lang}/here?lon={lon}&lat={lat}", width=320, height=568)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.emulate_media(media="print")
    expect(page.locator("form").first).to_be_hidden()
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.locator(".notice")).to_be_visible()
    assert page.locator(".fact").count() >= 4
