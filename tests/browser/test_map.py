"""The map as someone sees it who opens the portal: layers, legend, cards, links, errors in words."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import OpenPage, ask
from tests.browser.witness import Witness, becomes, drawn, inked, settled

pytestmark = pytest.mark.usefixtures("portal")
Layers = list[dict[str, Any]]


def labelled_areas(layers: Layers) -> dict[str, Any]:
    """The municipalities: areas that are drawn from the start and have names."""
    return next(each for each in layers if each["geometry"] == "polygon" and each["visible"] and each["label"])


def coded(layers: Layers) -> dict[str, Any]:
    """A layer of points, and there are some, whose colours come from a code list."""
    points = (each for each in layers if each["geometry"] == "point" and each["count"])
    return next(each for each in points if each["by"] and each["label"])


def features(base: str, layer: dict[str, Any], limit: int = 100) -> Layers:
    found: Layers = ask(f"{base}{layer['items']}?limit={limit}")["features"]
    return found


def link_to(layer: dict[str, Any], feature: dict[str, Any], zoom: float = 16) -> str:
    """A permalink to a point feature, centred on it."""
    lon, lat = feature["geometry"]["coordinates"][:2]
    return f"at={max(zoom, layer['zoom'][0])}/{lat:.5f}/{lon:.5f}&layers={layer['id']}"


def test_the_page_opens_with_what_the_portal_shows_drawn(open_page: OpenPage, described: dict[str, Any]) -> None:
    page = open_page("/cs/map")
    settled(page)
    assert drawn(page) > 0
    assert inked(page) > 5_000
    expect(page).to_have_title(described["title"])
    expect(page.locator("#notice")).to_have_text(described["notice"])
    on = page.locator("#panel input[type=checkbox]:checked")
    expect(on).to_have_count(sum(layer["visible"] for group in described["groups"] for layer in group["layers"]))


def test_a_switched_off_layer_is_not_drawn(open_page: OpenPage, layers: Layers) -> None:
    page = open_page("/cs/map")
    settled(page)
    before = drawn(page)
    page.get_by_role("checkbox", name=labelled_areas(layers)["title"], exact=True).uncheck()
    settled(page)
    assert drawn(page) < before
    expect(page).not_to_have_url(re.compile(rf"layers=[^&]*\b{labelled_areas(layers)['id']}\b"))


def test_the_legend_names_every_code_of_a_layer_that_is_on(open_page: OpenPage, layers: Layers) -> None:
    layer = coded(layers)
    page = open_page(f"/cs/map?layers={layer['id']}")
    settled(page)
    legend = page.locator(f"[data-row='{layer['id']}'] .legend li")
    becomes(page, legend.all_inner_texts, [entry["label"] for entry in layer["legend"]])


def test_a_layer_out_of_its_zooms_says_so_and_leads_there(open_page: OpenPage, layers: Layers) -> None:
    layer = next(each for each in layers if each["kind"] == "vector" and each["zoom"][0] > 13)
    page = open_page(f"/cs/map?layers={layer['id']}")
    settled(page)
    assert drawn(page) == 0
    page.get_by_role("button", name="Zobrazí se po přiblížení").press("Enter")
    settled(page)
    expect(page.get_by_role("button", name="Zobrazí se po přiblížení")).to_have_count(0)
    expect(page.locator(f"[data-row='{layer['id']}'] :focus")).to_be_visible()  # the button is gone, the focus is not
    expect(page).to_have_url(re.compile(rf"\?at={layer['zoom'][0]}/"))


def test_a_click_opens_a_card_with_titles_units_and_labels(open_page: OpenPage, base: str, layers: Layers) -> None:
    layer = coded(layers)
    feature = features(base, layer)[0]
    page = open_page(f"/cs/map?{link_to(layer, feature)}")
    settled(page)
    page.locator("#map").click(position={"x": 640, "y": 400})
    card = page.get_by_role("dialog")
    expect(card.locator("h2")).to_be_focused()
    expect(card.locator("dl")).to_be_visible()
    text = card.inner_text()
    assert all(column["title"] in text for column in layer["popup"])
    column = next(column for column in layer["popup"] if column["codes"])
    assert any(label in text for label in [*column["codes"].values(), "neuvedeno"])
    assert layer["made_up"] == ("smyšlená data" in text)
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_a_permalink_restores_place_layers_and_card(open_page: OpenPage, base: str, layers: Layers) -> None:
    layer = coded(layers)
    feature = features(base, layer)[0]
    page = open_page(f"/cs/map?{link_to(layer, feature)}")
    settled(page)
    page.locator("#map").click(position={"x": 640, "y": 400})
    expect(page.get_by_role("dialog").locator("dl")).to_be_visible()
    heading = page.get_by_role("dialog").locator("h2").inner_text()
    settled(page)
    first, before = page.url, drawn(page)
    again = open_page(first.removeprefix(base))
    settled(again)
    expect(again.get_by_role("dialog").locator("h2")).to_have_text(heading)
    expect(again).to_have_url(first)
    assert drawn(again) == before


def test_a_link_to_a_feature_alone_brings_its_layer(open_page: OpenPage, base: str, layers: Layers) -> None:
    layer = labelled_areas(layers)
    feature = features(base, layer)[0]
    page = open_page(f"/cs/map?layers=&feature={layer['id']}/{feature['id']}")
    settled(page)
    expect(page.get_by_role("dialog").locator("h2")).to_have_text(feature["properties"][layer["label"]])
    expect(page.locator(f"input[data-layer='{layer['id']}']")).to_be_checked()


def test_text_of_the_data_never_becomes_markup(open_page: OpenPage, base: str, layers: Layers) -> None:
    layer = coded(layers)
    feature = features(base, layer)[0]
    canary = '<img src=x onerror="window.canary=1"><script>window.canary=1</script>'
    page = open_page("/cs/map?layers=")
    settled(page)

    def poisoned(route: Route) -> None:
        answer = route.fetch()
        body = json.loads(answer.text())
        for each in body["features"]:
            each["properties"] = dict.fromkeys(each["properties"], canary)
        route.fulfill(response=answer, body=json.dumps(body))

    page.route(f"**{layer['items']}?*", poisoned)
    page.goto(f"{base}/cs/map?{link_to(layer, feature)}")
    settled(page)
    page.locator("#map").click(position={"x": 640, "y": 400})
    expect(page.get_by_role("dialog").locator("h2")).to_have_text(canary)
    assert page.evaluate("window.canary") is None
    assert page.locator("#card img, #card script").count() == 0


def test_a_busy_service_is_said_in_words_and_asked_again(open_page: OpenPage, witness: Witness, layers: Layers) -> None:
    layer = labelled_areas(layers)
    page = open_page("/cs/map?layers=")
    settled(page)
    page.route(f"**{layer['items']}?*", lambda route: route.fulfill(status=503, headers={"Retry-After": "1"}))
    with witness.forgiving("503"):
        page.locator(f"input[data-layer='{layer['id']}']").check()
        expect(page.get_by_role("alert")).to_contain_text("zaneprázdněná")
        page.get_by_role("alert").get_by_role("button").focus()
        # While it is asked again nothing is said: only the answer tells that all is well.
        with page.expect_response(lambda answer: layer["items"] in answer.url and answer.ok):
            page.unroute(f"**{layer['items']}?*")
        expect(page.get_by_role("alert")).to_be_empty()
    expect(page.locator("#map")).to_be_focused()  # the button is gone, the focus is not
    settled(page)
    assert drawn(page) > 0


def test_asked_again_by_hand_the_map_is_put_together_once(browser: Browser, base: str, witness: Witness) -> None:
    page = browser.new_page(reduced_motion="reduce", service_workers="block")
    witness.attend(page)
    page.clock.install()
    page.route("**/map/portal?*", lambda route: route.fulfill(status=503, headers={"Retry-After": "100"}))
    with witness.forgiving("503"):
        page.goto(f"{base}/cs/map")
        expect(page.get_by_role("alert")).to_contain_text("zaneprázdněná")
        page.unroute("**/map/portal?*")
        page.get_by_role("alert").get_by_role("button").click()
        settled(page)
    page.clock.fast_forward(101_000)  # the clock would have asked by now
    settled(page)
    expect(page.get_by_role("alert")).to_be_empty()
    witness.testify(page)
    page.context.close()


_FAILS_ONCE = """
if (!sessionStorage.failed) {
    const { replaceState } = history;
    history.replaceState = () => {
        sessionStorage.failed = "1";
        history.replaceState = replaceState;
        throw new Error("once");
    };
}
"""


def test_a_map_that_failed_while_it_was_put_together_begins_anew(browser: Browser, base: str, witness: Witness) -> None:
    page = browser.new_page(reduced_motion="reduce", service_workers="block")
    page.add_init_script(_FAILS_ONCE)
    page.goto(f"{base}/cs/map?at=12/50.86000/14.90000&layers=municipalities")
    alert = page.get_by_role("alert")
    expect(alert).not_to_be_empty()
    witness.attend(page)  # the one error was meant; from here on there is none
    with page.expect_navigation():
        alert.get_by_role("button").click()
    settled(page)
    expect(alert).to_be_empty()
    assert page.locator(".leaflet-map-pane").count() == 1
    expect(page).to_have_url(re.compile("at=12/50.86000/14.90000"))
    assert drawn(page) > 0
    witness.testify(page)
    page.context.close()


def test_a_raster_is_drawn_by_pictures_in_the_maps_own_crs(open_page: OpenPage, layers: Layers) -> None:
    layer = next(each for each in layers if each["kind"] == "raster")
    page = open_page("/cs/map?layers=")
    settled(page)
    with page.expect_response(lambda response: layer["map"] in response.url) as caught:
        page.locator(f"input[data-layer='{layer['id']}']").check()
    assert caught.value.ok
    assert "EPSG%2F0%2F3857" in caught.value.url
    settled(page)
    tiles = page.locator(f".leaflet-layer-{layer['id']}-pane img")
    assert tiles.evaluate_all("all => all.length > 0 && all.every((tile) => tile.naturalWidth > 0)")


def test_panning_back_asks_nothing_again(open_page: OpenPage, layers: Layers) -> None:
    layer = labelled_areas(layers)
    page = open_page(f"/cs/map?layers={layer['id']}")
    settled(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if layer["items"] in request.url else None)
    page.locator("#map").focus()
    for key in ("ArrowRight", "ArrowLeft"):
        before = page.url
        page.keyboard.press(key)
        expect(page).not_to_have_url(before)
        settled(page)
    assert asked == []


def test_without_motion_every_press_of_a_key_counts(open_page: OpenPage) -> None:
    page = open_page("/cs/map?at=12/50.86000/14.90000")
    settled(page)
    page.locator("#map").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    pixel = 360 / (256 * 2**12)
    becomes(page, lambda: round((float(page.url.partition("at=")[2].split("/")[2].split("&")[0]) - 14.9) / pixel), 160)


def _names(page: Page) -> list[str]:
    return page.locator(".place-name").all_inner_texts()


def test_municipalities_carry_their_names(open_page: OpenPage, base: str, layers: Layers) -> None:
    layer = labelled_areas(layers)
    known = {feature["properties"][layer["label"]] for feature in features(base, layer)}
    page = open_page(f"/cs/map?layers={layer['id']}")
    settled(page)
    assert _names(page)
    assert set(_names(page)) <= known
