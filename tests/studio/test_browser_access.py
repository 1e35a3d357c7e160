"""The page without a mouse, and without eyes."""

import numpy as np
import pytest
from PIL import Image

from impasto.settings import StylizeSettings
from impasto.studio.tabs import tab_names, title

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

NAMED = {
    "button",
    "checkbox",
    "combobox",
    "img",
    "image",
    "link",
    "progressbar",
    "radio",
    "slider",
    "spinbutton",
    "tab",
    "tabpanel",
    "textbox",
}
"""Roles that a screen reader reads out by name."""


def go(page, selector, *, key="Tab"):
    """Press a key until something has the focus."""
    for _ in range(80):
        if page.evaluate("(s) => !!document.activeElement?.closest(s)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never came to {selector}")


def test_a_painting_by_keyboard_alone(open_page):
    page = open_page()
    go(page, ".sample-photo.sample-coffee")
    page.keyboard.press("Enter")
    page.wait_for_selector("#stylize-content img")
    go(page, ".sample-painting.sample-woodcut")
    page.keyboard.press("Space")
    page.wait_for_selector("#stylize-style .grid-container img")
    go(page, ".setting-content-weight input[type=range]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    weight = page.locator(".setting-content-weight input[type=number]").first
    default = StylizeSettings.info()["content_weight"].default
    wanted = pytest.approx(default + 2 * 0.05)  # two steps of the slider
    assert float(weight.input_value()) == wanted
    go(page, "#stylize-paint", key="Shift+Tab")
    page.wait_for_timeout(300)
    assert float(weight.input_value()) == wanted  # the focus went over the preset, and chose none
    page.keyboard.press("Enter")
    page.wait_for_selector("#stylize-canvas img")
    go(page, "#stylize-stop")
    page.keyboard.press("Space")
    page.wait_for_selector("#stylize-result img")
    go(page, ".wipe")
    page.keyboard.press("End")
    assert page.locator("#stylize-result .sheet").get_attribute("style") == "--cut: 100%;"
    page.wait_for_selector("#stylize-picture:not([disabled])")
    go(page, "#stylize-picture")
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    with Image.open(started.value.path()) as image:
        assert np.asarray(image).std() > 5
    assert nameless(page) == []  # of a finished painting


def nameless(page):
    """What a screen reader would come to without a word for it."""
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    found = []
    for node in session.send("Accessibility.getFullAXTree")["nodes"]:
        named = node.get("name", {}).get("value", "").strip()
        if not node.get("ignored") and node["role"]["value"] in NAMED and not named:
            reference = session.send("DOM.describeNode", {"backendNodeId": node["backendDOMNodeId"]})["node"]
            found.append((node["role"]["value"], reference["nodeName"], reference.get("attributes")))
    session.detach()
    return found


def test_everything_has_a_name_and_a_place(open_page):
    page = open_page()
    for name in tab_names():
        page.get_by_role("tab", name=title(name), exact=True).click()
        page.locator(".output:visible").wait_for()
        for fold in page.locator(".tab-columns:visible button.label-wrap").all():
            fold.click()
        page.wait_for_function(
            """() => [...document.querySelectorAll('.tab-columns button.label-wrap')]
            .every(fold => !fold.offsetParent || fold.classList.contains('open'))"""
        )
        assert nameless(page) == []
        levels = page.locator("h1:visible, h2:visible, h3:visible, .unseen:visible").evaluate_all(
            "all => all.map(one => one.tagName)"
        )
        assert levels[0] == "H1"
        assert set(levels[1:]) == {"H2"}
        status = page.locator(".output:visible [id$='-status']")
        assert status.get_attribute("aria-live") == "polite"
    assert page.get_by_role("main").count() == 1
    assert page.locator("html").get_attribute("lang")
    assert page.locator("footer:visible").count() == 0  # nothing of gradio's own
