"""A first guess without a network: pieces of a painting, laid where the same labels are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor

Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.floating]

BLOCKS = 10
"""Pieces along the long side; chosen by eye."""

LOOSE = 0.5
"""How far a piece may come from elsewhere, as a share of its region's sides; chosen by eye."""

TRIES = 12
"""Places that are tried for a piece; the one with most of its label is taken."""


def collage(painting: Tensor, own: Tensor, guides: Tensor, *, generator: torch.Generator) -> Tensor:
    """Fill every region of a canvas with pieces of the painting's region of that label.

    A piece comes from about where it goes, as a share of the region's height and width, so that the sky grows
    lighter downwards where the painting's does. A pixel of it that would have another label is taken from the
    nearest place that has its own.

    Args:
        painting: (1, 3, h, w) in [0, 1].
        own: (1, R, h, w) in [0, 1], its guides.
        guides: (1, R, H, W) in [0, 1], those of the canvas.
        generator: where the randomness comes from; on the CPU.
    Returns:
        (1, 3, H, W) in [0, 1], on the CPU; pixels of a region that the painting lacks are its upper left one.
    """
    labels, wanted = own[0].argmax(0).cpu().numpy(), guides[0].argmax(0).cpu().numpy()
    labels[own[0].amax(0).cpu().numpy() == 0] = -1  # what no region of the canvas is painted after
    height, width = wanted.shape
    side = max(1, round(max(height, width) / BLOCKS))
    blocks = -(-height // side), -(-width // side)
    luck = (torch.rand(TRIES, 2, *blocks, generator=generator) - 0.5).numpy()
    rows, columns = np.zeros((2, height, width), np.intp)
    for region in range(guides.shape[1]):
        inside, source = wanted == region, labels == region
        if inside.any() and source.any():
            rows[inside], columns[inside] = _pieces(inside, source, side, luck)
    return painting.cpu()[:, :, torch.from_numpy(rows), torch.from_numpy(columns)]


def _pieces(inside: Mask, source: Mask, side: int, luck: Numbers) -> tuple[Indices, Indices]:
    """Where each pixel of a region comes from: (rows, columns) of the painting, (P,) each."""
    y, x = inside.nonzero()
    block = (y // side, x // side)
    number = block[0] * luck.shape[3] + block[1]
    top, left, tall, wide = _box(inside)
    own_top, own_left, own_tall, own_wide = _box(source)
    # The middle of a block goes to its like place, and the pixels around it stay around it.
    mid_y, mid_x = (block[0] + 0.5) * side, (block[1] + 0.5) * side
    like_y, like_x = (mid_y - top) / tall, (mid_x - left) / wide
    most = np.full(luck[0, 0].size, -1.0)
    rows, columns = np.zeros_like(y), np.zeros_like(x)
    for shift in luck:
        to_y = own_top + own_tall * np.clip(like_y + LOOSE * shift[0][block], 0, 1)
        to_x = own_left + own_wide * np.clip(like_x + LOOSE * shift[1][block], 0, 1)
        at_y = _inside(to_y, y - mid_y, side, source.shape[0])
        at_x = _inside(to_x, x - mid_x, side, source.shape[1])
        right = np.bincount(number, source[at_y, at_x], most.size)
        better = (right > most)[number]
        most = np.maximum(most, right)
        rows[better], columns[better] = at_y[better], at_x[better]
    near_y, near_x = ndimage.distance_transform_edt(~source, return_distances=False, return_indices=True)
    return near_y[rows, columns], near_x[rows, columns]


def _inside(middle: Numbers, away: Numbers, side: int, length: int) -> Indices:
    """Positions at distances from the middle of a piece, which is moved until it lies in the painting."""
    half = min(side, length) / 2
    places = np.floor(np.clip(middle, half, length - half) + away)
    return np.clip(places, 0, length - 1).astype(np.intp)


def _box(mask: Mask) -> tuple[int, int, int, int]:
    """(top, left, height, width) of what is in a mask."""
    y, x = mask.nonzero()
    return int(y.min()), int(x.min()), int(np.ptp(y)) + 1, int(np.ptp(x)) + 1
