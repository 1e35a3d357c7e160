"""Detail of one picture with the energy of another."""

import numpy as np
import torch

from impasto.samples.moving import moving_scene
from impasto.video.detail import MOST, matched_detail
from impasto.video.flow import Motion
from impasto.video.steady import Before, steadied
from tests.video.scenes import tensor


def noise(seed, height=64, width=80):
    return np.random.default_rng(seed).normal(0.5, 0.1, (height, width, 3)).astype(np.float32)


def test_a_picture_with_its_own_energy_is_itself():
    picture = noise(0)
    np.testing.assert_allclose(matched_detail(picture, picture), picture, atol=1e-5)


def test_halved_detail_comes_back_and_the_mean_stays():
    """A picture with two thirds of the contrast of another, and its mean: matching restores the contrast."""
    whole = noise(1)
    faded = 0.5 + (whole - 0.5) / 1.5
    assert 1.5 < MOST
    matched = matched_detail(faded, whole)
    np.testing.assert_allclose(matched.mean(), faded.mean(), atol=1e-3)
    assert np.abs(matched - whole).mean() < 0.25 * np.abs(faded - whole).mean()


def test_strokes_do_not_fade_under_a_pan():
    """Frames with new strokes each: over 15 frames the filter keeps their energy within a seventh."""
    scene = moving_scene("pan", count=15, height=64, width=80)
    frames = [tensor(frame) for frame in scene.frames]
    painted = [(frame + torch.from_numpy(noise(k)).permute(2, 0, 1) - 0.5).clamp(0, 1)
               for k, frame in enumerate(frames)]  # fmt: skip
    shown = painted[0]
    for k in range(1, len(frames)):
        motion = Motion(scene.flows[k - 1], (~scene.hidden[k - 1]).astype(np.float32))
        shown = steadied(painted[k], frames[k], Before(frames[k - 1], shown), motion, steady=0.7)

    def energy(picture):
        inner = picture[..., 8:-8, 8:-8]
        return float((inner - torch.nn.functional.avg_pool2d(inner, 3, 1, 1)).std())

    assert abs(energy(shown) / energy(painted[-1]) - 1) < 1 / 7
