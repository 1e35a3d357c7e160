import pytest
import torch

from impasto.optimize.loop import Step
from impasto.registry import RECIPES, find
from impasto.result import Result
from impasto.settings import StylizeSettings
from impasto.studio.painting_task import PaintingTask
from impasto.studio.preview_stream import Finished, StepsRun, preview_events


@pytest.fixture
def events(photo, painting, quick):
    """Runs a quick painting; the sketch has the same settings."""

    def run(*, sketch=False, **options):
        task = PaintingTask.of(find(RECIPES, "stylize", kind="recipe"), sketch=lambda settings: settings)
        settings = StylizeSettings.of({**quick, "tolerance": 0.0})
        inputs = {"content": photo, "style": [painting]}
        return list(preview_events(task, inputs, settings, sketch=sketch, **options))

    return run


def never():
    return False


def ticks():
    return iter(range(1000)).__next__


def test_a_sketch_comes_first(events):
    *live, last = events(sketch=True, stopped=never, now=ticks())
    assert [event.sketch for event in live] == sorted((event.sketch for event in live), reverse=True)
    assert live[0].sketch
    assert isinstance(last, Finished)
    assert not last.interrupted
    assert not last.results[0].record["interrupted"]
    assert len(last.points) == 4
    assert live[0].progress == 0
    assert live[-1].progress == 1


def test_stop_keeps_the_picture(events):
    answers = iter([False, False, True])
    last = events(stopped=lambda: next(answers), now=ticks())[-1]
    assert len(last.points) == 3
    assert last.interrupted
    assert last.results[0].record["interrupted"]
    assert last.results[0].image.size == (64, 48)


def test_stop_in_the_sketch(events):
    (last,) = events(sketch=True, stopped=lambda: True)
    assert last.interrupted
    assert len(last.results) == 1


def test_live_pictures_are_not_more_than_the_page_can_show(events):
    assert len(events(stopped=never, now=lambda: 0.0)) == 2  # the first and the end


def result(name):
    return Result(torch.zeros(1, 3, 2, 2), {}, {"seconds": 1.5, "content": {"name": name, "notes": ["grey"]}})


class Several(Step):
    """A step of one of several pictures."""

    results = ()


class Strip(Result):
    """All of them side by side."""

    parts = ()


def step(results=()):
    made = Several.__new__(Several)
    object.__setattr__(made, "results", results)
    return made


def test_several_pictures_and_their_strip():
    first, second = result("a"), result("b")
    strip = Strip(torch.zeros(1, 3, 2, 2), {}, {})
    object.__setattr__(strip, "parts", (first, second))

    def paint():
        yield step()
        yield step((first,))
        return strip

    run = StepsRun(paint())
    assert len(list(run.steps())) == 2
    finished = run.finished([], interrupted=False)
    assert finished.results == (first, second)
    assert finished.overview is strip
    assert finished.seconds == 3
    assert finished.notes == ("a: grey",)


def test_stopped_between_pictures():
    closed = []

    def paint():
        try:
            yield step()
            yield step((result("a"),))
        finally:
            closed.append(True)

    run = StepsRun(paint())
    steps = run.steps()
    next(steps)
    next(steps)
    finished = run.finished([], interrupted=True)
    assert closed == [True]
    assert len(finished.results) == 1
    assert finished.overview is None


def test_stopped_before_the_first_picture():
    def paint():
        yield step()

    run = StepsRun(paint())
    next(run.steps())
    assert run.finished([], interrupted=True).results == ()


def test_a_result_without_steps():
    def paint():
        yield from ()
        return result("a")

    run = StepsRun(paint())
    assert list(run.steps()) == []
    assert len(run.finished([], interrupted=False).results) == 1
