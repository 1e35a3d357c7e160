"""Palette: which colours there are and how much of each, wherever they stand."""

from __future__ import annotations

import math
from collections.abc import Mapping

from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.losses.base import Loss, full_precision
from impasto.losses.sliced import directions, sorted_projections

EPSILON = 1e-4
"""Variance, in sRGB squared, under which a palette counts as one colour: about 1/100 of the range."""


class PaletteLoss(Loss):
    """Sliced Wasserstein distance of colours, relative to the variance of the target's.

    mean over directions and ranks of (q(canvas) - q(target))^2, divided by the target's variance

    Args:
        layers: {"image": weight} as a rule.
        count: directions.
        positions: larger pictures are averaged down to about so many pixels first: sorting is the cost.

    Source: Bonneel et al. 2015, eq. 13 (sliced Wasserstein distance); as a style loss: Heitz et al. 2021.
    Differs: on the picture's own colours; with fixed instead of random directions, so that it stays a pure
    function (twelve are plenty in three dimensions).
    """

    quantiles = 1024

    def __init__(self, layers: Mapping[str, float], *, count: int = 12, positions: int = 4096) -> None:
        super().__init__(layers)
        self.count = count
        self.positions = positions

    def layer_target(self, features: Tensor) -> dict[str, Tensor]:
        """{"views": (1, count, quantiles), "variance": ()}."""
        views = self._views(features)
        return {"views": views, "variance": views.var(2, correction=0).mean()}

    def layer_loss(self, features: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        difference = self._views(features) - target["views"]
        return difference.flatten(1).square().mean(1) / (target["variance"] + EPSILON)

    def coarse(self, features: Tensor) -> Tensor:
        """Averaged down to about ``positions`` pixels: (N, C, H, W) -> (N, C, h, w)."""
        shrink = round(math.sqrt(features[0, 0].numel() / self.positions))
        return F.avg_pool2d(features, min(shrink, *features.shape[2:])) if shrink > 1 else features

    def _views(self, features: Tensor) -> Tensor:
        expect(features, "n c h w", name="features")
        features = self.coarse(full_precision(features))
        axes = directions(self.count, features.shape[1])
        views = sorted_projections(features, axes)
        return F.interpolate(views, size=self.quantiles, mode="linear", align_corners=True)
