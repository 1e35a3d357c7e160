"""A visitor's turn at the page that explains, without a server."""

import sys
import zipfile
from functools import partial
from html.parser import HTMLParser
from types import SimpleNamespace

import gradio as gr
import pytest

from impasto.errors import OutputError, SettingError
from impasto.explain.chapter import TITLES
from impasto.explain.html_fragment import fragment_page
from impasto.registry import FIGURES
from impasto.settings import ExplainSettings, StudioSettings
from impasto.studio import explain_events
from impasto.studio.context import StudioContext
from impasto.studio.explain_events import HERO, ExplainEvents, ExplainParts, check, frame
from impasto.studio.explain_stream import glimpses
from impasto.studio.sample_files import SampleFiles
from impasto.studio.sessions import MOST_ROOMS, Sessions
from impasto.studio.tabs import explain
from tests.explain.conftest import TINY


@pytest.fixture
def desk(tmp_path):
    return StudioContext(StudioSettings(), Sessions(tmp_path / "visits"), SampleFiles(tmp_path / "shelf"))


@pytest.fixture
def turn(desk):
    return ExplainEvents(explain.TASK, desk, explain.read)


@pytest.fixture
def board():
    return ExplainParts(
        canvas=gr.HTML(), status=gr.HTML(), page=gr.DownloadButton(), figures=gr.DownloadButton(),
        frames={name: gr.HTML() for name in (HERO, *FIGURES)}, paint=gr.Button(), stop=gr.Button(),
    )  # fmt: skip


@pytest.fixture
def pictures(photo, painting):
    return {"content": photo, "style": painting}


def settings(*figures):
    return ExplainSettings.from_mapping({**TINY, "figures": figures})


def test_chapters_and_what_can_be_downloaded(turn, board, pictures, desk):
    visit = desk.visits.of("ann")
    changes = list(turn.changes(visit, board, pictures, settings("receptive-field")))
    shown = [change for change in changes if board.frames["receptive-field"] in change]
    assert shown[0][board.frames["receptive-field"]]["visible"] is False  # that of an earlier turn
    assert "<iframe" in shown[-1][board.frames["receptive-field"]]["value"]
    assert "<iframe" in shown[-1][board.frames[HERO]]["value"]
    assert "Done. 1 chapter in" in changes[-1][board.status]
    page = visit.folder / "1" / "index.html"
    assert changes[-1][board.page]["value"] == str(page)
    assert str(pictures["content"].parent) not in page.read_text(encoding="utf-8")
    with zipfile.ZipFile(changes[-1][board.figures]["value"]) as files:
        assert files.namelist() == ["result.png", "receptive-fields.png"]
    desk.visits.leave("ann")
    assert not visit.folder.exists()


def test_stop_before_the_first_chapter(turn, board, pictures, desk):
    visit = desk.visits.of("ann")
    visit.lines["explain"].begin()
    visit.lines["explain"].stop()
    last = list(turn.changes(visit, board, pictures, settings("sweep")))[-1]
    assert "Stopped before the first chapter" in last[board.status]
    assert board.page not in last


def test_nothing_is_left_of_who_leaves_in_between(turn, board, pictures, desk, monkeypatch):
    monkeypatch.setattr(explain_events, "glimpses", partial(glimpses, every_s=0.02))
    visit = desk.visits.of("ann")
    changes = turn.changes(visit, board, pictures, settings("feature-maps", "compare"))
    for change in changes:
        if board.frames["feature-maps"] in change and "<iframe" in str(change):
            break
    assert visit.folder.exists()
    desk.visits.leave("ann")
    assert not visit.works
    assert not visit.folder.exists()
    assert not any(board.page in change for change in changes)
    assert not visit.folder.exists()


def test_an_error_keeps_the_chapters_before_it(turn, board, pictures, desk, monkeypatch):
    steps = explain_events.page_steps

    def broken(*sources, **options):
        yield next(steps(*sources, **options))
        raise OutputError("the disk is full")

    monkeypatch.setattr(explain_events, "page_steps", broken)
    seen = []
    with pytest.raises(OutputError, match="the disk is full"):
        seen.extend(turn.changes(desk.visits.of("ann"), board, pictures, settings("feature-maps", "sweep")))
    changes = turn.changes(desk.visits.of("ben"), board, pictures, settings("feature-maps", "sweep"))
    with pytest.raises(OutputError):
        while True:
            seen.append(next(changes))
    assert seen[-1][board.page]["interactive"]
    assert "Stopped after 1 chapter of 2." in seen[-1][board.status]


def test_few_pages_are_kept(desk):
    visit = desk.visits.of("ann")
    rooms = [visit.room() for _ in range(2)]
    rooms[0].mkdir(parents=True)
    rooms += [visit.room() for _ in range(MOST_ROOMS - 1)]
    assert not rooms[0].exists()
    assert visit.rooms == rooms[1:]
    assert visit.count == len(rooms)


def test_what_is_missing(pictures):
    with pytest.raises(SettingError, match=r"(?s)a photo and a painting are needed.*no photo.*pick a sample"):
        check({**pictures, "content": None})
    with pytest.raises(SettingError, match="no painting"):
        check({"content": pictures["content"]})
    with pytest.raises(SettingError, match=r"(?s)no chapter is chosen.*feature-maps, gram-matrix.*at least"):
        settings()


def test_options_of_the_api(turn):
    assert turn.asked({"size": 64}, [])["figures"] == explain_events.FIRST
    assert turn.asked({"figures": ["sweep"]}, None)["figures"] == ["sweep"]
    assert turn.asked({"figures": ["sweep"]}, ["compare"])["figures"] == ["compare"]
    assert turn.asked(None)["figures"] == explain_events.FIRST
    assert turn.asked([1]) == [1]


def test_a_caller_who_left_gets_no_page(desk, pictures):
    class Late(ExplainEvents):
        def answer(self, visit, pictures, settings):
            visit.gone = True
            return super().answer(visit, pictures, settings)

    call = Late(explain.TASK, desk, explain.read).call(["content", "style"], ["settings", "figures"])
    asked = ({k: v for k, v in TINY.items() if k != "precision"}, ["receptive-field"])
    with pytest.raises(gr.Error, match="nothing was made"):
        call(SimpleNamespace(session_hash="ann"), *map(str, pictures.values()), *asked)
    assert not list(desk.visits.folder.glob("*"))


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


def test_chapters_to_choose():
    made = explain.chapters_input()
    assert [name for _, name in made.choices] == list(FIGURES) == list(TITLES)
    assert [label.startswith(TITLES[name]) for label, name in made.choices] == [True] * len(FIGURES)
    assert made.value == list(explain_events.FIRST)


def test_settings_that_are_offered():
    offered = {*explain.TASK.main, *explain.TASK.others}
    assert {"size", "steps", "network", "layers", "content_layer", "pooling", "seed"} <= offered
    assert not offered & {"figures", "pictures", "weights", "device", "precision", "max_megapixels"}


def test_without_matplotlib_the_tab_says_how_to_get_it(desk, monkeypatch):
    said = []
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr(gr, "HTML", said.append)
    monkeypatch.setattr(explain, "columns", None)  # nothing else is made
    explain.build(desk)
    assert len(said) == 1
    assert "pip install &quot;impasto[explain]&quot;" in said[0]
