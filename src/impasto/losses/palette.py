"""Palette: which colours there are and how much of each, wherever they stand."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.losses.base import Loss, full_precision

EPSILON = 1e-4
"""Variance, in sRGB squared, under which a palette counts as one colour: about 1/100 of the range."""


def directions(count: int, channels: int) -> Tensor:
    """Unit vectors spread evenly over half of the sphere.

    Args:
        count: how many.
        channels: dimension; 3 for colours (a spiral), any other by a fixed random draw.
    Returns:
        (count, channels), float64.

    Source: for 3 dimensions the spiral of Gonzalez 2010, "Measurement of areas on a sphere using Fibonacci
    lattices".
    """
    if channels != 3:
        random = torch.randn(count, channels, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
        return F.normalize(random, dim=1)
    index = torch.arange(count, dtype=torch.float64) + 0.5
    height = 1 - index / count
    angle = math.pi * (3 - math.sqrt(5)) * index
    radius = (1 - height.square()).sqrt()
    return torch.stack([radius * angle.cos(), radius * angle.sin(), height], 1)


def sorted_projections(features: Tensor, *, count: int, quantiles: int) -> Tensor:
    """The colours seen from several directions, each view in order.

    Args:
        features: (N, C, H, W).
        count: how many directions.
        quantiles: how many values of each view to keep, evenly spaced in rank.
    Returns:
        (N, count, quantiles), rising along the last axis.
    """
    axes = directions(count, features.shape[1]).to(features)
    views = (axes @ features.flatten(2)).sort(dim=2).values  # (K, C) x (N, C, P) -> (N, K, P)
    return F.interpolate(views, size=quantiles, mode="linear", align_corners=True)


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

    def _views(self, features: Tensor) -> Tensor:
        expect(features, "n c h w", name="features")
        features = full_precision(features)
        shrink = round(math.sqrt(features[0, 0].numel() / self.positions))
        if shrink > 1:
            features = F.avg_pool2d(features, min(shrink, *features.shape[2:]))
        return sorted_projections(features, count=self.count, quantiles=self.quantiles)
