"""How fast every channel rises and falls: the spectrum of its course over time, in wide bands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, channel_sum_of_squares, full_precision, rounded_root

EPSILON = 1e-6
"""Added to variances, relative to activations of about 1: a channel that does not vary has no modulation."""

RIDGE = 0.01
"""The same, relative to the mean variance of all channels."""

HIGHEST = 0.45
"""Highest centre of a band, cycles a position; beyond 1/2 there is nothing."""

LEAST_SHARE = 1e-5
"""Added to each band's share of the power before its root is taken, which has no gradient at 0."""


@lru_cache(maxsize=64)
def modulation_bands(count: int, lowest: float) -> Tensor:
    """Weights of the frequencies of ``count`` positions in bands of half an octave, (count / 2 + 1, bands).

    Neighbouring bands overlap as squared cosines, so that their weights sum to 1 between the lowest and the
    highest centre.
    """
    bands = max(1, 1 + math.floor(2 * math.log2(HIGHEST / lowest)))
    frequencies = torch.arange(count // 2 + 1, dtype=torch.float64) / count
    steps = 2 * torch.log2(frequencies.clamp_min(1e-9) / lowest)
    away = (steps[:, None] - torch.arange(bands, dtype=torch.float64)).clamp(-1, 1)
    weights: Tensor = (away * math.pi / 2).cos().square()
    return weights


def modulation_spectrum(features: Tensor, lowest: float) -> Tensor:
    """Root of each modulation band's share of a channel's power: (N, C, h, w) -> (N, C, bands), >= 0.

    Args:
        features: any range; rows are averaged, and the last axis is time.
        lowest: centre of the lowest band, cycles a position.
    """
    expect(features, "n c h w", name="features")
    values = full_precision(features).mean(2)
    count = values.shape[2]
    centred = values - values.mean(2, keepdim=True)
    window = torch.hann_window(count, periodic=False, dtype=values.dtype, device=values.device)
    power = torch.fft.rfft(centred * window).abs().square()  # (N, C, count / 2 + 1)
    total = power.sum(2, keepdim=True)
    total = total + RIDGE * total.mean(1, keepdim=True) + EPSILON * count
    shares = power @ modulation_bands(count, lowest).to(power) / total
    roots: Tensor = (shares + LEAST_SHARE).sqrt()
    return roots


class ModulationLoss(Loss):
    """Distance of modulation spectra, relative to the norm of the target; of all channels together.

    Args:
        layers: {layer: weight}.
        lowest: centre of the lowest band, cycles a position.

    Source: modulation power is among the statistics of McDermott, Simoncelli 2011.
    Differs: bands are half octaves that overlap, and each channel's power is relative to its own sum.
    """

    def __init__(self, layers: Mapping[str, float], *, lowest: float = 0.01) -> None:
        super().__init__(layers)
        self.lowest = lowest

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"modulations": (1, C, bands)}."""
        return {"modulations": modulation_spectrum(features, self.lowest)}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N,), >= 0."""
        wanted = target["modulations"]
        difference = modulation_spectrum(features, self.lowest) - wanted
        return rounded_root(channel_sum_of_squares(difference) / (channel_sum_of_squares(wanted) + EPSILON))
