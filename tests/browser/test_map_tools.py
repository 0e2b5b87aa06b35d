"""Tools of the map: measuring, coordinates, locating, the printed sheet at its true scale, the picture.

By mouse and by keyboard; what comes out (a figure, a PDF, a PNG) is measured, not looked for.
"""

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
import rasterio
from numpy.typing import NDArray
from playwright.sync_api import FilePayload, Page, expect
from pyproj import Geod, Transformer

from tests.browser.conftest import OpenPage, ask
from tests.browser.witness import becomes, settled

pytestmark = pytest.mark.usefixtures("portal")
GEOD = Geod(ellps="WGS84")
DPI = 200
type Place = tuple[float, float]
type Picture = NDArray[np.uint8]
type Features = list[dict[str, Any]]


def open_tool(page: Page, name: str) -> None:
    page.locator("#tab-tools").click()
    page.locator(f"[data-tool='{name}']").click()
    expect(page.locator("#panel .tool")).to_be_visible()
    settled(page)


def middle(page: Page) -> Place:
    """Longitude and latitude of the middle of the map, as the address has them."""
    found = re.search(r"at=[\d.]+/([\d.-]+)/([\d.-]+)", page.url)
    assert found
    return float(found[2]), float(found[1])


def test_a_length_is_measured_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/cs/map?at=13/50.86/14.9")
    settled(page)
    open_tool(page, "measure")
    page.get_by_role("button", name="Přejít do mapy").press("Enter")
    expect(page.locator("#map")).to_be_focused()
    places = []
    for key in (None, "ArrowRight", "ArrowDown"):
        if key:
            before = page.url
            page.keyboard.press(key)
            expect(page).not_to_have_url(before)  # written when the map has come to rest
            settled(page)
        page.keyboard.press("Enter")
        places.append(middle(page))
    length = GEOD.line_length([lon for lon, _ in places], [lat for _, lat in places])
    figure = page.locator("#measured").input_value()
    assert float(figure.split()[0].replace(",", ".")) * (1000 if "km" in figure else 1) == pytest.approx(
        length, rel=2e-3
    )
    expect(page.locator("#status")).to_contain_text(f"{figure.split()[0]}")
    page.keyboard.press("Backspace")
    expect(page.locator("#status")).to_contain_text("2 body")
    assert page.locator("#measured").input_value() != figure
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_an_area_is_measured_by_mouse_and_goes_when_the_tool_is_closed(open_page: OpenPage) -> None:
    page = open_page("/cs/map?at=14/50.86/14.9")
    settled(page)
    open_tool(page, "measure")
    page.get_by_role("radio", name="Plocha").check()
    for x, y in ((500, 200), (700, 200), (700, 400), (500, 400)):
        page.mouse.click(x, y)
    pixel = 40_075_016.686 * math.cos(math.radians(middle(page)[1])) / (256 * 2**14)
    figure = page.locator("#measured").input_value()
    hectares = float(figure.split("(")[1].split()[0].replace(",", ".").replace("\u00a0", ""))
    assert hectares == pytest.approx((200 * pixel) ** 2 / 10_000, rel=0.01)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".measured")).to_have_text(figure)
    page.mouse.click(600, 600)
    page.mouse.click(600, 100)
    expect(page.locator(".measure")).to_contain_text("kříží")
    page.get_by_role("button", name="Všechny nástroje").click()
    expect(page.locator(".measured")).to_have_count(0)
    page.mouse.click(600, 300)
    expect(page.get_by_role("dialog")).to_be_visible()


def test_typed_coordinates_lead_there_and_are_told_in_all_systems(open_page: OpenPage) -> None:
    page = open_page("/cs/map", permissions=["clipboard-read", "clipboard-write"])
    settled(page)
    open_tool(page, "coordinates")
    lon, lat = 14.9, 50.86
    x, y = Transformer.from_crs(4258, 25833, always_xy=True).transform(lon, lat)
    field = page.get_by_label("Přejít na souřadnice")
    field.fill(f"33N {x:.2f} {y:.2f}")
    field.press("Enter")
    expect(page.locator("#coords-25833")).to_have_value(f"E {x:.2f} N {y:.2f}")
    expect(page).to_have_url(re.compile(r"mark=50\.86000?/14\.9"))
    settled(page)
    assert middle(page) == pytest.approx((lon, lat), abs=0.02)
    values = {each.get_attribute("id"): each.input_value() for each in page.locator(".coords-row input").all()}
    assert set(values) == {f"coords-{name}" for name in ("degrees", "dms", 5514, 5513, 2180, 2176, 25833)}
    east, north = (-float(each) for each in values["coords-5514"].split(", "))
    assert values["coords-5513"] == f"Y {east:.2f} X {north:.2f}"
    page.get_by_role("button", name=re.compile("Kopírovat: .*Y, X")).click()
    becomes(page, lambda: page.evaluate("navigator.clipboard.readText()"), values["coords-5513"])
    field.fill("ulice 5")
    field.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="nerozumíme")).to_be_visible()


def test_a_click_tells_the_coordinates_of_the_place(open_page: OpenPage) -> None:
    page = open_page("/cs/map?at=14/50.86/14.9")
    settled(page)
    open_tool(page, "coordinates")
    page.mouse.click(900, 300)
    expect(page).to_have_url(re.compile("mark="))
    marked = re.search(r"mark=([\d.]+)/([\d.]+)", page.url)
    assert marked
    lat, lon = (float(each) for each in page.locator("#coords-degrees").input_value().split(", "))
    assert (lat, lon) == pytest.approx((float(marked[1]), float(marked[2])), abs=1e-5)
    assert lon > middle(page)[0]
    assert lat > middle(page)[1]
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"geolocation": {"latitude": 50.86, "longitude": 14.9, "accuracy": 40}, "permissions": ["geolocation"]},
            "Jste zde",
        ),
        ({"geolocation": {"latitude": 48.2, "longitude": 16.4}, "permissions": ["geolocation"]}, "mimo území"),
        ({"permissions": []}, "nesmí sdělit"),
    ],
)
def test_where_one_is_is_shown_or_it_is_said_why_not(open_page: OpenPage, options: dict[str, Any], words: str) -> None:
    page = open_page("/cs/map", **options)
    settled(page)
    before = middle(page)
    open_tool(page, "locate")
    expect(page.locator("#panel .tool [role=status]")).to_contain_text(words)
    settled(page)
    if "zde" in words:
        assert middle(page) == pytest.approx((14.9, 50.86), abs=0.02)
    else:
        assert middle(page) == before


@pytest.fixture(scope="module")
def memorials(base: str) -> Features:
    found: Features = ask(f"{base}/ogc/collections/memorials/items?limit=1000")["features"]
    return found


def pair(features: Features, low: float, high: float) -> tuple[Features, Place, float]:
    """Two features so many metres apart, east and west of each other: they, the middle between them, the distance."""
    for one in features:
        for other in features:
            (a, b), (c, d) = one["geometry"]["coordinates"][:2], other["geometry"]["coordinates"][:2]
            distance = GEOD.inv(a, b, c, d)[2]
            if low < distance < high and abs(a - c) > abs(b - d):
                return [one, other], ((a + c) / 2, (b + d) / 2), distance
    raise AssertionError("no such pair")


@pytest.mark.parametrize(
    ("paper", "turn", "size", "scale"),
    [
        ("a4", "landscape", (297, 210), 50_000),
        ("a4", "portrait", (210, 297), 25_000),
        ("a3", "landscape", (420, 297), 10_000),
    ],
)
def test_the_printed_sheet_has_its_true_scale(
    open_page: OpenPage,
    memorials: Features,
    tmp_path: Path,
    paper: str,
    turn: str,
    size: tuple[int, int],
    scale: int,
) -> None:
    two, (lon, lat), distance = pair(memorials, 0.06 * scale, 0.11 * scale)  # 6 to 11 cm on the paper
    page = open_page("/cs/map?layers=&background=none")
    only = {"type": "FeatureCollection", "features": two, "links": []}
    page.route("**/collections/memorials/items?*", lambda route: route.fulfill(json=only))
    # What is in the middle of the free part of the screen, beside the panel, comes to the middle of the sheet.
    panel = page.locator("#side").bounding_box()
    assert panel
    west = lon - panel["width"] / 2 * 360 / (256 * 2**13)
    page.goto(f"{page.url.split('?')[0]}?at=13/{lat:.5f}/{west:.5f}&layers=memorials&background=none")
    settled(page)
    before = page.url
    open_tool(page, "print")
    page.locator(f"input[name=print-paper][value={paper}]").check()
    page.locator(f"input[name=print-turn][value={turn}]").check()
    page.get_by_label("Měřítko").select_option(str(scale))
    settled(page)
    sheet = printed(page, tmp_path / "sheet.pdf")
    assert [round(side * 25.4 / DPI) for side in sheet.shape[1::-1]] == list(size)
    metres = apart(inside_frame(sheet, page)) * 0.0254 / DPI
    assert distance / metres == pytest.approx(scale, rel=0.005)
    page.get_by_role("button", name="Všechny nástroje").click()
    settled(page)
    expect(page).to_have_url(before)
    expect(page.locator("main > #map")).to_be_visible()


def printed(page: Page, file: Path) -> Picture:
    """The only page of the PDF that the browser's printing makes, as grey values."""
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    with pdfium.PdfDocument(file) as document:
        assert len(document) == 1
        picture: Picture = document[0].render(scale=DPI / 72, grayscale=True).to_numpy().copy()
    return picture


def inside_frame(sheet: Picture, page: Page) -> Picture:
    """What is within the frame of the map, whose place on the sheet the preview knows."""
    whole, frame = (page.locator(each).first.bounding_box() for each in (".sheet-page", ".sheet-map"))
    assert whole
    assert frame
    scale = sheet.shape[1] / whole["width"]
    left, top = (frame["x"] - whole["x"]) * scale, (frame["y"] - whole["y"]) * scale
    right, bottom = left + frame["width"] * scale, top + frame["height"] * scale
    rim = 8
    return sheet[round(top) + rim : round(bottom) - rim, round(left) + rim : round(right) - rim]


def apart(picture: Picture) -> float:
    """The distance between the middles of the two marks in the picture, in its points."""
    y, x = np.nonzero(picture < 200)
    order = np.argsort(x)
    split = int(np.argmax(np.diff(x[order]))) + 1
    one, other = order[:split], order[split:]
    assert min(len(one), len(other)) > 50
    assert max(np.ptp(x[one]), np.ptp(x[other]), np.ptp(y[one]), np.ptp(y[other])) < 60
    return math.dist((x[one].mean(), y[one].mean()), (x[other].mean(), y[other].mean()))


def test_what_visitors_bring_is_counted_in_the_memory_of_the_sheet(open_page: OpenPage) -> None:
    page = open_page("/cs/help")
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 0.5 })")
    page.goto(page.url.replace("/help", "/map?layers=municipalities&background=none"))
    settled(page)

    def fineness() -> float:
        page.locator("[data-tool='print']").click()
        expect(page.locator(".sheet-map #map")).to_be_visible()
        settled(page)
        found = float(page.locator("#map canvas").first.evaluate("canvas => canvas.width / canvas.clientWidth"))
        page.get_by_role("button", name="Všechny nástroje").click()
        return found

    page.locator("#tab-tools").click()
    alone = fineness()
    page.locator("[data-tool='own-data']").click()
    own = '{"type": "Point", "coordinates": [14.9, 50.86]}'
    files = [FilePayload(name=f"{at}.geojson", mimeType="text/plain", buffer=own.encode()) for at in range(2)]
    page.locator("#own-files").set_input_files(files)
    expect(page.locator("#map")).to_have_attribute("data-own", "2")
    page.get_by_role("button", name="Všechny nástroje").click()
    assert 2 <= fineness() < alone


_TODAY = "new Intl.DateTimeFormat('cs', {dateStyle: 'long'}).format(new Date())"


def test_all_that_belongs_to_a_map_is_on_the_sheet(open_page: OpenPage, layers: Features, tmp_path: Path) -> None:
    some = [each["id"] for each in layers if each["kind"] == "vector" and each["visible"]]
    page = open_page(f"/cs/map?at=15/50.8620/14.8826&layers={','.join(some)}&background=none")
    days = {page.evaluate(_TODAY)}
    settled(page)
    open_tool(page, "print")
    page.get_by_label("Nadpis", exact=True).fill("Obec před volbami")
    code = page.get_by_alt_text("QR kód odkazu na tuto mapu")
    expect(code).to_have_js_property("complete", value=True)
    assert code.evaluate("image => image.naturalWidth > 0")
    settled(page)
    on_map = page.locator(".sheet-legend h3").all_inner_texts()
    assert len(set(on_map)) > 1
    page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
    with pdfium.PdfDocument(tmp_path / "sheet.pdf") as document:
        texts = [unspaced(each.get_textpage().get_text_range()) for each in document]
    assert len(texts) == 1 + page.locator(".sheet-second:visible").count()
    assert all(unspaced(title) in "".join(texts) for title in on_map)
    scale = page.get_by_label("Měřítko").locator("option:checked").inner_text()
    days.add(page.evaluate(_TODAY))  # it may have become midnight
    source = page.locator("#sources").text_content() or ""
    assert any(unspaced(day) in texts[0] for day in days)
    for part in ("Obec před volbami", scale, source, "/cs/map?at=", "1 cm na mapě"):
        assert unspaced(part) in texts[0], part
    assert page.get_by_label("Sever je nahoře").is_visible()


def unspaced(text: str) -> str:
    """The text without gaps: where lines are broken is not what is tested."""
    return "".join(text.split())


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_picture_holds_the_map_and_whose_it_is(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/cs/map", height=700)
    settled(page)
    open_tool(page, "picture")
    page.get_by_role("button", name="Vytvořit obrázek").click()
    save = page.get_by_role("link", name="Uložit obrázek")
    with page.expect_download() as caught:
        save.click()
    assert re.fullmatch(r"mapa-\d{4}-\d\d-\d\d\.png", caught.value.suggested_filename)
    file = tmp_path / "map.png"
    caught.value.save_as(file)
    with rasterio.open(file) as png:
        colours = png.read([1, 2, 3])
    height, width = colours.shape[1:]
    panel = page.locator("#side").bounding_box()
    assert panel
    assert width == 2 * (1280 - panel["width"])  # what the panel covers is not in it
    assert 2 * 740 < height < 2 * 860
    drawn, caption = colours[:, : 2 * 700], colours[:, 2 * 700 :]
    ground = drawn[:, 2, -2][:, np.newaxis, np.newaxis]
    assert (drawn != ground).any(axis=0).mean() > 0.05  # areas, lines, names
    assert (caption.max(axis=0) < 90).mean() > 0.01  # words and the scale bar
