"""Smoothness of a bilateral grid: neighbouring nodes hold similar maps."""

from __future__ import annotations

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.images.bilateral_grid import CELLS, DEPTH, NUMBERS
from impasto.losses.base import LayerTarget, Loss


def grid_roughness(change: Tensor) -> Tensor:
    """Mean squared difference of neighbouring nodes, along both sides and along lightness.

    Args:
        change: (N, R * 12 * 8, 16, 16).
    Returns:
        (N,), >= 0.

    Source: the Laplacian regulariser of Xia et al. 2020.
    Differs: first differences.
    """
    nodes = change.view(len(change), -1, NUMBERS, DEPTH, CELLS, CELLS)  # (N, R, 12, 8, 16, 16)
    differences = [nodes.diff(dim=axis).square().flatten(1).mean(1) for axis in (3, 4, 5)]
    return torch.stack(differences).sum(0)


class GridSmoothnessLoss(Loss):
    """How rough the change of a grid is, and how large, since its start.

    roughness(G - G_0) + stay * mean of (G - G_0)^2

    Args:
        layers: {"grid": weight}.
        stay: weight of the second part.

    Source: ours.
    """

    def __init__(self, layers: dict[str, float], *, stay: float = 0.0) -> None:
        super().__init__(layers)
        self.stay = stay

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"start": the grid}."""
        return {"start": features}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, R * 12 * 8, 16, 16) -> (N,)."""
        expect(features, f"n c {CELLS} {CELLS}", name="grid")
        change = features - target["start"]
        loss: Tensor = grid_roughness(change) + self.stay * change.square().flatten(1).mean(1)
        return loss
