import numpy as np
import pytest
import torch
from PIL import Image

from impasto.cli.animation_recorder import FRAMES, AnimationRecorder, frame_size
from impasto.errors import OutputError
from impasto.optimize.loop import Step


def step(number, steps):
    image = torch.full((1, 3, 20, 40), number / steps)
    return Step(
        scale=1, scales=1, step=number, steps=steps, height=20, width=40, loss=1.0, losses={},
        seconds=number, seconds_left=steps - number, snapshot=lambda: image,
    )  # fmt: skip


def frames(path):
    with Image.open(path) as animation:
        means = []
        for index in range(animation.n_frames):
            animation.seek(index)
            means.append(np.asarray(animation.convert("L")).mean())
        return means, animation.size


@pytest.mark.parametrize("steps", [1, 5, 500])
def test_the_last_frame_is_the_finished_picture(tmp_path, steps):
    recorder = AnimationRecorder(tmp_path / "run.webp")
    for number in range(1, steps + 1):
        recorder.see(step(number, steps))
    recorder.finish(Image.new("RGB", (40, 20), (10, 10, 10)))
    means, size = frames(recorder.path)
    assert size == (384, 192) and len(means) <= FRAMES
    assert means[-1] == pytest.approx(10, abs=3)


def test_early_steps_get_more_frames(tmp_path):
    recorder = AnimationRecorder(tmp_path / "run.gif")
    for number in range(1, 501):
        recorder.see(step(number, 500))
    levels = [np.asarray(frame).mean() / 255 for frame in recorder.frames]
    assert len(levels) >= FRAMES - 2
    assert sum(level < 0.25 for level in levels) > sum(level > 0.75 for level in levels)


def test_unknown_kind(tmp_path):
    with pytest.raises(OutputError, match=r"(?s)\.avi.*\.gif, \.webp, \.mp4"):
        AnimationRecorder(tmp_path / "run.avi")


def test_a_sliver_keeps_a_height():
    assert frame_size(Image.new("RGB", (4000, 3))) == (384, 2)
