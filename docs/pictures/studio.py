"""The picture of docs/studio.md: the studio with a painting; and how soon its first picture is there.

    python docs/pictures/studio.py

It opens a studio of its own and drives it with Debian's Chromium by Playwright (``apt-get install chromium``,
``pip install playwright``). It also prints the seconds from the click on Paint to the first picture that the
browser shows: cold, the first painting of the server, and warm, the third.
"""

from __future__ import annotations

import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from impasto.settings import StudioSettings
from impasto.studio.server import opened

HERE = Path(__file__).parent
WIDTH_PX, HEIGHT_PX = 1440, 900
PATIENCE_MS = 120_000

WATCH = """() => {
  document.addEventListener("load", (event) => {
    if (event.target.closest?.("#stylize-canvas")) window.seen ??= performance.now();
  }, true);
  document.querySelector("#stylize-paint").addEventListener("click", () => {
    window.asked = performance.now();
    window.seen = undefined;
  }, true);
}"""


def first_picture_s(page: Any) -> float:
    """Paint, and wait for the end; the seconds until there was something to see."""
    page.click("#stylize-paint")
    page.wait_for_function("window.seen")
    seconds: float = page.evaluate("(window.seen - window.asked) / 1000")
    page.wait_for_selector("#stylize-paint:not([disabled])")
    return seconds


def main() -> None:
    """Print the seconds, and write the picture."""
    with opened(StudioSettings(port=0, open=False)) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        page.locator(".sample-photo.sample-chelsea:visible").click()
        page.wait_for_selector("#stylize-content img")
        page.locator(".sample-painting.sample-swirl:visible").click()
        page.wait_for_selector("#stylize-style .grid-container img")
        page.evaluate(WATCH)
        seconds = [first_picture_s(page) for _ in range(3)]
        sys.stdout.write(f"first picture: {seconds[0]:.2f} s cold, {seconds[-1]:.2f} s warm\n")
        page.wait_for_selector("#stylize-result img")
        page.evaluate("""() => {
          const slider = document.querySelector("#stylize-result .wipe");
          slider.value = 35;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        }""")
        page.wait_for_timeout(500)
        with Image.open(BytesIO(page.screenshot())) as shot:
            shot.convert("RGB").save(HERE / "studio.jpg", quality=84, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
