"""Who watches a page: its console, its requests, its policy violations; and the few steps that many tests take.

Apart from the fixtures so that tests can name the types.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Response

_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
_BLOCKED = "Service Worker registration blocked by Playwright"
"""What the browser says of a setting of ours (conftest.py)."""
_LOCAL = {"data", "blob", "about"}
_AT_REST = """(turn) => {
    const isReady = document.querySelector("#map")?.dataset.state === "ready";
    const last = (window.atRest ??= {});
    if (!isReady || last.turn !== turn) Object.assign(last, { turn, since: performance.now(), frames: 0 });
    last.frames += 1;
    return isReady && last.frames > 3 && performance.now() - last.since > 250;
}"""
"""By the page's own clock and frames: one that is busy comes to it later. A moved map asks anew a frame later."""
PATIENCE = 60.0
"""Seconds."""


@dataclass
class Witness:
    """What a page did that no page of the portal may do."""

    base: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    forgiven: str | None = None

    def attend(self, page: Page) -> None:
        """Watch a page from before its first request."""
        page.add_init_script(_VIOLATIONS)
        page.on("console", lambda said: self._hear(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._see)
        page.on("response", self._judge)

    @contextmanager
    def forgiving(self, pattern: str) -> Iterator[None]:
        """Let errors of the console pass that match: a test has brought them about."""
        self.forgiven = pattern
        yield
        self.forgiven = None

    def testify(self, page: Page) -> None:
        """Assert that nothing was seen."""
        assert self.foreign == [], "the page asked other hosts"
        assert page.evaluate("window.violations") == [], "the Content Security Policy was violated"
        assert self.errors == [], "the console or the page has errors"

    def _hear(self, text: str) -> None:
        if text == _BLOCKED:
            return
        if not (self.forgiven and re.search(self.forgiven, text)):
            self.errors.append(text)

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in _LOCAL and address.netloc != urlsplit(self.base).netloc:
            self.foreign.append(request.url)

    def _judge(self, response: Response) -> None:
        if response.status >= 500 and not self.forgiven:
            self.errors.append(f"{response.status} {response.url}")


def settled(page: Page) -> None:
    """Wait until the map has loaded what it wants; the page must have a map, or be about to be one that has."""
    page.wait_for_function(_AT_REST, arg=str(time.monotonic_ns()), timeout=1000 * PATIENCE)


def becomes(page: Page, ask: Callable[[], object], expected: object) -> None:
    """Wait until an answer is the one that is expected, while the page goes on."""
    until = time.monotonic() + PATIENCE
    while (found := ask()) != expected and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert found == expected


def drawn(page: Page) -> int:
    """Return the number of features that the map says it shows."""
    return int(page.locator("#map").get_attribute("data-features") or 0)


def inked(page: Page) -> int:
    """Return the number of pixels that the map's canvases really have painted."""
    return int(
        page.evaluate(
            """() => [...document.querySelectorAll("#map canvas")].reduce((sum, canvas) => {
                if (!canvas.width || !canvas.height) return sum;
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                let painted = 0;
                for (let at = 3; at < data.length; at += 4) if (data[at] > 0) painted += 1;
                return sum + painted;
            }, 0)"""
        )
    )
