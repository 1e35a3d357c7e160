"""A visitor's events at the page that explains, without a server."""

import zipfile
from functools import partial
from html.parser import HTMLParser
from types import SimpleNamespace

import gradio as gr
import pytest

from impasto.errors import OutputError, SettingError
from impasto.explain.html_fragment import fragment_page
from impasto.registry import FIGURES
from impasto.settings import ExplainSettings
from impasto.studio import explain_events
from impasto.studio.explain_events import HERO, ExplainEvents, ExplainParts, frame
from impasto.studio.explain_stream import progress_events
from impasto.studio.tabs import explain
from tests.explain.conftest import TINY

NAMES = {"content": "content", "style": "style"}


@pytest.fixture
def events(context):
    return ExplainEvents(explain.TASK, context, explain.read)


@pytest.fixture
def parts():
    return ExplainParts(
        canvas=gr.HTML(),
        status=gr.HTML(),
        page=gr.DownloadButton(),
        figures=gr.DownloadButton(),
        frames={name: gr.HTML() for name in (HERO, *FIGURES)},
        paint=gr.Button(),
        stop=gr.Button(),
    )


@pytest.fixture
def pictures(photo, painting):
    return {"content": photo, "style": painting}


def settings(*figures):
    return ExplainSettings.from_mapping({**TINY, "figures": figures})


def test_chapters_and_what_can_be_downloaded(events, parts, pictures, context):
    session = context.sessions.get("ann")
    changes = list(events.changes(session, parts, pictures, settings("receptive-field")))
    shown = [change for change in changes if parts.frames["receptive-field"] in change]
    assert shown[0][parts.frames["receptive-field"]]["visible"] is False  # that of an earlier events
    assert "<iframe" in shown[-1][parts.frames["receptive-field"]]["value"]
    assert "<iframe" in shown[-1][parts.frames[HERO]]["value"]
    assert "Done. 1 chapter in" in changes[-1][parts.status]
    page = session.folder / "1" / "index.html"
    assert changes[-1][parts.page]["value"] == str(page)
    assert str(pictures["content"].parent) not in page.read_text(encoding="utf-8")
    with zipfile.ZipFile(changes[-1][parts.figures]["value"]) as files:
        assert files.namelist() == ["result.png", "receptive-fields.png"]
    context.sessions.end("ann")
    assert not session.folder.exists()


def test_stop_before_the_first_chapter(events, parts, pictures, context):
    session = context.sessions.get("ann")
    session.queues["explain"].join()
    session.queues["explain"].begin(session.queues["explain"].claim())
    session.queues["explain"].stop()
    last = list(events.changes(session, parts, pictures, settings("sweep")))[-1]
    assert "Stopped before the first chapter" in last[parts.status]
    assert parts.page not in last


def test_nothing_is_left_of_who_leaves_in_between(events, parts, pictures, context, monkeypatch):
    monkeypatch.setattr(explain_events, "progress_events", partial(progress_events, every_s=0.02))
    session = context.sessions.get("ann")
    changes = events.changes(session, parts, pictures, settings("feature-maps", "compare"))
    for change in changes:
        if parts.frames["feature-maps"] in change and "<iframe" in str(change):
            break
    assert session.folder.exists()
    context.sessions.end("ann")
    assert not session.threads
    assert not session.folder.exists()
    assert not any(parts.page in change for change in changes)
    assert not session.folder.exists()


def test_an_error_keeps_the_chapters_before_it(events, parts, pictures, context, monkeypatch):
    steps = explain_events.page_steps

    def broken(*sources, **options):
        yield next(steps(*sources, **options))
        raise OutputError("the disk is full")

    monkeypatch.setattr(explain_events, "page_steps", broken)
    seen = []
    with pytest.raises(OutputError, match="the disk is full"):
        seen.extend(
            events.changes(context.sessions.get("ann"), parts, pictures, settings("feature-maps", "sweep"))
        )
    changes = events.changes(context.sessions.get("ben"), parts, pictures, settings("feature-maps", "sweep"))
    with pytest.raises(OutputError):
        while True:
            seen.append(next(changes))
    assert seen[-1][parts.page]["interactive"]
    assert "Stopped after 1 chapter of 2." in seen[-1][parts.status]


def test_what_is_missing(pictures):
    with pytest.raises(SettingError, match=r"(?s)a photo and a painting are needed.*no photo.*pick a sample"):
        explain.TASK.check({**pictures, "content": None})
    with pytest.raises(SettingError, match="no painting"):
        explain.TASK.check({"content": pictures["content"]})
    with pytest.raises(SettingError, match=r"(?s)no chapter is chosen.*feature-maps, gram-matrix.*at least"):
        settings()


def test_options_of_the_api(events):
    assert events.api_settings({"size": 64}, [])["figures"] == explain_events.FIRST
    assert events.api_settings({"figures": ["sweep"]}, None)["figures"] == ["sweep"]
    assert events.api_settings({"figures": ["sweep"]}, ["compare"])["figures"] == ["compare"]
    assert events.api_settings(None)["figures"] == explain_events.FIRST
    assert events.api_settings([1]) == [1]


def test_a_caller_who_left_gets_no_page(context, pictures):
    class Late(ExplainEvents):
        def api_result(self, session, inputs, settings):
            session.ended = True
            return super().api_result(session, inputs, settings)

    call = Late(explain.TASK, context, explain.read).on_api_call(NAMES, ["settings", "figures"])
    asked = ({k: v for k, v in TINY.items() if k != "precision"}, ["receptive-field"])
    with pytest.raises(gr.Error, match="nothing was made"):
        call(SimpleNamespace(session_hash="ann"), *map(str, pictures.values()), *asked)
    assert not list(context.sessions.folder.glob("*"))


def test_a_frame_shuts_a_chapter_off():
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, dict(attrs)))

    reader = Reader()
    reader.feed(frame('A "title"', '<script>alert("x")</script></iframe>'))
    [(tag, attrs)] = found
    assert tag == "iframe"
    assert attrs["sandbox"] == "allow-same-origin"  # no scripts
    assert attrs["title"] == 'A "title"'
    assert "default-src 'none'" in attrs["srcdoc"]
    assert '<script>alert("x")</script>' in attrs["srcdoc"]
    assert "<title>a &lt;b&gt;</title>" in fragment_page("a <b>", "")
