"""Parts of a canvas that are painted one by one, each with all that its pixels depend on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

HALO_PX = 112
"""Pixels around a tile that its result depends on: by kernels and strides 108 to the left and above, and 95
to the right and below."""


@dataclass(frozen=True)
class Tile:
    """A part of the canvas, (top, left, bottom, right) in px, with and without what it depends on."""

    core: tuple[int, int, int, int]
    outer: tuple[int, int, int, int]

    def cut(self, canvas: Tensor) -> Tensor:
        """What the tile depends on."""
        top, left, bottom, right = self.outer
        return canvas[:, :, top:bottom, left:right]

    def inner(self, features: Tensor, stride: int) -> Tensor:
        """The positions of the tile itself, out of those of ``cut``."""
        (top, left, bottom, right), (up, side) = self.core, self.outer[:2]
        rows = slice((top - up) // stride, (bottom - up) // stride)
        return features[:, :, rows, (left - side) // stride : (right - side) // stride]

    def paste(self, result: Tensor, canvas: Tensor) -> None:
        """Write the tile's part of a result, as large as ``cut``, into the canvas."""
        top, left, bottom, right = self.core
        canvas[:, :, top:bottom, left:right] = self.inner(result, 1)


def tiles(height: int, width: int, side: int) -> Iterator[Tile]:
    """The tiles of a canvas, row by row.

    Args:
        height: px.
        width: px.
        side: of a tile without its halo, px, a multiple of 16.
    """
    for top in range(0, height, side):
        for left in range(0, width, side):
            bottom, right = min(top + side, height), min(left + side, width)
            outer = (
                max(top - HALO_PX, 0),
                max(left - HALO_PX, 0),
                min(bottom + HALO_PX, height),
                min(right + HALO_PX, width),
            )
            yield Tile((top, left, bottom, right), outer)
