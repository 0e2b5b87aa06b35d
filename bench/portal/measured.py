"""Measures the map in Chromium, slowed down by the browser's own means (DevTools protocol).

First map: from the start of the navigation, with nothing kept, until all that the view needs is drawn. Frames: how long
the page takes from picture to picture while the map is dragged and zoomed by the wheel; a page that stumbles has longer
ones. The processor is slowed down for the page itself, as DevTools do it; a worker runs beside it on another core.

That slowing-down lets the page's thread turn in circles for three times as long as it has run: it takes half a core of
an idle page, so on few cores others are felt. Each first map comes with what they took then.
"""

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.portal.place import Stand
from bench.serve import processes

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]
SLOWER = 4
FOUR_G = {"offline": False, "latency": 165, "downloadThroughput": 1_012_500, "uploadThroughput": 168_750}
"""Chromium's own profile "Fast 4G": 8.1 Mbit/s, 165 ms for each request."""
PHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
PATIENCE = 60_000
SETTLED = 2500
"""Milliseconds."""
PAN_AT, ZOOM_FROM = 12.0, 10.0
_WATCH = """
const seen = new MutationObserver(() => {
  const map = document.getElementById("map");
  if (!["drawn", "ready"].includes(map?.dataset.state)) return;
  seen.disconnect();
  requestAnimationFrame(() => console.info("drawn", performance.now()));
});
seen.observe(document, { subtree: true, attributes: true, attributeFilter: ["data-state"] });
"""
_COUNT = """
() => { const times = window.benchTimes = []; let on = true; window.benchStop = () => { on = false; };
  const tick = (now) => { times.push(now); if (on) requestAnimationFrame(tick); }; requestAnimationFrame(tick); }
"""
_TOLD = "() => { window.benchStop(); return window.benchTimes; }"


@dataclass(frozen=True)
class First:
    """Milliseconds to the first map, and the part of all processors that others took before it and meanwhile, 0 to 1.

    Others is whatever is neither the portal, its database, the browser nor this program: the machine's host, too.
    """

    milliseconds: float
    before: float
    meanwhile: float


@dataclass(frozen=True)
class Frames:
    """Milliseconds between pictures."""

    gaps: tuple[float, ...]

    @property
    def median(self) -> float:
        """Pictures a second, in the median."""
        return 1000 / statistics.median(self.gaps)

    @property
    def slow(self) -> float:
        """The gap that one in twenty exceeds."""
        return sorted(self.gaps)[int(0.95 * len(self.gaps))]

    @property
    def longest(self) -> float:
        return max(self.gaps)


@contextmanager
def browser() -> Iterator[Browser]:
    """Run Chromium without a window."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield running
        finally:
            running.close()


class Others:
    """What others take of the processors, from when it is made or was last asked."""

    def __init__(self, postmaster: int) -> None:
        self._postmaster = postmaster
        self._last = self._read()

    def taken(self) -> float:
        """Return their part of all processors, 0 to 1."""
        (moment, before), self._last = self._last, self._read()
        passed = self._last[1].since(before)
        return max(0.0, passed.machine - passed.server - passed.database) / (processes.CORES * (self._last[0] - moment))

    def _read(self) -> tuple[float, processes.Reading]:
        return time.monotonic(), processes.read([os.getpid()], self._postmaster)


def first_map(running: Browser, stand: Stand, rounds: int) -> list[First]:
    """Return the first map of each round, each in a fresh context, after one unmeasured."""
    return [_first(running, stand) for _ in range(rounds + 1)][1:]


def _first(running: Browser, stand: Stand) -> First:
    with _page(running, PHONE) as page:
        page.add_init_script(_WATCH)
        others = Others(stand.postmaster)
        page.wait_for_timeout(SETTLED)  # a new window of Chromium loads some hundred scripts of its own
        _slow(page, SLOWER, FOUR_G)
        before = others.taken()
        # Waiting for an element would put scripts of the measurer's own into the page while it loads.
        with page.expect_console_message(lambda said: said.text.startswith("drawn"), timeout=PATIENCE) as told:
            page.goto(f"{stand.address}/cs/map", wait_until="commit")
        return First(float(told.value.text.removeprefix("drawn")), before, others.taken())


def panning(running: Browser, address: str) -> Frames:
    """Drag the map to and fro, further than it is wide."""
    with _page(running, DESK) as page:
        _open(page, address, PAN_AT)
        page.evaluate(_COUNT)
        for side in (-1, 1, -1, 1):
            _drag(page, 640, 400, 500 * side, 220 * side)
            _drag(page, 640, 400, 500 * side, -180 * side)
        return _frames(page)


def zooming(running: Browser, address: str) -> Frames:
    """Zoom in and out again by the wheel, a step each half second."""
    with _page(running, DESK) as page:
        _open(page, address, ZOOM_FROM)
        page.mouse.move(700, 380)
        page.evaluate(_COUNT)
        for turn in [-240] * 6 + [240] * 6:
            page.mouse.wheel(0, turn)
            page.wait_for_timeout(500)
        return _frames(page)


@contextmanager
def _page(running: Browser, form: dict[str, Any]) -> Iterator[Page]:
    context = running.new_context(**form)
    try:
        yield context.new_page()
    finally:
        context.close()


def _open(page: Page, address: str, zoom: float) -> None:
    """Open the map in the middle of the areas and wait until it is drawn; then slow the processor down."""
    page.goto(f"{address}/cs/map?at={zoom}/50.50000/14.72000")
    page.wait_for_selector("#map[data-state=ready]", timeout=PATIENCE)
    page.wait_for_timeout(500)
    _slow(page, SLOWER, None)


def _slow(page: Page, times: int, network: dict[str, Any] | None) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": times})
    if network:
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", network)


def _drag(page: Page, x: float, y: float, across: float, down: float) -> None:
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 41):
        page.mouse.move(x + across * step / 40, y + down * step / 40)
        page.wait_for_timeout(12)
    page.mouse.up()


def _frames(page: Page) -> Frames:
    times = page.evaluate(_TOLD)
    return Frames(tuple(after - before for before, after in pairwise(times)))
