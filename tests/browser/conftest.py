"""Fixtures of the browser tests: Debian's Chromium, and pages that are watched for what no page may do."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.witness import Witness
from tests.portal import Portal

CHROMIUM = "/usr/bin/chromium"
# Containers have neither the privileges for Chromium's sandbox nor enough shared memory.
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]
# Milliseconds in which has to come about what a test waits for, on a machine that does other things too.
expect.set_options(timeout=30_000)

type OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def base(portal: Portal) -> str:
    """Where the demo portal answers, without a slash at the end."""
    return portal.url.rstrip("/")


@pytest.fixture(scope="session")
def described(base: str) -> dict[str, Any]:
    """What the portal says of itself to the map, in Czech."""
    found: dict[str, Any] = ask(f"{base}/map/portal?lang=cs")
    return found


@pytest.fixture(scope="session")
def layers(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [layer for group in described["groups"] for layer in group["layers"]]


@pytest.fixture
def witness(base: str) -> Witness:
    return Witness(base)


@pytest.fixture
def open_page(browser: Browser, witness: Witness) -> Iterator[OpenPage]:
    """Open a page of its own in a fresh context; at the end all of them must have a clean record."""
    pages: list[Page] = []

    def opened(address: str = "", *, width: int = 1280, height: int = 800, **options: Any) -> Page:
        # Without motion a flight over the map is a jump: tests need not wait for it.
        # The service worker has tests of its own (test_offline.py); here it would hide requests from fakes.
        settings = {"reduced_motion": "reduce", "locale": "cs", "service_workers": "block", **options}
        page = browser.new_context(viewport={"width": width, "height": height}, **settings).new_page()
        witness.attend(page)
        pages.append(page)
        page.goto(witness.base + address)
        return page

    yield opened
    for page in pages:
        witness.testify(page)
        page.context.close()


def ask(address: str) -> Any:
    """Return the JSON at an address."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return json.load(answer)
