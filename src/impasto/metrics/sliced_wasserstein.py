"""How much must be moved to turn one distribution into another, as seen from several directions."""

from __future__ import annotations

from torch import Tensor

from impasto.losses.sliced import at_ranks, directions, sorted_projections

EPSILON = 1e-6
"""Keeps the distance from a picture of one value finite, in squared units of the features."""

QUANTILES = 1024
"""Values kept of each view, so that pictures of all sizes can be compared."""


def relative_sliced_wasserstein(features: Tensor, target: Tensor, *, count: int) -> Tensor:
    """Squared sliced Wasserstein distance, as a share of the target's variance.

    mean over directions and ranks of (q(features) - q(target))^2 / mean over directions of the variance of
    q(target), where q are 1024 quantiles of the values seen from one direction

    Args:
        features: (1, C, h, w), any range.
        target: (1, C, h', w'), any range.
        count: directions; for three channels evenly spread, else drawn once and for all.
    Returns:
        A scalar, >= 0; in variances of the target.

    Source: Bonneel et al. 2015, eq. 13.
    Differs: fixed directions, and relative.
    """
    axes = directions(count, features.shape[1]).to(features)
    views, wanted = (
        at_ranks(sorted_projections(x, axes), QUANTILES) for x in (features, target)
    )  # (1, K, Q)
    return (views - wanted).square().mean() / (wanted.var(2, correction=0).mean() + EPSILON)
