"""A photo in its styles by one pass through the any-style network, without any optimisation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import torch
from torch import Tensor

from impasto.fast.any_style import SMALLEST_PX, AnyStyleNetwork, StyleStatistics, blended, load
from impasto.fast.restyle import Region, read_style, restyle
from impasto.fast.statistics import Spread
from impasto.features.extractor import fingerprint
from impasto.images.masks import resize_guides
from impasto.images.resize import resize, shrink_to
from impasto.losses.base import Target
from impasto.synthesis.styled import Styled
from impasto.synthesis.styles import Style


@lru_cache
def shipped(device: torch.device) -> AnyStyleNetwork:
    """The any-style network of the package; read once a device."""
    return load().to(device)


def describe_network() -> dict[str, str]:
    """What a record says of the any-style network."""
    return {"name": "any-style", "fingerprint": fingerprint(shipped(torch.device("cpu")))}


def one_pass(styled: Styled, photo: Tensor) -> Tensor:
    """The photo in its styles: as ``restyle``, with the regions, shares and strengths of a job.

    The finest level is taken from the fine style, where there is one.

    Args:
        styled: its styles and guides.
        photo: (1, 3, H, W) in [0, 1], any size.
    Returns:
        (1, 3, h, w) in [0, 1], at the size of the result.
    """
    network, guides = shipped(styled.network.device), styled.guides
    count = 1 if guides is None else len(guides.names)
    regions = [_region(styled, network, number) for number in range(count)]
    device = styled.network.device
    canvas = None if guides is None else resize_guides(guides.canvas.to(device), styled.shape)
    return restyle(network, resize(photo.to(device), styled.shape), regions, canvas)


def _region(styled: Styled, network: AnyStyleNetwork, number: int) -> Region:
    """What a region is painted after: the blend of the styles that have it."""
    broad = [style for style in styled.styles if not style.own and not style.fine and _has(style, number)]
    total = sum(style.share for style in broad)
    shares = [style.share / total for style in broad] if total else [1 / len(broad)] * len(broad)
    statistics = blended([_statistics(styled, network, style, number) for style in broad], shares)
    for style in styled.styles:
        if style.fine and not style.own:
            statistics = (_statistics(styled, network, style, number)[0], *statistics[1:])
    weight = sum(style.share for style in styled.styles if not style.fine)
    own = sum(style.share for style in styled.styles if style.own and not style.fine)
    strengths = () if styled.guides is None else styled.guides.strengths
    return Region(statistics, (1 - own / weight) * (strengths[number] if strengths else 1.0))


def _has(style: Style, number: int) -> bool:
    """Whether a style has a region."""
    return style.guides is None or bool((style.guides[:, number] > 0).any())


def _statistics(styled: Styled, network: AnyStyleNetwork, style: Style, number: int) -> StyleStatistics:
    """What is kept of a region of a style at the size of the canvas, from the cache if it is there."""
    pixels = styled.shape[0] * styled.shape[1]
    picture = shrink_to(style.picture.pixels, pixels, ratio=style.scale, smallest_px=SMALLEST_PX)
    picture = picture.to(styled.network.device)

    def make() -> Target:
        mask = None
        if style.guides is not None:
            shape = (picture.shape[2], picture.shape[3])
            mask = resize_guides(style.guides[:, number : number + 1].to(picture.device), shape)
        levels = read_style(network, picture, mask)
        return {str(level): {"mean": one.mean, "root": one.root} for level, one in enumerate(levels)}

    region = number if style.guides is not None else None
    key = ("any-style", style.sha256, tuple(picture.shape), str(picture.device), region)
    return _spreads(styled.context.targets.get(key, make))


def _spreads(target: Mapping[str, Mapping[str, Tensor]]) -> StyleStatistics:
    return tuple(Spread(level["mean"], level["root"]) for level in target.values())
