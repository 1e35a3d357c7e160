"""Content as self-similarity: which positions of a picture resemble which others."""

from __future__ import annotations

import math
from collections.abc import Mapping

from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, full_precision
from impasto.losses.nearest import unit_rows

EPSILON = 1e-12
"""Keeps directions in a black picture finite."""

FLOOR = 1e-4
"""Squared length, relative to the mean, under which an activation has no direction, and mean cosine distance
under which positions do not differ; chosen by eye."""


def on_grid(features: Tensor, *, positions: int) -> Tensor:
    """Activations at evenly spaced positions.

    Args:
        features: (N, C, H, W).
        positions: how many at most; layers with fewer keep all.
    Returns:
        (N, C, P): every s-th row and column, the grid centred, with the smallest s that suffices.
    """
    expect(features, "n c h w", name="features")
    height, width = features.shape[2:]
    step = max(1, math.isqrt(height * width // positions))
    while math.ceil((height - step // 2) / step) * math.ceil((width - step // 2) / step) > positions:
        step += 1
    return features[..., step // 2 :: step, step // 2 :: step].flatten(2)


def self_similarity(columns: Tensor, floor: Tensor) -> Tensor:
    """Cosine distances between all positions, as fractions of a position's total.

    D[i, j] = 1 - cos(F_i, F_j);  D[i, j] / sum over j of D[i, j]

    Args:
        columns: (N, C, P), activations at P positions.
        floor: (), squared length under which an activation has no direction.
    Returns:
        (N, P, P), >= 0 up to rounding; rows sum to 1, or to less where all positions are alike.

    Source: Kolkin, Salavon, Shakhnarovich 2019, content loss.
    Differs: cosines by ``unit_rows``, and the sum has a floor, so that flat pictures give finite gradients.
    """
    rows = unit_rows(columns.mT, floor)
    squares = rows.square().sum(2)  # 1, but for positions without a direction
    distance = (squares[:, :, None] + squares[:, None, :]) / 2 - rows @ rows.mT
    return distance / (distance.sum(2, keepdim=True) + FLOOR * distance.shape[2])


class SelfSimilarityLoss(Loss):
    """Change of the self-similarity of a picture: it holds the layout and leaves colours free.

    mean over positions i of sum over positions j of |S[i, j] - T[i, j]|; at most 2, about 1 for a grey one

    Needs the whole picture: positions are compared across it. Canvas and photo must have the same size.
    Memory and time grow with the square of ``positions``, not with the picture: 4 MiB of float32 for each
    table.

    Args:
        layers: {layer: weight}.
        positions: how many are compared, on a regular grid; more hold finer detail.

    Source: Kolkin, Salavon, Shakhnarovich 2019, "Style transfer by relaxed optimal transport and
    self-similarity"; 1024 positions as in their code.
    Differs: positions on a grid instead of a new random choice now and then, so that it is a pure function;
    a layer at a time instead of all layers at once.
    """

    def __init__(self, layers: Mapping[str, float], *, positions: int = 1024) -> None:
        super().__init__(layers)
        self.positions = positions

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"similarity": (1, P, P), "floor": ()}."""
        columns = on_grid(full_precision(features), positions=self.positions)
        floor = FLOOR * columns.square().sum(1).mean() + EPSILON
        return {"similarity": self_similarity(columns, floor), "floor": floor}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        columns = on_grid(full_precision(features), positions=self.positions)
        expect(columns, f"n c {target['similarity'].shape[1]}", name="positions of the canvas")
        difference = self_similarity(columns, target["floor"]) - target["similarity"]
        distance: Tensor = difference.abs().sum(2).mean(1)
        return distance
