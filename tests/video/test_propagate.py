"""Painted frames carried along a video."""

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

import impasto
from impasto.cli import app
from impasto.errors import SettingError
from impasto.samples.moving import moving_scene
from impasto.video.nearest_patches import nearest_patches
from tests.video.scenes import tensor


def shuffled(picture):
    """A "painting" that is known for every frame: its colours turned."""
    return 1 - picture[..., ::-1]


@pytest.fixture
def scene(tmp_path):
    made = moving_scene("sprites", count=5, height=64, width=80)
    for k, frame in enumerate(made.frames, 1):
        Image.fromarray((255 * frame).round().astype(np.uint8)).save(tmp_path / f"in_{k}.png")
        painted = (255 * shuffled(frame)).round().astype(np.uint8)
        Image.fromarray(painted).save(tmp_path / f"true_{k}.png")
    return tmp_path


def read(path):
    return np.asarray(Image.open(path).convert("RGB")).astype(float)


def test_known_colours_are_carried_along(scene):
    impasto.propagate(scene / "in_%d.png", scene / "true_1.png", scene / "out_%d.png")
    np.testing.assert_array_equal(read(scene / "out_1.png"), read(scene / "true_1.png"))
    far = [np.abs(read(scene / f"out_{k}.png") - read(scene / f"true_{k}.png")).mean() for k in range(2, 6)]
    still = [np.abs(read(scene / "true_1.png") - read(scene / f"true_{k}.png")).mean() for k in range(2, 6)]
    assert max(far) < 20 and far[-1] < still[-1] / 3  # an eighth of the last frame is new


def test_a_second_painted_frame_helps_and_stays(scene):
    painted = [scene / "true_1.png", scene / "true_5.png"]
    impasto.propagate(scene / "in_%d.png", painted, scene / "both_%d.png", at=(1, 5))
    impasto.propagate(scene / "in_%d.png", painted[0], scene / "one_%d.png")
    np.testing.assert_array_equal(read(scene / "both_5.png"), read(scene / "true_5.png"))
    errors = [np.abs(read(scene / f"{n}_4.png") - read(scene / "true_4.png")).mean() for n in ("both", "one")]
    assert errors[0] < errors[1]


def test_patches_of_a_moved_picture_are_found():
    """Where the frame is the key frame moved by whole patches, exactly those are copied."""
    key = tensor(np.random.default_rng(0).random((48, 64, 3)))
    frame, painted = key.roll(8, 3), 1 - key

    def features_of(picture):
        return torch.nn.functional.pixel_unshuffle(picture, 4)

    made = nearest_patches(frame, torch.ones(1, 1, 48, 64, dtype=torch.bool), key, painted, features_of)
    inner = slice(12, -12)
    torch.testing.assert_close(made[..., inner, inner], (1 - frame)[..., inner, inner])
    assert nearest_patches(frame, torch.zeros(1, 1, 48, 64).bool(), key, painted, features_of).sum() == 0


def test_what_is_refused(scene, monkeypatch):
    with pytest.raises(SettingError, match="each painted frame needs the number of its frame"):
        impasto.propagate(scene / "in_%d.png", scene / "true_1.png", scene / "o_%d.png", at=(1, 2))
    with pytest.raises(SettingError, match="the video has no such frame"):
        impasto.propagate(scene / "in_%d.png", scene / "true_1.png", scene / "o_%d.png", at=9)
    monkeypatch.chdir(scene)
    answer = CliRunner().invoke(app, ["propagate", "in_%d.png"])
    assert answer.exit_code == 2 and "propagate needs" in answer.stderr
    answer = CliRunner().invoke(app, ["propagate", "in_%d.png", "true_1.png", "-o", "o.gif"])
    assert answer.exit_code == 0 and "5 frames" in answer.stderr, answer.output
