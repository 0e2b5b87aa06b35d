"""Tools that add: files of one's own, which never leave the browser, and services by their address."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pyogrio.raw
import pytest
import shapely
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_map_tools import open_tool
from tests.browser.witness import Witness, becomes, settled

pytestmark = pytest.mark.usefixtures("portal")
FOREIGN = "https://maps.example.org"

# -- files of one's own ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def geopackage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three points in S-JTSK, as GDAL writes them today."""
    path = tmp_path_factory.mktemp("own") / "own.gpkg"
    points = np.array([shapely.to_wkb(shapely.Point(-688000 - 500 * at, -970000)) for at in range(3)], dtype=object)
    names = np.array(["první", "druhý", "<img src=x onerror=window.canary=1>"], dtype=object)
    pyogrio.raw.write(
        path, points, [names], ["nazev"], layer="posts", geometry_type="Point", crs="EPSG:5514", driver="GPKG"
    )
    return path


def written(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}


GPX = (
    '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Cesta</name><trkseg>'
    '<trkpt lat="50.80" lon="14.9"/><trkpt lat="50.82" lon="14.92"/></trkseg></trk></gpx>'
)
KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>Místo</name><Point><coordinates>14.9,50.8</coordinates>'
    "</Point></Placemark></kml>"
)


def test_own_files_of_every_kind_are_shown_and_no_byte_of_them_leaves(open_page: OpenPage, geopackage: Path) -> None:
    page = open_page("/cs/map?layers=municipalities")
    settled(page)
    open_tool(page, "own-data")
    field = page.get_by_label(re.compile("Vybrat soubory"))
    field.set_input_files(geopackage)
    expect(page.locator("#map")).to_have_attribute("data-own", "1")
    expect(page.locator(".own-list")).to_contain_text("S-JTSK / Krovak East North (EPSG:5514)")
    settled(page)
    at = re.search(r"at=[\d.]+/([\d.]+)/([\d.]+)", page.url)
    assert at
    assert abs(float(at[1]) - 50.8029) < 0.02
    assert abs(float(at[2]) - 15.043) < 0.03
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    field.set_input_files([written("a.gpx", GPX), written("b.kml", KML)])
    expect(page.locator("#map")).to_have_attribute("data-own", "3")
    settled(page)
    assert all(re.match("GET ", each) and not re.search("Cesta|Místo|M%C3%ADsto", each) for each in sent)
    page.locator(".own-list details summary").first.press("Enter")
    page.get_by_role("button", name="<img").press("Enter")
    expect(page.locator(".own-card h3")).to_be_focused()
    assert page.evaluate("window.canary") is None
    page.get_by_role("button", name=re.compile("^Odebrat: own.gpkg")).click()
    expect(page.locator("#map")).to_have_attribute("data-own", "2")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", json.dumps({"type": "Point", "coordinates": [-688000, -970000]}), "nejsou zeměpisná délka"),
        ("a.kml", '<!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><kml>&b;</kml>', "DOCTYPE"),
        ("a.gpx", "<gpx><trk>", "poškozený"),
        (
            "a.svg",
            '<svg xmlns="http://www.w3.org/2000/svg"><script>window.canary=1</script></svg>',
            "nejsou mapová data",
        ),
        ("a.kml", "<kml>" + "<Folder>" * 5000 + "</Folder>" * 5000 + "</kml>", ""),
    ],
)
def test_a_hostile_or_wrong_file_is_refused_in_words(open_page: OpenPage, name: str, text: str, words: str) -> None:
    page = open_page("/cs/map?layers=municipalities")
    settled(page)
    open_tool(page, "own-data")
    page.get_by_label(re.compile("Vybrat soubory")).set_input_files(written(name, text))
    expect(page.locator(".own-troubles")).to_contain_text(words or name)
    assert page.locator("#map").get_attribute("data-own") in {None, "0"}
    assert page.evaluate("window.canary") is None


def test_a_file_dropped_on_the_map_opens_the_tool_and_is_shown(open_page: OpenPage) -> None:
    page = open_page("/cs/map?layers=municipalities")
    settled(page)
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.items.add(new File([text], "dropped.gpx"));
            const map = document.getElementById("map");
            for (const kind of ["dragover", "drop"]) {
                map.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
            }
        }""",
        GPX,
    )
    expect(page.locator("#map")).to_have_attribute("data-own", "1")
    expect(page.locator(".own-list")).to_contain_text("dropped.gpx")


# -- services by address -----------------------------------------------------------------------------------------------


def test_a_service_of_this_portal_is_added_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/cs/map?layers=")
    settled(page)
    open_tool(page, "services")
    page.get_by_label(re.compile("Adresa služby")).fill("/ogc")
    page.keyboard.press("Enter")
    expect(page.locator(".services-offer li").first).to_be_visible()
    with page.expect_response(lambda answer: "/collections/municipalities/items" in answer.url) as caught:
        page.get_by_role("button", name=re.compile("^Přidat vrstvu Obce")).first.press("Enter")
    assert caught.value.ok
    assert "bbox=" in caught.value.url
    expect(page.locator("#map")).to_have_attribute("data-services", "1")


def test_a_host_that_the_portal_does_not_allow_is_not_asked_and_that_is_said(open_page: OpenPage) -> None:
    page = open_page("/cs/map?layers=")
    settled(page)
    open_tool(page, "services")
    page.get_by_label(re.compile("Adresa služby")).fill(f"{FOREIGN}/wms?service=WMS")
    page.keyboard.press("Enter")
    expect(page.locator("#services-trouble")).to_contain_text(FOREIGN)


WMS = """<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms"><Service><Title>Theirs</Title></Service>
<Capability><Request><GetFeatureInfo><Format>text/html</Format><Format>application/vnd.ogc.gml</Format></GetFeatureInfo>
</Request><Layer><CRS>EPSG:5514</CRS><Attribution><Title>Office &amp; sons</Title></Attribution>
<Layer queryable="1"><CRS>EPSG:3857</CRS><Name>roads</Name><Title>Roads &lt;b&gt;</Title><Style><Name>s</Name>
<LegendURL><OnlineResource xmlns:x="http://www.w3.org/1999/xlink"
x:href="http://inside/wms?REQUEST=GetLegendGraphic&amp;LAYER=roads"/>
</LegendURL></Style></Layer>
<Layer><Name>only-jtsk</Name></Layer></Layer></Capability></WMS_Capabilities>"""
INFO = """<msGMLOutput xmlns:gml="http://www.opengis.net/gml"><roads_layer><gml:name>roads</gml:name><roads_feature>
<gml:boundedBy><gml:Box><gml:coordinates>0,0 1,1</gml:coordinates></gml:Box></gml:boundedBy>
<name>&lt;img src=x onerror=alert(1)&gt;</name><width>7.5</width></roads_feature></roads_layer></msGMLOutput>"""
WMTS = """<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:o="http://www.opengis.net/ows/1.1"><Contents>
<Layer><o:Title>Photo</o:Title><o:Identifier>photo</o:Identifier><Style isDefault="true"><o:Identifier>s</o:Identifier>
</Style><Format>image/jpeg</Format><TileMatrixSetLink><TileMatrixSet>web</TileMatrixSet></TileMatrixSetLink><ResourceURL
resourceType="tile" template="https://maps.example.org/t/{TileMatrix}/{TileRow}/{TileCol}.jpg"/></Layer><TileMatrixSet>
<o:Identifier>web</o:Identifier><o:SupportedCRS>urn:ogc:def:crs:EPSG::3857</o:SupportedCRS>%s</TileMatrixSet></Contents>
</Capabilities>"""
MATRIX = (
    "<TileMatrix><o:Identifier>m{zoom}</o:Identifier><ScaleDenominator>{scale}</ScaleDenominator><TopLeftCorner>"
    "-20037508.3427892 20037508.3427892</TopLeftCorner><TileWidth>256</TileWidth></TileMatrix>"
)


@pytest.fixture
def allowed(open_page: OpenPage, witness: Witness, base: str) -> Iterator[Page]:
    """A portal whose file names one foreign host, which answers here: what goes there is not held against the page."""

    def portal(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=json.dumps({**answer.json(), "services": [FOREIGN]}))

    def document(route: Route) -> None:
        answer = route.fetch()
        policy = answer.headers["content-security-policy"]
        for name in ("img-src 'self'", "connect-src 'self'"):
            assert name in policy
            policy = policy.replace(name, f"{name} {FOREIGN}")
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    def foreign(route: Route) -> None:
        url = route.request.url
        scales = "".join(MATRIX.format(zoom=zoom, scale=559082264.0287178 / 2**zoom) for zoom in range(6, 16))
        xml = {"SERVICE=WMS&REQUEST=GetC": WMS, "REQUEST=GetFeatureInfo": INFO, "SERVICE=WMTS": WMTS % scales}
        body = next((answer for part, answer in xml.items() if part in url), "")
        open_to_all = {"access-control-allow-origin": "*"}
        if "/closed" in url:
            route.abort()
        elif body:
            route.fulfill(body=body, content_type="text/xml", headers=open_to_all)
        else:
            route.fulfill(body=DOT, content_type="image/svg+xml", headers=open_to_all)

    page = open_page("/cs/help")
    page.route(f"{FOREIGN}/**", foreign)
    page.route("**/map/portal?*", portal)
    page.route(re.compile(r"/cs/map\?"), document)
    page.goto(f"{base}/cs/map?at=12/50.85/14.9&layers=")
    settled(page)
    open_tool(page, "services")
    yield page
    witness.foreign.clear()


DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><circle r="9"/></svg>'


def add(page: Page, address: str, layer: str) -> str:
    """Add a layer and return the first picture that is asked for."""
    page.get_by_label(re.compile("Adresa služby")).fill(address)
    page.get_by_role("button", name="Zjistit vrstvy").click()
    with page.expect_request(lambda request: request.resource_type == "image" and FOREIGN in request.url) as caught:
        page.get_by_role("button", name=f"Přidat vrstvu {layer}", exact=True).click()
    return caught.value.url


def test_a_wms_of_an_allowed_host_is_drawn_in_web_mercator(allowed: Page) -> None:
    asked = parse_qs(urlsplit(add(allowed, f"{FOREIGN}/wms?map=x", "Roads <b>")).query)
    assert asked["map"] == ["x"]
    assert (asked["layers"], asked["crs"], asked["version"]) == (["roads"], ["EPSG:3857"], ["1.3.0"])
    expect(allowed.locator(".services")).to_contain_text("zobrazit nejde: 1")


def test_a_wms_tells_what_lies_at_a_place_and_its_words_stay_words(allowed: Page) -> None:
    add(allowed, f"{FOREIGN}/wms?map=x", "Roads <b>")
    legend = allowed.locator(".services-list img")
    assert (legend.get_attribute("src") or "").startswith(f"{FOREIGN}/wms?map=x&REQUEST=GetLegendGraphic")
    expect(allowed.locator("#sources")).to_contain_text("Office & sons")
    with allowed.expect_request(lambda request: "GetFeatureInfo" in request.url) as caught:
        allowed.locator("#map").press("Enter")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(caught.value.url).query).items()}
    assert (asked["INFO_FORMAT"], asked["CRS"]) == ("application/vnd.ogc.gml", "EPSG:3857")
    west, south, east, north = map(float, asked["BBOX"].split(","))
    lon = math.degrees((west + (east - west) * int(asked["I"]) / int(asked["WIDTH"])) / 6378137)
    assert abs(lon - 14.9) < 0.001
    assert south < 6_594_000 < north
    expect(allowed.locator(".services-place dt")).to_have_text(["name", "width"])
    expect(allowed.locator(".services-place dd").first).to_have_text("<img src=x onerror=alert(1)>")
    allowed.locator("#tab-tools").click()  # the panel is shut, the tool goes on
    allowed.locator("#map").click(position={"x": 700, "y": 300})
    expect(allowed.locator(".services-place dd").last).to_have_text("7.5")


def test_a_layer_that_fails_when_the_tool_is_closed_takes_no_clicks(allowed: Page, witness: Witness) -> None:
    add(allowed, f"{FOREIGN}/wms?map=x", "Roads <b>")
    allowed.get_by_role("button", name="Všechny nástroje").click()
    allowed.route(f"{FOREIGN}/**", lambda route: route.abort())
    asked: list[str] = []
    failed: list[str] = []
    allowed.on("request", lambda request: asked.append(request.url) if FOREIGN in request.url else None)
    allowed.on("requestfailed", lambda request: failed.append(request.url) if FOREIGN in request.url else None)
    with witness.forgiving("ERR_FAILED"):
        with allowed.expect_request(f"{FOREIGN}/**"):
            allowed.locator(".leaflet-control-zoom-in").click()
        settled(allowed)
        allowed.locator("#map").click(position={"x": 700, "y": 300})
        allowed.wait_for_timeout(500)
        becomes(allowed, lambda: len(asked) - len(failed), 0)  # each failure is heard before the next test listens
    assert not any("GetFeatureInfo" in each for each in asked)


def test_a_wmts_of_an_allowed_host_is_asked_by_its_own_template(allowed: Page) -> None:
    url = add(allowed, f"{FOREIGN}/wmts", "Photo")
    found = re.fullmatch(rf"{FOREIGN}/t/m12/(\d+)/(\d+)\.jpg", url)
    assert found
    # Row 1373 and column 2217 hold 50.85 N, 14.9 E at zoom 12; the view is some tiles wide.
    assert abs(int(found[1]) - 1373) <= 4
    assert abs(int(found[2]) - 2217) <= 4


def test_a_service_that_does_not_let_itself_be_read_is_explained(allowed: Page, witness: Witness) -> None:
    with witness.forgiving("ERR_FAILED"):
        allowed.get_by_label(re.compile("Adresa služby")).fill(f"{FOREIGN}/closed/wms")
        allowed.keyboard.press("Enter")
        expect(allowed.locator("#services-trouble")).to_contain_text("CORS")


@pytest.mark.parametrize("tool", ["filter", "time", "swipe", "own-data", "services"])
def test_on_a_phone_no_tool_is_wider_than_the_screen(open_page: OpenPage, tool: str) -> None:
    page = open_page("/de/map?at=13/50.86/14.9&layers=zoning-elements,municipalities", width=320, height=640)
    settled(page)
    open_tool(page, tool)
    for at in range(3 if tool == "filter" else 0):
        page.locator(".filter-form summary").nth(at).click()
    wide = "[...document.querySelectorAll('#panel *')].filter((e) => e.getBoundingClientRect().right > 321).length"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(wide) == 0


_COVERED = """
(field) => {
    const { x, y, right, bottom } = field.getBoundingClientRect();
    const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(field);
    if (outlineStyle === "none") return [];
    const frame = parseFloat(outlineWidth) + parseFloat(outlineOffset);
    const texts = document.createTreeWalker(document.getElementById("panel"), NodeFilter.SHOW_TEXT);
    const covered = [];
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (field.contains(text) || !text.data.trim()) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        // A line is higher than its letters, which end some sixth of it before.
        for (const line of range.getClientRects()) {
            const spare = line.height / 6;
            const apart = line.right <= x - frame || line.x >= right + frame
                || line.bottom - spare <= y - frame || line.y + spare >= bottom + frame;
            if (line.width > 0 && !apart) covered.push(text.data);
        }
    }
    return covered;
}
"""


@pytest.mark.parametrize("tool", ["filter", "coordinates", "own-data", "services", "print", "picture", "offline"])
def test_the_frame_of_what_has_the_focus_covers_no_words(open_page: OpenPage, tool: str) -> None:
    page = open_page("/de/map?at=13/50.86/14.9&layers=zoning-elements,municipalities", width=320, height=640)
    settled(page)
    open_tool(page, tool)
    if tool == "services":
        page.get_by_label(re.compile("Adresse des Dienstes")).fill("/ogc")
        page.keyboard.press("Enter")
        expect(page.locator("#panel h3").first).to_be_focused()
        assert page.locator("#panel h3").first.evaluate(_COVERED) == []
    fields = page.locator("#panel :is(input, select, textarea):visible")
    expect(fields.first).to_be_visible()
    for field in fields.all():
        field.focus()
        page.keyboard.press("Shift")  # the keyboard is in use: the frame is shown
        assert field.evaluate(_COVERED) == [], field.evaluate("field => field.outerHTML")
