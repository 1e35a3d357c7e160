"""The published method: its constants, and Griffin-Lim."""

import math

import pytest
import torch

from impasto.audio import ulyanov
from impasto.audio.sound import checked_sound
from impasto.settings import AudioSettings
from tests.audio.sounds import beats, sine


def test_the_kernel_has_the_papers_deviation():
    kernel = ulyanov.random_kernel(32, 0)
    assert kernel.shape == (32, 1025, 11)
    wanted = math.sqrt(2) * math.sqrt(2 / ((1025 + 32) * 11))
    assert kernel.std().item() == pytest.approx(wanted, rel=0.01)


def test_the_loss_is_zero_at_content_and_style():
    spectrogram = torch.rand(1025, 20, generator=torch.Generator().manual_seed(0))
    settings = AudioSettings(preset="ulyanov", filters=8)
    loss = ulyanov.ulyanov_loss(spectrogram, [spectrogram, spectrogram], [0.3, 0.7], settings)
    total, parts = loss(spectrogram[None, None].requires_grad_(), 0)
    assert total.item() < 1e-6 and set(parts) == {"style", "content"}
    other, _ = loss(torch.rand(1, 1, 1025, 20), 0)
    assert other > 0
    assert (
        "content"
        not in ulyanov.ulyanov_loss(None, [spectrogram], [1.0], settings)(spectrogram[None, None], 0)[1]
    )


def test_griffin_lim_finds_a_sound_of_the_spectrogram():
    sound = checked_sound(sine(440, 1.0, 22_050), 22_050, name="it", max_minutes=1)
    spectrogram = ulyanov.log_spectrogram(ulyanov.mono(sound))
    assert spectrogram.shape == (1025, 44)
    first, again = (
        ulyanov.log_spectrogram(ulyanov.griffin_lim(spectrogram, steps=steps)) for steps in (0, 30)
    )
    far, near = ((one - spectrogram).norm() / spectrogram.norm() for one in (first, again))
    assert near < 0.25 and near < far / 2


def test_everything_is_mono_at_the_papers_rate():
    stereo = checked_sound(beats(1.0).repeat(2, 0), 8000, name="it", max_minutes=1)
    assert ulyanov.mono(stereo).shape == (22_050,)
