"""A canvas whose edges meet: the right edge continues at the left, the lower edge at the top."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.images.resize import resize
from impasto.synthesis.feature_view import R2_STEP

KERNEL_PX = 4
"""Reach of bicubic resampling beyond the edge when enlarging, with one to spare."""


def roll_to(canvas: Tensor, evaluation: int) -> Tensor:
    """The canvas with its edges moved elsewhere, at another place for each evaluation of the loss.

    No edge stays anywhere for long, and every stroke is whole in most evaluations. Nothing is added beyond
    the edges: the pixels of such a margin would count double, others at each evaluation, and the statistics
    would never settle (measured: a fifth to two fifths farther from the exemplar).

    Args:
        canvas: (1, C, H, W).
        evaluation: how many came before.
    Returns:
        (1, C, H, W), with gradients to the canvas.
    """
    shifts = [int(evaluation * step % 1 * side) for step, side in zip(R2_STEP, canvas.shape[2:], strict=True)]
    return torch.roll(canvas, shifts, (2, 3))


def resize_periodic(image: Tensor, shape: tuple[int, int]) -> Tensor:
    """The picture at another size; resampling at one edge sees the pixels of the opposite edge.

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
        # A border that is a whole number of pixels before and after, so that the inside keeps its place.
        piece = side // math.gcd(side, wanted)
        borders.append(min(side, piece * math.ceil(KERNEL_PX * max(1.0, side / wanted) / piece)))
        cuts.append(borders[-1] * wanted // side)
    (rows, columns), (top, left) = borders, cuts
    wider = F.pad(image, (columns, columns, rows, rows), mode="circular")
    sized = resize(wider, (shape[0] + 2 * top, shape[1] + 2 * left))
    return sized[:, :, top : top + shape[0], left : left + shape[1]]
