"""How much memory a painting takes at a size, and whether it has to be painted in tiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import nn

from impasto.features.extractor import Extractor
from impasto.optimize.schedule import Scale
from impasto.runtime import free_bytes, used_bytes
from impasto.settings.stylize import bytes_of

COPIES = 4.0
"""Activations held at the peak of a look with its gradient, as a multiple of all that layers give."""

CANVASES = 9
"""Pictures of three float32 channels: canvas, two gradients, two of Adam, mean, photo, two in flight."""

SHARE = 0.8
"""Of the free memory that a painting may take."""

TILES_PX = (2048, 1024, 512, 256, 128)
"""Sides of tiles to choose from."""


@dataclass(frozen=True)
class Plan:
    """How a size is painted in tiles.

    Attributes:
        tile_px: side of the tiles.
        cache_bytes: left for the photo's activations.
    """

    tile_px: int
    cache_bytes: int = 0


def plan(
    a_pixel: float,
    scale: Scale,
    *,
    device: torch.device,
    limit: str | None,
    turns: int,
    halo_px: int,
) -> Plan | None:
    """The whole picture if it fits into memory, else the largest tiles that do.

    Args:
        a_pixel: bytes of a look, as ``look_bytes_px`` tells.
        scale: the size.
        device: where the canvas lies.
        limit: what the whole process may take, such as "4GB"; None: most of what is free.
        turns: how many sets of the photo's activations are kept.
        halo_px: seen around a tile.
    Returns:
        None for the whole picture at once.
    """
    if limit is not None:
        there: float = bytes_of(limit) - used_bytes(device)
    else:
        free = free_bytes(device)
        if free is None:
            return None
        there = SHARE * free
    for_looking = there - CANVASES * 12 * scale.pixels
    # The photo's activations: a fraction of what a look takes, once for each turn.
    if (1 + turns / (4 * COPIES)) * a_pixel * scale.pixels <= for_looking:
        return None
    for side in TILES_PX:
        needed = a_pixel * min((side + 2 * halo_px) ** 2, scale.pixels)
        if needed <= 0.6 * for_looking or side == TILES_PX[-1]:
            return Plan(side, max(0, int(0.5 * (for_looking - needed))))
    raise AssertionError("the last side is always taken")


def look_bytes_px(network: Extractor, layers: Iterable[str]) -> float:
    """Bytes a pixel of a look through a network with its gradient, at the peak."""
    wanted, found = set(layers), 0.0
    for name, layer in network.chain.items():
        if isinstance(layer, nn.Conv2d) and name in network.geometry:
            found += layer.out_channels / network.geometry[name].stride_px ** 2 * layer.weight.element_size()
        wanted.discard(name)
        if not wanted:
            break
    return COPIES * found
