"""Other lengths and other spectra of whole sounds."""

import numpy as np
import pytest
import torch
from scipy import signal
from torch.testing import assert_close

from impasto.audio.spectrum import long_term_power, resize_samples, with_spectrum
from tests.audio.sounds import noise, sine


@pytest.mark.parametrize("periodic", [True, False])
def test_a_tone_stays_a_tone_at_another_rate(periodic):
    low, high = (torch.from_numpy(sine(400, 1.0, rate_hz)) for rate_hz in (8000, 16_000))
    assert_close(
        resize_samples(low, 16_000, periodic=periodic)[:, 200:-200], high[:, 200:-200], atol=5e-3, rtol=0
    )
    assert_close(
        resize_samples(high, 8000, periodic=periodic)[:, 200:-200], low[:, 200:-200], atol=5e-3, rtol=0
    )


def test_there_and_back_is_the_same():
    low = torch.from_numpy(noise(0))
    low = resize_samples(resize_samples(low, 1500), 2000)[:, 100:-100]
    again = resize_samples(resize_samples(low, 5400), 1800)
    assert_close(again[:, 50:-50], low[:, 50:-50], atol=2e-3, rtol=0)
    assert resize_samples(low, 1800) is low


def test_white_noise_has_a_flat_spectrum_of_one_level():
    power = long_term_power(torch.from_numpy(noise(1, 4.0)))[0, 20:-20]
    assert power.std() / power.mean() < 0.15


def test_a_long_sound_in_pieces_is_the_whole(monkeypatch):
    samples = torch.from_numpy(noise(2, 2.0, 48_000))
    count = (samples.shape[1] - 2048) // 1024 + 1
    frames = torch.stack([samples[0, 1024 * k :][:2048] for k in range(count)])
    direct = torch.fft.rfft(frames * torch.hann_window(2048)).abs().square().mean(0)
    assert_close(long_term_power(samples)[0, 10], direct[6:15].mean(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("share", [1.0, 0.0])
def test_an_equaliser_gives_the_spectrum_and_keeps_the_level(share):
    white = torch.from_numpy(noise(3, 2.0))
    brown = torch.from_numpy(signal.lfilter([1.0], [1.0, -0.8], noise(4, 2.0)).astype(np.float32))
    made = with_spectrum(white, long_term_power(brown), share=share)
    assert made.square().mean().sqrt().item() == pytest.approx(white.square().mean().sqrt().item(), rel=1e-4)
    if share == 0:
        assert_close(made, white, atol=1e-5, rtol=0)
        return
    wanted, got = (power / power.sum() for power in (long_term_power(brown), long_term_power(made)))
    assert (wanted - got).abs().sum() < 0.1
