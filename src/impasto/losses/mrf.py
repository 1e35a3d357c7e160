"""Style as a set of patches: every patch of the canvas should be one of the style's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, full_precision, rounded_root
from impasto.losses.nearest import best_match, pooled

EPSILON = 1e-12
"""Keeps the direction of a black patch and the relative distance to a black picture finite."""

SIDE = 3
"""Positions across a patch; as Li and Wand 2016."""


def patches(features: Tensor, *, stride: int) -> Tensor:
    """All 3 x 3 patches of a layer, on a regular grid.

    The last row and column repeat where the grid would not cover them otherwise.

    Args:
        features: (N, C, H, W).
        stride: positions from a patch to the next.
    Returns:
        (N, L, C * 9): 9 / stride^2 times the memory of the features.
    Raises:
        ShapeError: features is not 4-D, or has no positions.
    """
    expect(features, "n c h w", name="features")
    below, right = (max(SIDE - side, (SIDE - side) % stride) for side in features.shape[2:])
    padded = F.pad(full_precision(features), (0, right, 0, below), mode="replicate")
    return F.unfold(padded, SIDE, stride=stride).mT


def directed(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Rows of length 1 and their lengths: (..., L, D) -> (..., L, D), (..., L, 1)."""
    lengths = (rows.square().sum(-1, keepdim=True) + EPSILON).sqrt()
    return rows / lengths, lengths


def patch_distance(rows: Tensor, matches: Tensor) -> Tensor:
    """Mean over patches of the squared distance to the patch that each was matched with.

    Args:
        rows: (L, D), patches of the canvas.
        matches: (L, D), a patch of the style for each.
    Returns:
        (), >= 0.

    Source: Li, Wand 2016, eq. 2.
    Differs: a mean instead of a sum, so that it does not grow with the picture.
    """
    return (rows - matches).square().sum(1).mean()


class MrfLoss(Loss):
    """Squared distance between each patch of the canvas and the style's patch most like it.

    mean over patches of |p - s|^2, with s the style's patch of the largest (p s) / (|p| |s|); relative: the
    root of it, divided by the root of the style's mean |s|^2

    Which patch matches best is a constant in the gradient. Needs the whole picture: patches lie across the
    edges of tiles. Time grows with patches of the canvas times those of the style; besides the patches of
    both, matching holds ``nearest.CHUNK`` numbers.

    Args:
        layers: {layer: weight}.
        stride: positions from a patch to the next; 1 means 4 times the patches of 2, at 16 times the cost.
        relative: relative to the style's size, about 1 for a grey picture (ours), or not.

    Source: Li, Wand 2016, "Combining Markov random fields and convolutional neural networks", eq. 2 and 3;
    patches of 3 and stride 2 as in their code.
    Differs: a mean instead of a sum, so that it does not grow with the picture; patches are looked up at each
    call; no turned or scaled copies of the style, which may be blended in as further styles. Blending pools
    the patches of all styles.
    """

    pools = True

    def __init__(self, layers: Mapping[str, float], *, stride: int = 2, relative: bool = True) -> None:
        super().__init__(layers)
        self.stride = stride
        self.relative = relative

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"directions": (1, M, C * 9), of length 1, "lengths": (1, M, 1)}: a patch is their product."""
        directions, lengths = directed(patches(features, stride=self.stride))
        return {"directions": directions, "lengths": lengths}

    def layer_blend(self, targets: Sequence[LayerTarget], weights: Sequence[float]) -> LayerTarget:
        """The patches of all styles; see ``pooled``."""
        return pooled(targets, weights)

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        (directions,), (lengths,) = target["directions"], target["lengths"]
        # The length of the canvas' patch changes no order. A black one matches all: it gets the weakest.
        penalty = EPSILON * lengths[:, 0]
        distances = []
        for rows in patches(features, stride=self.stride):
            index = best_match(rows, directions, penalty=penalty)
            distances.append(patch_distance(rows, directions[index] * lengths[index]))
        distance = torch.stack(distances)
        return rounded_root(distance / lengths.square().mean()) if self.relative else distance
