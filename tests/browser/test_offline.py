"""Without a network: the app opens, a kept area is on the map with its cards, other pages say what is the matter."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, ViewportSize, expect

from tests.browser.conftest import ask
from tests.browser.wire import Wire, wire
from tests.browser.witness import becomes

PATIENCE = 30_000
LAMPS = "street-lights"
KEPT_AT = "caches.match('/kept-area.json').then((kept) => kept.json()).then(({ at }) => at)"


@pytest.fixture
def cut_off(base: str) -> Iterator[Wire]:
    with wire(base) as laid:
        yield laid


@pytest.fixture
def page(browser: Browser, cut_off: Wire) -> Iterator[Page]:
    """A page over the wire, whose service worker may work."""
    size = ViewportSize(width=1280, height=800)
    context = browser.new_context(base_url=cut_off.address, viewport=size, locale="cs", reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def lamp(base: str) -> tuple[str, float, float]:
    """Id and place of a lamp that stands among others."""
    return lamp_at(base, 40)


def lamp_at(base: str, offset: int) -> tuple[str, float, float]:
    found = ask(f"{base}/ogc/collections/{LAMPS}/items?limit=1&offset={offset}")["features"][0]
    lon, lat = found["geometry"]["coordinates"]
    return str(found["id"]), lon, lat


def drawn(page: Page) -> int:
    expect(page.locator("#map")).to_have_attribute("data-state", "ready", timeout=PATIENCE)
    return int(page.get_attribute("#map", "data-features") or -1)


def laid_down(page: Page, lang: str) -> None:
    """Wait until the page, which was loaded without the service worker, has laid down what it was made of."""
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    last = f"caches.match('/map/portal?lang={lang}', {{ ignoreVary: true }}).then((kept) => kept !== undefined)"
    becomes(page, lambda: page.evaluate(last), expected=True)


def test_a_kept_area_is_there_without_a_network(
    page: Page, cut_off: Wire, base: str, lamp: tuple[str, float, float]
) -> None:
    id_, lon, lat = lamp
    page.goto(f"/cs/map?at=16/{lat}/{lon}&layers={LAMPS},municipalities&tool=offline")
    with_network = drawn(page)
    assert with_network > 0
    page.get_by_label("Název oblasti").fill("Náměstí")
    page.get_by_role("button", name="Uložit tuto oblast").click()
    expect(page.locator("#panel")).to_contain_text("Oblast „Náměstí“ je uložena", timeout=PATIENCE)

    away = lamp_at(base, 4000)
    cut_off.cut()
    page.goto(f"/cs/map?at=16/{lat}/{lon}&layers={LAMPS},municipalities&feature={LAMPS}/{id_}")
    expect(page.locator("#map")).to_have_attribute("data-features", str(with_network), timeout=PATIENCE)
    expect(page.locator("#card h2")).to_contain_text(id_, timeout=PATIENCE)
    expect(page.locator("#card dl")).to_be_visible(timeout=PATIENCE)
    assert page.locator("#trouble").inner_text() == ""
    expect(page.locator("#kept")).to_contain_text("Na mapě jsou data uložená v tomto zařízení", timeout=PATIENCE)
    page.reload()
    expect(page.locator("#kept")).to_contain_text("Bez připojení", timeout=PATIENCE)
    cut_off.mend()
    page.reload()
    drawn(page)
    expect(page.locator("#kept")).to_have_text("")
    cut_off.cut()

    # Beyond the kept area it says that there is no network, instead of showing an empty map.
    page.goto(f"/cs/map?at=16/{away[2]}/{away[1]}&layers={LAMPS}")
    expect(page.locator("#trouble")).to_contain_text("připojení", timeout=PATIENCE)
    page.locator("#trouble button").focus()
    cut_off.mend()
    page.keyboard.press("Enter")  # at once: a little later the map asks again by itself
    expect(page.locator("#trouble")).to_have_text("", timeout=PATIENCE)


def test_in_a_kept_area_everything_works_or_says_that_it_needs_the_network(
    page: Page, cut_off: Wire, lamp: tuple[str, float, float]
) -> None:
    id_, lon, lat = lamp
    page.goto(f"/cs/map?at=16/{lat}/{lon}&layers={LAMPS}&tool=offline")
    drawn(page)
    page.get_by_role("button", name="Uložit tuto oblast").click()
    expect(page.locator("#panel")).to_contain_text("je uložena", timeout=PATIENCE)
    cut_off.cut()
    page.goto(f"/cs/map?at=16/{lat}/{lon}&layers={LAMPS}")
    drawn(page)

    page.locator("#tab-list").click()
    expect(page.locator("#panel")).to_contain_text("Celý seznam potřebuje připojení k síti.", timeout=PATIENCE)
    page.locator(f"#panel [data-ref='{LAMPS}/{id_}']").click()
    expect(page.locator("#card dl")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(f"#panel [data-row='{LAMPS}/{id_}']")).to_have_attribute("aria-current", "true")

    page.locator("#query").fill("náměstí")
    expect(page.get_by_role("listbox")).to_have_text("Hledání potřebuje připojení k síti.", timeout=PATIENCE)
    page.locator("#card summary").click()
    expect(page.locator("#card .qr")).to_contain_text("jen s připojením k síti", timeout=PATIENCE)

    # A page that cannot be had leads back to the map as it was left, in the language in which it was read.
    page.locator("#card a[href*='f=html']").click()
    expect(page.get_by_role("heading")).to_have_text("Bez připojení k síti", timeout=PATIENCE)
    page.get_by_role("link").click()
    expect(page.locator("#card h2")).to_contain_text(id_, timeout=PATIENCE)


def test_a_map_in_a_frame_never_becomes_the_page_that_is_kept(page: Page, cut_off: Wire) -> None:
    page.goto("/cs/map")
    drawn(page)
    laid_down(page, "cs")
    page.goto("/cs/map?embed=1")
    drawn(page)
    kept = "caches.match('/cs/map', { ignoreVary: true }).then((page) => page.headers.get('Content-Security-Policy'))"
    assert "frame-ancestors 'self'" in page.evaluate(kept)
    cut_off.cut()
    page.goto("/cs/map")
    expect(page.locator("#tabs")).to_be_visible(timeout=PATIENCE)
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.goto("/cs/map?embed=1")


def test_what_is_kept_can_be_removed(page: Page, lamp: tuple[str, float, float]) -> None:
    _, lon, lat = lamp
    page.goto(f"/de/map?at=16/{lat}/{lon}&layers=municipalities&tool=offline")
    drawn(page)
    page.get_by_role("button", name="Dieses Gebiet speichern").click()
    remove = page.get_by_role("button", name=re.compile("^Gebiet .* entfernen$"))
    expect(remove).to_be_visible(timeout=PATIENCE)
    stores = "caches.keys().then((names) => names.filter((name) => name.startsWith('krajina-area-')).length)"
    assert page.evaluate(stores) == 1
    remove.click()
    expect(page.get_by_text("Noch keine.")).to_be_visible()
    assert page.evaluate(stores) == 0


def test_keeping_stops_at_once_though_the_service_has_asked_to_wait(page: Page) -> None:
    page.goto("/cs/map?at=14/50.86/14.9&layers=municipalities&tool=offline")
    drawn(page)
    page.route("**/items?*", lambda route: route.fulfill(status=503, headers={"Retry-After": "100"}))
    with page.expect_response(lambda answer: answer.status == 503):
        page.get_by_role("button", name="Uložit tuto oblast").click()
    page.get_by_role("button", name="Zastavit").click()
    expect(page.locator("#panel")).to_contain_text("Ukládání bylo zastaveno")


def test_what_is_kept_does_not_pass_for_new_without_a_network(page: Page, cut_off: Wire) -> None:
    page.goto("/en/map?at=14/50.86/14.9&layers=municipalities&tool=offline")
    drawn(page)
    page.get_by_role("button", name="Save this area").click()
    facts = page.locator(".offline li small")
    expect(facts).to_be_visible(timeout=PATIENCE)
    page.goto("/en/map?at=14/50.86/14.9&layers=municipalities&tool=offline")  # now the service worker answers
    drawn(page)
    before = page.evaluate(KEPT_AT)
    cut_off.cut()
    page.get_by_role("button", name=re.compile("^Download the area .* again$")).click()
    expect(page.locator("#panel")).to_contain_text("areas are unchanged", timeout=PATIENCE)
    assert page.evaluate(KEPT_AT) == before


def test_the_app_opens_after_one_visit_and_other_pages_lead_to_it(page: Page, cut_off: Wire) -> None:
    page.goto("/pl/map")
    drawn(page)
    laid_down(page, "pl")
    cut_off.cut()
    page.goto("/pl/map")
    expect(page.locator("#tabs")).to_be_visible(timeout=PATIENCE)
    page.locator("#tabs button").last.click()
    expect(page.locator("[data-tool=offline]")).to_be_visible()
    page.goto("/pl/datasets")
    expect(page.get_by_role("heading")).to_have_text("Brak połączenia z siecią")
    expect(page.get_by_role("link", name="Otwórz mapę")).to_have_attribute("href", "/pl/map")


def test_the_map_can_be_installed(page: Page, base: str) -> None:
    page.goto("/en/map")
    address = page.get_attribute("link[rel=manifest]", "href") or ""
    manifest = ask(base + address)
    assert manifest["start_url"] == "/en/map"
    assert manifest["display"] == "standalone"
    said = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")
    # A test's browser is a private one, in which nothing is installed; nothing else stands in the way.
    assert [each["errorId"] for each in said["installabilityErrors"]] in ([], ["in-incognito"])
    for icon in manifest["icons"]:
        assert page.request.get(icon["src"]).headers["content-type"] == "image/png"
