"""The portal as it is met: one goes from the home page wherever links lead, with a small screen and large letters.

Large letters are those of the browser's own setting (32 px instead of 16), which a page that names pixels would not
follow. One walk for each language; a kind of page (its address without identifiers and questions) is looked at once.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from findings import LANGUAGES
from tests.browser.conftest import OpenPage
from tests.browser.witness import settled

pytestmark = pytest.mark.usefixtures("portal")
WIDTH = 320
KINDS = 30
"""At least so many kinds of pages are reached from the home page; fewer mean that a link is gone."""
_LOOK = """() => {
    const problems = [], wide = document.documentElement;
    const above = (each, test) => { for (let at = each; at; at = at.parentElement) if (test(at)) return true; };
    const unseen = (at) => at.matches(".skip") || getComputedStyle(at).clipPath !== "none";
    const rolls = (at) => at !== document.body && at.scrollWidth > at.clientWidth
        && /auto|scroll/.test(getComputedStyle(at).overflowX);
    if (getComputedStyle(wide).fontSize !== "32px") problems.push("letters do not grow");
    if (wide.scrollWidth > wide.clientWidth) problems.push(`scrolls sideways: ${wide.scrollWidth}`);
    for (const each of document.querySelectorAll("body :not(svg *), .drawing text")) {
        if (!each.checkVisibility({ visibilityProperty: true }) || above(each, unseen)) continue;
        const box = each.getBoundingClientRect(), name = each.outerHTML.slice(0, 90);
        if ((box.left < -0.5 || box.right > wide.clientWidth + 0.5) && !above(each, rolls))
            problems.push(`outside: ${name}`);
        if (/hidden|clip/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth + 1
            && each.textContent.trim()) problems.push(`cut: ${name}`);
    }
    const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
    for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) problems.push(`twice: #${id}`);
    if (document.querySelectorAll("h1").length !== 1) problems.push("not one h1");
    if (!document.title) problems.push("no title");
    return problems;
}"""
_LINKS = """() => [...document.querySelectorAll("a[href]")]
    .map((each) => new URL(each.getAttribute("href"), document.baseURI).href)"""


@pytest.fixture
def small(browser: Browser) -> Iterator[Page]:
    """A telephone without JavaScript whose owner has set letters twice as large."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    yield page
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_a_link_leads_to_is_whole_on_a_small_screen(small: Page, base: str, lang: str) -> None:
    found: dict[str, Any] = {}
    waiting: deque[str]
    waiting, met = deque([f"{base}/{lang}/", f"{base}/{lang}/search?q=an"]), set()
    while waiting:
        address = waiting.popleft()
        met.add(_kind(address))
        answer = small.goto(address)
        assert answer is not None
        if "/map" in address:  # without a script it leads on to its list
            small.wait_for_url("**view=list**")
        problems = small.evaluate(_LOOK)
        if answer.status != 200:
            problems.append(f"status {answer.status}")
        if small.locator("html").get_attribute("lang") != lang:
            problems.append("another language")
        if problems:
            found[address] = problems
        for link in small.evaluate(_LINKS):
            if _is_page(base, link, lang) and (kind := _kind(link)) not in met:
                met.add(kind)
                waiting.append(urljoin(link, "#").rstrip("#"))
    assert found == {}
    assert len(met) >= KINDS, sorted(met)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_address_that_is_not_there_leads_on(small: Page, base: str, lang: str) -> None:
    small.goto(f"{base}/{lang}/nowhere?q=1")
    assert small.evaluate(_LOOK) == []
    for other in LANGUAGES:
        at = small.locator(f"header a[hreflang={other}]")
        assert at.get_attribute("href") == f"/{other}/nowhere?q=1"
    small.get_by_role("searchbox").fill("an")
    small.get_by_role("search").get_by_role("button").click()
    small.wait_for_url(f"{base}/{lang}/search?q=an")


def test_the_keyboard_comes_to_the_filter_before_the_rows(open_page: OpenPage) -> None:
    page = open_page("/cs/map")
    settled(page)
    page.get_by_role("button", name="Seznam", exact=True).press("Enter")
    expect(page.get_by_role("table")).to_be_visible()
    summary = page.locator("#panel summary").get_by_text("Filtr")
    for _ in range(6):
        page.keyboard.press("Tab")
        if summary.evaluate("each => each === document.activeElement"):
            break
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("Název obsahuje").fill("kap")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text(re.compile(r": \d+ řádk"))
    expect(page.get_by_role("list", name="Filtr")).to_contain_text("obsahuje „kap“")


def _is_page(base: str, link: str, lang: str) -> bool:
    """Return whether a link leads to a page of the portal in the language."""
    parts = urlsplit(link)
    asked = parse_qs(parts.query)
    if not link.startswith(f"{base}/") or "." in parts.path.rpartition("/")[2]:
        return False
    html = asked.get("f", ["html"]) == ["html"] and ("f" in asked or not parts.path.startswith("/ogc"))
    return html and (parts.path.startswith(f"/{lang}/") or asked.get("lang") == [lang])


def _kind(link: str) -> str:
    """Return what sort of page an address is: its path without identifiers, and whether only a part is shown."""
    parts = urlsplit(link)
    path = re.sub(r"(collections|items|datasets|mistakes|news|checks|submissions)/(?!new$)[^/]+", r"\1/*", parts.path)
    path = re.sub(r"\d[\dT:%AZ-]{3,}", "#", path)
    return f"{path}{' in part' if 'where.' in parts.query else ''}"
