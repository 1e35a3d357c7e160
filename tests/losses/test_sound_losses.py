"""Losses of sounds: distributions, correlations and modulations of channels, by hand and by numpy."""

import math

import numpy as np
import torch
from torch.testing import assert_close

from impasto.losses.channel_correlation import ChannelCorrelationLoss, correlation_matrix
from impasto.losses.modulation import ModulationLoss, modulation_bands, modulation_spectrum
from impasto.losses.quantiles import QuantileLoss


def random(seed, shape=(1, 3, 1, 200)):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_quantiles_by_hand():
    """Values 0, 2 have variance 1; moved by 1 each, their squared distance is 1 deviation^2."""
    wanted, moved = torch.tensor([[[[0.0, 2.0]]]]), torch.tensor([[[[3.0, 1.0]]]])
    loss = QuantileLoss({"a": 1.0}, ranks=2)
    target = loss.target({"a": wanted})
    assert_close(loss({"a": moved}, target), torch.tensor([1 / math.sqrt(1.03)]), atol=2e-3, rtol=0)


def test_quantiles_see_a_form_that_moments_do_not():
    """A square wave and a sine of equal mean and variance."""
    angle = torch.arange(400) / 400 * 8 * math.pi + 0.01
    square, sine = torch.sign(angle.sin())[None, None, None], 2**0.5 * angle.sin()[None, None, None]
    assert abs(square.mean() - sine.mean()) < 0.01 and abs(square.var() - sine.var()) < 0.02
    loss = QuantileLoss({"a": 1.0})
    assert float(loss({"a": sine}, loss.target({"a": square}))) > 0.3


def test_correlations_are_those_of_numpy():
    features = random(0)
    made = correlation_matrix(features)[0].numpy()
    np.testing.assert_allclose(made, np.corrcoef(features[0, :, 0].numpy()), atol=0.02)


def test_correlations_do_not_depend_on_level():
    features, scales = random(0), torch.tensor([0.5, 1.0, 2.0], dtype=torch.float64)[None, :, None, None]
    loss = ChannelCorrelationLoss({"a": 1.0})
    assert float(loss({"a": features * scales + 3}, loss.target({"a": features}))) < 0.05


def test_a_slow_and_a_fast_channel():
    """Each has its power in the band of its frequency: 1/32 and 1/8 cycles a position, lowest 1/64."""
    time = torch.arange(512, dtype=torch.float64)
    channels = torch.stack([(2 * math.pi * time / period).sin() for period in (32, 8)])[None, :, None]
    spectrum = modulation_spectrum(channels, 1 / 64)
    assert spectrum[0].argmax(1).tolist() == [2, 6]
    assert_close(spectrum.square().sum(2), torch.ones(1, 2, dtype=torch.float64), atol=0.03, rtol=0)


def test_bands_share_every_frequency_between_them():
    weights = modulation_bands(256, 1 / 64)
    inside = (torch.arange(129) >= 4) & (torch.arange(129) < 256 * 0.35)
    assert_close(weights[inside].sum(1), torch.ones(int(inside.sum()), dtype=torch.float64))


def test_modulation_does_not_depend_on_time():
    features = random(1, (1, 2, 1, 256))
    loss = ModulationLoss({"a": 1.0}, lowest=0.05)
    target = loss.target({"a": features})
    assert float(loss({"a": features.flip(3)}, target)) < 1e-6
    assert (
        float(
            loss(
                {"a": features[..., torch.randperm(256, generator=torch.Generator().manual_seed(0))]}, target
            )
        )
        > 0.03
    )
