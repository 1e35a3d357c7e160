"""A picture of any size and any regions through the any-style network; in tiles where memory is short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.errors import ShapeError
from impasto.fast.any_style import (
    SMALLEST_PX,
    STRIDES_PX,
    AnyStyleNetwork,
    StyleStatistics,
    as_used,
    style_statistics,
)
from impasto.fast.statistics import EPSILON, LinearMap, Moments, whitening_and_coloring
from impasto.fast.tiles import Tile, tiles
from impasto.images.color_match import match_colors
from impasto.images.resize import mirror_pad
from impasto.losses.base import precise

TILE_PX = 1024
"""Side of a tile without its halo."""

SHIFT_PX, SECOND_STRENGTH = 2, 0.5
"""Of the second pass of ``restyle_twice``; chosen by marks and by eye on the tuning pairs."""

Adjust = Callable[[str, Tensor], Tensor]
"""(what it is, a statistic of the photo) -> the statistic to use: a mean over frames, for instance."""


def unadjusted(name: str, statistic: Tensor) -> Tensor:
    """The statistic as it is."""
    return statistic


WHOLE_PX = 1 << 22
"""Pictures of up to so many pixels are painted at once."""


@dataclass(frozen=True)
class Region:
    """What a part of a picture is painted after.

    Attributes:
        style: its statistics.
        strength: 1 for all of it, 0 for the photo as it is.
    """

    style: StyleStatistics
    strength: float = 1.0


@torch.no_grad()
def read_style(network: AnyStyleNetwork, picture: Tensor, mask: Tensor | None = None) -> StyleStatistics:
    """The statistics of a style.

    Args:
        network: reads it.
        picture: (1, 3, H, W), sRGB in [0, 1]; read at this size.
        mask: (1, 1, H, W) in [0, 1], which part of it; None for all.
    Raises:
        ShapeError: a side is shorter than ``SMALLEST_PX``.
    """
    canvas, guides = padded(picture), None if mask is None else padded(mask)
    whole = next(tiles(canvas.shape[2], canvas.shape[3], max(canvas.shape[2:])))
    (of_region,) = region_moments([whole], lambda tile: network.encode(tile.cut(canvas)), guides)
    return style_statistics(of_region)


@torch.no_grad()
def restyle(
    network: AnyStyleNetwork,
    photo: Tensor,
    regions: Sequence[Region],
    guides: Tensor | None = None,
    *,
    tile_px: int | None = None,
    progress: Callable[[float], None] = lambda share: None,
    adjust: Adjust = unadjusted,
) -> Tensor:
    """A photo, each region in its style.

    In tiles the result is that of the whole picture: the statistics are sums over all tiles, and each tile is
    read with all that its pixels depend on.

    Args:
        network: paints.
        photo: (1, 3, H, W), sRGB in [0, 1].
        regions: what each region is painted after; one for all of the photo.
        guides: (1, R, H, W) in [0, 1], where each region is; they should add up to 1. None for one region.
        tile_px: side of a tile, a multiple of 16; None: the whole up to ``WHOLE_PX``, then ``TILE_PX``.
        progress: told the share that is done, 0 to 1.
        adjust: changes the means and covariances of the photo's regions before they are used.
    Returns:
        (1, 3, H, W) in [0, 1].
    Raises:
        ShapeError: a side is shorter than ``SMALLEST_PX``.
    """
    height, width = photo.shape[2:]
    canvas, masks = padded(photo), None if guides is None else padded(guides)
    if tile_px is None:
        tile_px = TILE_PX if height * width > WHOLE_PX else max(canvas.shape[2:])
    parts = list(tiles(canvas.shape[2], canvas.shape[3], tile_px))
    encode = lru_cache(1)(lambda tile: network.encode(tile.cut(canvas)))  # a single tile is encoded once
    of_regions = region_moments(parts, encode, masks, lambda share: progress(share / 3))
    of_regions = [
        [
            Moments(
                adjust(f"{region}/{level}/mean", one.mean),
                adjust(f"{region}/{level}/covariance", one.covariance),
            )
            for level, one in enumerate(of_region)
        ]
        for region, of_region in enumerate(of_regions)
    ]
    maps = [
        [
            whitening_and_coloring(*level).weakened(region.strength)
            for level in zip(content, region.style, strict=True)
        ]
        for content, region in zip(of_regions, regions, strict=True)
    ]
    result = torch.empty_like(canvas)
    for number, tile in enumerate(parts, 1):
        shares = None if masks is None else tile.cut(masks)
        changed = [mapped(features, maps, level, shares) for level, features in enumerate(encode(tile))]
        tile.paste(network.decode(changed).clamp(0, 1), result)
        progress((1 + 2 * number / len(parts)) / 3)
    return result[:, :, :height, :width]


def restyle_twice(
    network: AnyStyleNetwork,
    photo: Tensor,
    regions: Sequence[Region],
    guides: Tensor | None = None,
    *,
    palette: Tensor | None = None,
    progress: Callable[[float], None] = lambda share: None,
    adjust: Adjust = unadjusted,
) -> Tensor:
    """As ``restyle``, with more of the painting and less of the grid: the mean of two passes.

    The second pass paints the result of the first at half the strength, ``SHIFT_PX`` further down and to the
    right, so that the patterns of the network's blocks of 4 x 4 pixels lie on one another's gaps. Colours are
    mapped to the palette's before the first pass and after the second.

    Against ``restyle`` alone, on the 12 tuning pairs of ``benchmarks/pairs.py`` at 384 px, by ResNet-50:
    style Gram 0.272 for 0.288, palette 3.05 for 5.71, content 0.507 for 0.500, grain 1.37 for 1.95.

    Args:
        network: as ``restyle``.
        photo: as ``restyle``.
        regions: as ``restyle``.
        guides: as ``restyle``.
        palette: (1, 3, h, w) in [0, 1], the colours of the style of a single region; None: no mapping.
        progress: as ``restyle``.
        adjust: as ``restyle``; also of the means and covariances of colours.
    Returns:
        (1, 3, H, W) in [0, 1].
    Raises:
        ShapeError: a side is shorter than ``SMALLEST_PX``.

    Source: ours.
    """

    def within(part: str) -> Adjust:
        return lambda name, statistic: adjust(f"{part}/{name}", statistic)

    def matched(picture: Tensor, part: str) -> Tensor:
        if palette is None:
            return picture
        colors = match_colors(picture, palette, method="monge-kantorovich", adjust=within(part))
        return picture.lerp(colors, regions[0].strength)

    first = restyle(
        network,
        matched(photo, "photo"),
        regions,
        guides,
        progress=lambda share: progress(share / 2),
        adjust=within("first"),
    )
    margins = (SHIFT_PX, 0, SHIFT_PX, 0)
    moved = F.pad(first, margins, mode="reflect")
    weaker = [Region(region.style, SECOND_STRENGTH * region.strength) for region in regions]
    moved_guides = None if guides is None else F.pad(guides, margins, mode="reflect")
    second = restyle(
        network,
        moved,
        weaker,
        moved_guides,
        progress=lambda share: progress((1 + share) / 2),
        adjust=within("second"),
    )
    return matched((first + second[:, :, SHIFT_PX:, SHIFT_PX:]) / 2, "result")


def mapped(
    features: Tensor, maps: Sequence[Sequence[LinearMap]], level: int, guides: Tensor | None
) -> Tensor:
    """Features of a level, each region by its own map; what belongs to no region stays.

    Args:
        features: (1, C, h, w).
        maps: of each region, of each level.
        level: which.
        guides: (1, R, H, W); None for one region that is everywhere.
    """
    if guides is None:
        return maps[0][level](features)
    shares = F.avg_pool2d(guides, STRIDES_PX[level])
    rest = (1 - shares.sum(1, keepdim=True)).clamp_min(0)
    total = rest * features
    for region, of_region in enumerate(maps):
        total = total + shares[:, region : region + 1] * of_region[level](features)
    return total


def region_moments(
    parts: Sequence[Tile],
    encode: Callable[[Tile], Sequence[Tensor]],
    guides: Tensor | None,
    progress: Callable[[float], None] = lambda share: None,
) -> list[list[Moments]]:
    """Mean and covariance of each region at each level, by sums over tiles.

    Args:
        parts: the tiles of the canvas.
        encode: the levels of a tile.
        guides: (1, R, H, W); None for one region that is everywhere.
        progress: told the share that is done.
    Returns:
        Of each region, of each level.
    """
    count = 1 if guides is None else guides.shape[1]
    sums: list[list[_Sums]] = [[_Sums() for _ in STRIDES_PX] for _ in range(count)]
    for number, tile in enumerate(parts, 1):
        for level, (features, stride) in enumerate(zip(encode(tile), STRIDES_PX, strict=True)):
            inner = tile.inner(features, stride)
            for region, of_region in enumerate(sums):
                weights = None
                if guides is not None:
                    of_tile = tile.cut(guides[:, region : region + 1])
                    weights = tile.inner(F.avg_pool2d(of_tile, stride), stride)
                of_region[level].add(inner, weights)
        progress(number / len(parts))
    return [[as_used(one.moments, level) for level, one in enumerate(of_region)] for of_region in sums]


class _Sums:
    """Sums over positions, in float64: of weights, of features, and of products of two channels."""

    def __init__(self) -> None:
        self.weight, self.device = 0.0, torch.device("cpu")
        self.mean, self.products = torch.zeros(()), torch.zeros(())

    def add(self, features: Tensor, weights: Tensor | None) -> None:
        """(1, C, h, w), and (1, 1, h, w) or None."""
        self.device = features.device
        flat = precise(features.flatten(2))  # (1, C, P)
        share = flat if weights is None else flat * precise(weights.flatten(2))
        self.weight += flat.shape[2] if weights is None else float(precise(weights).sum())
        self.mean = self.mean + share.sum(2)
        self.products = self.products + share @ flat.mT

    @property
    def moments(self) -> Moments:
        """Mean and covariance, float32."""
        weight = max(self.weight, EPSILON)
        mean, products = self.mean / weight, self.products / weight
        covariance = products - mean[:, :, None] * mean[:, None, :]
        return Moments(mean.float().to(self.device), covariance.float().to(self.device))


def padded(picture: Tensor) -> Tensor:
    """The picture, mirrored below and on the right until its sides are multiples of 16.

    Args:
        picture: (1, C, H, W) in [0, 1].
    Raises:
        ShapeError: a side is shorter than ``SMALLEST_PX``.
    """
    height, width = picture.shape[2:]
    if min(height, width) < SMALLEST_PX:
        raise ShapeError(
            "the picture is too small for the any-style network",
            got=f"{width} x {height} px",
            expected=f"at least {SMALLEST_PX} px on each side",
            attempt="a larger picture, or a larger --size where pictures are enlarged",
        )
    return mirror_pad(picture, top=0, left=0, multiple=STRIDES_PX[-1])
