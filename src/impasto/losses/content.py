"""Content: the activations of deep layers, position by position."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, PositionSums, full_precision, moment_sums, positions, precise
from impasto.registry import check

EPSILON = 1e-12
"""Keeps the relative distance to a picture of one colour finite."""

UNITS = ("relative", "mean", "paper")
"""What a content distance is measured in; see ``ContentLoss``."""


def content_distance(features: Tensor, target: Tensor) -> Tensor:
    """Mean squared difference of activations: |F - P|^2 / (C * H * W).

    Args:
        features: (N, C, H, W).
        target: (1, C, H, W).
    Returns:
        (N,), >= 0, in activation squared.
    Raises:
        ShapeError: the two have different sizes.

    Source: Gatys, Ecker, Bethge 2016, eq. 1.
    Differs: a mean instead of half a sum, so that it does not grow with the picture; ``ContentLoss`` in the
    units of the paper is half the sum.
    """
    expect(features, f"n {target.shape[1]} {target.shape[2]} {target.shape[3]}", name="features")
    difference = (features - target).permute(0, 2, 3, 1).flatten(1)  # a view of channels-last memory
    norm: Tensor = torch.linalg.vector_norm(difference, dim=1)  # its gradient is one product
    return norm.square() / difference.shape[1]


class ContentLoss(PositionSums):
    """Squared difference of activations, position by position.

    Args:
        layers: {layer: weight}.
        units: "relative": the mean square, divided by the variance of the target's activations (ours: a flat
            photo then holds on to its few details as firmly as a busy one to its many). "mean": the mean
            square. "paper": equation 1 itself, 1/2 * sum over channels and positions of (F - P)^2.

    Source: Gatys, Ecker, Bethge 2016, eq. 1.
    Differs: nothing in the units of the paper.
    """

    spatial = True
    linear = True

    def __init__(self, layers: Mapping[str, float], *, units: str = "relative") -> None:
        super().__init__(layers)
        check(UNITS, units, kind="unit of content")
        self.units = units

    def layer_weight(self, layer: str, size: Sequence[int]) -> float:
        """The layer's weight; in the units of the paper, times half the number of its activations."""
        weight = self.layers[layer]
        return 0.5 * weight * math.prod(size) if self.units == "paper" else weight

    def target_sums(self, features: Tensor, guides: Tensor | None = None) -> dict[str, Tensor]:
        """{"mean": (1, C), "squares": (1, C), "positions": ()}, sums of F and of F^2."""
        return moment_sums(features)

    def target_of_sums(self, sums: Mapping[str, Tensor]) -> LayerTarget:
        """{"variance": ()}, over positions, mean over channels; 1 unless the units are relative."""
        mean, squares = (precise(sums[name]) / precise(sums["positions"]) for name in ("mean", "squares"))
        variance = (squares - mean.square()).clamp_min(0).mean().to(sums["mean"])
        return {"variance": variance if self.units == "relative" else torch.ones_like(variance)}

    def layer_spatial(self, source: Tensor) -> LayerTarget:
        """{"activations": (1, C, h, w)}."""
        return {"activations": full_precision(source)}

    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """{"squares": (N,), mean over channels of the squared difference, "positions": ()}."""
        count = positions(features)
        squares = content_distance(full_precision(features), target["activations"]) * count
        return {"squares": squares, "positions": count}

    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """(N,), >= 0; relative: 1 is the distance to a picture of one colour."""
        distance: Tensor = sums["squares"] / sums["positions"] / (target["variance"] + EPSILON)
        return distance
