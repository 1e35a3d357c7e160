"""Who comes back with F5, in a real browser."""

import re

import pytest
from PIL import Image

from tests.conftest import drawn
from tests.studio.browser_actions import LONG, choose, result
from tests.studio.conftest import PATIENCE_MS, running_studio

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


def test_the_page_loaded_again_finds_its_run_and_then_its_result(browser, painting, tmp_path):
    large = tmp_path / "large.png"
    Image.fromarray(drawn(3, 192, 256)).save(large)
    with running_studio(tmp_path) as (address, _):
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("dialog", lambda dialog: dialog.accept())  # the warning before leaving
        page.goto(address)
        choose(page, large, painting, LONG, tmp_path)
        page.click("#stylize-paint")
        page.get_by_text(re.compile(r"step \d+ of 400")).wait_for()
        page.reload()
        page.get_by_text(re.compile(r"step \d+ of 400")).wait_for()
        assert not page.is_enabled("#stylize-paint")
        page.click("#stylize-stop")
        page.get_by_text("Stopped; this is the picture so far.").wait_for()
        result(page)
        page.reload()
        page.get_by_text("Stopped; this is the picture so far.").wait_for()
        result(page)
        assert page.is_enabled("#stylize-paint")
        page.close()
