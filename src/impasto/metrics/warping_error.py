"""How much a video flickers: the difference of two frames after their motion is taken out."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.losses.base import Features, full_precision

EPSILON = 1e-10
"""Keeps the direction of activations of 0 finite."""


def warping_error(shown: Tensor, moved: Tensor, visible: Tensor) -> float:
    """Root of the mean squared difference over what is visible in both frames.

    sqrt(sum over p of M_p |V_p - W_p|^2 / (3 sum M)), with V a frame, W another one moved onto it, and M the
    visible pixels

    Args:
        shown: (1, 3, H, W) in [0, 1].
        moved: (1, 3, H, W), the other frame, moved along the flow between the originals.
        visible: (1, 1, H, W) in [0, 1].
    Returns:
        0 for a video that only moves; not a number where nothing is visible.
    Raises:
        ShapeError: the sizes differ.

    Source: Lai et al. 2018, "Learning blind video temporal consistency", eq. 8.
    Differs: a mean over channels, and the root, as later tables have it.
    """
    expect(moved, " ".join(map(str, shown.shape)), name="the moved frame")
    squares = (visible * (shown - moved).square()).sum() / (shown.shape[1] * visible.sum())
    return float(squares.sqrt())


def feature_warping_error(features: Features, moved: Features, visible: Tensor) -> float:
    """The same of the directions of activations, mean over layers: like LPIPS without its learnt weights.

    Args:
        features: {layer: (1, C, h, w)} of a frame.
        moved: of the other frame, moved along the flow between the originals.
        visible: (1, 1, H, W) in [0, 1].
    Returns:
        0 for a video that only moves, 2 at most.
    Raises:
        ShapeError: the sizes differ.

    Source: Zhang et al. 2018, "The unreasonable effectiveness of deep features as a perceptual metric",
    eq. 1.
    Differs: every channel has weight 1; only over visible pixels.
    """
    total = 0.0
    for layer, activations in features.items():
        x, y = (_directions(full_precision(one)) for one in (activations, moved[layer]))
        expect(y, " ".join(map(str, x.shape)), name=layer)
        mask = F.adaptive_avg_pool2d(visible, (x.shape[2], x.shape[3]))
        squares = (x - y).square().sum(1, keepdim=True)
        total += float((mask * squares).sum() / mask.sum())
    return total / len(features)


def _directions(x: Tensor) -> Tensor:
    length: Tensor = torch.linalg.vector_norm(x, dim=1, keepdim=True)
    return x / (length + EPSILON)
