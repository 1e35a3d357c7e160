import math

import pytest
import torch

from impasto.errors import DivergedError
from impasto.images.resize import resize
from impasto.optimize.loop import WINDOW, Loop, stalled
from impasto.optimize.optimizers import adam, lbfgs
from impasto.optimize.schedule import Scale

SCALES = [Scale(8, 8, 60), Scale(16, 16, 40)]


def towards(colour):
    """The problem of painting one colour: mean squared difference."""

    def problem(scale):
        def measure(canvas, look):
            loss = (canvas - colour).square().mean()
            return loss, {"difference": loss.detach()}

        return measure

    return problem


def loop(optimizer=adam, **changes):
    return Loop(
        **{
            "make_optimizer": optimizer,
            "rate": 0.05,
            "average": 0.5,
            "tolerance": 0.0,
            "clamp": True,
            **changes,
        }
    )


@pytest.mark.parametrize(("optimizer", "rate"), [(adam, 0.05), (lbfgs, 1.0)])
def test_reaches_the_minimum(optimizer, rate):
    steps = list(loop(optimizer, rate=rate).run(torch.zeros(1, 3, 8, 8), SCALES, towards(0.7)))
    assert steps[-1].loss < 1e-4
    assert (steps[-1].snapshot() - 0.7).abs().max() < 0.02


def test_steps_tell_where_they_are():
    steps = list(loop().run(torch.zeros(1, 3, 8, 8), SCALES, towards(0.7)))
    assert len(steps) == 100
    assert [(s.scale, s.step) for s in steps[58:62]] == [(1, 59), (1, 60), (2, 1), (2, 2)]
    assert all(s.scales == 2 and s.losses["difference"] == pytest.approx(s.loss) for s in steps)
    assert steps[0].snapshot().shape[-1] in (8, 16)
    assert steps[-1].seconds_left == 0 and steps[0].seconds_left > 0
    assert [s.seconds for s in steps] == sorted(s.seconds for s in steps)


def test_the_loss_told_is_of_the_canvas_before_the_change_shown():
    before = torch.tensor(0.0)
    for step in loop(average=0.0).run(torch.zeros(1, 3, 8, 8), SCALES[:1], towards(0.7)):
        assert (before - 0.7).square().mean().item() == pytest.approx(step.loss, rel=1e-4, abs=1e-9)
        before = step.snapshot()


def test_the_first_change_is_shown():
    first = next(iter(loop(average=0.9).run(torch.zeros(1, 3, 8, 8), SCALES, towards(0.7))))
    assert first.snapshot().min() > 0


def test_a_canvas_that_may_run_away_is_shown_once_its_loss_is_known():
    runner = loop(lbfgs, rate=1.0, average=0.0, clamp=False).run(
        torch.zeros(1, 3, 8, 8), SCALES[:1], towards(0.7)
    )
    assert next(runner).snapshot().max() == 0
    assert next(runner).snapshot().max() > 0


def test_stops_when_the_loss_stops_falling():
    steps = list(loop(tolerance=1e-3).run(torch.full((1, 3, 8, 8), 0.7), SCALES[:1], towards(0.7)))
    assert len(steps) == 2 * WINDOW


def test_stalled_by_hand():
    falling = [10 - 0.1 * i for i in range(2 * WINDOW)]  # falls by 1 % of 10 a step
    assert not stalled(falling, 0.005)
    assert stalled(falling, 0.02)
    assert not stalled(falling[:-1], 0.02)  # the window is not full
    assert not stalled([1.0] * 2 * WINDOW, 0.0)


def test_memory_is_handed_on_to_the_next_size(monkeypatch):
    from impasto.optimize import loop as module

    handed = []
    monkeypatch.setattr(module, "carry_state", lambda *arguments: handed.append(arguments))
    list(loop().run(torch.zeros(1, 3, 8, 8), SCALES, towards(0.9)))
    assert len(handed) == 1
    old, new, before, after = handed[0]
    assert (tuple(before.shape[2:]), tuple(after.shape[2:])) == ((8, 8), (16, 16))
    assert before in old.state and old is not new


def test_the_next_size_begins_with_the_mean_of_the_last():
    seen, means = [], []

    def problem(scale):
        def measure(canvas, look):
            seen.append(canvas.detach().clone())
            return towards(0.9)(scale)(canvas, look)

        return measure

    scales = [Scale(8, 8, 10), Scale(16, 16, 1)]
    for step in loop().run(torch.rand(1, 3, 8, 8), scales, problem):
        means.append(step.snapshot())
    torch.testing.assert_close(seen[10], resize(means[9], (16, 16)))


def test_losses_go_on_falling_at_the_next_size():
    steps = list(
        loop(average=0.0, rate=0.01).run(
            torch.zeros(1, 3, 8, 8), [Scale(8, 8, 10), Scale(16, 16, 5)], towards(0.9)
        )
    )
    at_new_size = [s.loss for s in steps if s.scale == 2]
    assert at_new_size == sorted(at_new_size, reverse=True)


def broken(times, value=math.nan):
    """A problem whose loss is no finite number at its third and following looks, ``times`` times."""
    looks = []

    def problem(scale):
        def measure(canvas, look):
            looks.append(canvas.detach().clone())
            loss = (canvas - 0.7).square().mean()
            bad = 3 <= len(looks) < 3 + times
            return (loss * value if bad else loss), {"difference": loss.detach()}

        return measure

    return problem, looks


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_no_number_is_met_once(value, caplog):
    problem, looks = broken(1, value)
    steps = list(loop().run(torch.zeros(1, 3, 8, 8), [Scale(8, 8, 30)], problem))
    assert len(steps) == 30 and steps[-1].snapshot().isfinite().all()
    assert "going back to the last good picture, rate 0.0125" in caplog.text
    taken = (looks[4] - looks[3]).abs().max().item()
    assert taken == pytest.approx(0.0125, rel=0.05)  # Adam's first step is its rate


def test_a_quartered_rate_stays_at_the_next_size():
    problem, _ = broken(1)
    steps = loop().run(torch.zeros(1, 3, 8, 8), [Scale(8, 8, 5), Scale(16, 16, 2)], problem)
    assert [step.state().rate for step in steps] == [0.05] * 2 + [0.0125] * 5


def test_the_second_time_it_is_an_error():
    problem, _ = broken(2)
    with pytest.raises(DivergedError, match=r"(?s)ran away twice.*8 x 8 px, step 3.*smaller --rate"):
        list(loop().run(torch.zeros(1, 3, 8, 8), [Scale(8, 8, 30)], problem))


def test_the_start_is_left_alone():
    start = torch.zeros(1, 3, 8, 8)
    list(loop().run(start, [Scale(8, 8, 3)], towards(0.5)))
    assert (start == 0).all()


def test_a_canvas_enters_the_next_size_as_it_is_told():
    sizes = []

    def resized(image, shape):
        sizes.append((tuple(image.shape[2:]), shape))
        return torch.full((1, 3, *shape), 0.25)

    scales = [Scale(8, 8, 1), Scale(16, 16, 1)]
    steps = list(
        loop(average=0.0, rate=1e-6, resized=resized).run(torch.ones(1, 3, 4, 4), scales, towards(0.7))
    )
    assert sizes == [((4, 4), (8, 8)), ((8, 8), (16, 16))]
    assert (steps[-1].snapshot() - 0.25).abs().max() < 1e-4
