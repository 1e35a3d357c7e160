"""Turns and the line for them, without a server."""

from types import SimpleNamespace

import gradio as gr
import pytest

from impasto.settings import StudioSettings
from impasto.studio.context import StudioContext
from impasto.studio.events import TabEvents, TabParts
from impasto.studio.sample_files import SampleFiles
from impasto.studio.sessions import Sessions
from impasto.studio.tabs import stylize, texture
from impasto.studio.visitor_queue import VisitorQueue

ANN = SimpleNamespace(session_hash="ann")


def test_a_place_that_was_given_up_is_passed_over():
    line = VisitorQueue()
    line.join()
    assert line.give_up()
    assert not line.give_up()
    line.join()
    assert not line.begin()  # the first
    assert line.begin()
    assert line.running
    assert not line.stopped
    line.stop()
    assert line.stopped
    line.end()
    assert not line.running
    assert not line.stopped


def test_stop_does_not_hold_for_a_later_place():
    line = VisitorQueue()
    line.join()
    line.begin()
    line.join()
    line.stop()
    line.end()
    assert line.begin()
    assert not line.stopped


def test_a_click_that_came_to_nothing_leaves_no_place():
    line = VisitorQueue()
    line.join()
    assert line.lose()
    line.begin()
    assert not line.lose()
    line.end()
    assert not line.lose()


class Broken(TabEvents):
    """Says a word, and fails as nobody foresaw."""

    def _asked(self, sent, inputs):
        return {}, None

    def changes(self, visit, board, pictures, settings):
        yield {board.status: "painting"}
        raise KeyError("a mistake of ours")

    def answer(self, visit, pictures, settings):
        return None


@pytest.fixture
def turns(tmp_path):
    """Those of two tabs at one desk."""
    desk = StudioContext(StudioSettings(), Sessions(tmp_path / "visits"), SampleFiles(tmp_path / "shelf"))
    return [Broken(task, desk, lambda sent: ({}, {})) for task in (stylize.TASK, texture.TASK)]


@pytest.fixture
def board():
    return TabParts(status=gr.HTML(), paint=gr.Button(), stop=gr.Button())


def test_after_an_error_of_ours_paint_can_be_pressed_again(turns, board):
    turn, _ = turns
    turn.begin(board)(ANN)
    with pytest.raises(KeyError):
        list(turn.called(board, [], [])(ANN))
    assert not turn.line(ANN).running
    changes = turn.failed(board)(ANN)
    assert changes[board.paint]["interactive"]
    assert "could not finish" in changes[board.status]


def test_a_full_line_says_so(turns, board):
    turn, _ = turns
    turn.begin(board)(ANN)
    changes = turn.failed(board)(ANN)
    assert changes[board.paint]["interactive"]
    assert "Too many are waiting." in changes[board.status]


def test_stop_while_waiting_answers_at_once(turns, board):
    turn, _ = turns
    turn.begin(board)(ANN)
    changes = turn.stopping(board)(ANN)
    assert changes[board.paint]["interactive"]
    assert "Stopped before it began." in changes[board.status]
    assert list(turn.called(board, [], [])(ANN)) == [gr.skip()]


def test_stop_says_nothing_over_the_last_words(turns, board):
    turn, _ = turns
    assert turn.stopping(board)(ANN) == gr.skip()
    turn.begin(board)(ANN)
    turn.line(ANN).begin()
    said = turn.stopping(board)(ANN)[board.status]
    assert "Stopping." in said
    assert turn.stop(board)(said, ANN) == gr.skip()
    assert turn.desk.visits.of("ann").ended("stylize")
    turn.line(ANN).end()  # before the page heard of it
    assert "It was done before" in turn.stop(board)(said, ANN)[board.status]
    assert turn.stop(board)("Done.", ANN) == gr.skip()


def test_stop_in_one_tab_leaves_the_others_alone(turns, board):
    one, other = turns
    for turn in turns:
        turn.begin(board)(ANN)
    one.line(ANN).begin()
    one.stop(board)("", ANN)
    assert one.desk.visits.of("ann").ended("stylize")
    other.line(ANN).begin()
    assert not one.desk.visits.of("ann").ended("texture")
