"""A photo in its styles by a feed-forward network, without any optimisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import torch
from torch import Tensor

from impasto.fast.any_style import SMALLEST_PX, AnyStyleNetwork, StyleStatistics, blended, load
from impasto.fast.restyle import Region, read_style, restyle, restyle_twice
from impasto.fast.statistics import LevelStatistics
from impasto.fast.style_file import SUFFIX, TrainedStyle, load_style
from impasto.features.extractor import fingerprint
from impasto.images.masks import resize_guides
from impasto.images.resize import resize, shrink_to
from impasto.losses.base import Target
from impasto.synthesis.styled import Styled
from impasto.synthesis.styles import Style, colors_of


@lru_cache
def shipped(device: torch.device) -> AnyStyleNetwork:
    """The any-style network of the package; read once a device."""
    return load().to(device)


def describe_network() -> dict[str, str]:
    """What a record says of the any-style network."""
    return {"name": "any-style", "fingerprint": fingerprint(shipped(torch.device("cpu")))}


def feed_forward(styled: Styled, photo: Tensor) -> Tensor:
    """The photo in its styles: as ``restyle_twice``, with the regions, shares and strengths of a job.

    The network is that of the package, or a trained one where all paintings are those of one trained style;
    that one paints in one pass, as ``restyle``.
    The finest level is taken from the fine style, where there is one.

    Args:
        styled: its styles and guides.
        photo: (1, 3, H, W) in [0, 1], any size.
    Returns:
        (1, 3, h, w) in [0, 1], at the size of the result.
    """
    device, guides = styled.network.device, styled.guides
    painter = _Painter(styled, trained_for(styled.styles))
    count = 1 if guides is None else len(guides.names)
    canvas = None if guides is None else resize_guides(guides.canvas.to(device), styled.shape)
    regions = [painter.region(number) for number in range(count)]
    picture = resize(photo.to(device), styled.shape)
    if painter.trained is not None:  # it has learnt to do it in one
        return restyle(painter.network, picture, regions, canvas, adjust=styled.context.adjust)
    palette = palette_of(styled.styles).to(device) if count == 1 else None
    adjust = styled.context.adjust
    return restyle_twice(painter.network, picture, regions, canvas, palette=palette, adjust=adjust)


def palette_of(styles: Sequence[Style]) -> Tensor:
    """The colours of the paintings, as many of each as its share: (1, 3, 1, P) in [0, 1].

    The shares are those without the photo itself, so that they do not depend on the strength.
    """
    broad = [style for style in styles if not style.own and not style.fine]
    total = sum(style.share for style in broad)
    return colors_of(
        [replace(style, share=style.share / total if total else 1 / len(broad)) for style in broad]
    )


def trained_for(styles: Sequence[Style]) -> TrainedStyle | None:
    """The trained style that all paintings come from, besides the photo itself; None if there is none."""
    files = {style.picture.path for style in styles if not style.own}
    path = files.pop() if len(files) == 1 else None
    return load_style(path) if path is not None and path.suffix.lower() == SUFFIX else None


class _Painter:
    """The network of a job, and the statistics of its styles."""

    def __init__(self, styled: Styled, trained: TrainedStyle | None) -> None:
        self.styled, self.trained = styled, trained
        device = styled.network.device
        self.network = shipped(device) if trained is None else trained.network.to(device)

    def region(self, number: int) -> Region:
        """What a region is painted after: the blend of the styles that have it."""
        styles = self.styled.styles
        broad = [style for style in styles if not style.own and not style.fine and _has(style, number)]
        total = sum(style.share for style in broad)
        shares = [style.share / total for style in broad] if total else [1 / len(broad)] * len(broad)
        statistics = blended([self._statistics(style, number) for style in broad], shares)
        for style in styles:
            if style.fine and not style.own:
                statistics = (self._statistics(style, number)[0], *statistics[1:])
        weight = sum(style.share for style in styles if not style.fine)
        own = sum(style.share for style in styles if style.own and not style.fine)
        strengths = () if self.styled.guides is None else self.styled.guides.strengths
        return Region(statistics, (1 - own / weight) * (strengths[number] if strengths else 1.0))

    def _statistics(self, style: Style, number: int) -> StyleStatistics:
        """What is kept of a region of a style at the size of the canvas, from the cache if it is there."""
        device = self.styled.network.device
        if self.trained is not None and style.guides is None:
            learnt = self.trained.style(style.picture.name)
            return tuple(level.to(device) for level in learnt)
        pixels = self.styled.shape[0] * self.styled.shape[1]
        picture = shrink_to(style.picture.pixels, pixels, ratio=style.scale, smallest_px=SMALLEST_PX)
        picture = picture.to(device)

        def make() -> Target:
            mask = None
            if style.guides is not None:
                shape = (picture.shape[2], picture.shape[3])
                mask = resize_guides(style.guides[:, number : number + 1].to(device), shape)
            levels = read_style(self.network, picture, mask)
            return {str(level): {"mean": one.mean, "root": one.root} for level, one in enumerate(levels)}

        region = number if style.guides is not None else None
        weights = "" if self.trained is None else str(style.picture.sha256)
        key = ("any-style", weights, style.sha256, tuple(picture.shape), str(device), region)
        return _statistics_of(self.styled.context.targets.get(key, make))


def _has(style: Style, number: int) -> bool:
    """Whether a style has a region."""
    return style.guides is None or bool((style.guides[:, number] > 0).any())


def _statistics_of(target: Mapping[str, Mapping[str, Tensor]]) -> StyleStatistics:
    return tuple(LevelStatistics(level["mean"], level["root"]) for level in target.values())
