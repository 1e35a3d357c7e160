"""What is on the server when someone has left."""

import json
import time
import urllib.request

import pytest
from PIL import Image

from impasto.studio.sample_files import SampleFiles
from tests.conftest import drawn
from tests.studio.browser_actions import brush, choose, painted
from tests.studio.conftest import running_studio


def uploads(served):
    """Files that visitors brought."""
    return [path for path in served.glob("*/*") if len(path.parent.name) == 64]


def left_over(served, *, but=""):
    """Uploads that stay; gradio's client lets some 15 s go by before the server sees that it left."""
    for _ in range(300):
        left = [path.name for path in uploads(served) if path.name != but]
        if not left:
            break
        time.sleep(0.1)
    return left


def asked(address, data, session):
    """The API's answer to what no honest client sends."""
    url = f"{address}gradio_api/call/stylize"
    body = json.dumps({"data": data, "session_hash": session}).encode()
    with urllib.request.urlopen(
        urllib.request.Request(url, body, {"Content-Type": "application/json"}), timeout=20
    ) as said:
        event = json.load(said)["event_id"]
    with urllib.request.urlopen(f"{url}/{event}", timeout=60) as said:
        return said.read().decode()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_files_of_the_server_and_of_visitors(tmp_path, browser, photo, painting, quick):
    """A visitor names files that are not theirs, another brushes; the fixture looks for tracebacks."""
    from gradio_client import Client, handle_file
    from gradio_client.exceptions import AppError

    with running_studio(tmp_path, "--wait-s", "1") as (address, folder):
        (served,) = folder.glob("*/served")
        sample, lock = SampleFiles(served / "samples").picture, served.parent / "owner.lock"
        coffee = sample("coffee")
        client = Client(address, verbose=False)
        style = [handle_file(painting)]
        theirs = [
            {"path": str(path), "meta": {"_type": "gradio.FileData"}} for path in (coffee, sample("swirl"))
        ]
        data = [theirs[0], theirs[1:], None, None, None, None, None, quick]
        assert "event: complete" in asked(address, data, client.session_hash)
        with pytest.raises(AppError, match="there is no setting"):
            client.predict(
                content=handle_file(photo), styles=style, settings={"sise": 1}, api_name="/stylize"
            )
        assert sorted(path.name for path in uploads(served)) == ["painting.png", "photo.png"]
        client.close()
        assert left_over(served) == []
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("#stylize-paint")
        Image.fromarray(drawn(3, 192, 256)).save(tmp_path / "wide.png")
        choose(page, tmp_path / "wide.png", painting, quick, tmp_path)
        page.click("#stylize-mask-fold button")
        page.wait_for_selector("#stylize-mask canvas")
        brush(page, "#stylize-mask")
        painted(page)
        assert sorted(path.name for path in uploads(served)) == ["painting.png", "settings.json", "wide.png"]
        context.close()
        assert left_over(served) == []
        assert coffee.exists()
        assert lock.exists()
        assert (served / "samples" / "blank.png").exists()
