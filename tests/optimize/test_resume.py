"""Stop and resume: a resumed run is the unbroken one."""

import math

import pytest
import torch

from impasto.optimize.checkpoint import Checkpoint
from impasto.optimize.loop import Loop
from impasto.optimize.optimizers import adam, lbfgs
from impasto.optimize.pyramid_adam import PyramidAdam
from impasto.optimize.schedule import Scale

SCALES = [Scale(6, 8, 14), Scale(12, 16, 9)]
START = torch.rand(1, 3, 12, 16, generator=torch.Generator().manual_seed(0))
GOAL = torch.rand(1, 3, 12, 16, generator=torch.Generator().manual_seed(1))


def loss_at(scale, trouble=()):
    """A loss with some curvature that depends on the evaluation; not finite at those in ``trouble``."""
    goal = GOAL[..., : scale.height, : scale.width]

    def canvas_loss(canvas, evaluation):
        loss = (0.01 + ((canvas - goal).square() * (1 + goal)).mean()) * (1 + 0.2 * (evaluation % 4))
        factor = math.nan if (scale.height, evaluation) in trouble else 1
        return loss * factor, {"difference": loss.detach()}

    return canvas_loss


def loop(optimizer=adam, tolerance=0.0):
    rate = 1.0 if optimizer is lbfgs else 0.05
    return Loop(optimizer, rate=rate, average=0.8, tolerance=tolerance, project=optimizer is not lbfgs)


def through_a_file(step, path, history=()):
    Checkpoint(step.state(), {"steps": 14}, list(history)).save(path)
    return Checkpoint.load(path).state


@pytest.mark.parametrize("optimizer", [adam, lbfgs, PyramidAdam])
@pytest.mark.parametrize("trouble", [(), ((6, 5),), ((12, 0),)])
@pytest.mark.parametrize("stop", [0, 3, 4, 5, 13, 14, 22])
def test_a_resumed_run_is_the_unbroken_one(optimizer, trouble, stop, tmp_path):
    """Stopped at any step: inside a size, at its end, before and after the rate was quartered."""

    def troubled(scale):
        return loss_at(scale, trouble)

    whole = list(loop(optimizer).run(START, SCALES, troubled))
    for index, step in enumerate(loop(optimizer).run(START, SCALES, troubled)):
        if index == stop:
            state = through_a_file(step, tmp_path / "run.checkpoint")
            break
    rest = list(loop(optimizer).run(START, SCALES, troubled, state=state))
    assert len(whole) == 23 and len(rest) == 23 - stop
    for step, other in zip(whole[stop:], rest, strict=True):
        assert (step.scale, step.step, step.loss, step.losses) == (
            other.scale, other.step, other.loss, other.losses)  # fmt: skip
    assert torch.equal(whole[-1].snapshot(), rest[-1].snapshot())


@pytest.mark.parametrize("steps_before", [0, 1, 9, 20])
def test_the_window_of_the_stop_rule_goes_on(steps_before, tmp_path):
    """Stopped shortly before the loss stops falling: the losses of before the stop decide with the others."""
    scales = [Scale(6, 8, 200), Scale(12, 16, 5)]
    whole = list(loop(tolerance=0.02).run(START, scales, loss_at))
    end = sum(step.scale == 1 for step in whole)
    assert end < 200
    stop = end - 1 - steps_before
    for index, step in enumerate(loop(tolerance=0.02).run(START, scales, loss_at)):
        if index == stop:
            state = through_a_file(step, tmp_path / "run.checkpoint")
            break
    rest = list(loop(tolerance=0.02).run(START, scales, loss_at, state=state))
    assert [(s.scale, s.step, s.loss) for s in whole[stop:]] == [(s.scale, s.step, s.loss) for s in rest]


def test_the_first_step_is_the_one_of_the_state(tmp_path):
    steps = loop().run(START, SCALES, loss_at)
    step = [next(steps) for _ in range(6)][-1]
    seen = step.snapshot().clone()
    state = through_a_file(step, tmp_path / "run.checkpoint")
    again = next(loop().run(START, SCALES, loss_at, state=state))
    assert (again.step, again.loss, again.losses) == (6, step.loss, step.losses)
    assert torch.equal(again.snapshot(), seen) and step.seconds <= again.seconds < step.seconds + 5


def test_the_state_is_left_alone(tmp_path):
    steps = loop().run(START, SCALES, loss_at)
    state = through_a_file([next(steps) for _ in range(6)][-1], tmp_path / "run.checkpoint")
    first, second = (list(loop().run(START, SCALES, loss_at, state=state))[-1] for _ in range(2))
    assert torch.equal(first.snapshot(), second.snapshot())


def test_a_step_that_is_over_has_no_state():
    steps = loop().run(START, SCALES, loss_at)
    first, second = next(steps), next(steps)
    assert first.state() is None and second.state().step == 2


@pytest.mark.parametrize("where", ["evaluating", "changing"])
def test_ctrl_c_leaves_a_whole_state_or_none(where, tmp_path):
    """While the loss is evaluated nothing has changed; while the canvas is changed nothing fits together."""
    whole = list(loop().run(START, SCALES, loss_at))

    class Stopped(torch.optim.Adam):
        def step(self, closure):
            if self.state and next(iter(self.state.values()))["step"] == 4 and where == "changing":
                closure()
                raise KeyboardInterrupt
            return super().step(closure)

    def interrupted(scale):
        def canvas_loss(canvas, evaluation):
            if evaluation == 4 and where == "evaluating":
                raise KeyboardInterrupt
            return loss_at(scale)(canvas, evaluation)

        return canvas_loss

    def optimizer(canvas, rate):
        return Stopped([canvas], lr=rate, betas=(0.9, 0.99), eps=1e-16, fused=True)

    steps, last = loop(optimizer).run(START, SCALES, interrupted), None
    with pytest.raises(KeyboardInterrupt):
        for step in steps:
            last = step
    assert last.step == 4
    if where == "changing":
        assert last.state() is None
        return
    state = through_a_file(last, tmp_path / "run.checkpoint")
    rest = list(loop().run(START, SCALES, loss_at, state=state))
    assert torch.equal(rest[-1].snapshot(), whole[-1].snapshot())
