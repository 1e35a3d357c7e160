"""How much memory a canvas size takes, and whether it has to be painted in tiles."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import nn

from impasto.features.extractor import Extractor, FeatureNetwork
from impasto.optimize.schedule import Scale
from impasto.runtime import free_bytes
from impasto.settings.network import parse_memory_size

log = logging.getLogger(__name__)

ACTIVATION_COPIES = 3.0
"""Peak memory of forward and backward, as a multiple of the convolutions' outputs."""

OPTIMIZER_PICTURES = {"pyramid": 9, "adam": 6, "lbfgs": 108}
"""Float32 pictures of the canvas' size: canvas, gradient, optimiser's memory, mean, and one in flight."""

PICTURE_BYTES_PX = 12
"""Bytes a pixel of a picture: three float32 channels."""

RUNTIME_BYTES = 400_000_000
"""Of the first evaluation on a CPU, at any size: oneDNN's kernels and scratch pads, gaps in the heap."""

TILE_OVERHEAD = 1.25
"""Memory of tiles, as a multiple: freed blocks do not always fit the next tile."""

USABLE_SHARE = 0.8
"""Of the free memory that a run may take."""

TILES_PX = (2048, 1536, 1024, 768, 512, 384, 256, 128)
"""Sides of tiles to choose from."""


def optimizer_pictures(name: str) -> int:
    """``OPTIMIZER_PICTURES`` of an optimiser; of one that is not ours, as many as of ``pyramid``."""
    return OPTIMIZER_PICTURES.get(name, OPTIMIZER_PICTURES["pyramid"])


@dataclass(frozen=True)
class MemoryNeed:
    """What a canvas takes.

    Attributes:
        evaluation_bytes_px: bytes a pixel of an evaluation of the loss with its gradient, at the peak.
        spatial_bytes_px: bytes a pixel of the spatial targets, which are kept when painting whole.
        pictures: of the canvas' size that there will be.
    """

    evaluation_bytes_px: float
    spatial_bytes_px: float
    pictures: int

    def whole(self, scale: Scale) -> float:
        """Bytes of a canvas painted whole."""
        return self.fixed(scale) + (self.evaluation_bytes_px + self.spatial_bytes_px) * scale.pixels

    def fixed(self, scale: Scale) -> float:
        """Bytes of everything but the network's activations."""
        return RUNTIME_BYTES + PICTURE_BYTES_PX * self.pictures * scale.pixels

    def tile(self, side_px: int, halo_px: int, scale: Scale) -> float:
        """Bytes of the evaluation of one tile."""
        pixels = min((side_px + 2 * halo_px) ** 2, scale.pixels)
        return TILE_OVERHEAD * self.evaluation_bytes_px * pixels


@dataclass(frozen=True)
class Tiling:
    """How a canvas is painted in tiles.

    Attributes:
        tile_px: side of the tiles.
        cache_bytes: memory for the spatial targets of tiles.
    """

    tile_px: int
    cache_bytes: int = 0


def tiling_for(need: MemoryNeed, scale: Scale, *, available: float, halo_px: int) -> Tiling | None:
    """The largest tiles that fit, or the smallest that there are.

    Args:
        need: of the canvas.
        scale: its size.
        available: bytes.
        halo_px: margin around a tile that the network reads.
    Returns:
        None: do not tile, the whole fits. Half of the memory that tiles leave goes to spatial targets.
    """
    if need.whole(scale) <= available:
        return None
    for_tiles = available - need.fixed(scale)
    fitting = [side for side in TILES_PX if need.tile(side, halo_px, scale) <= for_tiles]
    side = fitting[0] if fitting else TILES_PX[-1]
    return Tiling(side, max(0, int(0.5 * (for_tiles - need.tile(side, halo_px, scale)))))


def need_of(
    network: Extractor,
    layers: Iterable[str],
    *,
    spatial_layers: Iterable[str] = (),
    shifts: int = 0,
    pictures: int,
) -> MemoryNeed:
    """What a canvas takes, by the widths of the network.

    Args:
        network: of known geometry.
        layers: all that the losses read.
        spatial_layers: those whose activations are kept as targets, in float32.
        shifts: for how many shifts of the grid they are kept.
        pictures: of the canvas' size.
    """
    numbers = {name: (count, convolves) for name, count, convolves in _numbers_px(network)}
    deepest = max(map(list(numbers).index, layers), default=-1)
    element_bytes = next((p.element_size() for p in network.chain.parameters()), 4)
    outputs = sum(count for count, convolves in list(numbers.values())[: deepest + 1] if convolves)
    spatial = 4.0 * shifts * sum(numbers[layer][0] for layer in spatial_layers)
    return MemoryNeed(ACTIVATION_COPIES * element_bytes * outputs, spatial, pictures)


def _numbers_px(network: Extractor) -> Iterator[tuple[str, float, bool]]:
    """(layer, activations a pixel of the picture, whether it is a convolution), in order."""
    channels = 3
    for name, layer in network.chain.items():
        if isinstance(layer, nn.Conv2d):
            channels = layer.out_channels
        yield name, channels / network.geometry[name].stride_px ** 2, isinstance(layer, nn.Conv2d)


@dataclass(frozen=True, kw_only=True)
class MemoryBudget:
    """What decides whether a run is painted in tiles.

    Attributes:
        device: where the canvas lies.
        pictures: Scale -> float32 pictures of the canvas' size: optimiser, photo and guides.
        limit: what the whole process may take, such as "4GB"; None: most of what is free.
        held_bytes: what the process held before the first canvas; the same at every size and after a resume,
            so that tiles are too.
        spatial_layers: layers whose activations of the photo are targets.
        shifts: number of grid shifts for which these are kept.
        whole_losses: names of the losses that compare positions with each other and need the canvas whole.
        whole_px: a canvas of at most so many pixels is painted whole: strokes are compared all over it.
    """

    device: torch.device
    pictures: Callable[[Scale], int]
    limit: str | None = None
    held_bytes: int = 0
    spatial_layers: tuple[str, ...] = ()
    shifts: int = 0
    whole_losses: tuple[str, ...] = ()
    whole_px: int = 0

    @property
    def available_bytes(self) -> float | None:
        """Bytes that the run may take, at the first canvas; None where free memory is unknown."""
        if self.limit is not None:
            return parse_memory_size(self.limit) - self.held_bytes
        free = free_bytes(self.device)
        return None if free is None else USABLE_SHARE * free

    def tiling(
        self, scale: Scale, network: FeatureNetwork, layers: Iterable[str], *, halo_px: int
    ) -> Tiling | None:
        """The tiles for a canvas; None: do not tile (it fits, or free memory is unknown).

        Args:
            scale: size of the canvas.
            network: reads the canvas.
            layers: all that the losses read.
            halo_px: margin around a tile that the network reads.
        """
        if scale.pixels <= self.whole_px:
            return None
        if not isinstance(network, Extractor) or type(network) is not Extractor:
            return None if self.limit is None else Tiling(TILES_PX[-1])
        available = self.available_bytes
        if available is None:
            return None
        need = need_of(
            network,
            layers,
            spatial_layers=self.spatial_layers,
            shifts=self.shifts,
            pictures=self.pictures(scale),
        )
        least = need.fixed(scale) + need.tile(TILES_PX[-1], halo_px, scale)
        if self.limit is not None and not self.whole_losses and available < min(least, need.whole(scale)):
            log.warning(
                "%d x %d px take about %.1fGB even in the smallest tiles, more than --memory %s",
                scale.width,
                scale.height,
                (self.held_bytes + least) / 1e9,
                self.limit,
            )
        return tiling_for(need, scale, available=available, halo_px=halo_px)
