"""Total variation: the squared differences of neighbouring pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from impasto.checks import expect
from impasto.losses.base import LayerTarget, PositionSums, full_precision, positions


def total_variation(images: Tensor) -> Tensor:
    """Mean over pixels and channels of the squared differences to the right and to the lower neighbour.

    (sum (x[i, j + 1] - x[i, j])^2 + sum (x[i + 1, j] - x[i, j])^2) / (C * H * W)

    Args:
        images: (N, C, H, W), sRGB in [0, 1].
    Returns:
        (N,), >= 0; 0 for a picture of one colour. A side of one pixel adds nothing. Half-precision pictures
        are summed in float32.

    Source: Mahendran, Vedaldi 2015, eq. 5, with beta = 2.
    Differs: a mean instead of a sum, so that it does not grow with the picture.
    """
    expect(images, "n c h w", name="images")
    value: Tensor = _TotalVariation.apply(full_precision(images))  # type: ignore[no-untyped-call]
    return value


class _TotalVariation(torch.autograd.Function):
    """With its gradient in four additions; autograd would fill and add whole pictures for every slice."""

    @staticmethod
    def forward(ctx: Any, images: Tensor) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        across = images[..., :, 1:] - images[..., :, :-1]
        down = images[..., 1:, :] - images[..., :-1, :]
        ctx.save_for_backward(across, down)
        ctx.numbers = images[0].numel()
        squares = [torch.linalg.vecdot(x, x) for x in (across.flatten(1), down.flatten(1))]
        total: Tensor = torch.stack(squares).sum(0) / ctx.numbers
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """(N,) -> (N, C, H, W)."""
        across, down = ctx.saved_tensors
        total: Tensor = across.new_zeros((*across.shape[:3], across.shape[3] + 1))
        total[..., :, 1:] += across
        total[..., :, :-1] -= across
        total[..., 1:, :] += down
        total[..., :-1, :] -= down
        total.mul_(2 / ctx.numbers * gradient[:, None, None, None])
        return total


class TotalVariationLoss(PositionSums):
    """Total variation of a picture; it has no target.

    Args:
        layers: {"image": weight} as a rule.
    """

    margin = 1
    linear = True

    def target_sums(self, features: Tensor, guides: Tensor | None = None) -> dict[str, Tensor]:
        """{}: nothing is kept."""
        return {}

    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """{"squares": (N,), "positions": ()}, of the pixels that have a right and a lower neighbour here."""
        features = full_precision(features)
        pixels = features[..., :-1, :-1]
        across, down = features[..., :-1, 1:] - pixels, features[..., 1:, :-1] - pixels
        squares = across.flatten(1).square().sum(1) + down.flatten(1).square().sum(1)
        return {"squares": squares / features.shape[1], "positions": positions(pixels)}

    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """(N,), >= 0."""
        return sums["squares"] / sums["positions"]

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, H, W) -> (N,); the same as by sums, without a padded copy of the picture."""
        return total_variation(features)
