"""How a picture is cut: tiles with a halo, on a frame that continues it like a mirror, without a copy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

STRIP_PIXELS = 2**20
"""Of a strip for losses of the picture itself."""


@dataclass(frozen=True)
class Tile:
    """A rectangle of the frame, and what the network sees to know it.

    Attributes:
        rows: its own, px of the frame.
        columns: its own.
        seen_rows: with the halo, as far as the frame goes.
        seen_columns: with the halo, as far as the frame goes.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]
    seen_rows: tuple[int, int]
    seen_columns: tuple[int, int]


@dataclass(frozen=True)
class TileGrid:
    """A picture that continues like a mirror, as ``images.resize.mirror_pad`` makes it, in tiles.

    Attributes:
        height: of the picture, px.
        width: of the picture, px.
        top: rows mirrored above, less than the height.
        left: columns mirrored on the left, less than the width.
        multiple: of both sides of the frame, and of all borders of tiles: the deepest layer's stride, px.
        halo_px: how far beyond a tile the network looks; a multiple of ``multiple``.
        tile_px: side of a tile at most; a multiple of ``multiple``.
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
        """(height, width) of the frame, px."""
        height, width = self.height + self.top, self.width + self.left
        return height + -height % self.multiple, width + -width % self.multiple

    def tiles(self) -> Iterator[Tile]:
        """All tiles, row by row; together they are the frame."""
        height, width = self.shape
        for rows, seen_rows in self._spans(height):
            for columns, seen_columns in self._spans(width):
                yield Tile(rows, columns, seen_rows, seen_columns)

    def cut(self, image: Tensor, tile: Tile) -> Tensor:
        """What the network sees of a tile: (1, 3, H, W) -> (1, 3, h, w), a copy."""
        (down, rows), (across, columns) = self._sources(tile)
        part = image[:, :, down, across]
        return part.index_select(2, rows.to(image.device)).index_select(3, columns.to(image.device))

    def fold(self, pull: Tensor, tile: Tile, gradient: Tensor) -> None:
        """Add the gradient of what ``cut`` returned to that of the picture, in the latter's memory.

        Args:
            pull: (1, 3, h, w).
            tile: as cut.
            gradient: (1, 3, H, W).
        """
        (down, rows), (across, columns) = self._sources(tile)
        wide = pull.new_zeros((*pull.shape[:3], across.stop - across.start))
        wide.index_add_(3, columns.to(pull.device), pull)
        gradient[:, :, down, across].index_add_(2, rows.to(pull.device), wide)

    def inner(self, features: Mapping[str, Tensor], tile: Tile) -> dict[str, Tensor]:
        """Activations of the tile alone: what the halo shows is cut off.

        Args:
            features: {layer: (1, C, h, w)} of what ``cut`` returned.
            tile: as cut.
        Returns:
            {layer: (1, C, h', w')}, views.
        """
        found = {}
        for layer, x in features.items():
            stride = (tile.seen_rows[1] - tile.seen_rows[0]) // x.shape[2]
            found[layer] = x[
                :,
                :,
                (tile.rows[0] - tile.seen_rows[0]) // stride : (tile.rows[1] - tile.seen_rows[0]) // stride,
                (tile.columns[0] - tile.seen_columns[0]) // stride : (tile.columns[1] - tile.seen_columns[0])
                // stride,
            ]
        return found

    @staticmethod
    def strips(shape: torch.Size) -> Iterator[slice]:
        """Rows of a picture, (1, 3, H, W), in strips of about ``STRIP_PIXELS``."""
        height, width = shape[2:]
        step = max(1, STRIP_PIXELS // width)
        return (slice(top, min(top + step, height)) for top in range(0, height, step))

    def _spans(self, end: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Along one side: what belongs to each tile, and what is seen of it.

        All that is seen is equally long: memory freed by one tile then fits the next, without gaps.
        """
        count = math.ceil(end / self.tile_px)
        step = self.multiple * math.ceil(end / count / self.multiple)
        seen = min(step + 2 * self.halo_px, end)
        for start in range(0, end, step):
            first = min(max(0, start - self.halo_px), end - seen)
            yield (start, min(start + step, end)), (first, first + seen)

    def _sources(self, tile: Tile) -> tuple[tuple[slice, Tensor], tuple[slice, Tensor]]:
        """Which part of the picture a tile with its halo shows, down and across, and its places in that.

        Worked out on the CPU: a GPU would be waited for.
        """
        rows, columns = self._places
        return _part(rows[slice(*tile.seen_rows)]), _part(columns[slice(*tile.seen_columns)])

    @cached_property
    def _places(self) -> tuple[Tensor, Tensor]:
        """For every row and column of the frame, that of the picture."""
        height, width = self.shape
        return _mirrored(height, self.top, self.height), _mirrored(width, self.left, self.width)


def _mirrored(count: int, before: int, side: int) -> Tensor:
    """(count,): -1 is 1, side is side - 2."""
    place = torch.arange(count) - before
    return side - 1 - (side - 1 - place.abs()).abs()


def _part(places: Tensor) -> tuple[slice, Tensor]:
    """The least slice that holds all places, and each place counted from its start."""
    first, last = int(places.min()), int(places.max())
    return slice(first, last + 1), places - first
