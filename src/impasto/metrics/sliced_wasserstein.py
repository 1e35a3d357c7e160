"""Sliced Wasserstein distance relative to the variance of the target."""

from __future__ import annotations

from torch import Tensor

from impasto.losses.sliced import at_ranks, directions, sorted_projections

EPSILON = 1e-6
"""Keeps the distance from a constant picture finite, in squared units of the features."""

QUANTILES = 1024
"""Quantiles of each projection, so that pictures of different sizes can be compared."""


def relative_sliced_wasserstein(features: Tensor, target: Tensor, *, count: int) -> Tensor:
    """Squared sliced Wasserstein distance, divided by the target's variance.

    mean over directions and ranks of (q(features) - q(target))^2 / mean over directions of the variance of
    q(target), where q are 1024 quantiles of the values projected to one direction

    Args:
        features: (1, C, h, w), any range.
        target: (1, C, h', w'), any range.
        count: of directions; evenly spread for three channels, otherwise a fixed random draw.
    Returns:
        A scalar, >= 0; in variances of the target.

    Source: Bonneel et al. 2015, eq. 13.
    Differs: fixed directions, and relative.
    """
    axes = directions(count, features.shape[1]).to(features)
    q, q_target = (at_ranks(sorted_projections(x, axes), QUANTILES) for x in (features, target))  # (1, K, Q)
    return (q - q_target).square().mean() / (q_target.var(2, correction=0).mean() + EPSILON)
