"""Loudness against pyloudnorm, another implementation; true peaks by hand."""

import math

import numpy as np
import pyloudnorm
import pytest

from impasto.audio.loudness import at_loudness, loudness_lufs, true_peak_db
from tests.audio.sounds import beats, noise, sine


@pytest.mark.parametrize("rate_hz", [22_050, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_loudness_is_that_of_another_implementation(rate_hz, channels):
    samples = noise(0, 2.0, rate_hz, channels=channels) * np.linspace(0.01, 1, 2 * rate_hz, dtype=np.float32)
    meter = pyloudnorm.Meter(rate_hz, filter_class="DeMan")
    assert loudness_lufs(samples, rate_hz) == pytest.approx(meter.integrated_loudness(samples.T), abs=0.05)


def test_a_full_scale_sine_of_1_khz_has_minus_3_lufs():
    """ITU-R BS.1770: 0 dB FS of 997 Hz in one channel reads -3.01 LKFS."""
    assert loudness_lufs(sine(997, 2.0, 48_000, level=1.0), 48_000) == pytest.approx(-3.01, abs=0.05)


def test_silence_has_no_loudness():
    assert loudness_lufs(np.zeros((1, 8000), np.float32), 8000) == -math.inf
    assert true_peak_db(np.zeros((1, 100), np.float32)) == -math.inf


def test_a_true_peak_lies_between_the_samples():
    """A sine of a quarter of the rate, sampled at 45 degrees: samples at 0.707, peaks at 1."""
    samples = sine(2000, 1.0, 8000, level=1.0, phase=math.pi / 4)
    ramp = np.hanning(samples.shape[1]).astype(np.float32)
    assert np.abs(samples).max() == pytest.approx(0.7071, abs=1e-3)
    assert true_peak_db(samples * ramp) == pytest.approx(0.0, abs=0.05)


def test_pieces_have_the_peak_of_the_whole(monkeypatch):
    from impasto.audio import loudness

    samples = noise(1, 1.0)
    whole = true_peak_db(samples)
    monkeypatch.setattr(loudness, "PIECE", 700)
    assert true_peak_db(samples) == pytest.approx(whole, abs=1e-4)


def test_a_sound_gets_the_loudness_of_another():
    made, missing = at_loudness(noise(2), 8000, lufs=-30)
    assert loudness_lufs(made, 8000) == pytest.approx(-30, abs=0.01) and missing == 0


def test_peaks_come_before_loudness():
    made, missing = at_loudness(beats(every_s=0.5), 8000, lufs=-3)
    assert true_peak_db(made) == pytest.approx(-1.01, abs=0.01)
    assert missing == pytest.approx(-3 - loudness_lufs(made, 8000), abs=0.01) and missing > 1
