"""The styles of a run: their pictures, how much each counts, how large it is seen, and where it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from impasto.errors import SettingError
from impasto.images.color_match import match_colors
from impasto.images.color_names import list_colors
from impasto.images.io import Picture
from impasto.synthesis.guides import RegionGuides
from impasto.synthesis.read import StylePictures
from impasto.synthesis.record import pixels_sha256

COLOR_SAMPLES = 1 << 16
"""Number of pixels, at most, that stand for the colours of several styles."""


@dataclass(frozen=True)
class Style:
    """A style's picture as the losses take it; pictures whose statistics are pooled are one each.

    Attributes:
        picture: the style's picture.
        share: of all that is taken from styles; the shares of a run add up to 1.
        scale: size relative to the canvas; larger means broader strokes.
        guides: (1, R, H, W) in [0, 1], which part of the picture each region of the canvas is painted after;
            None if every region may take all of it.
        fine: only the fine layers are taken from it, and from no other style.
        own: it is the photo, which weakens the others; see ``weakened``.
    """

    picture: Picture
    share: float
    scale: float = 1.0
    guides: Tensor | None = None
    fine: bool = False
    own: bool = False

    @cached_property
    def sha256(self) -> str:
        """Of pixels and guides; computed once."""
        guides = "" if self.guides is None else pixels_sha256(self.guides)
        return pixels_sha256(self.picture.pixels) + guides


def make_styles(
    pictures: StylePictures,
    weights: Sequence[float] | None,
    scales: Sequence[float],
    *,
    guides: RegionGuides | None = None,
    recolored: Callable[[Picture], Picture] = lambda picture: picture,
) -> tuple[Style, ...]:
    """Every picture of every style.

    Args:
        pictures: of the styles; the pictures of one style divide its share evenly.
        weights: one a style; None for equal shares.
        scales: one for all styles, or one each; further ones are left out.
        guides: masks of the styles; None for none.
        recolored: the picture in the colours that the losses see.
    Raises:
        SettingError: there are more or fewer weights or scales than styles, or all weights are 0.
    """
    shares = style_shares(weights, len(pictures.groups))
    masks = (None,) * len(pictures.groups) if guides is None else guides.styles
    return tuple(
        Style(recolored(picture), share / len(group), scale, mask)
        for group, share, scale, mask in zip(pictures.groups, shares, scales, masks, strict=False)
        for picture in group
    )


def style_shares(weights: Sequence[float] | None, count: int) -> tuple[float, ...]:
    """Shares of the styles; they add up to 1.

    Raises:
        SettingError: there are more or fewer weights than styles, or all are 0.
    """
    if weights is None:
        return (1 / count,) * count
    if len(weights) != count:
        raise SettingError(
            f"style_weights has {len(weights)} values for {count} styles",
            got=", ".join(f"{weight:g}" for weight in weights),
            attempt="one weight per style, or leave style_weights out for equal shares",
        )
    total = sum(weights)
    if total <= 0:
        raise SettingError("the style weights are all zero", got="0", expected="at least one above 0")
    return tuple(weight / total for weight in weights)


def style_scales(scales: Sequence[float], count: int, *, fine: bool = False) -> tuple[float, ...]:
    """The scale of each style, and of the fine style if there is one.

    Raises:
        SettingError: there is neither one for all nor one for each.
    """
    needed = count + fine
    if len(scales) not in (1, needed):
        raise SettingError(
            f"style_scale has {len(scales)} values for {count} styles{' and a fine one' if fine else ''}",
            got=", ".join(f"{scale:g}" for scale in scales),
            attempt=f"one number for all, or one for each{', the fine style last' if fine else ''}",
        )
    return tuple(scales) * (needed if len(scales) == 1 else 1)


def check_guided(style_loss: Mapping[str, float], guides: RegionGuides, shares: Sequence[float]) -> None:
    """Check that the style losses can tell regions apart, and that every region has a style of some weight.

    Args:
        style_loss: {style loss: weight}.
        guides: of the canvas and the styles.
        shares: of each style.
    Raises:
        SettingError: a loss compares neighbours, and the positions of a region have none; or the styles that
            have a region weigh nothing.
    """
    if "mrf" in style_loss:
        raise SettingError(
            "the style loss mrf compares patches and knows no masks",
            got=",".join(style_loss),
            expected="any other style loss",
            attempt="impasto doodle, whose patches know their region",
        )
    lost = [
        name
        for region, name in enumerate(guides.names)
        if not any(
            share > 0 and (mask is None or bool((mask[:, region] > 0).any()))
            for share, mask in zip(shares, guides.styles, strict=True)
        )
    ]
    if lost:
        raise SettingError(
            f"the styles that have a region for {list_colors(list(dict.fromkeys(lost)))} weigh nothing",
            got=f"shares {', '.join(f'{share:.2g}' for share in shares)}",
            expected="each region in the mask of a style with a weight above 0",
            attempt="a style without a mask besides, which paints every region",
        )


def fine_style(
    picture: Picture,
    styles: Sequence[Style],
    *,
    layers: Sequence[str],
    style_layers: Sequence[str],
    color_map: str,
    scale: float,
) -> Style:
    """The style that the fine layers are taken from, in the colours of the others.

    Shallow layers hold colours as well as strokes, so the picture is given the other styles' colours first,
    unless its palette is taken too ("image" is among the layers).

    Args:
        picture: of the fine style.
        styles: the others.
        layers: taken from the fine style.
        style_layers: of the run.
        color_map: the linear map of colours, as ``match_colors`` names it.
        scale: of the fine style.
    Raises:
        SettingError: a fine layer is not among the style layers, or there is none.
    """
    known = (*style_layers, "image")
    unknown = [layer for layer in layers if layer not in known]
    if unknown or not layers:
        raise SettingError(
            "the fine layers are not among the style layers",
            got=",".join(unknown) or "none",
            expected=f"some of {', '.join(known)} (image: the palette)",
        )
    if "image" not in layers:
        picture = replace(picture, pixels=match_colors(picture.pixels, colors_of(styles), method=color_map))
    return Style(picture, 1.0, scale, fine=True)


def weakened(
    styles: Sequence[Style], photo: Picture, strength: float, guides: RegionGuides | None
) -> tuple[Style, ...]:
    """The styles, blended with the photo's own texture and colours as one more style.

    A canvas with the photo's statistics is the photo, so a weak style leaves a clean photo, where a small
    style weight leaves a photo covered with specks.

    Args:
        styles: of the run; the fine style may be among them.
        photo: as the losses see it.
        strength: share of the styles, 0 to 1; 1 leaves them as they are, unless the guides have strengths.
        guides: of the run; each region of the photo is its own example.
    Returns:
        The styles, with their shares times the strength, and the photo with the rest; once more if there is a
        fine style. A loss that pools positions leaves the photo out, and weighs less instead: among the
        photo's own positions each would be its own nearest.
    """
    if strength == 1 and (guides is None or not guides.strengths):
        return tuple(styles)
    mask = None if guides is None else guides.canvas
    kinds = {style.fine for style in styles}
    own = [Style(photo, 1 - strength, guides=mask, fine=fine, own=True) for fine in sorted(kinds)]
    return (*(replace(style, share=style.share * strength) for style in styles), *own)


def colors_of(styles: Sequence[Style]) -> Tensor:
    """An even choice of the pixels of each style, as many as its share: (1, 3, 1, P) in [0, 1]."""
    chosen = []
    for style in styles:
        colors = style.picture.pixels.flatten(2)  # (1, 3, H * W)
        count = round(COLOR_SAMPLES * style.share)
        chosen.append(colors[:, :, torch.arange(count) * colors.shape[2] // max(count, 1)])
    return torch.cat(chosen, 2)[:, :, None]
