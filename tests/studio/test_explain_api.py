"""The page that explains, as a Python program asks for it."""

import re
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from impasto.studio.explain_events import FIRST
from tests.explain.conftest import TINY as EXPLAINED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def client(server):
    return Client(server, verbose=False)


TINY = {k: list(v) if isinstance(v, tuple) else v for k, v in EXPLAINED.items() if k != "precision"}


def explain(client, content, style, settings, **more):
    files = {"content": handle_file(content), "style": handle_file(style)}
    return client.predict(**files, settings=settings, **more, api_name="/explain")


def test_a_page_that_explains(client, photo, painting):
    page = Path(explain(client, photo, painting, TINY, figures=["receptive-field"]))
    text = page.read_text(encoding="utf-8")
    assert page.suffix == ".html"
    assert "photo after painting, explained" in text
    assert re.findall(r'<section id="([\w-]+)"', text) == ["receptive-field"]


@pytest.mark.slow
def test_a_few_quick_chapters_if_none_are_named(client, photo, painting):
    text = Path(explain(client, photo, painting, TINY)).read_text(encoding="utf-8")
    assert re.findall(r'<section id="([\w-]+)"', text) == list(FIRST)


@pytest.mark.parametrize(
    ("settings", "figures", "text"),
    [
        ({"pictures": "/etc"}, [], "pictures is not for visitors"),
        ({"size": 999}, [], "more than this studio allows"),
        ({"steps": 401}, [], "more than this studio allows"),
        ({}, ["feature-map"], "did you mean 'feature-maps'"),
        ([1], [], "settings are names and values"),
        (TINY | {"layers": ["relu9_1"]}, [], "relu9_1"),
    ],
)
def test_pages_that_are_refused(client, photo, painting, settings, figures, text):
    with pytest.raises(AppError, match=text):
        explain(client, photo, painting, settings, figures=figures)


def test_a_file_that_is_no_picture(client, painting, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture at all")
    with pytest.raises(AppError, match=r"(?i)picture") as caught:
        explain(client, bad, painting, TINY)
    assert "impasto-studio" not in str(caught.value)  # the server's folders are its own business
