"""The list as the map's equal: without a script, by keyboard alone, on a small screen, on paper, and beside the map."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, ask
from tests.browser.witness import Witness, becomes, settled

pytestmark = pytest.mark.usefixtures("portal")

LIGHTS = "layers=street-lights,municipalities"
TITLE = "Veřejné osvětlení (smyšlené)"


def matched(base: str, query: str) -> int:
    return int(ask(f"{base}/ogc/collections/street-lights/items?limit=1&{query}")["numberMatched"])


def shown(page: Page) -> int:
    """Return the number that the list says."""
    return int(re.sub(r"\D", "", page.locator("#count").inner_text().split("řád")[0]))


def state(page: Page) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(urlsplit(page.url).query).items()}


def test_without_a_script_the_map_is_a_list_that_is_filtered_sorted_and_paged(open_page: OpenPage, base: str) -> None:
    page = open_page(f"/cs/map?{LIGHTS}", java_script_enabled=False)
    page.wait_for_url(re.compile("view=list"))
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    assert shown(page) == matched(base, "")
    page.locator("#filter > summary").click()
    page.get_by_role("checkbox", name="LED").check()
    page.get_by_role("group", name="Výška (m)").get_by_label("od").fill("8")
    page.get_by_role("button", name="Filtrovat řádky").click()
    becomes(page, lambda: state(page).get("where.street-lights"), "lamp IN ('led') AND height >= 8")
    becomes(page, lambda: shown(page), matched(base, "filter=lamp%20IN%20(%27led%27)%20AND%20height%20%3E%3D%208"))
    page.get_by_role("link", name="Výška", exact=True).click()
    expect(page.get_by_role("columnheader", name="Výška")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("link", name="Další strana").click()
    expect(page.locator("#count")).to_contain_text("Zobrazeny řádky 51 až 100")
    becomes(page, lambda: state(page).get("page"), "2")
    page.get_by_role("link", name=re.compile("^Zrušit: Výška")).click()
    becomes(page, lambda: state(page)["where.street-lights"], "lamp IN ('led')")


def test_without_a_script_each_row_leads_on_and_layers_are_switched(open_page: OpenPage) -> None:
    page = open_page(f"/cs/map?{LIGHTS}&view=list", java_script_enabled=False)
    page.locator("#layers > summary").click()
    page.get_by_role("checkbox", name="Lavičky (smyšlené)").check()
    page.get_by_role("checkbox", name=TITLE).uncheck()
    page.locator("#layers").get_by_role("button").click()
    becomes(page, lambda: state(page)["layers"], "benches,municipalities")
    page.get_by_role("navigation", name="Vrstvy jako tabulky").get_by_role("link", name="Obce").click()
    expect(page.locator("#table-title")).to_have_text("Obce (smyšlené)")
    first = page.get_by_role("rowheader").first
    name = first.inner_text()
    page.get_by_role("link", name=f"Co zde platí? {name}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Co zde platí?")
    page.go_back()
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("img")).to_be_visible()
    page.get_by_role("link", name="V seznamu").click()
    expect(page.locator("tr[aria-current]")).to_contain_text(name)
    page.locator("#extent > summary").click()
    before = state(page)["at"]
    page.get_by_role("link", name="Dvakrát širší").click()
    page.wait_for_url(lambda url: urlsplit(url).query != "" and parse_qs(urlsplit(url).query)["at"] != [before])
    assert float(before.split("/")[0]) - float(state(page)["at"].split("/")[0]) == pytest.approx(1, abs=0.26)


def test_a_place_is_found_and_what_is_around_it_is_listed(open_page: OpenPage, base: str) -> None:
    [town, *_] = ask(f"{base}/ogc/collections/municipalities/items?limit=1")["features"]
    page = open_page(f"/cs/map?{LIGHTS}&view=list", java_script_enabled=False)
    page.locator("#extent > summary").click()
    page.get_by_label("Kolem místa").fill(town["properties"]["name"])
    page.locator("#extent").get_by_role("button", name="Hledat").click()
    page.get_by_role("region", name=re.compile("toho jména")).get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"[?&]bbox="))
    assert 0 < shown(page) <= matched(base, f"bbox={state(page)['bbox']}")


@pytest.mark.parametrize("lang", ["cs", "de", "pl", "en"])
def test_the_list_fits_a_small_screen_and_paper(open_page: OpenPage, lang: str) -> None:
    page = open_page(f"/{lang}/map?layers=street-lights,zoning-elements&view=list&columns=all", width=320, height=568)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    cell = page.get_by_role("cell").first
    assert page.evaluate("(cell) => getComputedStyle(cell, '::before').content", cell.element_handle()) not in {
        "none",
        "",
    }
    page.emulate_media(media="print")
    expect(page.locator("form").first).to_be_hidden()
    expect(page.get_by_role("rowheader").first).to_be_visible()


def test_by_keyboard_alone_one_comes_from_the_list_to_the_map_at_a_feature(open_page: OpenPage) -> None:
    page = open_page("/cs/map?layers=municipalities&view=list")
    name = page.get_by_role("rowheader").first.inner_text()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.ref ?? ''").startswith("municipalities/"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    settled(page)
    expect(page.get_by_role("dialog").get_by_role("heading", name=name)).to_be_visible()
    becomes(page, lambda: state(page)["layers"], "municipalities")


def opened(page: Page) -> None:
    page.locator("#tab-list").click()
    expect(page.locator("#table-title")).to_be_visible()


def caught_up(page: Page) -> None:
    """Wait until the list in the panel is that of where the map is."""
    becomes(page, lambda: asked(page)["at"], [state(page)["at"]])
    expect(page.locator(".list")).not_to_have_attribute("aria-busy", "true")


def asked(page: Page) -> dict[str, list[str]]:
    """Return what the list in the panel was asked, as its link to the list as a page has it."""
    return parse_qs(urlsplit(page.locator("[data-page]").get_attribute("href") or "").query)


def slowed(page: Page) -> None:
    slow = {"offline": False, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)


def test_the_panel_lists_what_the_map_shows_and_follows_it(open_page: OpenPage, base: str) -> None:
    page = open_page(f"/cs/map?at=13/50.86/14.90&{LIGHTS}")
    settled(page)
    opened(page)
    before = shown(page)
    assert 0 < before < matched(base, "")
    expect(page.locator("#status")).to_contain_text(f"{TITLE}:")
    page.get_by_role("button", name="Přiblížit", exact=True).click()
    page.get_by_role("button", name="Přiblížit", exact=True).click()
    expect(page.locator("#count")).not_to_contain_text(f"{before:,}".replace(",", "\xa0"))
    caught_up(page)
    assert shown(page) < before
    page.get_by_role("link", name="Vypsat celý kraj").click()
    expect(page.get_by_role("link", name="Jen co ukazuje mapa")).to_be_focused()
    assert shown(page) == matched(base, "")


def test_what_is_followed_in_the_list_is_not_called_off_by_the_map_that_moves(open_page: OpenPage, base: str) -> None:
    page = open_page(f"/cs/map?at=13/50.86/14.90&{LIGHTS}")
    settled(page)
    opened(page)
    slowed(page)
    page.get_by_role("link", name="Výška", exact=True).press("Enter")
    page.get_by_role("button", name="Přiblížit", exact=True).click()
    expect(page.get_by_role("columnheader", name="Výška")).to_have_attribute("aria-sort", "ascending")
    caught_up(page)
    becomes(page, lambda: shown(page), matched(base, f"bbox={asked(page)['bbox'][0]}"))
    expect(page.get_by_role("columnheader", name="Výška")).to_have_attribute("aria-sort", "ascending")


def test_what_is_followed_while_the_list_is_still_that_of_before_ends_where_the_map_is(
    open_page: OpenPage, base: str
) -> None:
    page = open_page(f"/cs/map?at=13/50.86/14.90&{LIGHTS}")
    settled(page)
    opened(page)
    before = shown(page)
    slowed(page)
    page.get_by_role("button", name="Přiblížit", exact=True).click()
    page.get_by_role("link", name="Výška", exact=True).press("Enter")
    expect(page.get_by_role("columnheader", name="Výška")).to_have_attribute("aria-sort", "ascending")
    caught_up(page)
    nearer = matched(base, f"bbox={asked(page)['bbox'][0]}")
    assert nearer < before
    becomes(page, lambda: shown(page), nearer)
    expect(page.get_by_role("columnheader", name="Výška")).to_have_attribute("aria-sort", "ascending")


def test_what_is_typed_or_pressed_in_the_list_outlasts_the_map_that_moves(open_page: OpenPage) -> None:
    page = open_page(f"/cs/map?at=13/50.86/14.90&{LIGHTS}")
    settled(page)
    opened(page)
    page.locator("#filter > summary").click()
    height = page.get_by_role("group", name="Výška (m)").get_by_label("od")
    before = page.locator(".list-part").element_handle()
    page.get_by_role("button", name="Přiblížit", exact=True).press("Enter")
    page.get_by_role("checkbox", name="LED").check()
    height.fill("8")
    page.wait_for_function("before => !before.isConnected", arg=before)
    expect(page.get_by_role("checkbox", name="LED")).to_be_checked()
    expect(height).to_have_value("8")
    expect(height).to_be_focused()
    caught_up(page)
    page.get_by_role("link", name="Vypsat celý kraj").hover()
    with page.expect_response("**/map/list?**"):
        page.get_by_role("button", name="Přiblížit", exact=True).press("Enter")
        page.mouse.down()
    page.wait_for_timeout(500)  # the answer would be shown by now
    page.mouse.up()
    expect(page.get_by_role("link", name="Jen co ukazuje mapa")).to_be_visible()


def test_what_is_filtered_in_the_panel_is_filtered_on_the_map(open_page: OpenPage) -> None:
    page = open_page(f"/cs/map?at=15/50.86/14.90&{LIGHTS}")
    settled(page)
    opened(page)
    page.locator("#filter > summary").click()
    page.get_by_role("checkbox", name="LED").check()
    page.get_by_role("button", name="Filtrovat řádky").click()
    page.wait_for_url(re.compile("where.street-lights"))
    assert state(page)["where.street-lights"] == "lamp IN ('led')"
    expect(page.locator("#filter")).to_have_attribute("open", "")
    expect(page.locator(".conditions")).to_contain_text("Zdroj světla: LED")
    page.get_by_role("link", name=re.compile("^Zrušit: Zdroj")).click()
    page.wait_for_url(lambda url: "where" not in url)


def test_rows_and_map_show_each_other(open_page: OpenPage) -> None:
    page = open_page("/cs/map?layers=municipalities")
    settled(page)
    opened(page)
    row = page.locator("[data-row]").first
    name = row.get_by_role("rowheader").inner_text()
    on_map = row.get_by_role("link", name=f"Na mapě: {name}")
    on_map.focus()
    expect(page.locator(".leaflet-pointed-pane path")).to_have_count(1)
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog")
    expect(card.get_by_role("heading", name=name)).to_be_focused()
    expect(page.locator("[data-row][aria-current]")).to_contain_text(name)
    expect(page).to_have_url(re.compile("feature=municipalities/"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=f"Na mapě: {name}")).to_be_focused()
    page.locator("[data-row]").first.get_by_role("rowheader").get_by_role("link").click()
    expect(page).to_have_url(re.compile("/ogc/collections/municipalities/items/"))


def test_another_table_and_another_page_keep_the_focus_where_one_reads_on(open_page: OpenPage) -> None:
    page = open_page(f"/cs/map?{LIGHTS}")
    settled(page)
    opened(page)
    tab: Any = page.get_by_role("navigation", name="Vrstvy jako tabulky").get_by_role("link", name="Obce")
    tab.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#table-title")).to_have_text("Obce (smyšlené)")
    expect(tab).to_be_focused()
    page.get_by_role("navigation", name="Vrstvy jako tabulky").get_by_role("link", name=TITLE).click()
    expect(page.locator("#table-title")).to_have_text(TITLE)
    page.get_by_role("link", name="Další strana").press("Enter")
    expect(page.locator("#count")).to_contain_text("51 až 100")
    expect(page.locator("#table-title")).to_be_focused()
    expect(page.locator("#status")).to_contain_text("51 až 100")


def test_a_list_that_does_not_come_keeps_the_focus_and_is_asked_again(open_page: OpenPage, witness: Witness) -> None:
    page = open_page(f"/cs/map?{LIGHTS}")
    opened(page)
    page.route("**/map/list?**", lambda route: route.abort())
    again = page.locator("#panel").get_by_role("button", name="Zkusit znovu")
    with witness.forgiving("ERR_FAILED"):
        page.locator("#panel").get_by_role("link", name="Výška", exact=True).press("Enter")
        expect(page.locator(".kept-list")).to_contain_text("Seznam potřebuje připojení")
        expect(again).to_be_focused()
        page.unroute("**/map/list?**")
        again.press("Enter")
    expect(page.get_by_role("columnheader", name="Výška")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#table-title")).to_be_focused()
