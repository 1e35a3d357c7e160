import json
import math
import re
import struct

import pytest
import torch
from safetensors.torch import load_file, save_file

from impasto.errors import CheckpointError, OutputError
from impasto.optimize.checkpoint import FORMAT, Checkpoint
from impasto.optimize.loop import Loop
from impasto.optimize.optimizers import adam, lbfgs
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


@pytest.mark.parametrize("optimizer", [adam, lbfgs])
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


def saved(path, history=()):
    steps = loop().run(START, SCALES, loss_at)
    Checkpoint([next(steps) for _ in range(6)][-1].state(), {"size": 64}, list(history)).save(path)
    return path


def test_the_file_holds_what_it_says(tmp_path):
    rows = [{"scale": 1, "step": 1, "loss": 1 / 3, "style": math.inf}]
    path = saved(tmp_path / "run.checkpoint", rows)
    read = Checkpoint.load(path)
    assert read.history == rows and read.identity == {"size": 64} and read.state.step == 6
    assert sorted(path.parent.iterdir()) == [path]
    pixels = 6 * 8
    assert path.stat().st_size < 48 * pixels + 3000  # canvas, two moments, mean; and the text


@pytest.mark.parametrize("keep", [0, 4, 60, 500, -1])
def test_a_truncated_file(tmp_path, keep):
    path = saved(tmp_path / "run.checkpoint")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(
        CheckpointError, match=r"(?s)no checkpoint that can be read.*run\.checkpoint \(\d+ bytes\)"
    ):
        Checkpoint.load(path)


def test_a_file_of_another_kind(tmp_path):
    path = tmp_path / "weights.safetensors"
    save_file({"weight": torch.zeros(3)}, path, {"format": "pt"})
    with pytest.raises(CheckpointError, match="another kind of file, or damaged"):
        Checkpoint.load(path)


def in_format(path, number):
    """A file of format 2, changed to say that it has another format."""
    text = re.sub(rb'(?<="impasto_checkpoint": )"2"', b'"%d"' % number, path.read_bytes())
    text = re.sub(rb'(?<="impasto": )"[^"]*"', b'"9.1.0"', text, count=1)
    (length,) = struct.unpack("<Q", path.read_bytes()[:8])
    length += len(text) - path.stat().st_size
    path.write_bytes(struct.pack("<Q", length) + text[8:])
    return path


def test_a_file_of_a_newer_format(tmp_path):
    path = in_format(saved(tmp_path / "run.checkpoint"), 3)
    with pytest.raises(CheckpointError) as caught:
        Checkpoint.load(path)
    assert str(caught.value).splitlines() == [
        "the checkpoint has format 3, which this version of impasto cannot read",
        f"  got       {path}, written by impasto 9.1.0",
        "  expected  format 2 or older",
        "  try       resume with impasto 9.1.0, or remove the file to begin anew",
    ]


def test_a_file_of_no_known_format(tmp_path):
    path = tmp_path / "run.checkpoint"
    for name in ("0", "two", ""):
        save_file({"canvas": torch.zeros(3)}, path, {"impasto_checkpoint": name, "run": "{}"})
        with pytest.raises(CheckpointError, match="another kind of file, or damaged"):
            Checkpoint.load(path)
    save_file({"canvas": torch.zeros(3)}, path, {"impasto_checkpoint": "12"})
    with pytest.raises(CheckpointError, match=r"(?s)format 12.*written by a newer impasto"):
        Checkpoint.load(path)


def of_impasto_0_1(path, state, text):
    """A file as impasto 0.1 wrote it, by hand: format 1."""
    tensors = {
        "canvas": state.canvas,
        "mean": state.mean,
        **{name: x for name, x in state.optimizer.items() if isinstance(x, torch.Tensor)},
    }
    save_file(tensors, path, {"impasto_checkpoint": "1", "run": json.dumps(text)})


def test_a_file_of_impasto_0_1(tmp_path):
    """Its names are translated, and the resumed run is the unbroken one."""
    path = tmp_path / "run.checkpoint"
    whole = list(loop().run(START, SCALES, loss_at))
    for index, step in enumerate(loop().run(START, SCALES, loss_at)):
        if index == 5:
            state = step.state()
            break
    text = {
        "state": {
            "scale": 1, "step": 6, "looks": 6, "smaller": 2, "rate": 0.05, "recent": list(state.recent),
            "losses": {"difference": state.losses["difference"]}, "seconds": 1.5,
            "costs": [[48, 0.25, 0.0]], "mean_steps": 6, "optimizer": {"numbers": {}, "lists": {}},
        },
        "mark": {"size": 64, "looks": "a setting of that name", "impasto": "0.1.0"},
        "history": [{"scale": 1, "step": 1, "loss": 0.5}],
    }  # fmt: skip
    of_impasto_0_1(path, state, text)
    read = Checkpoint.load(path)
    assert (read.format, read.identity, read.history) == ("1", text["mark"], text["history"])
    assert (read.state.evaluations, read.state.fallbacks) == (6, 2)
    assert (read.state.seconds, read.state.costs) == (1.5, ((48, 0.25, 0.0),))
    rest = list(
        loop().run(START, SCALES, loss_at, smaller=lambda scale, times: loss_at(scale), state=read.state)
    )
    assert [step.loss for step in rest] == [step.loss for step in whole[5:]]
    assert torch.equal(rest[-1].snapshot(), whole[-1].snapshot())
    read.save(path)
    assert Checkpoint.load(path).format == FORMAT == "2"


def test_no_file(tmp_path):
    with pytest.raises(CheckpointError, match=r"nowhere\.checkpoint"):
        Checkpoint.load(tmp_path / "nowhere.checkpoint")


def test_a_state_of_other_sizes(tmp_path):
    state = Checkpoint.load(saved(tmp_path / "run.checkpoint")).state
    with pytest.raises(
        CheckpointError, match=r"(?s)of other sizes.*\(1, 3, 6, 8\) at size 1.*\(1, 3, 7, 9\)"
    ):
        list(loop().run(START, [Scale(7, 9, 3)], loss_at, state=state))


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch, error):
    path = saved(tmp_path / "run.checkpoint")
    old = path.read_bytes()

    def full(handle):
        raise error

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(
        OutputError if isinstance(error, OSError) else KeyboardInterrupt, match=r"No space|^$"
    ):
        saved(path, [{"loss": 1.0}])
    assert path.read_bytes() == old and sorted(tmp_path.iterdir()) == [path]


def test_safetensors_reads_what_is_written(tmp_path):
    """By the format's own reader: names, shapes and numbers."""
    steps = loop().run(START, SCALES, loss_at)
    state = [next(steps) for _ in range(6)][-1].state()
    Checkpoint(state, {"odd": "text – \u2603"}, []).save(tmp_path / "run.checkpoint")
    tensors = load_file(tmp_path / "run.checkpoint")
    assert set(tensors) == {"canvas", "mean", "step", "exp_avg", "exp_avg_sq"}
    assert torch.equal(tensors["canvas"], state.canvas) and torch.equal(tensors["mean"], state.mean)
    assert tensors["step"].shape == () and tensors["step"].item() == 6
    assert torch.equal(tensors["exp_avg_sq"], state.optimizer["exp_avg_sq"])


def test_it_is_on_the_disk_before_it_takes_its_name(tmp_path, monkeypatch):
    """File, rename, folder: in this order a power cut finds the old file or the new one."""
    import os
    from pathlib import Path

    done, flush, rename = [], os.fsync, Path.replace

    def fsync(handle):
        done.append("fsync")
        flush(handle)

    def replace(self, target):
        done.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    saved(tmp_path / "run.checkpoint")
    assert done == (["fsync", "rename", "fsync"] if os.name == "posix" else ["fsync", "rename"])


def test_what_a_killed_write_left_is_overwritten_and_removed(tmp_path):
    from impasto.images.atomic_write import remove

    left = tmp_path / ".run.checkpoint.part"
    left.write_bytes(b"half of a checkpoint")
    path = saved(tmp_path / "run.checkpoint")
    assert sorted(tmp_path.iterdir()) == [path]
    left.write_bytes(b"half of another one")
    remove(path)
    remove(path)
    assert list(tmp_path.iterdir()) == []
