"""Scores of flicker, and the slice that shows it."""

import json

import numpy as np
import pytest
import torch
from torch.testing import assert_close
from typer.testing import CliRunner

from impasto.cli import app
from impasto.errors import ShapeError, VideoError
from impasto.metrics.warping_error import feature_warping_error, warping_error
from impasto.samples.moving import moving_scene
from impasto.video.evaluate import ClipScores, mean_scores, score_frames
from impasto.video.flow import Motion
from impasto.video.time_slice import time_slice
from tests.video.scenes import moving_square, tensor, write_gif


def test_warping_error_by_hand():
    shown, moved = torch.zeros(1, 3, 1, 2), torch.zeros(1, 3, 1, 2)
    moved[..., 0], moved[..., 1] = 0.2, 0.8
    visible = torch.tensor([[[[1.0, 0.0]]]])
    assert warping_error(shown, moved, visible) == pytest.approx(0.2)
    assert warping_error(shown, moved, torch.ones(1, 1, 1, 2)) == pytest.approx(np.sqrt((0.04 + 0.64) / 2))
    with pytest.raises(ShapeError, match="the moved frame has the wrong shape"):
        warping_error(shown, moved[..., :1], visible)


def test_feature_error_by_hand():
    features = {"a": torch.tensor([[[[3.0]], [[4.0]]]])}
    moved = {"a": torch.tensor([[[[4.0]], [[-3.0]]]])}
    assert feature_warping_error(features, moved, torch.ones(1, 1, 1, 1)) == pytest.approx(2.0)
    assert feature_warping_error(features, features, torch.ones(1, 1, 1, 1)) == 0
    stretched = {"a": 7 * features["a"]}
    assert feature_warping_error(features, stretched, torch.ones(1, 1, 1, 1)) == pytest.approx(0, abs=1e-9)


def test_true_motion_scores_nothing_and_flicker_its_size():
    scene = moving_scene("pan", count=4, height=64, width=80)
    frames = [tensor(frame) for frame in scene.frames]

    def between(frame, before, numbers):
        number = numbers[0]
        return Motion(scene.flows[number - 1], (~scene.hidden[number - 1]).astype(np.float32))

    def features_of(picture):
        return {"image": picture}

    options = {"between": between, "features_of": features_of, "distances": (1,)}
    (calm,) = score_frames(frames, frames, **options)
    assert calm.warping == calm.original < 0.005 and calm.pairs == 3
    flickering = [0.5 * frame + (0.2 if k % 2 else 0.0) for k, frame in enumerate(frames)]
    (score,) = score_frames(flickering, frames, **options)
    assert score.warping == pytest.approx(0.2, rel=0.02) and score.original == calm.original
    assert score_frames(frames[:1], frames[:1], **options) == []


def test_means_by_distance():
    one = ClipScores(distance=1, pairs=2, warping=0.1, features=0.2, original=0.3)
    two = ClipScores(distance=1, pairs=4, warping=0.3, features=0.4, original=0.5)
    (mean,) = mean_scores([[one], [two]])
    assert (mean.pairs, mean.warping, mean.features) == (6, pytest.approx(0.2), pytest.approx(0.3))


def test_slice_by_hand():
    frames = [torch.full((1, 3, 4, 6), value) for value in (0.0, 0.5, 1.0)]
    expected = torch.tensor([0.0, 0.0, 0.5, 0.5, 1.0, 1.0]).expand(1, 3, 4, 6)
    assert_close(time_slice(frames, widen=2), expected)
    with pytest.raises(VideoError, match="a slice needs at least one frame"):
        time_slice([])


def test_a_video_from_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frames = moving_square(4)
    write_gif(tmp_path / "in.gif", frames, 80)
    write_gif(tmp_path / "out.gif", [255 - frame for frame in frames], 80)
    words = ["evaluate", "out.gif", "--content", "in.gif", "--slice", "slice.png", "--json"]
    answer = CliRunner().invoke(app, [*words, "--network", "test-net", "--style-layers", "relu1_1"])
    assert answer.exit_code == 0, answer.output
    (row,) = json.loads(answer.stdout)["flicker"]
    assert row["distance"] == 1 and row["warping"] < 0.1 and (tmp_path / "slice.png").exists()
    answer = CliRunner().invoke(app, ["evaluate", "no.mp4", "--content", "in.gif"])
    assert answer.exit_code == 2 and "the video is missing" in answer.stderr
