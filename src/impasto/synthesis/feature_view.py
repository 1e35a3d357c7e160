"""How the network sees a picture: padding, the place of its grid, and the regions' guides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto import runtime
from impasto.features.extractor import FeatureNetwork, smallest_px
from impasto.features.guides import layer_guides
from impasto.images.resize import mirror_pad
from impasto.optimize.tile_grid import TileGrid

Shift = tuple[int, int]
"""Rows and columns, px, that are mirrored above and to the left of the canvas before the network sees it."""

ShiftRule = Callable[[Sequence[int], int], Shift]
"""((height, width) of the canvas, number of the evaluation from 0) -> its shift."""

JITTER: tuple[Shift, ...] = ((0, 0), (1, 2), (3, 1), (2, 3))
"""Four shifts in turn, all residues of 4: gradients of max pooling favour the same pixel of each 2 x 2 block
and would print the network's grid on the picture."""

R2_STEP = (0.7548776662466927, 0.5698402909980532)
"""From one point to the next in the unit square, spread evenly and never twice the same.

Source: Roberts 2018, "The unreasonable effectiveness of quasirandom sequences", R2: powers of 1 / 1.3247.
"""


@dataclass(frozen=True)
class FeatureView:
    """A network that reads pictures of any size, and the layers that a job needs of it.

    A picture is (1, 3, H, W) in [0, 1]; with the guides of R regions it is (1, 3 + R, H, W). A network drops
    odd rows and columns, so a picture is padded like a mirror to multiples of the deepest layer's stride.

    Attributes:
        network: on its device, in its precision.
        layers: all that the settings name.
        rule: how guides are brought to a layer; see ``features.guides.layer_guides``.
    """

    network: FeatureNetwork
    layers: tuple[str, ...]
    rule: str = "simple"

    @property
    def stride_px(self) -> int:
        """Stride of the deepest of the layers; 1 where the geometry is unknown."""
        geometry = self.network.geometry
        return max(geometry[layer].stride_px if layer in geometry else 1 for layer in self.layers)

    @property
    def halo_px(self) -> int:
        """How far receptive fields reach beyond a tile, in whole strides, px; 0 where unknown."""
        stride = self.stride_px
        known = [self.network.geometry[layer] for layer in self.layers if layer in self.network.geometry]
        reach = max(((layer.receptive_field_px - layer.stride_px) / 2 for layer in known), default=0)
        return stride * math.ceil(reach / stride)

    @property
    def smallest_px(self) -> int:
        """Shortest side of a picture that all layers can be computed for."""
        return smallest_px(self.network, self.layers)

    def features(self, image: Tensor, layers: Iterable[str], shift: Shift = (0, 0)) -> dict[str, Tensor]:
        """Features of a picture, and the picture itself as the layer "image".

        Args:
            image: a picture; its guides are not read.
            layers: of the network, or "image".
            shift: rows and columns mirrored on top and left, so that the network's grid lies elsewhere.
        Returns:
            {layer: (1, C, h, w)}.
        """
        pixels = {"image": image[:, :3]}
        names = set(layers) - set(pixels)
        return {**pixels, **self.tile_features(self._padded(image, shift), names)} if names else pixels

    def guides(self, image: Tensor, layers: Iterable[str], shift: Shift = (0, 0)) -> dict[str, Tensor]:
        """Guides of a picture's layers: {layer: (1, R, h, w) in [0, 1]}, as ``features``."""
        pixels = {"image": image[:, 3:]}
        names = set(layers) - set(pixels)
        return {**pixels, **self.tile_guides(self._padded(image, shift), names)} if names else pixels

    def focus(self, image: Tensor, layers: Iterable[str], shift: Shift = (0, 0)) -> dict[str, Tensor]:
        """The focus of each position of the layers, (1, 1, h, w): the fourth channel of a picture."""
        return {layer: x[:, 3:4] for layer, x in self.means(image, layers, shift).items()}

    def tile_focus(self, tile: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """As ``focus``, of a picture whose sides are multiples of ``stride_px``, without padding."""
        return {layer: x[:, 3:4] for layer, x in self._tile_means(tile, layers).items()}

    def means(self, image: Tensor, layers: Iterable[str], shift: Shift = (0, 0)) -> dict[str, Tensor]:
        """The mean of a picture over the square of each position: {layer: (1, C, h, w)}, C the picture's."""
        return self._tile_means(self._padded(image, shift), layers)

    def _tile_means(self, tile: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        return {layer: F.adaptive_avg_pool2d(tile, self._size(layer, tile)) for layer in layers}

    def tile_features(self, tile: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """Features of a picture whose sides are multiples of ``stride_px``, without padding."""
        pixels = tile[:, :3].contiguous(memory_format=torch.channels_last)
        features: dict[str, Tensor] = self.network(pixels, layers)
        return features

    def tile_guides(self, tile: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """Guides of a picture whose sides are multiples of ``stride_px``, without padding."""
        geometry = self.network.geometry
        return {
            layer: layer_guides(
                tile[:, 3:], self._size(layer, tile), rule=self.rule, geometry=geometry.get(layer)
            )
            for layer in layers
        }

    def tile_grid(self, shape: tuple[int, int], tile_px: int, shift: Shift = (0, 0)) -> TileGrid:
        """The tiles of a picture of (height, width) px."""
        height, width = shape
        return TileGrid(height, width, *shift, self.stride_px, self.halo_px, tile_px)

    def _padded(self, image: Tensor, shift: Shift) -> Tensor:
        return mirror_pad(image, top=shift[0], left=shift[1], multiple=self.stride_px)

    def _size(self, layer: str, image: Tensor) -> tuple[int, int]:
        """(h, w) of a layer; where the geometry is unknown, the network is run."""
        if layer in self.network.geometry:
            stride = self.network.geometry[layer].stride_px
            return image.shape[2] // stride, image.shape[3] // stride
        with torch.no_grad():
            height, width = self.network(image[:, :3], [layer])[layer].shape[2:]
        return height, width


def no_shift(shape: Sequence[int], evaluation: int) -> Shift:
    """The same place at every evaluation."""
    return 0, 0


def cyclic_shifts(shifts: Sequence[Shift]) -> ShiftRule:
    """A few shifts in turn."""
    return lambda shape, evaluation: shifts[evaluation % len(shifts)]


def spread_shifts(most_px: int, *, seed: int) -> ShiftRule:
    """Shifts of up to ``most_px``, spread evenly over that square, another one at each evaluation.

    Args:
        most_px: longest shift of rows and of columns, also less than the canvas' sides.
        seed: where the sequence begins.
    """
    begin: list[float] = torch.rand(2, generator=runtime.generator(seed)).tolist()

    def shift(shape: Sequence[int], evaluation: int) -> Shift:
        limits = [min(most_px, side - 1) for side in shape]
        points = [(start + evaluation * step) % 1 for start, step in zip(begin, R2_STEP, strict=True)]
        rows, columns = (int(point * (limit + 1)) for point, limit in zip(points, limits, strict=True))
        return rows, columns

    return shift
