"""A canvas whose edges meet: the right one goes on at the left, the lower one at the top."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.images.resize import resize

STEP = (0.7548776662466927, 0.5698402909980532)
"""From one place to the next in a square, as shares of its sides: spread evenly, never twice the same.

Source: Roberts 2018, "The unreasonable effectiveness of quasirandom sequences", R2: the powers of 1 / 1.3247.
"""

KERNEL_PX = 4
"""Beyond the edge, seen by bicubic resampling to a larger size, with one to spare."""


def cut_open(canvas: Tensor, look: int) -> Tensor:
    """A plane picture to be looked at, with gradients to the canvas, cut somewhere else at each look.

    So no edge is anywhere for long, and every stroke is seen whole at most looks. Nothing is seen twice: a
    margin beyond the cut would show more of each stroke, but its pixels would count double, others at each
    look, and the statistics would never settle (measured: a fifth to two fifths farther from the exemplar).

    Args:
        canvas: (1, 3, H, W).
        look: how many there were before.
    Returns:
        (1, 3, H, W).
    """
    shifts = [int(look * step % 1 * side) for step, side in zip(STEP, canvas.shape[2:], strict=True)]
    return torch.roll(canvas, shifts, (2, 3))


def resize_around(image: Tensor, shape: tuple[int, int]) -> Tensor:
    """The picture at another size; what is resampled at an edge goes on at the other.

    Args:
        image: (1, 3, H, W) in [0, 1].
        shape: (h, w) of the result.
    Returns:
        (1, 3, h, w) in [0, 1]; the image itself where it has that shape already.
    """
    if tuple(image.shape[2:]) == tuple(shape):
        return image
    borders, cuts = [], []
    for side, wanted in zip(image.shape[2:], shape, strict=True):
        # A border that is a whole number of pixels before and after, so that the inside lies where it would.
        piece = side // math.gcd(side, wanted)
        borders.append(min(side, piece * math.ceil(KERNEL_PX * max(1.0, side / wanted) / piece)))
        cuts.append(borders[-1] * wanted // side)
    (rows, columns), (top, left) = borders, cuts
    wider = F.pad(image, (columns, columns, rows, rows), mode="circular")
    sized = resize(wider, (shape[0] + 2 * top, shape[1] + 2 * left))
    return sized[:, :, top : top + shape[0], left : left + shape[1]]
