import numpy as np
import pytest
import torch
from PIL import Image

from impasto.cli.animation_recorder import FRAMES, AnimationRecorder, film_size
from impasto.errors import OutputError
from impasto.optimize.loop import Step


def step(number, steps):
    image = torch.full((1, 3, 20, 40), number / steps)
    return Step(
        scale=1, scales=1, step=number, steps=steps, height=20, width=40, loss=1.0, losses={},
        seconds=number, seconds_left=steps - number, snapshot=lambda: image,
    )  # fmt: skip


def frames(path):
    with Image.open(path) as film:
        found = []
        for index in range(film.n_frames):
            film.seek(index)
            found.append(np.asarray(film.convert("L")).mean())
        return found, film.size


@pytest.mark.parametrize("steps", [1, 5, 500])
def test_the_last_frame_is_the_finished_picture(tmp_path, steps):
    film = AnimationRecorder(tmp_path / "run.webp")
    for number in range(1, steps + 1):
        film.see(step(number, steps))
    film.finish(Image.new("RGB", (40, 20), (10, 10, 10)))
    found, size = frames(film.path)
    assert size == (384, 192) and len(found) <= FRAMES
    assert found[-1] == pytest.approx(10, abs=3)


def test_early_steps_get_more_frames(tmp_path):
    film = AnimationRecorder(tmp_path / "run.gif")
    for number in range(1, 501):
        film.see(step(number, 500))
    levels = [np.asarray(frame).mean() / 255 for frame in film.frames]
    assert len(levels) >= FRAMES - 2
    assert sum(level < 0.25 for level in levels) > sum(level > 0.75 for level in levels)


def test_unknown_kind(tmp_path):
    with pytest.raises(OutputError, match=r"(?s)\.avi.*\.gif, \.webp, \.mp4"):
        AnimationRecorder(tmp_path / "run.avi")


def test_a_sliver_keeps_a_height():
    assert film_size(Image.new("RGB", (4000, 3))) == (384, 2)
