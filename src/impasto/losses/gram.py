"""Style as the Gram matrix of Gatys 2016: which channels of a layer fire together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from impasto.checks import expect
from impasto.losses.base import (
    LayerTarget,
    PositionSums,
    channel_sum_of_squares,
    full_precision,
    positions,
    rounded_root,
)

EPSILON = 1e-12
"""Keeps the relative distance to a black picture finite."""

PIECES = 16
"""Number of pieces, at most, that a layer's products are taken in for bfloat16: rounding averages out."""

PIECE = 1024
"""Positions of such a piece, at least; a layer of fewer than four pieces is summed in float32."""

PAPER_MEAN_SQUARE = 5.0
"""Mean square of rectified activations whose mean is 1, as Gatys 2016 has them.

Measured on ten photos and ten paintings of 288 px: 4.9, 4.1 and 5.3 at relu1_1, relu2_1 and relu3_1 of VGG-19
with average pooling, every channel scaled to mean 1.
"""


def gram_matrix(features: Tensor) -> Tensor:
    """Which channels fire together, wherever they fire.

    G[n, i, j] = sum over positions p of F[n, i, p] * F[n, j, p], divided by H * W

    Args:
        features: (N, C, H, W), float, any range.
    Returns:
        (N, C, C), symmetric, in activation squared; float32 for half-precision features, as sums of
        thousands of products need it.
    Raises:
        ShapeError: features is not 4-D, or has no positions.

    Source: Gatys, Ecker, Bethge 2016, eq. 3.
    Differs: divided by H * W, so that the loss does not grow with the picture.
    """
    expect(features, "n c h w", name="features")
    gram: Tensor = _Gram.apply(features)  # type: ignore[no-untyped-call]
    return gram


class _Gram(torch.autograd.Function):
    """F F' / P with its gradient in one product: dF = (dG + dG') F / P.

    Autograd would multiply twice and add two arrays of the size of the features; on a CPU that costs nearly
    as much as the network. Features are read as rows of channels, the order of channels-last memory.
    """

    @staticmethod
    def forward(ctx: Any, features: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, C)."""
        ctx.save_for_backward(features)
        rows = _rows(features)  # (N, P, C)
        large = rows.shape[1] >= 4 * PIECE
        if large and features.device.type == "cpu" and features.dtype == torch.bfloat16:
            return torch.stack([_products(picture) for picture in rows]) / rows.shape[1]
        rows = full_precision(rows)
        return rows.mT @ rows / rows.shape[1]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """(N, C, C) -> (N, C, H, W)."""
        (features,) = ctx.saved_tensors
        height, width = features.shape[2:]
        both = (gradient + gradient.mT) / (height * width)
        rows = _rows(features) @ both.to(features.dtype)  # (N, P, C)
        back: Tensor = rows.unflatten(1, (height, width)).permute(0, 3, 1, 2)
        return back


def _rows(features: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, H * W, C), a view of channels-last memory."""
    return features.permute(0, 2, 3, 1).flatten(1, 2)


def _products(rows: Tensor) -> Tensor:
    """F F' of (P, C) bfloat16 rows as float32: (C, C).

    A product of matrices sums in float32 but rounds its result to bfloat16. So it is taken piece by piece,
    and the pieces are summed in float32: half the memory traffic of a float32 copy.
    """
    pieces = rows.tensor_split(min(PIECES, len(rows) // PIECE))
    return torch.stack([(piece.mT @ piece).float() for piece in pieces]).sum(0)


class MomentSums(torch.autograd.Function):
    """Sums of F and of F F' over positions, with weights if there are any; their gradient in one product.

    sum w F and sum w F F'; dF = w ((dS + dS') F + dm)

    In float32 throughout, piece by piece: covariances are small differences of these large sums.
    """

    @staticmethod
    def forward(ctx: Any, features: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor]:
        """(N, C, H, W), (1, 1, 1, S) or None -> (N, C), (N, C, C)."""
        ctx.save_for_backward(features, weights)
        rows = _rows(features)  # (N, P, C)
        dtype = full_precision(features[:0]).dtype
        mean = rows.new_zeros((len(rows), rows.shape[2]), dtype=dtype)
        products = rows.new_zeros((len(rows), rows.shape[2], rows.shape[2]), dtype=dtype)
        plain, rest = _weighed(rows, weights)
        for piece in plain.tensor_split(max(1, plain.shape[1] // (16 * PIECE)), dim=1):
            full = full_precision(piece)
            ones = full.new_ones((len(rows), 1, full.shape[1]))
            # A sum over rows of channels-last memory, at the speed of a product.
            mean += (ones @ full)[:, 0]
            products.baddbmm_(full.mT, full)
        if weights is not None:
            full, factors = full_precision(rest), weights.to(dtype).flatten(1)  # (N, S, C), (1, S)
            mean += (factors.expand(len(rows), 1, -1) @ full)[:, 0]
            products.baddbmm_((full * factors.mT).mT, full)
        return mean, products

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, mean: Tensor, products: Tensor) -> tuple[Tensor, None]:
        """(N, C), (N, C, C) -> (N, C, H, W)."""
        features, weights = ctx.saved_tensors
        both, shift = (products + products.mT).to(features.dtype), mean.to(features.dtype)
        rows = torch.baddbmm(shift[:, None, :], _rows(features), both)  # (N, P, C)
        if weights is not None:
            _weighed(rows, weights)[1].mul_(weights.to(rows.dtype).flatten(1).mT)
        back: Tensor = rows.unflatten(1, features.shape[2:]).permute(0, 3, 1, 2)  # type: ignore[no-untyped-call]
        return back, None


def _weighed(rows: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor]:
    """The rows that weigh 1, and those that have weights: views."""
    count = rows.shape[1] - (0 if weights is None else weights.numel())
    return rows[:, :count], rows[:, count:]


def moments_and_products(features: Tensor, weights: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Sums of F and of F F' over positions.

    Args:
        features: (N, C, H, W).
        weights: (1, 1, 1, S) of the last S positions; the others weigh 1.
    Returns:
        (N, C) and (N, C, C), in float32 or better.
    """
    mean, products = MomentSums.apply(features, weights)  # type: ignore[no-untyped-call]
    return mean, products


def relative_gram_distance(gram: Tensor, target: Tensor) -> Tensor:
    """Distance of two Gram matrices, relative to the norm of the target.

    |G - A|_F / |A|_F, rounded off within ROUNDING of 0, where a norm has no gradient.

    Args:
        gram: (N, C, C).
        target: (1, C, C).
    Returns:
        (N,), >= 0; about 1 for a grey picture.

    Source: Gatys, Ecker, Bethge 2016, eq. 4.
    Differs: a norm instead of its square, divided by the target's norm instead of by 4 C^2 (P^2 is in the
    Gram matrix already). So a weight means the same for all layers and styles, and the gradient does not fade
    while the distance shrinks: with squares bright areas stay grey.
    """
    return rounded_root(channel_sum_of_squares(gram - target) / (channel_sum_of_squares(target) + EPSILON))


def gatys_gram_distance(gram: Tensor, target: Tensor) -> Tensor:
    """Distance of two Gram matrices in the units of the paper.

    |G - A|_F^2 / (4 C^2), with activations in a unit in which the target's have mean square PAPER_MEAN_SQUARE

    Args:
        gram: (N, C, C).
        target: (1, C, C).
    Returns:
        (N,), >= 0, without a unit.

    Source: Gatys, Ecker, Bethge 2016, eq. 4, and section 2 on the scale of the network.
    Differs: P^2 is already in the Gram matrices, which are means over positions. The paper scales every
    channel of VGG-19 to mean 1 over many pictures; here a layer is scaled as a whole, by its target. So
    networks of any scale and number of channels give the same picture: VGG-19's own relu2_1 has mean squares
    of 28,000, and would weigh 30 million times as much as in the paper.
    """
    mean_square = target.diagonal(dim1=1, dim2=2).mean(1) + EPSILON  # (1,)
    unit = mean_square / PAPER_MEAN_SQUARE
    return channel_sum_of_squares((gram - target) / unit[:, None, None]) / (4 * gram.shape[1] ** 2)


class GramLoss(PositionSums):
    """Distance of Gram matrices, summed over layers.

    Gram matrices are means over positions of raw products, so those of several styles may be averaged.

    Args:
        layers: {layer: weight}; w_l in the paper.
        relative: measure each layer by ``relative_gram_distance`` (ours), or by ``gatys_gram_distance``.

    Source: Gatys, Ecker, Bethge 2016, eq. 3 to 5.
    Differs: as the two distances.
    """

    def __init__(self, layers: Mapping[str, float], *, relative: bool = True) -> None:
        super().__init__(layers)
        self.relative = relative

    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """{"gram": (N, C, C), sums of products, "positions": ()}; the target is their mean."""
        expect(features, "n c h w", name="features")
        weights = target.get("weights")
        count = positions(features, weights)
        if weights is None:
            return {"gram": gram_matrix(features) * count, "positions": count}
        return {"gram": moments_and_products(features, weights)[1], "positions": count}

    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """(N,), >= 0."""
        measure = relative_gram_distance if self.relative else gatys_gram_distance
        return measure(sums["gram"] / sums["positions"], target["gram"])
