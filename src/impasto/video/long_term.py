"""Which of several earlier frames holds each place of a frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from impasto.video.warp import Mask


def long_term_weights(certainties: Sequence[Mask]) -> list[Mask]:
    """The certainties of several earlier frames, without what a nearer one shows already.

    c_long of frame i - j = max(c of frame i - j - sum over nearer k of c_long of frame i - k, 0)

    Args:
        certainties: (H, W) in [0, 1] of each frame, the nearest first.
    Returns:
        (H, W) of each; they add up to at most 1 where one of them is certain.

    Source: Ruder, Dosovitskiy, Brox 2016, eq. 9.
    Differs: what is subtracted is already reduced, as in their program.
    """
    weights: list[Mask] = []
    taken = np.zeros_like(certainties[0]) if certainties else np.zeros((1, 1), np.float32)
    for certainty in certainties:
        weight: Mask = np.maximum(certainty - taken, 0).astype(np.float32)
        weights.append(weight)
        taken = taken + weight
    return weights
