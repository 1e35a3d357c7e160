"""Style as a cloud of activations of any shape, compared by its sorted projections on many directions."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, full_precision, rounded_root

EPSILON = 1e-12
"""Keeps the relative distance to a black picture finite."""


def directions(count: int, channels: int) -> Tensor:
    """Unit vectors spread evenly over half of the sphere.

    Args:
        count: how many.
        channels: dimension; 3 for colours (a spiral), any other by a fixed random draw of orthogonal sets,
            so that as many directions as dimensions span the whole space.
    Returns:
        (count, channels), float64.

    Source: for 3 dimensions the spiral of Gonzalez 2010, "Measurement of areas on a sphere using Fibonacci
    lattices".
    """
    if channels != 3:
        generator = torch.Generator().manual_seed(0)
        sets = math.ceil(count / channels)
        draw = torch.randn(sets, channels, channels, dtype=torch.float64, generator=generator)
        orthogonal: Tensor = torch.linalg.qr(draw).Q  # (sets, C, C)
        return orthogonal.flatten(0, 1)[:count]
    index = torch.arange(count, dtype=torch.float64) + 0.5
    height = 1 - index / count
    angle = math.pi * (3 - math.sqrt(5)) * index
    radius = (1 - height.square()).sqrt()
    return torch.stack([radius * angle.cos(), radius * angle.sin(), height], 1)


def sorted_projections(features: Tensor, axes: Tensor) -> Tensor:
    """Activations projected on several directions, and sorted.

    Args:
        features: (N, C, H, W).
        axes: (K, C), unit vectors.
    Returns:
        (N, K, H * W), rising along the last axis.
    """
    expect(features, f"n {axes.shape[1]} h w", name="features")
    views = axes.to(features) @ features.flatten(2)  # (K, C) x (N, C, P) -> (N, K, P)
    return views.sort(dim=2).values


def at_ranks(ordered: Tensor, count: int) -> Tensor:
    """Sorted values, brought to the same number for pictures of all sizes.

    Args:
        ordered: (N, K, P), rising along the last axis.
        count: how many to keep; fewer than P are means of neighbours in rank, so that every value counts;
            more are interpolated.
    Returns:
        (N, K, count), rising along the last axis.
    """
    if ordered.shape[2] > count:
        return F.adaptive_avg_pool1d(ordered, count)
    return F.interpolate(ordered, size=count, mode="linear", align_corners=True)


def quantile_distance(views: Tensor, target: Tensor, *, relative: bool) -> Tensor:
    """Mean squared difference between values of the same rank.

    Args:
        views: (N, K, R), K rows of R values in rising order.
        target: (1, K, R).
        relative: the root of it, divided by the root mean square of the target; 1 for zeros.
    Returns:
        (N,), >= 0.

    Source: Bonneel et al. 2015, eq. 13 (a mean over rows of the squared Wasserstein distances of lines).
    Differs: nothing, unless relative.
    """
    square = (views - target).flatten(1).square().mean(1)
    return rounded_root(square / (target.square().mean() + EPSILON)) if relative else square


class SlicedWassersteinLoss(Loss):
    """Sliced Wasserstein distance between the activations of two pictures.

    mean over directions and ranks of (q(canvas) - q(target))^2; relative: the root, divided by the target's

    It compares the whole distribution, not only its moments. A blend averages values of the same rank, so it
    lies between the styles; a mixture of their moments does not. Needs the whole picture: sorting does not
    add up over tiles.

    Args:
        layers: {layer: weight}.
        count: directions; as many as the layer has channels if left out. Fewer are faster, and miss
            differences that no direction shows.
        ranks: values kept of each direction; more keep finer details of a distribution.
        relative: relative to the target's size, about 1 for a grey picture (ours), or not (the paper).

    Source: Heitz, Vanhoey, Chambon, Belcour 2021, "A sliced Wasserstein loss for neural texture
    synthesis"; as many directions as channels as there.
    Differs: fixed instead of random directions, so that it is a pure function; pictures of different sizes
    are compared by quantiles instead of by repeating values.
    """

    def __init__(
        self,
        layers: Mapping[str, float],
        *,
        count: int | None = None,
        ranks: int = 1024,
        relative: bool = True,
    ) -> None:
        super().__init__(layers)
        self.count = count
        self.ranks = ranks
        self.relative = relative

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"axes": (K, C), "views": (1, K, ranks)}; the axes are the same for all pictures."""
        full = full_precision(features)
        axes = directions(self.count or features.shape[1], features.shape[1]).to(full)
        return {"axes": axes, "views": at_ranks(sorted_projections(full, axes), self.ranks)}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        ordered = sorted_projections(full_precision(features), target["axes"])
        return quantile_distance(at_ranks(ordered, self.ranks), target["views"], relative=self.relative)
