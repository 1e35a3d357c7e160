"""Paint a place as the most similar place of a painted frame."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.losses.nearest import best_match, centred_rows

LAYER, STRIDE_PX = "relu3_1", 4
"""Where places are compared, and the distance between two of its positions."""

PATCH_PX = 2 * STRIDE_PX
"""Side of what is copied for a position; patches overlap by half."""

FeaturesOf = Callable[[Tensor], Tensor]
"""(1, 3, H, W) in [0, 1] -> (1, C, H / 4, W / 4)."""


def nearest_patches(
    frame: Tensor, where: Tensor, key: Tensor, painted: Tensor, features_of: FeaturesOf
) -> Tensor:
    """A frame made of patches of a painted frame.

    For each position of the frame, the position of the key frame with the highest cosine of centred features
    is found, among all of them, and the patch of the painted frame there is copied; overlapping patches are
    averaged.

    Args:
        frame: (1, 3, H, W) in [0, 1].
        where: (1, 1, H, W), bool: what is needed; the rest is not looked for.
        key: (1, 3, H, W) in [0, 1], the original of the painted frame.
        painted: (1, 3, H, W) in [0, 1].
        features_of: computes the features.
    Returns:
        (1, 3, H, W); 0 where nothing was needed.

    Source: the guided copying of patches is that of Hertzmann et al. 2001, "Image analogies".
    Differs: features of a network instead of colours and edges; every position is compared, no randomised
    search.
    """
    height, width = frame.shape[2:]
    below, right = -height % STRIDE_PX, -width % STRIDE_PX
    needed = F.max_pool2d(F.pad(where.float(), (0, right, 0, below)), STRIDE_PX).flatten().nonzero()[:, 0]
    result = torch.zeros_like(frame)
    if not len(needed):
        return result
    edges = (0, right, 0, below)
    rows = centred_rows(features_of(F.pad(frame, edges, mode="replicate")))[0][needed]
    candidates = centred_rows(features_of(F.pad(key, edges, mode="replicate")))[0]
    matches = best_match(rows, F.normalize(candidates, dim=1))
    margin = (PATCH_PX - STRIDE_PX) // 2
    around = F.pad(painted, (margin, right + margin, margin, below + margin), mode="replicate")
    patches = F.unfold(around, PATCH_PX, stride=STRIDE_PX)  # (1, 3 * 64, P)
    count = patches.shape[2]
    columns, ones = torch.zeros_like(patches), torch.zeros(1, PATCH_PX**2, count)
    columns[:, :, needed], ones[:, :, needed] = patches[:, :, matches], 1.0
    size = (around.shape[2], around.shape[3])
    total = F.fold(columns, size, PATCH_PX, stride=STRIDE_PX)
    times = F.fold(ones, size, PATCH_PX, stride=STRIDE_PX).clamp(min=1)
    return (total / times)[:, :, margin : margin + height, margin : margin + width]
