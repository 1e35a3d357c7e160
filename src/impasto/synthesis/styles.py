"""The paintings of a run: which they are, how much each counts, how large it is seen, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from impasto.errors import SettingError
from impasto.images.color_match import match_colors
from impasto.images.color_names import list_colors
from impasto.images.io import Picture
from impasto.settings import StylizeSettings
from impasto.settings.weighted import layer_weights, loss_shares
from impasto.synthesis.guides import Guides

COLOR_SAMPLES = 1 << 16
"""Pixels, at most, that the colours of several paintings are told from."""


@dataclass(frozen=True)
class Style:
    """A painting as the losses take it; pictures whose statistics are pooled are one each.

    Attributes:
        picture: the painting.
        share: of all that is taken from paintings; those of a run add up to 1.
        scale: size relative to the canvas; larger means broader strokes.
        guides: (1, R, H, W) in [0, 1], which part of it the canvas' regions are painted after, each; None if
            every region may take all of it.
        fine: it lends only the layers of ``fine_layers``, and alone.
    """

    picture: Picture
    share: float
    scale: float = 1.0
    guides: Tensor | None = None
    fine: bool = False


def check_guided(settings: StylizeSettings, guides: Guides, shares: Sequence[float]) -> None:
    """Whether the style losses can tell regions apart, and every region has a style of some weight.

    Args:
        settings: how to paint.
        guides: of the canvas and the styles.
        shares: of each style.
    Raises:
        SettingError: a loss compares neighbours, and the positions of a region have none; or the styles that
            have a region weigh nothing.
    """
    if "mrf" in loss_shares(settings.style_loss):
        raise SettingError(
            "the style loss mrf compares patches and knows no masks",
            got=",".join(settings.style_loss),
            expected="any other style loss",
            attempt="impasto doodle, whose patches know their region",
        )
    lost = [
        name
        for region, name in enumerate(guides.names)
        if not any(
            share > 0 and (own is None or bool((own[:, region] > 0).any()))
            for share, own in zip(shares, guides.styles, strict=True)
        )
    ]
    if lost:
        raise SettingError(
            f"the styles that have a region for {list_colors(lost)} weigh nothing",
            got=f"shares {', '.join(f'{share:.2g}' for share in shares)}",
            expected="each region in the mask of a style with a weight above 0",
            attempt="a style without a mask besides, which paints every region",
        )


def check_fine(settings: StylizeSettings) -> None:
    """Whether a fine style has anything to lend.

    Raises:
        SettingError: a fine layer is not looked at.
    """
    seen = (*layer_weights(settings.style_layers), "image")
    unseen = [layer for layer in settings.fine_layers if layer not in seen]
    if unseen or not settings.fine_layers:
        raise SettingError(
            "the fine layers are not among the style layers",
            got=",".join(unseen) or "none",
            expected=f"some of {', '.join(seen)} (image: the palette)",
        )


def fine_style(
    picture: Picture, styles: Sequence[Style], settings: StylizeSettings, *, scale: float
) -> Style:
    """The painting that lends the strokes, in the colours of the others unless it lends the palette too.

    Shallow layers see colours as much as strokes: those of two paintings at once would be neither's.

    Args:
        picture: the painting.
        styles: the others.
        settings: of the run.
        scale: of the painting.
    Raises:
        SettingError: as ``check_fine``.
    """
    check_fine(settings)
    if "image" not in settings.fine_layers:
        method = settings.color_map
        picture = replace(picture, pixels=match_colors(picture.pixels, colors_of(styles), method=method))
    return Style(picture, 1.0, scale, fine=True)


def colors_of(styles: Sequence[Style]) -> Tensor:
    """An even choice of the pixels of each style, as many as its share: (1, 3, 1, P) in [0, 1]."""
    chosen = []
    for style in styles:
        colors = style.picture.pixels.flatten(2)  # (1, 3, H * W)
        count = round(COLOR_SAMPLES * style.share)
        chosen.append(colors[:, :, torch.arange(count) * colors.shape[2] // max(count, 1)])
    return torch.cat(chosen, 2)[:, :, None]
