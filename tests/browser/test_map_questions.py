"""Tools that ask: the filter, the day, the comparison. What the map shows is what the service itself answers."""

import json
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPage, ask
from tests.browser.test_map_tools import open_tool
from tests.browser.witness import Witness, drawn, settled

pytestmark = pytest.mark.usefixtures("portal")
LIGHTS = "/cs/map?at=14.5/50.78/14.9&layers=street-lights"
DAYS = ["2015-01-01", "2019-05-20"]


def hits(base: str, collection: str, where: str) -> int:
    found = ask(f"{base}/ogc/collections/{collection}/items?resulttype=hits&filter={quote(where)}")
    return int(found["numberMatched"])


def grouped(number: int) -> str:
    """A number as Czech has it in the app: thousands apart by a space that does not break."""
    return f"{number:,}".replace(",", "\xa0")


# -- filter ------------------------------------------------------------------------------------------------------------


def test_a_filter_by_keyboard_narrows_map_count_and_address(open_page: OpenPage, base: str) -> None:
    page = open_page(LIGHTS)
    settled(page)
    before = drawn(page)
    open_tool(page, "filter")
    page.locator(".filter-form summary", has_text="Zdroj světla").press("Enter")
    page.get_by_role("checkbox", name="LED", exact=True).press("Space")
    expected = hits(base, "street-lights", "lamp = 'led'")
    expect(page.locator(".filter-count")).to_contain_text(grouped(expected))
    settled(page)
    assert 0 < drawn(page) < before
    expect(page).to_have_url(re.compile(re.escape("where.street-lights=lamp%20IN%20(%27led%27)")))


def test_a_filter_survives_in_its_link_and_is_taken_off_again(open_page: OpenPage, base: str) -> None:
    where = "lamp IN ('led', 'sodium') AND power >= 50"
    page = open_page(f"{LIGHTS}&where.street-lights={quote(where)}")
    settled(page)
    narrowed = drawn(page)
    open_tool(page, "filter")
    expect(page.get_by_role("checkbox", name="LED", exact=True)).to_be_checked()
    expect(page.locator(".filter-part[aria-label='Příkon (W)']").get_by_label("Od")).to_have_value("50")
    expect(page.locator(".filter-count")).to_contain_text(grouped(hits(base, "street-lights", where)))
    page.get_by_role("button", name="Zrušit filtr").click()
    settled(page)
    assert drawn(page) > narrowed
    expect(page).not_to_have_url(re.compile("where"))


def test_a_filter_that_the_form_cannot_show_is_kept_and_one_that_is_wrong_is_refused(
    open_page: OpenPage, witness: Witness, base: str
) -> None:
    where = "power > 100 OR height < 5"
    page = open_page(f"{LIGHTS}&where.street-lights={quote(where)}")
    open_tool(page, "filter")
    text = page.get_by_label("Podmínka")
    expect(text).to_have_value(where)
    expect(page.locator(".filter-count")).to_contain_text(grouped(hits(base, "street-lights", where)))
    with witness.forgiving("400"):
        text.fill("power > 100 OR nothing = 3")
        page.get_by_role("button", name="Použít").click()
        expect(page.locator("#filter-fault")).to_contain_text("nothing")
    assert parse_qs(urlsplit(page.url).query)["where.street-lights"] == [where]


def test_what_is_typed_is_looked_for_and_never_read_as_a_condition(open_page: OpenPage) -> None:
    page = open_page(LIGHTS)
    settled(page)
    open_tool(page, "filter")
    page.locator(".filter-form summary", has_text="Číslo stožáru").click()
    field = page.locator(".filter-part[aria-label='Číslo stožáru']").get_by_label("Obsahuje")
    for typed in ("' OR 1=1 --", "50 %", "\\'", "_"):
        with page.expect_response(lambda answer: "resulttype=hits" in answer.url) as caught:
            field.fill(typed)
        assert caught.value.ok
        expect(page.locator(".filter-count")).to_have_text(re.compile("^Vyhovuje: 0, "))
        expect(page.locator("#filter-fault")).to_be_empty()


# -- time and comparison -----------------------------------------------------------------------------------------------


def test_a_number_that_is_none_is_said_and_not_left_out_in_silence(open_page: OpenPage) -> None:
    page = open_page("/pl/map?at=13/50.86/14.9&layers=roads&tool=filter")
    settled(page)
    part = page.locator(".filter-form details").filter(has=page.locator("summary", has_text="Szerokość"))
    part.locator("summary").click()
    least = part.get_by_role("spinbutton").first
    least.press_sequentially("1e")
    expect(part.locator(".bad")).to_be_empty()  # it may become a number yet
    least.press("Tab")
    expect(part.locator(".bad")).to_contain_text("Nie rozumiemy")
    expect(least).to_have_attribute("aria-invalid", "true")
    least.fill("3")
    least.press("Tab")
    expect(part.locator(".bad")).to_be_empty()
    expect(page).to_have_url(re.compile("where.roads=width"))


def test_a_day_is_asked_of_layers_that_know_time_and_of_no_others(open_page: OpenPage) -> None:
    def dated(route: Route) -> None:
        answer = route.fetch()
        document = answer.json()
        document["properties"]["valid_from"]["enum"] = DAYS
        document["properties"]["valid_to"]["enum"] = ["2018-12-31"]
        route.fulfill(response=answer, body=json.dumps(document))

    page = open_page("/cs/map?layers=zoning-elements,municipalities")
    settled(page)
    page.route("**/zoning-elements/queryables?*", dated)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_tool(page, "time")
    page.get_by_role("button", name="O krok dříve").press("Enter")
    expect(page).to_have_url(re.compile(f"date={DAYS[1]}"))
    slider = page.get_by_label("Den na časové ose")
    expect(slider).to_have_attribute("aria-valuetext", "20. května 2019")
    slider.press("Home")
    expect(page).to_have_url(re.compile(f"date={DAYS[0]}"))
    settled(page)
    items = [url for url in asked if "/items?" in url and "resulttype" not in url and "sortby" not in url]
    assert items
    assert all("zoning-elements" in url and "datetime=20" in url for url in items)
    page.get_by_role("button", name="Všechno bez ohledu na čas").click()
    expect(page).not_to_have_url(re.compile("date="))


_CUT = "[...document.querySelectorAll('.leaflet-pane')].filter((p) => p.style.clipPath).length"


def test_two_layers_are_compared_by_keyboard_and_go_on_without_the_tool(open_page: OpenPage) -> None:
    page = open_page("/cs/map?layers=roads,terrain,municipalities")
    settled(page)
    open_tool(page, "swipe")
    page.get_by_label("Jen vlevo od čáry").select_option("terrain")
    expect(page).to_have_url(re.compile("swipe=terrain~roads:50"))  # what was there has gone to the other side
    page.get_by_label("Jen vpravo od čáry").select_option("municipalities")
    page.locator("#swipe-share").press("ArrowRight")
    expect(page).to_have_url(re.compile("swipe=terrain~municipalities:51"))
    box, line = page.locator("#map").bounding_box(), page.locator(".swipe-line").bounding_box()
    assert box
    assert line
    assert abs(line["x"] + line["width"] / 2 - box["x"] - 0.51 * box["width"]) < 2
    page.locator("#panel").get_by_role("button", name="Všechny nástroje").click()
    assert page.evaluate(_CUT) == 2
    line_itself = page.get_by_role("slider", name="Poloha čáry")
    line_itself.press("PageDown")
    expect(line_itself).to_have_attribute("aria-valuetext", re.compile(r"^41\s%, vlevo: .*[Tt]erén.*, vpravo: Obce"))
    page.locator("[data-tool='swipe']").click()
    page.locator("#panel").get_by_role("button", name="Ukončit porovnání").click()
    expect(page).not_to_have_url(re.compile("swipe="))
    expect(page.locator(".swipe-line")).to_be_hidden()
    assert page.evaluate(_CUT) == 0


def test_a_link_brings_the_line_and_each_side_answers_for_its_own_layer(open_page: OpenPage) -> None:
    page = open_page(
        "/cs/map?at=12/50.78/14.9&layers=municipalities,terrain&swipe=~municipalities:60", width=320, height=640
    )
    settled(page)
    expect(page.locator(".swipe-name").last).to_contain_text("Obce")
    names = [name.bounding_box() for name in page.locator(".place-name span").all()]
    assert names
    assert all(name and name["x"] + name["width"] / 2 > 0.6 * 320 for name in names)
    page.locator("#map").get_by_role("button", name="Ukončit porovnání").click()
    expect(page).not_to_have_url(re.compile("swipe="))
    assert page.evaluate(_CUT) == 0


@pytest.mark.parametrize("share", [0, 19, 50, 81, 100])
@pytest.mark.parametrize(("width", "height"), [(320, 640), (1280, 800)])
def test_what_is_compared_stays_readable_wherever_the_line_is(
    open_page: OpenPage, width: int, height: int, share: int
) -> None:
    page = open_page(
        f"/de/map?at=12/50.78/14.9&layers=municipalities,terrain&swipe=terrain~municipalities:{share}",
        width=width,
        height=height,
    )
    settled(page)
    expect(page.locator(".swipe-name").last).to_contain_text("Gemeinden")
    left, right = (name.bounding_box() for name in page.locator(".swipe-name").all())
    side = page.locator("#side").bounding_box()
    assert left
    assert right
    assert side
    least = side["x"] + side["width"] if width > 1000 else 0
    assert left["x"] >= least
    assert left["x"] + left["width"] <= right["x"]
    assert right["x"] + right["width"] <= width
    end = page.locator(".swipe > button").bounding_box()
    assert end
    assert end["y"] + end["height"] <= min(left["y"], right["y"])
    assert width > 1000 or side["y"] + side["height"] <= min(left["y"], right["y"])
