"""Masks: where which style goes, and what of the photo stays."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import ImageColor
from torch import Tensor

from impasto.errors import PictureError, SettingError
from impasto.images.io import Picture, PictureSource
from impasto.images.masks import Regions, match, read_mask, read_regions, resize_guides, whole
from impasto.synthesis.read import describe_source, listed

Mask = PictureSource
"""A label picture or a grey mask: a path, a Pillow picture or an array; for a style also a colour's name."""


@dataclass(frozen=True, kw_only=True)
class Controls:
    """Pictures that say where, besides the photo and the paintings.

    Attributes:
        content_mask: regions of the photo by colour; each is painted after the regions of that colour in the
            styles' masks. A grey mask has two, white and black.
        style_mask: of the style, or a list with one a style, in their order, or None or "all" for a style
            that paints all regions. A colour ("#ff0000", "red") gives the whole style to that region. Without
            a content mask: grey masks of what is taken from each style, white for all of it.
        keep: grey mask of what stays as in the photo; white stays.
        fine_style: a painting that the fine layers are taken from (``StylizeSettings.fine_layers``), in the
            colours of the styles unless "image" is among those layers.
        content_mask_name: what errors and notes call the content's mask.
        style_mask_names: what they call those of the styles; numbers if left out.
    """

    content_mask: Mask | None = None
    style_mask: Mask | Sequence[Mask | None] | None = None
    keep: Mask | None = None
    fine_style: PictureSource | None = None
    content_mask_name: str = "content mask"
    style_mask_names: tuple[str, ...] = ()

    def describe(self) -> dict[str, Any]:
        """What the record says of those that are given."""
        given: dict[str, Any] = {
            name: describe_source(source)
            for name in ("content_mask", "keep", "fine_style")
            if (source := getattr(self, name)) is not None
        }
        if self.style_mask is not None:
            given["style_mask"] = [
                None if mask is None else describe_source(mask) for mask in listed(self.style_mask)
            ]
        return given


@dataclass(frozen=True)
class Guides:
    """Masks as the losses take them.

    Attributes:
        names: of the regions.
        canvas: (1, R, H, W) in [0, 1], at the photo's size.
        styles: (1, R, h, w) of each style's picture; None for one that paints all regions.
        keep: (1, 1, H, W) in [0, 1], at the photo's size; None if nothing stays.
        notes: for people.
    """

    names: tuple[str, ...]
    canvas: Tensor
    styles: tuple[Tensor | None, ...]
    keep: Tensor | None
    notes: tuple[str, ...] = ()


def read_guides(
    controls: Controls, content: Picture | None, styles: Sequence[Sequence[Picture]], *, max_megapixels: float
) -> Guides | None:
    """Read the masks and find which regions belong together.

    Args:
        controls: the masks.
        content: the photo; None if there is none, and then the content's mask has the canvas' proportions.
        styles: the pictures of each style.
        max_megapixels: larger masks are refused.
    Returns:
        None if there is no mask.
    Raises:
        PictureError: a mask cannot be read, or a region has no partner; the text lists the colours found.
        SettingError: masks are given that do not go together, or that leave nothing to paint.
    """
    masks = _style_masks(controls.style_mask, styles)
    if controls.content_mask is None and controls.keep is None and not any(m is not None for m in masks):
        return None
    notes: list[str] = []
    if controls.content_mask is None:
        regions = whole((1, 1) if content is None else _shape(content))
        partners = [None if m is None else _white(m, group[0], notes, max_megapixels)
                    for m, group in zip(masks, styles, strict=True)]  # fmt: skip
    else:
        if not any(mask is not None for mask in masks):
            raise SettingError(
                "a content mask needs to know what each of its regions is painted after",
                got="a content mask and no style mask",
                expected="a style mask with the same colours, or a colour for each style, such as red",
                attempt="--style-mask MASK; or --keep MASK, to leave a region as in the photo",
            )
        regions = read_regions(
            controls.content_mask, max_megapixels=max_megapixels, name=controls.content_mask_name
        )
        notes += regions.notes
        partners = _partners(regions, masks, styles, notes, controls, max_megapixels)
    canvas = regions.guides
    if content is not None:
        canvas = _resized(canvas, _shape(content), controls.content_mask_name, notes)
    keep = None
    if controls.keep is not None and content is not None:
        keep = read_mask(controls.keep, max_megapixels=max_megapixels, name="keep")
        keep = _resized(keep, _shape(content), "keep", notes)
        if not bool((keep > 0).any()):
            raise SettingError(
                "the mask keeps nothing", got="black everywhere", expected="white for what stays"
            )
        canvas = canvas * (1 - keep)
    if not bool((canvas > 0.5).any()):
        raise SettingError(
            "the mask keeps all of the photo",
            got="no place that is darker than half",
            expected="black where to paint",
        )
    return Guides(regions.names, canvas, tuple(partners), keep, tuple(notes))


def _style_masks(
    given: Mask | Sequence[Mask | None] | None, styles: Sequence[Sequence[Picture]]
) -> list[Mask | None]:
    """One a style."""
    if given is None:
        return [None] * len(styles)
    masks = [None if _is_all(mask) else mask for mask in listed(given)]
    if len(masks) != len(styles):
        raise SettingError(
            f"{len(masks)} style masks do not go with {len(styles)} styles",
            got=", ".join(map(_named, masks)),
            expected="one a style, in their order",
            attempt="a colour, such as red, for a style that is all of one region",
        )
    for mask, group in zip(masks, styles, strict=True):
        if len(group) > 1 and mask is not None and not is_color(mask):
            raise SettingError(
                "a style of several pictures has no mask",
                got=f"{len(group)} pictures and {_named(mask)}",
                expected="a colour, such as red: all of it belongs to that region",
            )
    return masks


def _is_all(mask: Mask | None) -> bool:
    """Whether a mask is the word for no mask, as the command line says it."""
    return mask is None or (isinstance(mask, str) and mask == "all" and not Path(mask).exists())


def _partners(
    regions: Regions,
    masks: Sequence[Mask | None],
    styles: Sequence[Sequence[Picture]],
    notes: list[str],
    controls: Controls,
    max_megapixels: float,
) -> list[Tensor | None]:
    """Guides of each style, one channel a region of the content; 0 where a style has no such region."""
    read: list[Regions | None] = []
    names = controls.style_mask_names or [f"style mask {number}" for number in range(1, len(masks) + 1)]
    for name, mask, group in zip(names, masks, styles, strict=True):
        if mask is None:
            read.append(None)
        elif is_color(mask):
            color = "#" + bytes(ImageColor.getrgb(str(mask))[:3]).hex()
            read.append(Regions(names=(color,), guides=whole(_shape(group[0])).guides))
        else:
            read.append(read_regions(mask, max_megapixels=max_megapixels, name=name))
    notes += [note for one in read if one is not None for note in one.notes]
    matching = match(
        regions,
        read,
        content_name=f"the {controls.content_mask_name}",
        names=[f"the {name}" for name in controls.style_mask_names],
    )
    notes += matching.notes
    found: list[Tensor | None] = []
    for name, own, partners, group in zip(names, read, matching.partners, styles, strict=True):
        if own is None:
            found.append(None)
            continue
        guides = own.guides.new_zeros(1, len(regions.names), *own.guides.shape[2:])
        for region, partner in enumerate(partners):
            if partner is not None:
                guides[:, region] = own.guides[:, partner]
        found.append(_resized(guides, _shape(group[0]), name, notes))
    return found


def _white(mask: Mask, style: Picture, notes: list[str], max_megapixels: float) -> Tensor:
    """The grey mask of what is taken from a style, at its size: (1, 1, h, w)."""
    name = "style mask"
    white = read_mask(mask, max_megapixels=max_megapixels, name=name)
    if not bool((white > 0.5).any()):
        raise PictureError(
            f"the {name} leaves nothing of the style",
            got="black everywhere",
            expected="white for what to take",
        )
    return _resized(white, _shape(style), name, notes)


def _named(mask: Mask | None) -> str:
    """What an error calls a mask."""
    if mask is None:
        return "none"
    return str(mask) if isinstance(mask, (str, os.PathLike)) else "a picture in memory"


def is_color(mask: Mask) -> bool:
    """Whether a mask is a colour's name instead of a file."""
    if not isinstance(mask, (str, os.PathLike)) or Path(mask).exists():
        return False
    try:
        ImageColor.getrgb(str(mask))
    except ValueError:
        return False
    return True


def _shape(picture: Picture) -> tuple[int, int]:
    height, width = picture.pixels.shape[2:]
    return height, width


def _resized(guides: Tensor, shape: tuple[int, int], name: str, notes: list[str]) -> Tensor:
    height, width = guides.shape[2:]
    if (height, width) != shape and (height, width) != (1, 1):
        notes.append(f"{name}: resized from {width} x {height} to the picture's {shape[1]} x {shape[0]} px")
    return resize_guides(guides, shape)
