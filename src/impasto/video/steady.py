"""Take flicker out of painted frames, without knowing how they were painted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from impasto.video.detail import matched_detail
from impasto.video.flow import Motion
from impasto.video.poisson import Array, screened_poisson

SOFTNESS = 50.0
"""Of the mask: a squared difference of colours of 1 / 50 has a weight of 1 / e.

Source: Lai et al. 2018, "Learning blind video temporal consistency", eq. 4.
"""

STRONGEST = 50.0
"""Weight of the values at ``steady`` 1: gradients of the painted frame hardly count."""


OWN_WEIGHT = 0.2
"""Weight of the painted values where nothing of the frame before is seen: without it, colours of what was
there before leak far into what has just come into the picture. Chosen by eye."""


def value_weight(steady: float) -> float:
    """Weight of the values against the gradients: 0 at ``steady`` 0, STRONGEST at 1.

    2 s / (1 - s), at 1/3 as strong as the gradient between neighbours
    """
    return min(STRONGEST, 2 * steady / max(1 - steady, 1e-6))


def soft_mask(frame: Tensor, warped: Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Where a frame looks like the one before, moved: exp(-50 |I - W I'|^2), the square summed over channels.

    Args:
        frame: (1, 3, H, W) in [0, 1].
        warped: (1, 3, H, W), the frame before, moved along the flow.
    Returns:
        (H, W) in [0, 1].

    Source: Lai et al. 2018, eq. 4.
    Differs: nothing.
    """
    squares = (frame - warped).square().sum(1)[0]
    result: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = torch.exp(-SOFTNESS * squares).numpy()
    return result


@dataclass(frozen=True, eq=False)
class Before:
    """What is kept of the frame before.

    Attributes:
        frame: (1, 3, H, W) in [0, 1], the original.
        shown: (1, 3, H, W) in [0, 1], the result.
    """

    frame: Tensor
    shown: Tensor


def steadied(painted: Tensor, frame: Tensor, before: Before, motion: Motion, *, steady: float) -> Tensor:
    """A painted frame with the gradients of its own and the values of the result before, moved.

    min over O of |grad O - grad P|^2 + w |O - A|^2 + u |O - P|^2, with A the result before, moved along the
    flow, m = c * exp(-50 |I - W I'|^2), w = 2 s / (1 - s) * m and u = 0.2 (1 - m);
    written as (w + u - Laplacian) (O - P) = w (A - P)

    Where nothing of the frame before is to be seen, the correction fades over a few pixels. Strokes that
    differ from frame to frame average out, and moving a frame by fractions of a pixel blurs it; the result is
    therefore given the local energy of the painted frame's fine bands (``matched_detail``).

    Args:
        painted: (1, 3, H, W) in [0, 1], P.
        frame: (1, 3, H, W) in [0, 1], the original, I.
        before: original and result of the frame before.
        motion: from this frame to the one before.
        steady: 0 to 1; 0 gives the painted frame.
    Returns:
        (1, 3, H, W) in [0, 1].

    Source: Reimann et al. 2023, "Interactive control over temporal consistency while stylizing video
    streams".
    Differs: solved by multigrid instead of 150 steps of descent; the mask is Lai's times the consistency of
    the flow; the term with u; neighbours are not mixed in first; the energy of fine bands is kept.
    """
    if steady <= 0:
        return painted
    moved = motion.warped(before.shown)
    seen = motion.certainty * soft_mask(frame, motion.warped(before.frame))
    weight = (value_weight(steady) * seen).astype(np.float32)
    if not weight.any():
        return painted
    difference = (moved - painted)[0].permute(1, 2, 0).contiguous().numpy()
    right: Array = weight[..., None] * difference
    both: Array = (weight + OWN_WEIGHT * (1 - seen) + 1e-6).astype(np.float32)
    correction = screened_poisson(both, right)
    own = painted[0].permute(1, 2, 0).contiguous().numpy()
    result = matched_detail(own + correction, own)
    return torch.from_numpy(result).permute(2, 0, 1)[None].contiguous().clamp(0, 1)
