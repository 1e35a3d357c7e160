"""Paint and Stop of two tabs, without a server."""

import inspect
import threading
from types import SimpleNamespace

import gradio as gr
import pytest

from impasto.studio.events import TabEvents, TabParts
from tests.studio.conftest import task

ANN = SimpleNamespace(session_hash="ann")


class Broken(TabEvents):
    """Yields once, and fails with an unexpected error."""

    def _parse(self, sent, names):
        return {}, None

    def changes(self, session, parts, inputs, settings):
        yield {parts.status: "painting"}
        raise KeyError("a mistake of ours")

    def api_result(self, session, inputs, settings):
        return None


def begin(events):
    """The visitor's request begins."""
    request = events.queue(ANN).claim()
    assert events.queue(ANN).begin(request)
    return request


@pytest.fixture
def both(context):
    """The events of two tabs."""
    return [Broken(task(name), context, lambda sent: ({}, {})) for name in ("stylize", "texture")]


@pytest.fixture
def parts():
    return TabParts(status=gr.HTML(), paint=gr.Button(), stop=gr.Button())


def test_after_an_error_of_ours_paint_can_be_pressed_again(both, parts):
    events, _ = both
    events.on_paint(parts)(ANN)
    with pytest.raises(KeyError):
        list(events.on_turn(parts, [], [])(ANN))
    assert not events.queue(ANN).running
    changes = events.on_failure(parts)(ANN)
    assert changes[parts.paint]["interactive"]
    assert "could not finish" in changes[parts.status]


def test_a_full_line_says_so(both, parts):
    events, _ = both
    tickets = [object() for _ in range(events.context.limits.max_waiting + 1)]
    for ticket in tickets:
        next(events.context.turns.places(ticket))
    changes = events.on_paint(parts)(ANN)
    assert changes[parts.paint]["interactive"]
    assert "Too many are waiting." in changes[parts.status]
    assert list(events.on_turn(parts, [], [])(ANN)) == [gr.skip()]
    events.context.turns.leave(tickets[0])
    assert "Waiting in the queue." in events.on_paint(parts)(ANN)[parts.status]


def test_a_lost_line_is_no_failure_of_the_run(both, parts):
    """The page hears of a failure when its line breaks; the run goes on."""
    go_on = threading.Event()

    class Slow(Broken):
        def changes(self, session, parts, inputs, settings):
            yield {parts.status: "painting"}
            go_on.wait(10)
            yield {parts.status: "Done."}

    events = Slow(both[0].task, both[0].context, lambda sent: ({}, {}))
    events.on_paint(parts)(ANN)
    listener = events.on_turn(parts, [], [])(ANN)
    next(listener)
    listener.close()
    assert "The work goes on." in events.on_failure(parts)(ANN)[parts.status]
    go_on.set()
    run = events.context.sessions.get("ann").runs["stylize"]
    run.future.result(10)
    (found,) = run.follow()
    assert found[parts.status] == "Done."
    assert not events.queue(ANN).running


def test_stop_while_waiting_answers_at_once(both, parts):
    events, _ = both
    events.on_paint(parts)(ANN)
    changes = events.on_stop(parts)(ANN)
    assert changes[parts.paint]["interactive"]
    assert "Stopped before it began." in changes[parts.status]
    assert list(events.on_turn(parts, [], [])(ANN)) == [gr.skip()]


def test_stop_says_nothing_over_the_last_words(both, parts):
    events, _ = both
    assert events.on_stop(parts)(ANN) == gr.skip()
    events.on_paint(parts)(ANN)
    begun = begin(events)
    said = events.on_stop(parts)(ANN)[parts.status]
    assert "Stopping." in said
    assert events.on_stop_answered(parts)(said, ANN) == gr.skip()
    assert events.context.sessions.get("ann").stopped("stylize")
    events.queue(ANN).end(begun)  # before the page heard of it
    assert "It was done before" in events.on_stop_answered(parts)(said, ANN)[parts.status]
    assert events.on_stop_answered(parts)("Done.", ANN) == gr.skip()


def test_stop_in_one_tab_leaves_the_others_alone(both, parts):
    one, other = both
    for events in both:
        events.on_paint(parts)(ANN)
    begin(one)
    one.on_stop_answered(parts)("", ANN)
    assert one.context.sessions.get("ann").stopped("stylize")
    begin(other)
    assert not one.context.sessions.get("ann").stopped("texture")


def test_the_call_names_its_arguments(both):
    stylize, _ = both
    call = stylize.on_api_call({"content": "content", "styles": "style", "keep": "keep"}, ["settings"])
    parameters = inspect.signature(call).parameters
    assert list(parameters) == ["request", "content", "styles", "keep", "settings"]
    required = [name for name, one in parameters.items() if one.default is inspect.Parameter.empty]
    assert required == ["request", "content", "styles"]


def test_a_call_without_an_answer(both, photo, painting):
    stylize, _ = both
    call = stylize.on_api_call({"content": "content", "styles": "style"}, ["settings"])
    with pytest.raises(gr.Error, match="nothing was made"):  # as when the caller left
        call(ANN, str(photo), [str(painting)], {})
    with pytest.raises(gr.Error, match="a photo and at least one style are needed"):
        call(ANN, None, [str(painting)], {})
