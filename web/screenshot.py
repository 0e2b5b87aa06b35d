# ruff: noqa: INP001
"""Makes the picture of the map for the README.

python web/screenshot.py http://127.0.0.1:8080 docs/pictures/map.png
"""

import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SIZE = {"width": 1280, "height": 800}
PATIENCE = 30_000  # milliseconds


def picture(base: str, out: Path, link: str = "") -> None:
    """Write a PNG of the portal's first view in Czech, or of the view of a permalink (`?at=…`), to `out`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        context = browser.new_context(viewport=SIZE, locale="cs", color_scheme="light", reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{base.rstrip('/')}/cs/map{link}")
        expect(page.locator("#map")).to_have_attribute("data-state", "ready", timeout=PATIENCE)
        page.wait_for_timeout(500)  # the last tiles fade in
        page.screenshot(path=out)
        browser.close()


if __name__ == "__main__":
    picture(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:4])
