"""Rhythm as the autocorrelation of every channel over time: after how long it repeats itself."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, channel_sum_of_squares, full_precision, rounded_root

EPSILON = 1e-8
"""Added to variances, relative to activations of about 1: a channel that does not vary has no rhythm."""


def autocorrelation(features: Tensor, lags: int) -> Tensor:
    """How like itself each channel is after a while, along the last axis.

    R[n, c, l] = sum over positions x of D[x] D[x + l] / sum of D[x]^2 / max(1 - l / w, 1 / 2), with
    D = F - mean of F, 0 outside

    Args:
        features: (N, C, h, w), any range; rows are averaged.
        lags: largest l; 0 from w on.
    Returns:
        (N, C, lags) for l = 1, 2, ...; about -1 to 1.

    Source: Antognini, Hoffman, Weiss 2019, "Audio texture synthesis with random neural networks".
    Differs: of the channels as they are, without their mean; divided by the value at lag 0 and by the share
    of positions that have a partner, so that it does not depend on loudness and length.
    """
    expect(features, "n c h w", name="features")
    values = full_precision(features).mean(2)  # (N, C, w)
    count = values.shape[2]
    values = values - values.mean(2, keepdim=True)
    size = 2 ** (count + max(count, lags)).bit_length()
    power = torch.fft.rfft(values, n=size).abs().square()  # zeros beyond the end: no wrap
    products = torch.fft.irfft(power, n=size)
    share = (1 - torch.arange(1, lags + 1).to(values) / count).clamp_min(0.5)
    relative: Tensor = products[..., 1 : lags + 1] / (products[..., :1] + EPSILON * count) / share
    return relative


class AutocorrelationLoss(Loss):
    """Distance of autocorrelations, relative to the norm of the target; of all channels together.

    Autocorrelations are means of products, so those of several styles may be averaged.

    Args:
        layers: {layer: weight}.
        lags: largest lag, in positions of a layer.

    Source: as ``autocorrelation``.
    Differs: a norm instead of its square, as ``relative_gram_distance``.
    """

    def __init__(self, layers: Mapping[str, float], *, lags: int = 86) -> None:
        super().__init__(layers)
        self.lags = lags

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"autocorrelation": (1, C, lags)}."""
        return {"autocorrelation": autocorrelation(features, self.lags)}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N,), >= 0."""
        wanted = target["autocorrelation"]
        difference = autocorrelation(features, self.lags) - wanted
        return rounded_root(channel_sum_of_squares(difference) / (channel_sum_of_squares(wanted) + EPSILON))
