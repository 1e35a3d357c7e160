"""How a picture is cut into tiles with a halo, with its edges mirrored, without a copy of the whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

STRIP_PIXELS = 2**20
"""Number of pixels of a strip, for losses of the picture itself."""


@dataclass(frozen=True)
class Tile:
    """A rectangle of the padded picture, without and with its halo.

    Attributes:
        rows: (first, last + 1) of the tile, px of the padded picture.
        columns: likewise.
        seen_rows: with the halo, as far as the padded picture goes.
        seen_columns: likewise.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]
    seen_rows: tuple[int, int]
    seen_columns: tuple[int, int]


@dataclass(frozen=True)
class TileGrid:
    """The tiles of a picture that is padded by mirroring, as ``images.resize.mirror_pad`` does.

    Attributes:
        height: of the picture, px.
        width: of the picture, px.
        top: rows mirrored above, less than the height.
        left: columns mirrored on the left, less than the width.
        multiple: divides both sides of the padded picture and all borders of tiles: the deepest layer's
            stride, px.
        halo_px: how far beyond a tile the network reads; a multiple of ``multiple``.
        tile_px: longest side of a tile; a multiple of ``multiple``.
    """

    height: int
    width: int
    top: int
    left: int
    multiple: int
    halo_px: int
    tile_px: int

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the padded picture, px."""
        height, width = self.height + self.top, self.width + self.left
        return height + -height % self.multiple, width + -width % self.multiple

    def tiles(self) -> Iterator[Tile]:
        """All tiles, row by row; together they are the padded picture."""
        height, width = self.shape
        for rows, seen_rows in self._spans(height):
            for columns, seen_columns in self._spans(width):
                yield Tile(rows, columns, seen_rows, seen_columns)

    def cut(self, image: Tensor, tile: Tile) -> Tensor:
        """A tile with its halo: (1, C, H, W) -> (1, C, h, w), a copy."""
        (down, rows), (across, columns) = self._sources(tile)
        part = image[:, :, down, across]
        return part.index_select(2, rows.to(image.device)).index_select(3, columns.to(image.device))

    def fold(self, tile_gradient: Tensor, tile: Tile, gradient: Tensor) -> None:
        """Add the gradient of what ``cut`` returned to the gradient of the picture, in place.

        Args:
            tile_gradient: (1, 3, h, w).
            tile: as cut.
            gradient: (1, 3, H, W); changed.
        """
        (down, rows), (across, columns) = self._sources(tile)
        device = tile_gradient.device
        wide = tile_gradient.new_zeros((*tile_gradient.shape[:3], across.stop - across.start))
        wide.index_add_(3, columns.to(device), tile_gradient)
        gradient[:, :, down, across].index_add_(2, rows.to(device), wide)

    def inner(self, features: Mapping[str, Tensor], tile: Tile) -> dict[str, Tensor]:
        """Activations of the tile without its halo.

        Args:
            features: {layer: (1, C, h, w)} of what ``cut`` returned; or guides.
            tile: as cut.
        Returns:
            {layer: (1, C, h', w')}, views.
        """
        inner = {}
        for layer, x in features.items():
            stride = (tile.seen_rows[1] - tile.seen_rows[0]) // x.shape[2]
            rows, columns = (
                slice((start - first) // stride, (stop - first) // stride)
                for (start, stop), (first, _) in (
                    (tile.rows, tile.seen_rows),
                    (tile.columns, tile.seen_columns),
                )
            )
            inner[layer] = x[:, :, rows, columns]
        return inner

    @staticmethod
    def strips(shape: torch.Size) -> Iterator[slice]:
        """Rows of a picture, (1, 3, H, W), in strips of about ``STRIP_PIXELS``."""
        height, width = shape[2:]
        step = max(1, STRIP_PIXELS // width)
        return (slice(top, min(top + step, height)) for top in range(0, height, step))

    def _spans(self, end: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Along one side: the span of each tile, without and with its halo.

        All spans with a halo are equally long: memory freed by one tile then fits the next, without gaps.
        """
        count = math.ceil(end / self.tile_px)
        step = self.multiple * math.ceil(end / count / self.multiple)
        seen = min(step + 2 * self.halo_px, end)
        for start in range(0, end, step):
            first = min(max(0, start - self.halo_px), end - seen)
            yield (start, min(start + step, end)), (first, first + seen)

    def _sources(self, tile: Tile) -> tuple[tuple[slice, Tensor], tuple[slice, Tensor]]:
        """The part of the picture that a tile with its halo is made of, and the indices into that part.

        Worked out on the CPU: on a GPU, reading the result would wait for all other work.
        """
        rows, columns = self._places
        return _part(rows[slice(*tile.seen_rows)]), _part(columns[slice(*tile.seen_columns)])

    @cached_property
    def _places(self) -> tuple[Tensor, Tensor]:
        """For every row and column of the padded picture, the row or column of the picture."""
        height, width = self.shape
        return _mirrored(height, self.top, self.height), _mirrored(width, self.left, self.width)


def _mirrored(count: int, before: int, side: int) -> Tensor:
    """(count,) indices into a side, mirrored beyond it: -1 is 1, side is side - 2."""
    place = torch.arange(count) - before
    return side - 1 - (side - 1 - place.abs()).abs()


def _part(places: Tensor) -> tuple[slice, Tensor]:
    """The smallest slice that holds all places, and the places counted from its start."""
    first, last = int(places.min()), int(places.max())
    return slice(first, last + 1), places - first
