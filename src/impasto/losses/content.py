"""Content: the activations of deep layers, position by position."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, PositionSums, full_precision, moment_sums, positions, precise
from impasto.losses.gram import PAPER_MEAN_SQUARE
from impasto.registry import check

EPSILON = 1e-12
"""Keeps the relative distance to a picture of one colour finite."""

PAPER_CHANNELS = 100.0
"""Number of channels that equation 1 sums over, whatever the network has.

Chosen by eye: alpha / beta of 1e-4, 1e-3 and 1e-2 then give pictures as in figure 4 of Gatys 2016, hardly a
photo, a painted photo, and clearly the photo. The paper does not say how its sums were scaled. VGG-19 has 512
channels.
"""

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
    Differs: a mean instead of half a sum, so that it does not grow with the picture.
    """
    expect(features, f"n {target.shape[1]} {target.shape[2]} {target.shape[3]}", name="features")
    difference = (features - target).permute(0, 2, 3, 1).flatten(1)  # a view of channels-last memory
    norm: Tensor = torch.linalg.vector_norm(difference, dim=1)  # its gradient is one product
    return norm.square() / difference.shape[1]


def gatys_content_distance(features: Tensor, target: Tensor) -> Tensor:
    """Half the squared difference of activations, in the units of the paper.

    1/2 * PAPER_CHANNELS * mean (F - P)^2, with activations in a unit in which the target's have mean square
    PAPER_MEAN_SQUARE

    Args:
        features: (N, C, H, W).
        target: (1, C, H, W).
    Returns:
        (N,), >= 0, without a unit.
    Raises:
        ShapeError: the two have different sizes.

    Source: Gatys, Ecker, Bethge 2016, eq. 1.
    Differs: a mean over positions, as in the Gram matrices, where equation 1 has a sum: with the sum and
    alpha / beta = 1e-3 content begins at 7 times the style at 192 px (``compact``), at 28 times at twice the
    size, and the result is the photo with noise. The unit is explained in ``gatys_gram_distance``.
    """
    return content_distance(features, target) / paper_unit(target.square().mean())


def paper_unit(mean_square: Tensor) -> Tensor:
    """What a mean squared difference is divided by in the units of the paper; of the target's mean square."""
    return (mean_square + EPSILON) / (0.5 * PAPER_CHANNELS * PAPER_MEAN_SQUARE)


def photo_parts(source: Tensor, focus: Tensor | None) -> LayerTarget:
    """What a content target holds at each position: {"activations": (1, C, h, w), "focus": (1, 1, h, w)}.

    Args:
        source: (1, C, h, w), activations of the photo.
        focus: (1, 1, h, w) in [0, 1], factor of the differences at each position; None: no such part.
    """
    parts = {"activations": full_precision(source)}
    return parts if focus is None else {**parts, "focus": full_precision(focus)}


class ContentLoss(PositionSums):
    """Squared difference of activations, position by position.

    Args:
        layers: {layer: weight}.
        units: "relative": the mean square, divided by the variance of the target's activations (ours: a flat
            photo then holds on to its few details as firmly as a busy one to its many). "mean": the mean
            square. "paper": ``gatys_content_distance``.

    Source: Gatys, Ecker, Bethge 2016, eq. 1.
    Differs: in the units of the paper as ``gatys_content_distance``.
    """

    spatial = True
    linear = True

    def __init__(self, layers: Mapping[str, float], *, units: str = "relative") -> None:
        super().__init__(layers)
        check(UNITS, units, kind="unit of content")
        self.units = units

    def target_sums(self, features: Tensor, guides: Tensor | None = None) -> dict[str, Tensor]:
        """{"mean": (1, C), "squares": (1, C), "positions": ()}, sums of F and of F^2."""
        return moment_sums(features)

    def target_of_sums(self, sums: Mapping[str, Tensor]) -> LayerTarget:
        """{"unit": ()}, what the mean squared difference is divided by.

        The variance, over positions and mean over channels; in the units of the paper ``paper_unit``; for
        means, 1.
        """
        mean, squares = (precise(sums[name]) / precise(sums["positions"]) for name in ("mean", "squares"))
        if self.units == "relative":
            unit = (squares - mean.square()).clamp_min(0).mean() + EPSILON
        else:
            unit = paper_unit(squares.mean()) if self.units == "paper" else torch.ones_like(squares[0, 0])
        return {"unit": unit.to(sums["mean"])}

    def layer_spatial(self, source: Tensor, focus: Tensor | None = None) -> LayerTarget:
        """As ``photo_parts``."""
        return photo_parts(source, focus)

    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """{"squares": (N,), mean over channels of the squared difference, "positions": ()}.

        With a focus, the difference is multiplied by it.
        """
        canvas, photo = full_precision(features), target["activations"]
        if "focus" in target:
            canvas = torch.lerp(photo.expand_as(canvas), canvas, target["focus"])
        count = positions(features)
        squares = content_distance(canvas, photo) * count
        return {"squares": squares, "positions": count}

    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """(N,), >= 0; relative: 1 is the distance to a picture of one colour."""
        distance: Tensor = sums["squares"] / sums["positions"] / target["unit"]
        return distance
