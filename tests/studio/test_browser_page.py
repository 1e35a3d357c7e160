"""The page in a real browser: what a visitor sees and does."""

import json
import re
import time
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from impasto.explain.chapter import TITLES
from impasto.result import read_record
from impasto.studio.tabs import tab_names, title
from tests.conftest import drawn
from tests.studio import browser_actions
from tests.studio.browser_actions import brush, choose, download, load, result

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

LONG = {"steps": 400, "tolerance": 0.0, "size": 128}


WATCH = """() => {
  window.seen = new Set();
  new MutationObserver(() => {
    const picture = document.querySelector("#stylize-canvas img");
    if (picture) window.seen.add(picture.src);
  }).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""
"""Counts the pictures that the canvas shows."""


def test_a_painting_from_upload_to_download(open_page, photo, painting, quick, tmp_path):
    page = open_page()
    choose(page, photo, painting, {**quick, "steps": 150, "tolerance": 0.0, "seed": 5}, tmp_path)
    page.evaluate(WATCH)
    page.click("#stylize-paint")
    result(page)
    assert page.evaluate("window.seen.size") >= 3  # it changes
    page.locator("#stylize-status").get_by_text("Done.").wait_for()
    assert page.locator("#stylize-curve svg").get_attribute("aria-label").startswith("Loss over 150 steps")
    picture = download(page, "#stylize-picture")
    assert picture.suggested_filename == "photo-painting-1.png"
    with Image.open(picture.path()) as image:
        assert image.size == (64, 48)
        assert np.asarray(image).std() > 5
    record = tmp_path / "record.json"
    download(page, "#stylize-record").save_as(record)
    assert read_record(record)["settings"]["seed"] == 5
    page.click("#stylize-reuse")
    page.get_by_text("The settings of 1: stylize, 64 × 48 px.").wait_for()


def test_stop_keeps_the_picture(open_page, tmp_path, painting, quick):
    large = tmp_path / "large.png"
    Image.fromarray(drawn(3, 192, 256)).save(large)
    page = open_page()
    choose(page, large, painting, {**quick, **LONG, "size": 256}, tmp_path)
    page.click("#stylize-paint")
    page.get_by_text(re.compile(r"step \d+ of 400")).wait_for()
    page.click("#stylize-stop")
    result(page)
    page.locator("#stylize-status").get_by_text("Stopped").wait_for()
    assert page.is_enabled("#stylize-paint")
    assert not page.is_enabled("#stylize-stop")


def test_a_bad_file_gives_a_message(open_page, photo, tmp_path):
    page = open_page()
    cut = b"\x89PNG\r\n\x1a\n" + bytes(100)
    for name, data in (("empty.png", b""), ("text.png", b"this is no picture"), ("cut.png", cut)):
        bad = tmp_path / name
        bad.write_bytes(data)
        page.set_input_files("#stylize-content input[type=file]", str(bad))
        # Waited for and read in one call: a message closes by itself, on a busy machine before a second call.
        message = page.locator(".toast-message-item", has_text=name).first.inner_text()
        assert "/tmp" not in message
        page.wait_for_selector("#stylize-content img", state="detached")
    page.set_input_files("#stylize-content input[type=file]", str(photo))
    page.wait_for_selector("#stylize-content img")


def test_painting_nothing_says_what_is_missing(open_page):
    page = open_page()
    page.click("#stylize-paint")
    alert = page.locator("#stylize-status [role=alert]")
    alert.wait_for()
    assert "A photo and at least one style are needed" in alert.inner_text()
    assert page.is_enabled("#stylize-paint")


def test_chapters_stop_and_downloads(open_page, photo, painting):
    page = open_page(width=390)
    page.get_by_role("tab", name="Explain", exact=True).click()
    page.click("#explain-paint")
    alert = page.locator("#explain-status [role=alert]")
    alert.wait_for()
    assert "A photo and a painting are needed" in alert.inner_text()
    page.set_input_files("#explain-content input[type=file]", str(photo))
    page.wait_for_selector("#explain-content img")
    page.set_input_files("#explain-style input[type=file]", str(painting))
    page.wait_for_selector("#explain-style img")
    page.click("#explain-all")
    page.wait_for_function("document.querySelectorAll('#explain-figures input:checked').length == 10")
    for name in set(TITLES) - {"feature-maps", "sweep"}:
        page.get_by_label(TITLES[name]).uncheck()
    page.locator(".setting-size:visible input[type=number]").fill("128")
    page.locator(".setting-size:visible input[type=number]").press("Tab")
    page.click("#explain-paint")
    page.wait_for_selector("#explain-canvas img")
    assert re.search(r"about .* left", page.inner_text("#explain-canvas"))
    chapter = page.wait_for_selector("#explain-feature-maps iframe").content_frame()
    chapter.get_by_role("heading", name=TITLES["feature-maps"]).wait_for()
    assert chapter.locator("math").count() >= 3
    page.get_by_text(f"chapter 2 of 2: {TITLES['sweep']}").wait_for()
    page.press("#explain-stop", "Enter")  # a click scrolls, and may wait for a page that is being drawn
    page.get_by_text("Stopped after 1 chapter of 2.").wait_for()
    page.wait_for_selector("#explain-page:not([disabled])")
    heights = page.evaluate(
        """() => [...document.querySelectorAll("iframe.chapter")]
        .map(f => [f.clientHeight, f.contentDocument.documentElement.scrollHeight])"""
    )
    assert len(heights) == 2  # photo, painting, result; and the chapter
    assert all(shown >= whole > 100 for shown, whole in heights)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    written = download(page, "#explain-page")
    assert written.suggested_filename == "index.html"
    assert TITLES["feature-maps"] in written.path().read_text(encoding="utf-8")
    figures = download(page, "#explain-zip")
    assert figures.suggested_filename == "impasto-explain-1.zip"
    with ZipFile(figures.path()) as files:
        assert sorted(files.namelist()) == [
            "feature-maps-content.png",
            "feature-maps-style.png",
            "result.png",
        ]


def test_two_visitors_at_once(open_page, photo, painting, other_painting, quick, tmp_path):
    ann, ben = open_page(), open_page()
    choose(ann, photo, painting, {**quick, "steps": 60}, tmp_path)
    choose(ben, photo, other_painting, {**quick, "steps": 60}, tmp_path)
    ann.click("#stylize-paint")
    ben.click("#stylize-paint")
    pictures = []
    for page in (ann, ben):
        result(page)
        pictures.append(download(page, "#stylize-picture").path().read_bytes())
    first, second = (np.asarray(Image.open(BytesIO(data)), float) for data in pictures)
    assert np.abs(first - second).mean() > 5  # each got the painting they asked for


def test_refresh_during_a_run_frees_the_brush(open_page, photo, painting, quick, tmp_path):
    page, asked = open_page(), []
    large = tmp_path / "large.png"
    Image.fromarray(drawn(3, 192, 256)).save(large)
    choose(page, large, painting, browser_actions.LONG, tmp_path)
    page.click("#stylize-paint")
    page.get_by_text(re.compile(r"step \d+ of 400")).wait_for()
    left_s, begun = browser_actions.seconds_left(page), time.monotonic()
    page.on("dialog", lambda dialog: asked.append(dialog.type) or dialog.accept())
    page.reload()
    assert set(asked) == {"beforeunload"}  # a warning: the painting is lost
    page.wait_for_selector("#stylize-paint")
    assert page.is_enabled("#stylize-paint")
    choose(page, photo, painting, quick, tmp_path)
    page.click("#stylize-paint")
    result(page)
    assert time.monotonic() - begun < 0.7 * left_s  # the first was cut short


def test_samples_and_blending(open_page):
    page = open_page()
    page.locator(".sample-photo.sample-coffee:visible").click()
    page.wait_for_selector("#stylize-content img")
    page.locator(".sample-painting.sample-woodcut:visible").click()
    page.wait_for_selector("#stylize-style img")
    assert page.locator(".weight:visible").count() == 0
    page.locator("#stylize-style-several input").check()
    page.locator(".sample-painting.sample-swirl:visible").click()
    page.wait_for_function("document.querySelectorAll('#stylize-style .grid-container img').length == 2")
    page.locator(".weight:visible").nth(1).wait_for()
    page.get_by_label("forms of the first, strokes of the last").wait_for()


def test_brushed_doodle(open_page, painting, quick, tmp_path):
    page = open_page()
    page.get_by_role("tab", name="Doodle").click()
    page.set_input_files("#doodle-style input[type=file]", str(painting))
    page.wait_for_selector("#doodle-style img")
    for editor in ("#doodle-style-map", "#doodle-drawing"):
        brush(page, editor)
    settings = {**quick, "patch_layers": ["relu3_1"]}
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(settings))
    load(page, "doodle", file)
    page.click("#doodle-paint")
    result(page, "doodle")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(open_page, scheme):
    page = open_page(scheme=scheme)
    for name in tab_names():
        page.get_by_role("tab", name=title(name), exact=True).click()
        page.locator(".output:visible").wait_for()
        for width in (390, 768, 1440):
            page.set_viewport_size({"width": width, "height": 844})
            page.wait_for_function("innerWidth == document.documentElement.clientWidth")
            page.wait_for_function("(most) => document.documentElement.scrollWidth <= most", arg=width)
            cut = page.evaluate(
                """() => [...document.querySelectorAll('.tab-columns :is(button, h2, input)')]
                .filter(e => e.offsetParent && e.getBoundingClientRect().right > innerWidth + 1)
                .map(e => e.outerHTML.slice(0, 120))"""
            )
            assert cut == []
