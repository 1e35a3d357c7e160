"""A first canvas without a network: pieces of a painting, placed by label."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy
import torch
from torch import Tensor

Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.floating]

BLOCKS = 10
"""Pieces along the long side; chosen by eye."""

LOOSE = 0.5
"""How far from the corresponding place a piece may be taken, as a fraction of its region; chosen by eye."""

TRIES = 12
"""Random places tried for each piece; the one with most pixels of its label is taken."""


def collage(
    painting: Tensor, painting_guides: Tensor, guides: Tensor, *, generator: torch.Generator
) -> Tensor:
    """Fill every region of a canvas with pieces of the painting's region of that label.

    A piece comes from about the corresponding place, relative to the region's height and width, so that the
    sky grows lighter downwards where the painting's does. A pixel of a piece that has another label is
    replaced by the nearest one of the region.

    Args:
        painting: (1, 3, h, w) in [0, 1].
        painting_guides: (1, R, h, w) in [0, 1], guides of the painting.
        guides: (1, R, H, W) in [0, 1], guides of the canvas.
        generator: source of randomness; on the CPU.
    Returns:
        (1, 3, H, W) in [0, 1], on the CPU; regions that the painting lacks get its upper left pixel.
    """
    style_labels = painting_guides[0].argmax(0).cpu().numpy()
    style_labels[painting_guides[0].amax(0).cpu().numpy() == 0] = -1  # in no region of the canvas
    labels = guides[0].argmax(0).cpu().numpy()
    height, width = labels.shape
    side = max(1, round(max(height, width) / BLOCKS))
    blocks = -(-height // side), -(-width // side)
    offsets = (torch.rand(TRIES, 2, *blocks, generator=generator) - 0.5).numpy()
    rows, columns = np.zeros((2, height, width), np.intp)
    for region in range(guides.shape[1]):
        inside, source = labels == region, style_labels == region
        if inside.any() and source.any():
            rows[inside], columns[inside] = _pieces(inside, source, side, offsets)
    return painting.cpu()[:, :, torch.from_numpy(rows), torch.from_numpy(columns)]


def _pieces(inside: Mask, source: Mask, side: int, offsets: Numbers) -> tuple[Indices, Indices]:
    """Where each pixel of a region is taken from: (rows, columns) of the painting, (P,) each.

    Args:
        inside: (H, W), the region on the canvas.
        source: (h, w), the region in the painting.
        side: of a block, px.
        offsets: (TRIES, 2, blocks down, blocks across) in [-0.5, 0.5].
    """
    y, x = inside.nonzero()
    block = (y // side, x // side)
    number = block[0] * offsets.shape[3] + block[1]
    top, left, height, width = _box(inside)
    source_top, source_left, source_height, source_width = _box(source)
    # The middle of a block goes to the corresponding place, and the pixels around it stay around it.
    mid_y, mid_x = (block[0] + 0.5) * side, (block[1] + 0.5) * side
    relative_y, relative_x = (mid_y - top) / height, (mid_x - left) / width
    best = np.full(offsets[0, 0].size, -1.0)
    rows, columns = np.zeros_like(y), np.zeros_like(x)
    for offset in offsets:
        to_y = source_top + source_height * np.clip(relative_y + LOOSE * offset[0][block], 0, 1)
        to_x = source_left + source_width * np.clip(relative_x + LOOSE * offset[1][block], 0, 1)
        at_y = _inside(to_y, y - mid_y, side, source.shape[0])
        at_x = _inside(to_x, x - mid_x, side, source.shape[1])
        matching = np.bincount(number, source[at_y, at_x], best.size)
        better = (matching > best)[number]
        best = np.maximum(best, matching)
        rows[better], columns[better] = at_y[better], at_x[better]
    near_y, near_x = scipy.ndimage.distance_transform_edt(
        ~source, return_distances=False, return_indices=True
    )
    return near_y[rows, columns], near_x[rows, columns]


def _inside(middle: Numbers, distance: Numbers, side: int, length: int) -> Indices:
    """Positions at a distance from the middle of a piece, which is first moved into the painting."""
    half = min(side, length) / 2
    places = np.floor(np.clip(middle, half, length - half) + distance)
    return np.clip(places, 0, length - 1).astype(np.intp)


def _box(mask: Mask) -> tuple[int, int, int, int]:
    """(top, left, height, width) of the part of a mask that is true."""
    y, x = mask.nonzero()
    return int(y.min()), int(x.min()), int(np.ptp(y)) + 1, int(np.ptp(x)) + 1
