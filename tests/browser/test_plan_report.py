"""A plan's report as somebody sees it who opens the file: offline, with the map, without JavaScript, on paper."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from findings import Level
from plans.report import map as maps
from plans.report.texts import Words
from tests.browser.witness import Witness, becomes, inked
from tests.unit.plans.reporting import EVIL, checked_of, judged_of, plan_of, written

type OpenReport = Callable[..., Page]
WORDS = Words("en")
LISTED = 25


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert maps.leaflet() is not None, "Leaflet for reports is missing: npm run build in web/"
    plan = plan_of(100)
    folder = tmp_path_factory.mktemp("report")
    return written(folder, checked_of(plan, judged_of(plan, Level.ERROR, 30), judged_of(plan, Level.WARNING, 3)))


@pytest.fixture
def open_report(browser: Browser, report: Path) -> Iterator[OpenReport]:
    """Open the report from the disk, without a network; at the end it must have asked for nothing but itself."""
    opened: list[tuple[Page, Witness, list[str]]] = []

    def open_(name: str = "report.en.html", **options: Any) -> Page:
        context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}, **options)
        page, witness, asked = context.new_page(), Witness("file://"), list[str]()
        if options.get("java_script_enabled", True):
            witness.attend(page)
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: witness.errors.append(dialog.message))
        page.goto((report / name).as_uri())
        opened.append((page, witness, asked))
        return page

    yield open_
    for page, witness, asked in opened:
        assert asked == [page.url.partition("#")[0]]
        if witness.errors or (page.context.pages and page.evaluate("typeof window.violations") == "object"):
            witness.testify(page)
        page.context.close()


def test_the_map_is_drawn_from_the_file_alone(open_report: OpenReport) -> None:
    page = open_report()
    expect(page.locator("#map")).to_have_attribute("data-drawn", "33")
    becomes(page, lambda: inked(page) > 50_000, expected=True)  # drawn with the next frame
    expect(page.locator(".leaflet-control-scale-line")).to_have_count(1)


def test_a_button_in_the_list_leads_to_the_fault_on_the_map(open_report: OpenReport) -> None:
    page = open_report()
    item = page.locator("#fault-7")
    item.get_by_role("button", name=WORDS.text("map.show")).press("Enter")
    expect(page.locator(".leaflet-popup-content strong")).to_be_visible()
    expect(page.locator("li.chosen")).to_have_attribute("id", "fault-7")
    expect(page.locator("#map")).to_be_in_viewport()
    page.get_by_role("link", name=WORDS.text("map.to-list")).click()
    expect(item).to_be_in_viewport()


def test_a_fault_that_is_not_listed_tells_itself_on_the_map(open_report: OpenReport) -> None:
    page = open_report()
    expect(page.locator("ol.faults > li")).to_have_count(LISTED + 3)
    expect(page.locator(f"#fault-{LISTED + 1}")).to_have_count(0)
    # The plan is ten squares wide; faults fill it from the lower left corner upwards.
    page.locator(f"#fault-{LISTED} button").click()
    page.locator(".leaflet-popup-close-button").click()
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    box = page.locator("#map .folium-map").bounding_box()
    assert box is not None
    # What was shown is in the middle, between a quarter and a half as wide as the map is high; the next is beside it.
    page.mouse.click(box["x"] + box["width"] / 2 + 0.28 * box["height"], box["y"] + box["height"] / 2)
    expect(page.locator(".leaflet-popup-content strong")).to_be_visible()
    expect(page.locator(".leaflet-popup-content a")).to_have_count(0)


def test_the_colours_can_be_those_of_the_common_map(open_report: OpenReport) -> None:
    page = open_report()
    national, common = page.locator("[data-legend=national]"), page.locator("[data-legend=common]")
    expect(national).to_be_visible()
    expect(common).to_be_hidden()
    page.get_by_role("radio", name=WORDS.text("map.common")).check()
    expect(common).to_be_visible()
    expect(national).to_be_hidden()


def test_without_javascript_the_text_is_whole(open_report: OpenReport) -> None:
    page = open_report(java_script_enabled=False)
    expect(page.get_by_text(WORDS.text("verdict.refused"))).to_be_visible()
    expect(page.locator("ol.faults > li")).to_have_count(LISTED + 3)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_text(WORDS.text("map.no-script"))).to_be_visible()


def test_on_paper_there_are_no_buttons_and_nothing_is_folded(open_report: OpenReport) -> None:
    page = open_report()
    page.emulate_media(media="print")
    expect(page.locator("button[data-fault]").first).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out_of_the_page(open_report: OpenReport, width: int) -> None:
    for name in ("report.en.html", "verdict.de.html"):
        page = open_report(name)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_mayor_reads_the_verdict_on_one_sheet(open_report: OpenReport) -> None:
    page = open_report("verdict.cs.html")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Plán </script>")
    expect(page.get_by_text(Words("cs").text("verdict.refused"))).to_be_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
    assert EVIL.partition("\u202e")[0] in page.inner_text("main")
