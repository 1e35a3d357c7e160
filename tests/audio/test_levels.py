"""Mid and side at one level, and the way back."""

import numpy as np
import pytest
import torch

from impasto.audio.levels import finished, levelled
from impasto.audio.loudness import loudness_lufs, true_peak_db
from impasto.audio.spectrogram import REFERENCE_RMS
from tests.audio.sounds import noise, sine


def test_there_and_back_is_the_same():
    stereo = noise(0, channels=2) * np.array([[1.0], [0.3]], np.float32)
    canvas, levels = levelled(stereo)
    assert canvas.shape == (2, 8000) and levels.names == ("mid", "side")
    assert canvas.square().mean(1).sqrt().tolist() == pytest.approx([REFERENCE_RMS] * 2, rel=1e-4)
    made, missing = finished(
        canvas[None, :, None], levels, 8000, lufs=loudness_lufs(stereo, 8000), fades=False
    )
    np.testing.assert_allclose(made, stereo, atol=2e-3)
    assert missing == 0


def test_mono_in_two_channels_has_no_side():
    canvas, levels = levelled(np.repeat(sine(440), 2, 0))
    assert canvas.shape == (1, 8000) and levels.channels == 2
    made, _ = finished(canvas[None, :, None], levels, 8000, lufs=-20, fades=False)
    assert made.shape == (2, 8000) and np.array_equal(made[0], made[1])


def test_opposite_channels_have_no_mid():
    canvas, _ = levelled(np.concatenate([sine(440), -sine(440)]))
    assert canvas.isfinite().all() and canvas[0].abs().max() < 1e-3


def test_both_ends_fade_and_no_peak_is_too_high():
    canvas = torch.full((1, 1, 1, 800), 0.1)
    canvas[..., 400] = 5.0
    made, missing = finished(canvas, levelled(sine(440))[1], 8000, lufs=0.0, fades=True)
    assert abs(made[0, 0]) < 1e-3 * abs(made[0, 200]) and abs(made[0, -1]) < 1e-3 * abs(made[0, 200])
    assert true_peak_db(made) <= -1 and missing > 0
