"""The checkpoint's file."""

import json
import math
import re
import struct

import pytest
import torch
from safetensors.torch import load_file, save_file

from impasto.errors import CheckpointError, OutputError
from impasto.optimize.checkpoint import FORMAT, Checkpoint
from impasto.optimize.schedule import Scale
from tests.optimize.test_resume import SCALES, START, loop, loss_at


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
    from impasto.images.atomic_write import _part, remove

    left = _part(tmp_path / "run.checkpoint")
    left.write_bytes(b"half of a checkpoint")
    path = saved(tmp_path / "run.checkpoint")
    assert sorted(tmp_path.iterdir()) == [path]
    left.write_bytes(b"half of another one")
    remove(path)
    remove(path)
    assert list(tmp_path.iterdir()) == []
