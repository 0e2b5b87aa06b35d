"""Every page and state of the portal under axe: no violation of WCAG 2.2 AA, in four languages, wide and narrow.

What is tried here is what the accessibility statement says was tried (`service/portal/accessibility.yml`).
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from findings import LANGUAGES
from tests.browser.conftest import OpenPage
from tests.browser.witness import settled
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("portal")
RECORD = ROOT / "service" / "portal" / "accessibility.yml"
AXE = ROOT / "web" / "node_modules" / "axe-core"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDTHS = (1280, 320)
_RUN = "async (tags) => (await axe.run(document, {runOnly: {type: 'tag', values: tags}})).violations"


@dataclass(frozen=True)
class State:
    """A page, or a state of the map that some steps lead to."""

    address: str
    steps: Callable[[Page], None] | None = None
    status: int = 200


def _panel(name: str) -> Callable[[Page], None]:
    def steps(page: Page) -> None:
        settled(page)
        if page.locator(f"#tab-{name}").get_attribute("aria-expanded") != "true":
            page.locator(f"#tab-{name}").click()
        expect(page.locator("#panel")).to_be_visible()
        if name == "list":
            expect(page.locator("#table-title")).to_be_visible()

    return steps


def _tool(name: str) -> Callable[[Page], None]:
    def steps(page: Page) -> None:
        _panel("tools")(page)
        page.locator(f"[data-tool='{name}']").click()
        expect(page.locator(f"#panel [data-tool='{name}']")).to_have_count(0)
        expect(page.locator("#panel .tools > :not(.empty)").first).to_be_visible()

    return steps


def _searched(page: Page) -> None:
    settled(page)
    page.get_by_role("combobox").fill("a")
    page.get_by_role("combobox").press_sequentially("n")
    expect(page.get_by_role("option").first).to_be_visible()


def _suggested(page: Page) -> None:
    page.get_by_role("combobox").press_sequentially("an 98765")
    expect(page.get_by_role("option").first).to_be_visible()


def _card(page: Page) -> None:
    settled(page)
    page.get_by_role("combobox").fill("Lípa nad Rybničkou")
    page.get_by_role("option").first.click()
    expect(page.get_by_role("dialog").locator("dl")).to_be_visible()


TOOLS = re.findall(r'^  "([a-z-]+)",$', (ROOT / "web/src/state/tools.ts").read_text(encoding="utf-8"), re.MULTILINE)
PAGES = {
    "home": "/",
    "what applies here, the question": "/here",
    "what applies here, the answer": "/here?code=991001",
    "what applies here, a wrong question": "/here?lat=x&lon=15",
    "datasets": "/datasets",
    "a dataset": "/datasets/street-lights",
    "a dataset's quality": "/datasets/street-lights/quality",
    "a dataset's history": "/datasets/street-lights/history",
    "a dataset's snapshots": "/datasets/street-lights/snapshots",
    "a dataset's worksheet": "/datasets/war-graves/worksheet",
    "dashboards": "/dashboards",
    "a dashboard": "/dashboards/memory",
    "the budget": "/dashboards/budget",
    "news": "/news",
    "help": "/help",
    "contact": "/contact",
    "accessibility statement": "/accessibility",
    "usage statistics": "/statistics",
    "reported mistakes": "/mistakes",
    "a mistake to report": "/mistakes/new?dataset=street-lights",
    "search results": "/search?q=an",
    "the list": "/map?layers=municipalities,street-lights&view=list",
    "the list of one layer": "/map?layers=street-lights&view=list&table=street-lights",
    "an address that is not there": "/nowhere",
}
MAP: Mapping[str, Callable[[Page], None]] = {
    "the map": settled,
    "the map's layers": _panel("layers"),
    "the map's list": _panel("list"),
    "the map's tools": _panel("tools"),
    "the map's search": _searched,
    "a card on the map": _card,
    **{f"the map's tool: {name}": _tool(name) for name in TOOLS},
}
API = {
    "the API": "/ogc?f=html",
    "the API's collections": "/ogc/collections?f=html",
    "a collection": "/ogc/collections/war-graves?f=html",
    "features": "/ogc/collections/war-graves/items?f=html",
    "a feature": "/ogc/collections/municipalities/items/991001?f=html",
    "downloads": "/ogc/collections/war-graves/downloads?f=html",
    "the desk": "/desk?",
    "the desk's sign-in": "/desk/sign-in?",
    "the desk's rules": "/desk/rules?",
}
STATES: dict[str, State] = {
    **{name: State(f"/{{lang}}{path}", status=404 if "not there" in name else 200) for name, path in PAGES.items()},
    "the home page's search": State("/{lang}/", _suggested),
    **{name: State("/{lang}/map", steps) for name, steps in MAP.items()},
    **{name: State(f"{path}&lang={{lang}}") for name, path in API.items()},
}


@pytest.mark.parametrize(("at", "name"), list(enumerate(STATES)), ids=list(STATES))
def test_no_page_and_no_state_breaks_a_rule(open_page: OpenPage, witness: Any, at: int, name: str) -> None:
    state, language = STATES[name], LANGUAGES[at % len(LANGUAGES)]
    with witness.forgiving("40[04]"):
        page = open_page(state.address.replace("{lang}", language))
        if state.steps:
            state.steps(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert _violations(page) == [], width


def test_the_statement_says_what_is_tried_here(request: pytest.FixtureRequest) -> None:
    found = yaml.safe_load(RECORD.read_text(encoding="utf-8"))
    tried = {
        "tool": f"axe-core {json.loads((AXE / 'package.json').read_text(encoding='utf-8'))['version']}",
        "browser": "Chromium",
        "standard": "WCAG 2.2 AA",
        "states": sorted(STATES),
    }
    if request.config.getoption("--update-golden"):
        written = {"checked": datetime.now(UTC).date(), **tried}
        RECORD.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
        return
    assert {name: found[name] for name in tried} == tried
    assert found["checked"] <= datetime.now(UTC).date()


def _violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe finds: the rule, and where."""
    page.evaluate(_axe(AXE))
    found: list[dict[str, Any]] = page.evaluate(_RUN, list(TAGS))
    return [{each["id"]: [node["html"][:200] for node in each["nodes"]]} for each in found]


@cache
def _axe(folder: Path) -> str:
    return (folder / "axe.min.js").read_text(encoding="utf-8")
