"""Content: what is where, as a deep layer tells it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import PositionSums, full_precision, moment_sums, positions, precise

EPSILON = 1e-12
"""Keeps the relative error of a picture without any content finite."""


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
    Differs: a mean instead of half a sum, so that it does not grow with the picture.
    """
    expect(features, f"n {target.shape[1]} {target.shape[2]} {target.shape[3]}", name="features")
    difference = (features - target).permute(0, 2, 3, 1).flatten(1)  # a view of channels-last memory
    norm: Tensor = torch.linalg.vector_norm(difference, dim=1)  # its gradient is one product
    return norm.square() / difference.shape[1]


class ContentLoss(PositionSums):
    """Difference of activations, position by position.

    Args:
        layers: {layer: weight}.
        relative: divide by the variance of the target's activations (ours: a flat photo then holds on to its
            few details as firmly as a busy one to its many), or not (the paper).
    """

    in_place = True
    linear = True

    def __init__(self, layers: Mapping[str, float], *, relative: bool = True) -> None:
        super().__init__(layers)
        self.relative = relative

    def target_sums(self, features: Tensor) -> dict[str, Tensor]:
        """{"mean": (1, C), "squares": (1, C), "positions": ()}, sums of F and of F^2."""
        return moment_sums(features)

    def target_of_sums(self, sums: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """{"variance": ()}, over positions, mean over channels."""
        mean, squares = (precise(sums[name]) / precise(sums["positions"]) for name in ("mean", "squares"))
        variance = (squares - mean.square()).clamp_min(0).mean().to(sums["mean"])
        return {"variance": variance if self.relative else torch.ones_like(variance)}

    def target_in_place(self, features: Tensor) -> dict[str, Tensor]:
        """{"activations": (1, C, h, w)}."""
        return {"activations": full_precision(features)}

    def sums(self, features: Tensor, target: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """{"squares": (N,), mean over channels of the squared difference, "positions": ()}."""
        count = positions(features)
        squares = content_distance(full_precision(features), target["activations"]) * count
        return {"squares": squares, "positions": count}

    def distance(self, sums: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
        """Relative: 1 is the distance to a picture that says nothing of where things are."""
        return sums["squares"] / sums["positions"] / (target["variance"] + EPSILON)
