"""Style as the mean and the standard deviation of every channel."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, PositionSums, moment_sums, rounded_root

EPSILON = 1e-12
"""Keeps the relative distance to a black picture finite."""

RIDGE = 1e-4
"""Added to the variances, relative to the target's mean variance: a root has no gradient at 0."""

PAPER_RIDGE = 1e-5
"""Added to the variances in Huang's instance normalisation, in activation squared."""


def deviation(mean: Tensor, squares: Tensor, *, ridge: Tensor | float) -> Tensor:
    """Standard deviation of each channel, out of raw moments: (E[F^2] - E[F]^2 + ridge)^(1/2).

    Args:
        mean: (N, C), mean over positions.
        squares: (N, C), mean over positions of the squares.
        ridge: > 0, in activation squared; rounds off the root.
    Returns:
        (N, C), > 0.
    """
    return ((squares - mean.square()).clamp_min(0) + ridge).sqrt()


def moments_distance(
    moments: tuple[Tensor, Tensor], target: tuple[Tensor, Tensor], *, relative: bool
) -> Tensor:
    """Distance of the means m, n and the standard deviations s, t of channels.

    mean over channels of (m - n)^2 + (s - t)^2; relative: (sum over channels / E|F_target|^2)^(1/2)

    Args:
        moments: (N, C) and (N, C), means over positions of F and of F^2.
        target: (1, C) and (1, C), the same of the target.
        relative: divide by the target's mean square, and take the root.
    Returns:
        (N,), >= 0.
    """
    mean, squares = target
    ridge: Tensor | float = PAPER_RIDGE
    if relative:
        variance = (squares - mean.square()).clamp_min(0)
        ridge = RIDGE * variance.mean(1, keepdim=True) + EPSILON
    deviations = deviation(*moments, ridge=ridge) - deviation(mean, squares, ridge=ridge)
    square = (moments[0] - mean).square() + deviations.square()
    if not relative:
        return square.mean(1)
    return rounded_root(square.sum(1) / (squares.sum(1) + EPSILON))


class MomentsLoss(PositionSums):
    """Difference of the means and of the standard deviations of channels; see ``moments_distance``.

    It is the Wasserstein distance of two clouds whose channels do not vary together. A target keeps raw
    moments, which average across styles. Exact under tiling.

    Args:
        layers: {layer: weight}.
        relative: the root relative to the target's size, about 1 for a grey picture, so that a weight means
            the same for all layers (ours), or the mean over channels (Li).

    Source: Li, Wang, Liu, Hou 2017, "Demystifying neural style transfer" (by the statistics of
    batch normalisation); Huang, Belongie 2017, eq. 13, which adds the two norms instead of their squares.
    Differs: relative as ``relative_gram_distance`` and for the same reason.
    """

    def __init__(self, layers: Mapping[str, float], *, relative: bool = True) -> None:
        super().__init__(layers)
        self.relative = relative

    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """{"mean": (N, C), "squares": (N, C), "positions": ()}, sums of F and of F^2."""
        expect(features, "n c h w", name="features")
        return moment_sums(features, target.get("weights"))

    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """(N,), >= 0."""
        moments = sums["mean"] / sums["positions"], sums["squares"] / sums["positions"]
        return moments_distance(moments, (target["mean"], target["squares"]), relative=self.relative)
