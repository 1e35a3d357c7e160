"""Look at the site in Debian's Chromium, from a folder, and say as JSON what was seen.

python tests/docs/browse.py SITE
"""

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGES = ("index", "stylize", "recolor", "losses", "notebook", "python", "explained/index")
BROKEN = "[...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src.slice(0, 99))"


def main(site):
    seen = {"outside": [], "errors": [], "broken": [], "too_wide": []}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for scheme, width in (("light", 1440), ("dark", 390)):
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page.on("pageerror", lambda error: seen["errors"].append(str(error)))
            page.on("request", lambda request: request.url.startswith(("http:", "https:", "ws"))
                    and seen["outside"].append(request.url))  # fmt: skip
            for name in PAGES:
                page.goto((site / f"{name}.html").as_uri())
                seen["broken"] += page.evaluate(BROKEN)
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    seen["too_wide"].append(f"{name} at {width} px")
            page.goto((site / "index.html").as_uri())
            seen[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
            if width == 1440:
                page.locator(".md-search__input").first.click()
                page.keyboard.type("sliced wasserstein")
                page.locator(".md-search-result__link").first.wait_for(timeout=20_000)
                seen["found"] = page.evaluate(
                    "[...document.querySelectorAll('.md-search-result__link')].map(a => a.href)"
                )
            page.close()
        browser.close()
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
