import math

import pytest
import torch

from impasto.errors import DivergedError, ShapeError
from impasto.images.resize import resize
from impasto.optimize.checkpoint import Checkpoint
from impasto.optimize.loop import WINDOW, Loop, stalled
from impasto.optimize.optimizers import adam, lbfgs
from impasto.optimize.schedule import Scale

SCALES = [Scale(8, 8, 60), Scale(16, 16, 40)]


def towards(colour):
    """The loss of a canvas that shall have one colour: mean squared difference."""

    def loss_at(scale):
        def canvas_loss(canvas, evaluation):
            loss = (canvas - colour).square().mean()
            return loss, {"difference": loss.detach()}

        return canvas_loss

    return loss_at


def loop(optimizer=adam, **changes):
    return Loop(
        **{
            "make_optimizer": optimizer,
            "rate": 0.05,
            "average": 0.5,
            "tolerance": 0.0,
            "project": True,
            **changes,
        }
    )


@pytest.mark.parametrize(("optimizer", "rate"), [(adam, 0.05), (lbfgs, 1.0)])
def test_reaches_the_minimum(optimizer, rate):
    steps = list(loop(optimizer, rate=rate).run(torch.zeros(1, 3, 8, 8), SCALES, towards(0.7)))
    assert steps[-1].loss < 1e-4
    assert (steps[-1].snapshot() - 0.7).abs().max() < 0.02


def test_steps_say_where_they_are():
    steps = list(loop().run(torch.zeros(1, 3, 8, 8), SCALES, towards(0.7)))
    assert len(steps) == 100
    assert [(s.scale, s.step) for s in steps[58:62]] == [(1, 59), (1, 60), (2, 1), (2, 2)]
    assert all(s.scales == 2 and s.losses["difference"] == pytest.approx(s.loss) for s in steps)
    assert steps[0].snapshot().shape[-1] in (8, 16)
    assert steps[-1].seconds_left == 0 and steps[0].seconds_left > 0
    assert [s.seconds for s in steps] == sorted(s.seconds for s in steps)


def test_the_loss_is_of_the_canvas_before_the_change_shown():
    before = torch.tensor(0.0)
    for step in loop(average=0.0).run(torch.zeros(1, 3, 8, 8), SCALES[:1], towards(0.7)):
        assert (before - 0.7).square().mean().item() == pytest.approx(step.loss, rel=1e-4, abs=1e-9)
        before = step.snapshot()


def test_the_first_change_is_shown():
    first = next(iter(loop(average=0.9).run(torch.zeros(1, 3, 8, 8), SCALES, towards(0.7))))
    assert first.snapshot().min() > 0


def test_a_canvas_that_may_diverge_is_shown_once_its_loss_is_known():
    runner = loop(lbfgs, rate=1.0, average=0.0, project=False).run(
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


def test_the_optimisers_state_is_carried_to_the_next_scale(monkeypatch):
    from impasto.optimize import loop as module

    carried = []
    monkeypatch.setattr(module, "carry_state", lambda *arguments: carried.append(arguments))
    list(loop().run(torch.zeros(1, 3, 8, 8), SCALES, towards(0.9)))
    assert len(carried) == 1
    old, new, before, after = carried[0]
    assert (tuple(before.shape[2:]), tuple(after.shape[2:])) == ((8, 8), (16, 16))
    assert before in old.state and old is not new


def test_the_next_size_begins_with_the_mean_of_the_last():
    seen, means = [], []

    def loss_at(scale):
        def canvas_loss(canvas, evaluation):
            seen.append(canvas.detach().clone())
            return towards(0.9)(scale)(canvas, evaluation)

        return canvas_loss

    scales = [Scale(8, 8, 10), Scale(16, 16, 1)]
    for step in loop().run(torch.rand(1, 3, 8, 8), scales, loss_at):
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
    """A loss that is not finite at its third and following evaluations, ``times`` times."""
    canvases = []

    def loss_at(scale):
        def canvas_loss(canvas, evaluation):
            canvases.append(canvas.detach().clone())
            loss = (canvas - 0.7).square().mean()
            bad = 3 <= len(canvases) < 3 + times
            return (loss * value if bad else loss), {"difference": loss.detach()}

        return canvas_loss

    return loss_at, canvases


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_the_first_loss_that_is_not_finite_sets_the_canvas_back(value, caplog):
    loss_at, canvases = broken(1, value)
    steps = list(loop().run(torch.zeros(1, 3, 8, 8), [Scale(8, 8, 30)], loss_at))
    assert len(steps) == 30 and steps[-1].snapshot().isfinite().all()
    assert "going back to the last good picture, rate 0.0125" in caplog.text
    change = (canvases[4] - canvases[3]).abs().max().item()
    assert change == pytest.approx(0.0125, rel=0.05)  # Adam's first step is its rate


def test_a_quartered_rate_stays_at_the_next_size():
    loss_at, _ = broken(1)
    steps = loop().run(torch.zeros(1, 3, 8, 8), [Scale(8, 8, 5), Scale(16, 16, 2)], loss_at)
    assert [step.state().rate for step in steps] == [0.05] * 2 + [0.0125] * 5


def test_the_second_time_it_is_an_error():
    loss_at, _ = broken(2)
    with pytest.raises(
        DivergedError,
        match=r"(?s)diverged twice: the loss is not a finite number.*8 x 8 px, step 3.*smaller --rate",
    ):
        list(loop().run(torch.zeros(1, 3, 8, 8), [Scale(8, 8, 30)], loss_at))


def test_the_start_is_left_alone():
    start = torch.zeros(1, 3, 8, 8)
    list(loop().run(start, [Scale(8, 8, 3)], towards(0.5)))
    assert (start == 0).all()


def test_a_canvas_is_brought_to_the_next_size_by_resize():
    sizes = []

    def quarter(image, shape):
        sizes.append((tuple(image.shape[2:]), shape))
        return torch.full((1, 3, *shape), 0.25)

    scales = [Scale(8, 8, 1), Scale(16, 16, 1)]
    steps = list(
        loop(average=0.0, rate=1e-6, resize=quarter).run(torch.ones(1, 3, 4, 4), scales, towards(0.7))
    )
    assert sizes == [((4, 4), (8, 8)), ((8, 8), (16, 16))]
    assert (steps[-1].snapshot() - 0.25).abs().max() < 1e-4


SIGNAL_SCALES = [Scale(1, 50, 60), Scale(1, 200, 80)]
"""A signal of 200 samples, first at a quarter of its rate."""


def curve(scale):
    """The loss of a signal: mean squared difference from a curve between -3 and 5."""
    time = (torch.arange(scale.width) + 0.5) / scale.width
    goal = 1 + 3 * torch.sin(2 * math.pi * time) + torch.cos(6 * math.pi * time)

    def canvas_loss(canvas, evaluation):
        loss = (canvas - goal).square().mean()
        return loss, {"difference": loss.detach()}

    return canvas_loss


def spectrum(scale):
    """The loss of a signal: 3 and 7 periods shall have the amplitudes 4 and 2, all others none."""
    goal = torch.zeros(scale.width // 2 + 1)
    goal[3], goal[7] = 4.0, 2.0

    def canvas_loss(canvas, evaluation):
        amplitudes = torch.fft.rfft(canvas.flatten()).abs() * 2 / scale.width
        loss = (amplitudes - goal).square().mean()
        return loss, {"difference": loss.detach()}

    return canvas_loss


SIGNAL_LOOPS = {
    "adam": {"optimizer": adam, "rate": 0.2},
    "lbfgs": {"optimizer": lbfgs, "rate": 0.5, "project": False},
}


def signal_loop(name):
    return loop(**{"average": 0.5, "bounds": None, **SIGNAL_LOOPS[name]})


def some_signal():
    return 0.5 * torch.randn(1, 1, 1, 50, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", SIGNAL_LOOPS)
def test_a_signal_without_bounds(name):
    steps = list(signal_loop(name).run(some_signal(), SIGNAL_SCALES, curve))
    signal = steps[-1].snapshot()
    assert signal.shape == (1, 1, 1, 200) and (steps[-1].height, steps[-1].width) == (1, 200)
    assert curve(SIGNAL_SCALES[1])(signal, 0)[0] < 1e-3
    assert signal.min() < -2 and signal.max() > 4
    at_begin, coarse, fine = steps[0].loss, steps[59].loss, steps[60].loss
    assert coarse < 0.01 * at_begin and fine < 0.05 * at_begin  # the finer scale continues the coarser


@pytest.mark.parametrize("name", SIGNAL_LOOPS)
def test_a_signal_of_a_given_spectrum(name):
    *_, last = signal_loop(name).run(some_signal(), SIGNAL_SCALES, spectrum)
    amplitudes = torch.fft.rfft(last.snapshot().flatten()).abs() * 2 / 200
    expected = torch.zeros(101)
    expected[3], expected[7] = 4.0, 2.0
    assert (amplitudes - expected).abs().max() < 0.05


@pytest.mark.parametrize("name", SIGNAL_LOOPS)
@pytest.mark.parametrize("stop", [5, 59, 60, 100])
def test_a_resumed_signal_is_the_unbroken_one(name, stop, tmp_path):
    whole = list(signal_loop(name).run(some_signal(), SIGNAL_SCALES, curve))
    for index, step in enumerate(signal_loop(name).run(some_signal(), SIGNAL_SCALES, curve)):
        if index == stop:
            Checkpoint(step.state(), {}, []).save(tmp_path / "run.checkpoint")
            break
    state = Checkpoint.load(tmp_path / "run.checkpoint").state
    rest = list(signal_loop(name).run(some_signal(), SIGNAL_SCALES, curve, state=state))
    assert [step.loss for step in rest] == [step.loss for step in whole[stop:]]
    assert torch.equal(rest[-1].snapshot(), whole[-1].snapshot())


@pytest.mark.parametrize("project", [True, False])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_other_channels_and_bounds(project, channels):
    """The nearest canvas within the bounds; without projection only what is shown stays within them."""
    goal = torch.linspace(-4, 4, channels).reshape(1, channels, 1, 1)
    start, scales = torch.zeros(1, channels, 3, 5), [Scale(3, 5, 120), Scale(6, 10, 120)]
    *_, last = loop(bounds=(-1.0, 3.0), project=project).run(start, scales, towards(goal))
    expected = goal.clamp(-1, 3).expand(1, channels, 6, 10)
    assert (last.snapshot() - expected).abs().max() < 0.1
    canvas = last.state().canvas
    assert project == bool(canvas.min() >= -1 and canvas.max() <= 3)


def test_a_start_of_another_shape():
    for shape in ((3, 8, 8), (2, 3, 8, 8)):
        with pytest.raises(ShapeError, match=r"(?s)start has the wrong shape.*\(1, c, h, w\)"):
            next(loop().run(torch.zeros(shape), SCALES, towards(0.5)))
