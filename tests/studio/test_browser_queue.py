"""Three visitors and a short line, in a real browser."""

import re

import pytest
from PIL import Image

from tests.conftest import drawn
from tests.studio.browser_actions import choose, result
from tests.studio.conftest import PATIENCE_MS, running_studio

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


def test_stop_while_waiting_and_a_line_that_is_full(browser, painting, quick, tmp_path):
    large = tmp_path / "large.png"
    Image.fromarray(drawn(3, 192, 256)).save(large)
    with running_studio(tmp_path, "--max-waiting", "1") as (address, _):
        context = browser.new_context()
        ann, ben, eve = pages = [context.new_page() for _ in range(3)]
        for page in pages:
            page.set_default_timeout(PATIENCE_MS)
            page.goto(address)
        choose(ann, large, painting, {**quick, "steps": 500, "tolerance": 0.0, "size": 256}, tmp_path)
        ann.click("#stylize-paint")
        ann.get_by_text(re.compile(r"step \d+ of 500")).wait_for()
        ben.click("#stylize-paint")
        ben.get_by_text("Waiting in the queue.").wait_for()
        ben.get_by_text("1 run before yours.").wait_for()
        ben.click("#stylize-stop")
        ben.get_by_text("Stopped before it began.").wait_for()
        assert ann.is_enabled("#stylize-stop")  # still at it
        ben.click("#stylize-paint")
        ben.get_by_text("Waiting in the queue.").wait_for()
        eve.click("#stylize-paint")
        eve.get_by_text("Too many are waiting.").wait_for()
        assert eve.is_enabled("#stylize-paint")
        assert not eve.is_enabled("#stylize-stop")
        ann.click("#stylize-stop")
        result(ann)
        ann.get_by_text("Stopped; this is the picture so far.").wait_for()
        ben.get_by_text("A photo and at least one style are needed.").first.wait_for()  # his turn came
        ben.wait_for_selector("#stylize-paint:not([disabled])")  # the message comes a moment before
        context.close()
