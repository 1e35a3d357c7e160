"""Requests that gradio would answer and the studio does not."""

import urllib.error
import urllib.request

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from impasto.studio.middleware import BlockedRoutes, has_address, is_open

ELSEWHERE = "https://example.org/a.png"


@pytest.mark.parametrize(
    ("path", "is_let_in"),
    [
        ("/", True),
        ("/gradio_api/queue/join", True),
        ("/gradio_api/file=/tmp/impasto-studio-x/served/samples/coffee.png", True),
        ("/gradio_api/file=/tmp/https:/a.png", True),
        (f"/gradio_api/file={ELSEWHERE}", False),
        ("/gradio_api/file=HTTP://example.org", False),
        (f"/gradio_api/proxy={ELSEWHERE}", False),
        ("/gradio_api/component_server", False),
        ("/gradio_api/component_server/", False),
    ],
)
def test_who_is_let_in(path, is_let_in):
    assert is_open(path) is is_let_in
    asked, sent = [], []

    async def app(scope, receive, send):
        asked.append(scope)

    async def send(message):
        sent.append(message)

    with pytest.raises(StopIteration):  # it ends at the first go: nothing in it waits
        BlockedRoutes(app)({"type": "http", "path": path}, None, send).send(None)
    assert bool(asked) is is_let_in
    assert [message.get("status") for message in sent] == ([] if is_let_in else [404, None])


def test_addresses_among_what_is_sent():
    assert has_address([{"a": [{"path": ELSEWHERE}]}])
    assert has_address(({"path": " HTTP://a"},))
    assert not has_address([{"path": "/tmp/a.png", "url": f"{ELSEWHERE}"}, None, 3, "https://a"])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_nothing_is_fetched(server, photo, painting, quick):
    client = Client(server, verbose=False)
    for content, settings in ((handle_file(ELSEWHERE), quick), (handle_file(photo), handle_file(ELSEWHERE))):
        with pytest.raises(AppError, match="files are uploaded here, not fetched from elsewhere"):
            client.predict(
                content=content, styles=[handle_file(painting)], settings=settings, api_name="/stylize"
            )
    for path in (f"file={ELSEWHERE}", f"proxy={ELSEWHERE}", "component_server"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{server}gradio_api/{path}", timeout=20)
