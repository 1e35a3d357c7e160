"""Regions of a picture: label maps with a colour for each region, and grey masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.errors import PictureError
from impasto.images import io
from impasto.images.color import luminance
from impasto.images.color_names import distance as color_distance
from impasto.images.color_names import list_colors
from impasto.images.labels import Labels, Levels, find_labels, is_grey, is_soft

SAME_LABEL = 0.22
"""Largest difference of a channel between two colours of one label: #ff331f is #ff0000, #c00000 is not."""

GREY_NAMES = {"#ffffff": "white", "#000000": "black"}
"""Names of the regions of a black and white mask."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Regions:
    """The regions of a picture.

    Attributes:
        names: one for each region, largest first: "#ff0000" for a label map; "white", "black" for a mask of
            those two; "all" for a picture without regions.
        guides: (1, R, H, W), float32 in [0, 1]; their sum over R is 1 everywhere.
        notes: on what was cleaned up, for people.
    """

    names: tuple[str, ...]
    guides: Tensor
    notes: tuple[str, ...] = ()

    @property
    def shares(self) -> dict[str, float]:
        """Share of the picture that each region takes: {name: share}; their sum is 1."""
        return dict(zip(self.names, self.guides.mean((0, 2, 3)).tolist(), strict=True))


@dataclass(frozen=True, kw_only=True)
class Matching:
    """Which region of each style paints which region of the content.

    Attributes:
        partners: for each style, for each region of the content: the index of the style's region, or None
            if the style has no such region. A style without regions has 0, the whole picture, everywhere.
        notes: on regions of styles that are not used, for people.
    """

    partners: tuple[tuple[int | None, ...], ...]
    notes: tuple[str, ...] = ()


def read_regions(
    source: io.PictureSource, *, max_megapixels: float = 100.0, name: str = "", max_regions: int = 16
) -> Regions:
    """Read a label map or a grey mask.

    A label map has a few flat colours, one a region. The effects of drawing programs and JPEG are undone:
    near colours are one label, and mixed colours along borders go to the nearest region. A picture in many
    greys is a soft mask: white belongs to one region, black to the other, grey to both.

    Args:
        source: as for ``io.read``.
        max_megapixels: larger pictures are refused before they are decoded.
        name: its name in errors and notes; if empty, the file's name or "mask".
        max_regions: a picture of more flat colours counts as a photo.
    Returns:
        The regions, largest first; a soft mask's white before its black.
    Raises:
        PictureError: it cannot be read, or looks like a photo; the text states the number of its colours.

    Source: labels within 0.1 of a colour as in Luan et al. 2017; the rest chosen by eye.
    Differs: any colours, not nine fixed ones.
    """
    picture = io.read(source, max_megapixels=max_megapixels, name=name)
    what = name or (picture.path.name if picture.path else "mask")
    levels = _levels(picture.pixels)
    grey = is_grey(levels)
    labels = find_labels(levels)
    if grey and is_soft(levels, labels):
        return _soft(luminance(picture.pixels), picture.notes)
    if len(labels.colors) > max_regions or not labels.plain:
        raise _photo_error(what, labels, max_regions=max_regions)
    notes = picture.notes
    if labels.cleaned:
        pixels = f"{labels.cleaned:,} pixel{'s' if labels.cleaned > 1 else ''}"
        share = f"{100 * labels.cleaned / labels.map.size:.1f} %"
        notes += (f"{what}: {pixels} ({share}) of no region's colour went to the nearest region",)
    names = tuple("#" + bytes(color).hex() for color in labels.colors)
    if set(names) <= GREY_NAMES.keys():
        names = tuple(GREY_NAMES[name] for name in names)
    ranks = torch.from_numpy(labels.map)[None]  # (1, H, W)
    guides = torch.stack([ranks == index for index in range(len(names))], dim=1).float()  # (1, R, H, W)
    return Regions(names=names, guides=guides, notes=notes)


def read_mask(source: io.PictureSource, *, max_megapixels: float = 100.0, name: str = "") -> Tensor:
    """Read a grey mask as one channel.

    Args:
        source: as for ``io.read``.
        max_megapixels: larger pictures are refused before they are decoded.
        name: its name in errors.
    Returns:
        (1, 1, H, W) float32 in [0, 1]: the picture's luminance; white is 1.
    Raises:
        PictureError: it cannot be read, or has colours.
    """
    picture = io.read(source, max_megapixels=max_megapixels, name=name)
    if not is_grey(_levels(picture.pixels)):
        raise PictureError(
            f"{name or 'the mask'} is not grey",
            got=f"a picture in colours{f', {picture.path.name}' if picture.path else ''}",
            expected="white, black, and greys between",
            attempt="a mask painted in white on black; label maps go to --content-mask with --style-mask",
        )
    return luminance(picture.pixels)


def _levels(pixels: Tensor) -> Levels:
    """(1, 3, H, W) in [0, 1] -> (H, W, 3) bytes."""
    levels: Levels = (pixels[0] * 255).round_().byte().permute(1, 2, 0).numpy()
    return levels


def whole(shape: tuple[int, int]) -> Regions:
    """One region that is the whole picture, of shape (H, W) in px."""
    return Regions(names=("all",), guides=torch.ones(1, 1, *shape))


def match(
    content: Regions, styles: Sequence[Regions | None], *, content_name: str = "", names: Sequence[str] = ()
) -> Matching:
    """Find for each region of the content the region of each style that has its colour.

    Args:
        content: the regions of the content.
        styles: the regions of each style; None for a style without a mask, which paints every region.
        content_name: name of the content's mask in errors.
        names: names of the styles' masks in errors and notes; "mask of style 1", ... if empty.
    Returns:
        The pairs: of the nearest colour, within 0.22 of the range per channel, since JPEG shifts colours. A
        region of a style may paint several of the content.
    Raises:
        PictureError: no style has a partner for a region of the content; the text lists the colours of all.
    """
    style_names = [names[i] if i < len(names) else f"mask of style {i + 1}" for i in range(len(styles))]
    partners = tuple(
        (0,) * len(content.names) if style is None else tuple(_partner(name, style) for name in content.names)
        for style in styles
    )
    missing = [
        name
        for index, name in enumerate(content.names)
        if all(of_style[index] is None for of_style in partners)
    ]
    if missing:
        given = [
            f"{list_colors(style.names)} in {style_name}"
            for style_name, style in zip(style_names, styles, strict=True)
            if style is not None
        ]
        mask = content_name or "the mask of the content"
        only = names[0] if len(names) == 1 else ""  # the style map of a doodle
        lost = list_colors(missing)
        raise PictureError(
            f"{only or 'no style'} has {'no' if only else 'a'} region for {lost}",
            got=f"{list_colors(content.names)} in {mask}; " + "; ".join(given or ["no style"]),
            expected=f"each colour of {mask} in {only or 'the mask of at least one style'}",
            attempt=f"paint {lost} over in {mask} with a colour that {only or 'a style'} has, "
            + (f"or paint it in {only}" if only else "or give a style without a mask"),
        )
    notes = []
    for style_name, style, of_style in zip(style_names, styles, partners, strict=True):
        unused = [name for index, name in enumerate(style.names) if index not in of_style] if style else []
        if unused:
            notes.append(f"{style_name}: {list_colors(unused)} is used by no region of the content")
    return Matching(partners=partners, notes=tuple(notes))


def resize_guides(guides: Tensor, shape: tuple[int, int]) -> Tensor:
    """Resample guides: bilinear, with a low-pass filter when they shrink; their sum over R stays.

    Args:
        guides: (N, R, H, W) in [0, 1].
        shape: (h, w) of the result.
    Returns:
        (N, R, h, w) in [0, 1]; the guides themselves if they have that shape.
    Raises:
        ShapeError: guides is not 4-D.
    """
    expect(guides, "n r h w", name="guides")
    if tuple(guides.shape[-2:]) == tuple(shape):
        return guides
    sampled = F.interpolate(guides, size=shape, mode="bilinear", antialias=True, align_corners=False)
    return sampled.clamp_(0, 1)


def _partner(name: str, style: Regions) -> int | None:
    """Index of the style's region of that colour; None if there is none."""
    distances = [color_distance(name, other) for other in style.names]
    best = int(np.argmin(distances))
    return best if distances[best] <= SAME_LABEL else None


def _soft(white: Tensor, notes: tuple[str, ...]) -> Regions:
    """The regions of a soft mask, (1, 1, H, W); an empty one is left out."""
    guides = torch.cat([white, 1 - white], dim=1)  # (1, 2, H, W)
    kept = [index for index in range(2) if guides[0, index].max() > 0]
    return Regions(names=tuple(("white", "black")[i] for i in kept), guides=guides[:, kept], notes=notes)


def _photo_error(what: str, labels: Labels, *, max_regions: int) -> PictureError:
    many = len(labels.colors) > max_regions
    count = f"{len(labels.colors)}{' or more' if labels.more else ''} colours"
    return PictureError(
        f"{what} looks like a photo or a gradient, not like a label map",
        got=count if many else f"{count}, and shades of them in most places",
        expected=f"at most {max_regions} flat colours, one a region; or a grey mask",
        attempt="a map painted with a hard brush in flat colours and saved as PNG",
    )
