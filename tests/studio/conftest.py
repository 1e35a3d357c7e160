"""A studio of its own for the tests, and a browser."""

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

QUICK = {
    "network": "test-net",
    "style_layers": ["relu1_1", "relu2_1", "relu3_1"],
    "content_layers": ["relu3_1"],
    "size": 64,
    "scales": 1,
    "steps": 4,
}
"""Settings that paint in a moment."""

PATIENCE_MS = 12_000
"""For anything on the page."""

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def studio(tmp_path, *options):
    """The command, running; its address, and the folder where it may leave files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    command = [sys.executable, "-m", "impasto", "studio", "--port", "0", "--no-open", *options]
    said = tmp_path / "said.txt"
    with said.open("w") as errors:
        process = subprocess.Popen(command, stderr=errors, env={**os.environ, "TMPDIR": str(folder)})
    try:
        for _ in range(600):
            found = re.search(r"studio (http://\S+)", said.read_text())
            if found or process.poll() is not None:
                break
            with_patience(process)
        assert found, said.read_text()
        yield found[1], folder
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    assert "Traceback" not in said.read_text(), said.read_text()
    left = [path.name for path in folder.iterdir() if not path.name.startswith("torchinductor")]
    assert left == [], "the studio left files behind"


def with_patience(process):
    """A moment, or less if the process ends."""
    try:
        process.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return


LIMITS = [
    "--max-size", "256", "--max-steps", "400", "--max-upload-mb", "2", "--max-megapixels", "4",
    "--max-styles", "2", "--max-waiting", "6",
]  # fmt: skip


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A studio's address."""
    with studio(tmp_path_factory.mktemp("studio"), *LIMITS) as (address, _):
        yield address


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, server):
    """Opens pages; every request that leaves this machine is a failure, and so is every error."""
    contexts, strangers, errors = [], [], []

    def opened(width=1440, height=900, scheme="light"):
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: strangers.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server)
        page.wait_for_selector("#stylize-paint")
        return page

    yield opened
    for context in contexts:
        context.close()
    own = (server, server.replace("http", "ws"), "data:", "blob:")
    assert [url for url in strangers if not url.startswith(own)] == []
    assert errors == []


@pytest.fixture
def quick():
    """Settings that paint in a moment."""
    return dict(QUICK)
