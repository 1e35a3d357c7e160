"""Random features: seeded, local in frequency, of any length."""

import torch
from torch.testing import assert_close

from impasto.audio.random_features import FILTERS, kernel, random_features


def test_kernels_are_seeded_of_unit_size_and_local():
    first = kernel(64, 5, FILTERS, 0)
    assert torch.equal(first, kernel(64, 5, FILTERS, 0)) and not torch.equal(first, kernel(64, 5, FILTERS, 1))
    assert_close(first.square().sum((1, 2)), torch.ones(FILTERS))
    energy = first.square().sum(2)  # (filters, bands)
    assert energy[0, :10].sum() > 0.999 and energy[-1, -10:].sum() > 0.999


def test_features_are_the_convolution_by_hand():
    spectrogram = torch.rand(1, 6, 4, generator=torch.Generator().manual_seed(0))
    made = random_features(spectrogram, 2, filters=3, seed=5)
    weights = kernel(6, 2, 3, 5 + 2000)
    assert made.shape == (1, 3, 1, 3)
    by_hand = (weights[1] * spectrogram[0, :, 1:3]).sum().clamp_min(0)
    assert_close(made[0, 1, 0, 1], by_hand)


def test_a_kernel_is_never_wider_than_the_sound():
    assert random_features(torch.rand(1, 6, 3), 9).shape == (1, FILTERS, 1, 1)
