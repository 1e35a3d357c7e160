"""Content as the pattern of likeness: which places of a picture resemble which others."""

from __future__ import annotations

import math
from collections.abc import Mapping

from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import Loss, full_precision
from impasto.losses.nearest import unit_rows

EPSILON = 1e-12
"""Keeps directions in a black picture finite."""

FLOOR = 1e-4
"""Squared length, relative to the mean, under which an activation has no direction, and mean cosine distance
under which places do not differ; chosen by eye."""


def on_grid(features: Tensor, *, positions: int) -> Tensor:
    """Activations at an even choice of positions.

    Args:
        features: (N, C, H, W).
        positions: at most so many; layers of fewer keep all.
    Returns:
        (N, C, P): every s-th row and column, the grid centred, with the smallest s that will do.
    """
    expect(features, "n c h w", name="features")
    height, width = features.shape[2:]
    step = max(1, math.isqrt(height * width // positions))
    while math.ceil((height - step // 2) / step) * math.ceil((width - step // 2) / step) > positions:
        step += 1
    return features[..., step // 2 :: step, step // 2 :: step].flatten(2)


def self_similarity(columns: Tensor, floor: Tensor) -> Tensor:
    """How unlike each place is to each other, as shares of a place's total.

    D[i, j] = 1 - cos(F_i, F_j);  D[i, j] / sum over j of D[i, j]

    Args:
        columns: (N, C, P), activations at P places.
        floor: (), squared length under which an activation has no direction.
    Returns:
        (N, P, P), >= 0 up to rounding; rows sum to 1, or to less where all places are alike.

    Source: Kolkin, Salavon, Shakhnarovich 2019, content loss.
    Differs: cosines by ``unit_rows``, and the sum has a floor, so that flat pictures give finite gradients.
    """
    rows = unit_rows(columns.mT, floor)
    squares = rows.square().sum(2)  # 1, but for places without a direction
    distance = (squares[:, :, None] + squares[:, None, :]) / 2 - rows @ rows.mT
    return distance / (distance.sum(2, keepdim=True) + FLOOR * distance.shape[2])


class SelfSimilarityLoss(Loss):
    """Change of the pattern of likeness between places: it holds the layout, and leaves colours free.

    mean over places i of sum over places j of |S[i, j] - T[i, j]|; about 1 for a grey picture, at most 2

    Needs the whole picture: places are compared across it. Canvas and photo must have the same size. Memory
    and time grow with the square of ``positions``, not with the picture: 4 MiB of float32 for each table.

    Args:
        layers: {layer: weight}.
        positions: places that are compared, on a regular grid; more hold finer detail.

    Source: Kolkin, Salavon, Shakhnarovich 2019, "Style transfer by relaxed optimal transport and
    self-similarity"; 1024 positions as in their code.
    Differs: positions on a grid instead of a new random choice now and then, so that it is a pure function;
    a layer at a time instead of all layers at once.
    """

    def __init__(self, layers: Mapping[str, float], *, positions: int = 1024) -> None:
        super().__init__(layers)
        self.positions = positions

    def layer_target(self, features: Tensor) -> dict[str, Tensor]:
        """{"similarity": (1, P, P), "floor": ()}."""
        columns = on_grid(full_precision(features), positions=self.positions)
        floor = FLOOR * columns.square().sum(1).mean() + EPSILON
        return {"similarity": self_similarity(columns, floor), "floor": floor}

    def layer_loss(self, features: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        columns = on_grid(full_precision(features), positions=self.positions)
        expect(columns, f"n c {target['similarity'].shape[1]}", name="positions of the canvas")
        difference = self_similarity(columns, target["floor"]) - target["similarity"]
        return difference.abs().sum(2).mean(1)
