"""A studio of its own for the tests, and a browser."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import gradio as gr
import pytest

from impasto.registry import RECIPES, find
from impasto.settings import StudioSettings
from impasto.studio.context import StudioContext
from impasto.studio.sample_files import SampleFiles
from impasto.studio.sessions import Sessions
from impasto.studio.tabs import VARIANTS
from impasto.studio.tabs.recipe import Variant, task_of

QUICK = {
    "network": "test-net",
    "style_layers": ["relu1_1", "relu2_1", "relu3_1"],
    "content_layers": ["relu3_1"],
    "size": 64,
    "scales": 1,
    "steps": 4,
    "strokes_weight": 0.0,
}
"""Settings that paint in a moment, at one size."""

PATIENCE_MS = 90_000
"""For anything on the page."""


@contextmanager
def running_studio(tmp_path, *options):
    """Runs the command; yields its address and the folder where it puts files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    command = [sys.executable, "-m", "impasto", "studio", "--port", "0", "--no-open", *options]
    output = tmp_path / "output.txt"
    with output.open("w") as errors:
        process = subprocess.Popen(command, stderr=errors, env={**os.environ, "TMPDIR": str(folder)})
    try:
        for _ in range(3000):  # a busy machine takes long to import
            address = re.search(r"studio (http://\S+)", output.read_text())
            if address or process.poll() is not None:
                break
            wait_briefly(process)
        assert address, output.read_text()
        yield address[1], folder
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    assert "Traceback" not in output.read_text(), output.read_text()
    left = [path.name for path in folder.iterdir() if not path.name.startswith("torchinductor")]
    assert left == [], "the studio left files behind"


def wait_briefly(process):
    """Waits a moment, or less if the process ends."""
    try:
        process.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return


LIMITS = (
    "--max-size 256 --max-steps 400 --max-upload-mb 2 --max-megapixels 4 --max-styles 2 --max-waiting 6 "
    "--wait-s 2"
)


@pytest.fixture
def context(tmp_path):
    """What tabs work with, without a server."""
    return StudioContext(StudioSettings(), Sessions(tmp_path / "sessions"), SampleFiles(tmp_path / "samples"))


@contextmanager
def closed_loops():
    """Closes the event loops that gradio makes for a page."""
    new, loops = asyncio.new_event_loop, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "new_event_loop", lambda: loops.append(new()) or loops[-1])
        yield
    asyncio.set_event_loop(None)
    for loop in loops:
        loop.close()


@pytest.fixture
def page():
    """A page that is being built."""
    with closed_loops(), gr.Blocks() as blocks:
        yield blocks


def task(name):
    """The task of a tab."""
    return task_of(find(RECIPES, name, kind="recipe"), VARIANTS.get(name, Variant()))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A studio's address."""
    with running_studio(tmp_path_factory.mktemp("studio"), *LIMITS.split()) as (address, _):
        yield address


@pytest.fixture
def open_page(browser, server):
    """Opens pages; a request that leaves this machine is a failure, and so is an error of the page."""
    contexts, requested, errors = [], [], []

    def opened(width=1440, height=900, scheme="light"):
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: requested.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server)
        page.wait_for_selector("#stylize-paint")
        return page

    yield opened
    for context in contexts:
        context.close()
    own = (server, server.replace("http", "ws"), "data:", "blob:")
    assert [url for url in requested if not url.startswith(own)] == []
    assert errors == []


@pytest.fixture
def quick():
    """Settings that paint in a moment."""
    return dict(QUICK)
