"""Spectrograms: a tone lies where it should, at every rate, and gradients are exact."""

import math

import pytest
import torch
from torch.testing import assert_close

from impasto.audio.spectrogram import (
    LOWEST_HZ,
    SEMITONES,
    WINDOWS,
    _Power,
    band_edges_hz,
    band_magnitudes,
    compressed,
    filterbank,
    hz_of_mel,
    mel_of_hz,
)
from tests.audio.sounds import sine


def test_a_thousand_mel_is_a_thousand_hz():
    assert mel_of_hz(1000) == pytest.approx(1000, abs=0.1)
    assert hz_of_mel(mel_of_hz(440)) == pytest.approx(440)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 22_050, 48_000])
@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.name)
def test_every_band_has_weight_and_the_axis_is_that_of_any_rate(window, rate_hz):
    bank = filterbank(window, rate_hz)
    assert bank.shape == (len(band_edges_hz(window, rate_hz)) - 2, window.samples(rate_hz) // 2 + 1)
    assert_close(bank.sum(1), torch.ones(len(bank)))
    count = len(band_edges_hz(window, rate_hz))
    assert band_edges_hz(window, 48_000)[:count] == band_edges_hz(window, rate_hz)


def test_a_tone_is_in_its_semitone():
    for semitone in (30, 47):
        hz = LOWEST_HZ * 2 ** ((semitone + 1) / SEMITONES)  # the centre of a band is its second edge
        bands = band_magnitudes(torch.from_numpy(sine(hz, 1.0, 22_050)), WINDOWS[2], 22_050)
        assert bands.mean(2).argmax().item() == semitone


def test_the_power_of_a_sine_of_amplitude_1_is_a_quarter():
    count = 64
    frames = torch.cos(2 * math.pi * 8 * torch.arange(count) / count)[None, None]
    window = torch.hann_window(count) / torch.hann_window(count).sum()
    assert _Power.apply(frames, window)[0, 0, 8].item() == pytest.approx(0.25, rel=1e-4)


def test_the_gradient_of_the_power_is_exact():
    draw = torch.Generator().manual_seed(0)
    frames = torch.randn(1, 3, 16, generator=draw, dtype=torch.float64, requires_grad=True)
    window = torch.rand(16, generator=draw, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: _Power.apply(x, window), frames)


def test_compression_is_zero_at_silence_and_grows():
    levels = compressed(torch.tensor([0.0, 1e-4, 1e-2, 1.0]))
    assert levels[0] == 0 and (levels.diff() > 0).all() and levels[2].item() == pytest.approx(1.0)
