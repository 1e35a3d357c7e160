"""How pictures are looked at: the network, the grid it lays over them, and the guides that go along."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from impasto.features.extractor import Extractor, smallest_px
from impasto.features.guides import guide_of
from impasto.images.resize import mirror_pad
from impasto.losses.regions import GUIDE
from impasto.optimize.tile_grid import TileGrid


@dataclass(frozen=True)
class Sight:
    """A network and the layers that matter.

    A picture is (1, 3, H, W) in [0, 1]; with guides it is (1, 3 + R, H, W).

    Attributes:
        network: on its device, in its precision.
        layers: all that the settings name.
        rule: how guides go down the layers; see ``features.guides``.
    """

    network: Extractor
    layers: tuple[str, ...]
    rule: str = "simple"

    @property
    def stride_px(self) -> int:
        """Between units of the deepest of the layers; 1 where the geometry is not known."""
        known = self.network.geometry
        return max(known[layer].stride_px if layer in known else 1 for layer in self.layers)

    @property
    def halo_px(self) -> int:
        """How far the deepest layers look beyond a tile, in whole units of the deepest."""
        known, stride = self.network.geometry, self.stride_px
        reach = max((known[layer].receptive_field_px - known[layer].stride_px) / 2 for layer in self.layers)
        return stride * math.ceil(reach / stride)

    @property
    def smallest_px(self) -> int:
        """Shortest side of a picture that all layers can be computed for."""
        return smallest_px(self.network, self.layers)

    def look(
        self, image: Tensor, layers: Iterable[str], shift: tuple[int, int] = (0, 0)
    ) -> dict[str, Tensor]:
        """Features of a picture, and the picture itself as the layer "image".

        Args:
            image: a picture.
            layers: of the network, "image", or the guides of one of those.
            shift: rows and columns mirrored on top and left, so that the network's grid lies elsewhere.
        Returns:
            {layer: (1, C, h, w)}. The picture continues like a mirror to a whole number of units of the
            deepest layer, as a network drops odd rows and columns.
        """
        found = {"image": image[:, :3], GUIDE + "image": image[:, 3:]}
        wanted = set(layers) - set(found)
        if wanted:
            framed = mirror_pad(image, top=shift[0], left=shift[1], multiple=self.stride_px)
            found |= self.see(framed, wanted)
        return found

    def see(self, image: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """Features of a picture whose sides are multiples of the deepest layer's stride, and its guides."""
        wanted = list(layers)
        own = [layer for layer in wanted if not layer.startswith(GUIDE)]
        found: dict[str, Tensor] = {}
        if own:
            picture = image[:, :3].contiguous(memory_format=torch.channels_last)
            found |= self.network(picture, own)
        for name in set(wanted) - set(own):
            layer = name.removeprefix(GUIDE)
            geometry = self.network.geometry.get(layer)
            size = self._size_of(layer, image)
            found[name] = guide_of(image[:, 3:], size, rule=self.rule, geometry=geometry)
        return found

    def _size_of(self, layer: str, image: Tensor) -> tuple[int, int]:
        """(h, w) of a layer; where the geometry is not known, by looking."""
        if layer in self.network.geometry:
            stride = self.network.geometry[layer].stride_px
            return image.shape[2] // stride, image.shape[3] // stride
        with torch.no_grad():
            height, width = self.network(image[:, :3], [layer])[layer].shape[2:]
        return height, width

    def numbers(self, image: Tensor, layer: str, shift: tuple[int, int]) -> int:
        """How many activations a layer has of a picture."""
        side = max(2 * self.stride_px, smallest_px(self.network, [layer]))
        corner = self.look(image[:, :, :side, :side], [layer])[layer]
        height, width = self.frame(image, self.stride_px, shift).shape
        return corner.shape[1] * (height * corner.shape[2] // side) * (width * corner.shape[3] // side)

    def frame(self, image: Tensor, tile_px: int, shift: tuple[int, int] = (0, 0)) -> TileGrid:
        """How a picture is cut into tiles."""
        height, width = image.shape[2:]
        return TileGrid(height, width, *shift, self.stride_px, self.halo_px, tile_px)
