"""Half the size of a picture, twice the size, and a grid of a few cells."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name


def halved(images: Tensor) -> Tensor:
    """A picture of half the size: the mean of each 2 x 2 pixels.

    Args:
        images: (N, C, H, W), any range; a side of 1 px, as of a signal (N, C, 1, T), stays.
    Returns:
        (N, C, h, w), sides half as long, rounded up; the last row of an odd side is the mean of fewer pixels.

    Source: Burt, Adelson 1983, "The Laplacian pyramid as a compact image code".
    Differs: 2 x 2 pixels instead of a Gaussian, so that strips of even height have the pyramid of the whole.
    """
    window = tuple(min(2, side) for side in images.shape[2:])
    return F.avg_pool2d(images, window, ceil_mode=True, count_include_pad=False)


def doubled(images: Tensor, shape: Sequence[int], *, periodic: bool = False) -> Tensor:
    """A picture of twice the size, by bilinear interpolation.

    Args:
        images: (N, C, h, w), any range, as ``halved`` returns it.
        shape: (H, W), what was halved; with 2 h or 2 h - 1 rows, or h if that is 1; columns alike.
        periodic: opposite edges meet; then H and W are even, or 1.
    Returns:
        (N, C, H, W).
    """
    height, width = shape
    tall, wide = (int(side > 1) for side in shape)
    if not tall:
        return _doubled_signal(images, periodic=periodic)[..., :width]
    if periodic:
        images = F.pad(images, (wide, wide, tall, tall), mode="circular")
    images = F.interpolate(
        images, scale_factor=(1.0 + tall, 1.0 + wide), mode="bilinear", align_corners=False
    )
    top, left = (2 * tall, 2 * wide) if periodic else (0, 0)
    return images[..., top : top + height, left : left + width]


def _doubled_signal(signals: Tensor, *, periodic: bool) -> Tensor:
    """``doubled`` of a signal, (N, C, 1, w) -> (N, C, 1, 2 w); torch's own keeps weights of every sample."""
    pairs = torch.stack([signals, signals], 4)
    pairs[..., 1:, 0].lerp_(signals[..., :-1], 0.25)
    pairs[..., :-1, 1].lerp_(signals[..., 1:], 0.25)
    if periodic:
        pairs[..., 0, 0].lerp_(signals[..., -1], 0.25)
        pairs[..., -1, 1].lerp_(signals[..., 0], 0.25)
    return pairs.flatten(3)


def cells(images: Tensor, long_side: int, *, least: int = 1) -> Tensor:
    """A picture as a grid of mean colours.

    Args:
        images: (N, C, H, W), any range.
        long_side: cells along it; a smaller picture has a cell for each pixel.
        least: fewest cells along a side; a side of fewer pixels is enlarged.
    Returns:
        (N, C, h, w).
    """
    sides = images.shape[2:]
    size = [max(least, round(side * min(1.0, long_side / max(sides)))) for side in sides]
    while max(images.shape[2:]) > 16 * long_side:  # CUDA's interpolation refuses to shrink more than 94 times
        images = halved(images)
    return F.interpolate(images, size=size, mode="bilinear", antialias=True, align_corners=False)
