"""Palette: the colours of a picture and how much of each there is, at any position."""

from __future__ import annotations

import math
from collections.abc import Mapping

from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, full_precision
from impasto.losses.sliced import directions, sorted_projections

EPSILON = 1e-4
"""Variance, in sRGB squared, under which a palette counts as one colour: about 1/100 of the range."""

QUANTILES = 1024
"""Values kept of each direction."""


def palette_quantiles(images: Tensor, *, directions_count: int) -> Tensor:
    """Sorted projections of the colours of a picture, interpolated to ``QUANTILES`` values.

    Args:
        images: (N, 3, H, W) in [0, 1]; any number of channels.
        directions_count: number of directions.
    Returns:
        (N, directions_count, QUANTILES), rising along the last axis.
    """
    views = sorted_projections(images, directions(directions_count, images.shape[1]))
    return F.interpolate(views, size=QUANTILES, mode="linear", align_corners=True)


def palette_distance(quantiles: Tensor, target: Tensor, variance: Tensor) -> Tensor:
    """Mean squared difference of values of the same rank, relative to the target's variance.

    mean over directions and ranks of (q - r)^2, divided by (variance + EPSILON)

    Args:
        quantiles: (N, K, Q), as ``palette_quantiles`` returns them.
        target: (1, K, Q).
        variance: (), of the target.
    Returns:
        (N,), >= 0.

    Source: Bonneel et al. 2015, eq. 13 (sliced Wasserstein distance).
    Differs: relative to the variance.
    """
    return (quantiles - target).flatten(1).square().mean(1) / (variance + EPSILON)


class PaletteLoss(Loss):
    """Sliced Wasserstein distance of colours; see ``palette_distance``.

    Args:
        layers: {"image": weight} as a rule.
        count: directions.
        positions: larger pictures are averaged down to about so many pixels first. A loss of single pixels
            gives each its own rank, and dots of white appear on an even ground. Chosen by eye: with 4096 they
            still show.

    Source: Bonneel et al. 2015, eq. 13 (sliced Wasserstein distance); as a style loss: Heitz et al. 2021.
    Differs: on the picture's own colours; with fixed instead of random directions, so that it stays a pure
    function (twelve are plenty in three dimensions).
    """

    def __init__(self, layers: Mapping[str, float], *, count: int = 12, positions: int = 1024) -> None:
        super().__init__(layers)
        self.count = count
        self.positions = positions

    def coarse(self, features: Tensor) -> Tensor:
        """Averaged down to about ``positions`` pixels: (N, C, H, W) -> (N, C, h, w)."""
        shrink = round(math.sqrt(features[0, 0].numel() / self.positions))
        return F.avg_pool2d(features, min(shrink, *features.shape[2:])) if shrink > 1 else features

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"views": (1, count, QUANTILES), "variance": ()}."""
        views = self._quantiles(features)
        return {"views": views, "variance": views.var(2, correction=0).mean()}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        return palette_distance(self._quantiles(features), target["views"], target["variance"])

    def _quantiles(self, features: Tensor) -> Tensor:
        expect(features, "n c h w", name="features")
        return palette_quantiles(self.coarse(full_precision(features)), directions_count=self.count)
