"""Strokes of the brush in a real browser, told by the pixels of what was painted."""

import json

import numpy as np
import pytest
from PIL import Image

from impasto.studio.tabs.stylize import SECOND, STROKES
from tests.conftest import drawn
from tests.studio.browser_actions import brush, choose, load, painted

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

WIDE = {"size": 256, "steps": 20, "tolerance": 0.0, "content_weight": 0.05}


@pytest.fixture
def wide(tmp_path):
    """A photo that is large enough for a stroke in its middle."""
    path = tmp_path / "wide.png"
    Image.fromarray(drawn(3, 192, 256)).save(path)
    return path


@pytest.fixture
def tinted(tmp_path):
    """Makes paintings of one tint: forms of a drawing, in reds or in blues."""

    def made(name, tint):
        grey = drawn(4, 128, 160).mean(-1, keepdims=True) / 255
        path = tmp_path / f"{name}.png"
        Image.fromarray((255 * grey * np.array(tint)).astype(np.uint8)).save(path)
        return path

    return made


def parts(pixels):
    """What was under the stroke, and the upper edge, where nothing was."""
    height, width = pixels.shape[:2]
    middle = np.s_[height // 2 - 8 : height // 2 + 8, int(0.4 * width) : int(0.6 * width)]
    return pixels[middle], pixels[: height // 6]


def test_what_was_brushed_stays_as_in_the_photo_or_gets_the_second_painting(
    open_page, wide, painting, tinted, quick, tmp_path
):
    page = open_page()
    choose(page, wide, painting, {**quick, **WIDE}, tmp_path)
    page.click("#stylize-mask-fold button")
    page.wait_for_selector("#stylize-mask canvas")
    brush(page, "#stylize-mask")
    photo = np.asarray(Image.open(wide), float)
    kept, around = parts(np.abs(painted(page) - photo))
    assert kept.mean() < 1
    assert around.mean() > 10

    page.get_by_label(SECOND).check()
    page.click("#stylize-paint")
    page.locator("#stylize-status [role=alert]", has_text="second painting").wait_for()
    red, blue = tinted("red", (1, 0.2, 0.1)), tinted("blue", (0.1, 0.3, 1))
    page.locator("#stylize-style button[aria-label='Clear']").click()
    page.set_input_files("#stylize-style input[type=file]", [str(red), str(blue)])
    page.wait_for_function("document.querySelectorAll('#stylize-style .grid-container img').length == 2")
    second, first = parts(painted(page))
    assert (first[..., 0] - first[..., 2]).mean() > 20  # red around
    assert (second[..., 2] - second[..., 0]).mean() > 20  # blue under the brush

    page.get_by_label(STROKES).check()
    page.click("#stylize-paint")
    page.locator("#stylize-status [role=alert]", has_text="second painting").wait_for()


def test_the_example_doodle_and_a_stroke_in_a_colour_of_its_map(open_page, quick, tmp_path):
    page = open_page()
    page.get_by_role("tab", name="Doodle").click()
    page.click("#doodle-example")
    page.wait_for_selector("#doodle-doodle-fold")
    page.wait_for_function(
        """() => [...document.querySelectorAll('#doodle-drawing button')]
        .some(b => b.title == 'Color' && getComputedStyle(b).color == 'rgb(0, 0, 255)')"""
    )
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({**quick, "patch_layers": ["relu3_1"], "size": 96}))
    load(page, "doodle", file)
    without = painted(page, "doodle")
    brush(page, "#doodle-drawing")  # in the blue of the sky, over the lake
    stroke, around = parts(np.abs(painted(page, "doodle") - without))
    assert stroke.mean() > 2 * around.mean()
