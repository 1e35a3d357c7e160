"""Runs that go on without a page."""

import threading

import pytest

from impasto.studio.live_run import LiveRun
from impasto.studio.turns import Turns


def live(changes, *, turns=None, is_wanted=lambda: True):
    return LiveRun(
        changes, turns=turns or Turns(), waiting=lambda place: {"status": place}, is_wanted=is_wanted
    )


def update(**values):
    return {"__type__": "update", **values}


def test_who_comes_late_gets_the_last_value_of_each_property():
    def changes():
        yield {"canvas": update(value="a", visible=True), "status": "Reading."}
        yield {"canvas": update(value="b")}
        yield {"status": "Painting."}

    run = live(changes).start()
    run.future.result(10)
    assert list(run.follow()) == [{"canvas": update(value="b", visible=True), "status": "Painting."}]
    assert run.ended


def test_it_goes_on_when_its_listener_leaves():
    asked, go_on = threading.Event(), threading.Event()

    def changes():
        yield {"status": 1}
        asked.set()
        go_on.wait(10)
        yield {"status": 2}
        yield {"curve": 3}

    run = live(changes).start()
    listener = run.follow()
    assert next(listener) == {"status": 1}
    listener.close()  # F5
    asked.wait(10)
    assert not run.ended
    back = run.follow()
    assert next(back) == {"status": 1}
    go_on.set()
    rest = {}
    for change in back:
        rest |= change
    assert rest == {"status": 2, "curve": 3}


def test_the_place_in_the_line_is_shown_and_a_run_that_is_not_wanted_does_not_wait():
    turns = Turns()
    before = object()
    list(turns.places(before))
    wanted = True
    run = live(lambda: iter([{"status": wanted}]), turns=turns, is_wanted=lambda: wanted).start()
    listener = run.follow()
    assert next(listener) == {"status": 1}
    wanted = False
    assert list(listener) == [{"status": False}]
    turns.leave(before)
    assert run.ended
    assert turns.waiting == 0


def test_what_a_listener_takes_out_of_an_answer_is_there_for_the_next():
    run = live(lambda: iter([{"canvas": update(value="a")}])).start()
    for change in run.follow():
        change["canvas"].clear()  # as gradio does
    assert list(run.follow()) == [{"canvas": update(value="a")}]


def test_an_error_is_for_the_listener_and_the_next_run_gets_its_turn():
    turns = Turns()

    def broken():
        yield {"status": "Painting."}
        raise KeyError("a mistake of ours")

    run = live(broken, turns=turns).start()
    with pytest.raises(KeyError, match="a mistake of ours"):
        list(run.follow())
    assert list(live(lambda: iter([{"status": "Done."}]), turns=turns).start().follow()) == [
        {"status": "Done."}
    ]
