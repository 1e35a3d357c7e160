"""How much memory a painting takes at a size, and whether it has to be painted in tiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import nn

from impasto import registry
from impasto.features.extractor import Extractor
from impasto.losses.base import PositionSums
from impasto.optimize.schedule import Scale
from impasto.runtime import free_bytes
from impasto.settings import StylizeSettings
from impasto.settings.memory_size import parse_memory_size
from impasto.settings.weighted import loss_shares

COPIES = 3.0
"""Activations held at the peak of a look with its gradient, as a multiple of all that convolutions give."""

PICTURES = {"adam": 6, "lbfgs": 108}
"""Pictures of three float32 channels: canvas, gradient, optimiser, mean, and one in flight."""

PICTURE_BYTES_PX = 12
"""Three float32 channels."""

RUNTIME_BYTES = 400_000_000
"""What the first look takes on a CPU, whatever its size: oneDNN's kernels, scratch pads, glibc's gaps."""

GAPS = 1.25
"""What tiles take besides, as a multiple: glibc keeps freed memory in pieces that do not always fit."""

SHARE = 0.8
"""Of the free memory that a painting may take."""

TILES_PX = (2048, 1536, 1024, 768, 512, 384, 256, 128)
"""Sides of tiles to choose from."""


@dataclass(frozen=True)
class Need:
    """What a size takes.

    Attributes:
        look_bytes_px: bytes a pixel of a look through the network with its gradient, at the peak.
        photo_bytes_px: bytes a pixel of the photo's activations, kept by a painting at once.
        pictures: of the canvas' size that there will be.
    """

    look_bytes_px: float
    photo_bytes_px: float
    pictures: int

    def whole(self, scale: Scale) -> float:
        """Bytes of a painting at once."""
        return self.around(scale) + (self.look_bytes_px + self.photo_bytes_px) * scale.pixels

    def around(self, scale: Scale) -> float:
        """Bytes of all but the network's activations."""
        return RUNTIME_BYTES + PICTURE_BYTES_PX * self.pictures * scale.pixels

    def tile(self, side: int, halo_px: int, scale: Scale) -> float:
        """Bytes of a look at one tile."""
        return GAPS * self.look_bytes_px * min((side + 2 * halo_px) ** 2, scale.pixels)


@dataclass(frozen=True)
class Plan:
    """How a size is painted in tiles.

    Attributes:
        tile_px: side of the tiles.
        cache_bytes: left for the photo's activations.
    """

    tile_px: int
    cache_bytes: int = 0


def room(device: torch.device, *, limit: str | None, held_bytes: int) -> float | None:
    """Bytes that a painting may take.

    Args:
        device: where the canvas lies.
        limit: what the whole process may take, such as "4GB"; None: most of what is free now.
        held_bytes: what the process held before the first canvas.
    Returns:
        None where it cannot be found out.
    """
    if limit is not None:
        return parse_memory_size(limit) - held_bytes
    free = free_bytes(device)
    return None if free is None else SHARE * free


def plan(need: Need, scale: Scale, *, there: float, halo_px: int) -> Plan | None:
    """The whole picture if it fits, else the largest tiles that do, or the smallest that there are.

    Args:
        need: what the size takes.
        scale: the size.
        there: bytes, as ``room`` tells.
        halo_px: seen around a tile.
    Returns:
        None for the whole picture at once. What tiles leave goes half to the photo's activations.
    """
    if need.whole(scale) <= there:
        return None
    for_looking = there - need.around(scale)
    fitting = [side for side in TILES_PX if need.tile(side, halo_px, scale) <= for_looking]
    side = fitting[0] if fitting else TILES_PX[-1]
    return Plan(side, max(0, int(0.5 * (for_looking - need.tile(side, halo_px, scale)))))


def need_of(
    network: Extractor, layers: Iterable[str], *, kept: Iterable[str], turns: int, pictures: int
) -> Need:
    """What a painting takes, by the widths of its network.

    Args:
        network: what looks; of known geometry.
        layers: all that are looked at.
        kept: those whose activations of the photo are kept, in float32.
        turns: how often they are kept.
        pictures: of the canvas' size.
    """
    numbers = {name: (count, is_product) for name, count, is_product in _numbers_px(network)}
    deepest = max(map(list(numbers).index, layers), default=-1)
    element_bytes = next((p.element_size() for p in network.chain.parameters()), 4)
    products = sum(count for count, is_product in list(numbers.values())[: deepest + 1] if is_product)
    photo = 4.0 * turns * sum(numbers[layer][0] for layer in kept)
    return Need(COPIES * element_bytes * products, photo, pictures)


def _numbers_px(network: Extractor) -> Iterator[tuple[str, float, bool]]:
    """(layer, numbers it gives a pixel of the picture, whether it is a convolution), in order."""
    channels = 3
    for name, layer in network.chain.items():
        if isinstance(layer, nn.Conv2d):
            channels = layer.out_channels
        yield name, channels / network.geometry[name].stride_px ** 2, isinstance(layer, nn.Conv2d)


def whole_only(settings: StylizeSettings) -> list[str]:
    """The losses, by name, that look through the network and are no sums over positions."""
    names = [settings.content_loss] if settings.content_weight > 0 else []
    names += list(loss_shares(settings.style_loss)) if settings.style_weight > 0 else []
    kinds = {name: registry.find(registry.LOSSES, name, kind="loss") for name in names}
    return [name for name, kind in kinds.items() if not issubclass(kind, PositionSums)]
