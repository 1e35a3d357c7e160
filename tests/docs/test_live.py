"""The page that paints in the browser, in Chromium with a camera that shows a moving test picture."""

import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "out" / "live"
PATIENCE_MS = 60_000


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, says nothing, and knows the type of modules of WebAssembly."""

    extensions_map: ClassVar = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The built page on a server; its own files are those of the checkout."""
    if not (BUILT / "vendor" / "ort-wasm-simd-threaded.wasm").exists():
        pytest.skip("needs out/live, which `make live` builds with npm")
    folder = tmp_path_factory.mktemp("live") / "site"
    shutil.copytree(BUILT, folder)
    for file in ("index.html", "live.css", "live.js"):
        shutil.copy(ROOT / "docs" / "live" / file, folder / file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(address, browser_with_camera):
    """The page in a browser; an error of the page or a request to elsewhere is a failure."""
    context = browser_with_camera.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    problems, requested = [], []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: requested.append(request.url))
    page.goto(address)
    yield page
    context.close()
    assert problems == []
    origin = address.rpartition("/")[0]
    assert requested and all(url.startswith((origin, "blob:", "data:")) for url in requested), requested


def colour(page):
    """Mean red, green and blue of the painting."""
    return page.evaluate(
        """() => { const c = document.getElementById("painting");
        const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data, sum = [0, 0, 0];
        for (let i = 0; i < d.length; i++) if (i % 4 < 3) sum[i % 4] += d[i];
        return sum.map((x) => 4 * x / d.length); }"""
    )


@pytest.mark.slow
def test_a_photo_is_painted_and_another_style_changes_it(page, photo):
    page.fill("#size", "128")
    page.set_input_files("#file", str(photo))
    page.wait_for_selector("text=/swirl, 128 x 96 px, \\d+ ms/")
    first = colour(page)
    page.click("text=woodcut")
    page.wait_for_selector("text=/woodcut, 128 x 96 px, \\d+ ms/")
    second = colour(page)
    assert max(abs(a - b) for a, b in zip(first, second, strict=True)) > 5
    with page.expect_download() as download:
        page.click("#save")
    assert download.value.suggested_filename == "impasto-woodcut.png"


@pytest.mark.slow
def test_the_camera_is_painted_frame_by_frame(page):
    page.click("#camera")
    page.wait_for_selector("text=Stop the camera")
    shown = set()
    for _ in range(40):
        page.wait_for_timeout(150)
        shown.add(tuple(colour(page)))
        if len(shown) >= 3:
            break
    page.click("#camera")
    page.wait_for_selector("text=Start the camera")
    assert len(shown) >= 3, "the picture stands still"


@pytest.mark.slow
def test_a_file_that_is_no_picture_is_told(page, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_text("no picture")
    page.set_input_files("#file", str(bad))
    page.wait_for_selector("text=bad.png is no picture")
