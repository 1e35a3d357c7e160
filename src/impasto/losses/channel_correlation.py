"""Which channels rise and fall together, whatever their strengths."""

from __future__ import annotations

from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, channel_sum_of_squares, full_precision, rounded_root

RIDGE = 0.01
"""Added to the variances, relative to the mean variance: a channel that hardly varies is like no other."""

EPSILON = 1e-6
"""Added to the variances, relative to activations of about 1."""


def correlation_matrix(features: Tensor) -> Tensor:
    """Correlation of every two channels over positions: (N, C, h, w) -> (N, C, C), -1 to 1.

    R[n, i, j] = cov(F_i, F_j) / ((var F_i + r) (var F_j + r))^(1/2), r the ridge
    """
    expect(features, "n c h w", name="features")
    values = full_precision(features).flatten(2)
    centred = values - values.mean(2, keepdim=True)
    variance = centred.square().mean(2)
    ridged = variance + RIDGE * variance.mean(1, keepdim=True) + EPSILON
    standard = centred / ridged.sqrt()[:, :, None]
    matrix: Tensor = standard @ standard.mT / values.shape[2]
    return matrix


class ChannelCorrelationLoss(Loss):
    """Distance of the channels' correlations, relative to the norm of the target.

    A covariance is mostly that of the strongest channels; here each counts alike. Correlations of several
    styles are averaged.

    Source: correlations between bands are among the statistics of McDermott, Simoncelli 2011.
    Differs: of all channels with all, as one matrix.
    """

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"correlations": (1, C, C)}."""
        return {"correlations": correlation_matrix(features)}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N,), >= 0."""
        wanted = target["correlations"]
        difference = correlation_matrix(features) - wanted
        return rounded_root(channel_sum_of_squares(difference) / (channel_sum_of_squares(wanted) + EPSILON))
