"""The distribution of every channel by itself, compared in units of its own standard deviation."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, full_precision, rounded_root
from impasto.losses.sliced import at_ranks

RIDGE = 0.03
"""Added to the variances, relative to the target's mean: a channel that hardly varies counts less."""

EPSILON = 1e-6
"""Added to the variances, relative to activations of about 1: a target may not vary at all."""


def channel_quantiles(features: Tensor, ranks: int) -> Tensor:
    """The values of each channel in rising order: (N, C, h, w) -> (N, C, ranks)."""
    expect(features, "n c h w", name="features")
    return at_ranks(full_precision(features).flatten(2).sort(dim=2).values, ranks)


class QuantileLoss(Loss):
    """Distance between the distributions of each channel, in units of the target's standard deviation.

    (mean over channels of (mean over ranks of (q - t)^2 / (var t + ridge)))^(1/2), t the target's quantiles

    The Gaussian distances compare means and covariances; a pause, a decay or a sharp beat shows in the form
    of the distribution (skewness, kurtosis), and that of a weak channel counts as much as that of a strong
    one. A blend averages values of the same rank.

    Args:
        layers: {layer: weight}.
        ranks: values kept of each channel.

    Source: the distance of lines is that of Bonneel et al. 2015, eq. 13.
    Differs: on the axes only, and each divided by the target's variance.
    """

    def __init__(self, layers: Mapping[str, float], *, ranks: int = 128) -> None:
        super().__init__(layers)
        self.ranks = ranks

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"quantiles": (1, C, ranks)}."""
        return {"quantiles": channel_quantiles(features, self.ranks)}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N,), >= 0."""
        wanted: Tensor = target["quantiles"]
        variance = wanted.var(2, correction=0)
        variance = variance + RIDGE * variance.mean(1, keepdim=True) + EPSILON
        squares = (channel_quantiles(features, self.ranks) - wanted).square().mean(2)
        return rounded_root((squares / variance).mean(1))
