"""Actions of a visitor in a real browser."""

import json
import re

import numpy as np
from PIL import Image

LONG = {"steps": 400, "tolerance": 0.0, "size": 256, "scales": 1}
"""Settings that paint for longer than any test waits."""

STILL = """canvas => new Promise(done => {
  let last = "", same = 0;
  const look = () => {
    const box = canvas.getBoundingClientRect(), now = [box.x, box.y, box.width, box.height].join();
    same = now === last && box.width > 0 ? same + 1 : 0;
    last = now;
    same < 6 ? requestAnimationFrame(look) : done();
  };
  look();
})"""
"""Waits until an editor keeps its place and size."""


def seconds_left(page):
    """What the page says is left of a painting."""
    minutes, seconds = re.search(
        r"(?:(\d+):)?(\d+) (?:s|min) left", page.inner_text("#stylize-canvas")
    ).groups()
    return 60 * int(minutes or 0) + int(seconds)


def choose(page, photo, painting, settings, tmp_path):
    """Upload a photo, a painting and a file of settings."""
    page.set_input_files("#stylize-content input[type=file]", str(photo))
    page.wait_for_selector("#stylize-content img")
    page.set_input_files("#stylize-style input[type=file]", str(painting))
    page.wait_for_selector("#stylize-style img")
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(settings))
    load(page, "stylize", file)


def load(page, task, file):
    """Take settings from a file."""
    if not page.locator(f"#{task}-load").is_visible():
        page.get_by_role("button", name="History of this visit").locator("visible=true").click()
    with page.expect_file_chooser() as chooser:
        page.locator(f"#{task}-load").locator("visible=true").click()
    chooser.value.set_files(str(file))
    page.get_by_text(f"The settings of {file.name}.").locator("visible=true").wait_for()


def result(page, task="stylize"):
    """The finished painting as the page shows it."""
    page.wait_for_selector(f"#{task}-result img")
    page.wait_for_selector(f"#{task}-picture:not([disabled])")


def download(page, selector):
    with page.expect_download() as started:
        page.click(selector)
    return started.value


def painted(page, task="stylize"):
    """The pixels of the painting, as they are downloaded."""
    page.click(f"#{task}-paint")
    page.wait_for_selector(f"#{task}-paint[disabled]")
    page.wait_for_selector(f"#{task}-paint:not([disabled])")
    result(page, task)
    with Image.open(download(page, f"#{task}-picture").path()) as image:
        return np.asarray(image.convert("RGB"), float)


def brush(page, editor):
    """A stroke across the middle."""
    canvas = page.locator(f"{editor} canvas").first
    canvas.scroll_into_view_if_needed()
    canvas.evaluate(STILL)
    box = canvas.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    for share in (0.4, 0.5, 0.6, 0.7):
        page.mouse.move(box["x"] + share * box["width"], y)
    page.mouse.up()
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
