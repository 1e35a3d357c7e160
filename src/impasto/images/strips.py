"""Process pictures a few rows at a time, so that no second full-precision copy is held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

STRIP_PIXELS = 2**18
"""Pixels of a strip: 3 MB of float32 colour; larger strips were not faster."""

Levels = npt.NDArray[Any]


def strips(height: int, width: int) -> Iterator[slice]:
    """The rows of each strip of a picture, from top to bottom.

    Args:
        height: of the picture, px.
        width: of the picture, px.
    """
    rows = max(1, STRIP_PIXELS // width)
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def level_strips(image: Tensor, *, bits: int) -> Iterator[tuple[slice, Levels]]:
    """Convert a picture to whole numbers from 0 to 2^bits - 1, rounded, strip by strip.

    Args:
        image: (1, 3, H, W), float, sRGB; values outside [0, 1] are clamped. It may lie on any device.
        bits: 8 or 16.
    Yields:
        The rows, and (h, W, 3) of uint8 or uint16.
    """
    kind = np.uint8 if bits == 8 else np.uint16
    height, width = image.shape[2:]
    for rows in strips(height, width):
        strip = image[0, :, rows].detach().to("cpu", torch.float32)  # (3, h, W), perhaps the caller's
        levels = strip.clamp(0, 1).mul_(2**bits - 1).round_()
        yield rows, levels.permute(1, 2, 0).numpy().astype(kind, order="C")
