"""Masks as the losses take them: which part of the canvas is painted after which part of which style."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import ImageColor
from torch import Tensor

from impasto.errors import PictureError, SettingError, nearest
from impasto.images.io import Picture, PictureSource
from impasto.images.masks import Regions, match, read_mask, read_regions, resize_guides, whole
from impasto.settings.task import as_list
from impasto.synthesis.read import StylePictures

Mask = PictureSource
"""A label picture or a grey mask: a path, a Pillow picture or an array; for a style also a colour's name."""


@dataclass(frozen=True)
class RegionGuides:
    """Masks as the losses take them.

    Attributes:
        names: of the regions.
        canvas: (1, R, H, W) in [0, 1], at the photo's size.
        styles: (1, R, h, w) of each style's picture; None for a style that paints all regions.
        keep: (1, 1, H, W) in [0, 1], what stays of the photo, at its size; None if nothing stays.
        notes: for people.
        strengths: how strongly each region is painted, 0 to 1; empty: all alike. See ``by_strength``.
    """

    names: tuple[str, ...]
    canvas: Tensor
    styles: tuple[Tensor | None, ...]
    keep: Tensor | None
    notes: tuple[str, ...] = ()
    strengths: tuple[float, ...] = ()

    @property
    def strengths_tensor(self) -> Tensor | None:
        """(1, 1, 1, R), for a run's identity: masks of other strengths may have the same canvas."""
        return torch.tensor(self.strengths)[None, None, None] if self.strengths else None


@dataclass(frozen=True)
class _StyleMask:
    """The mask of one style, before it is read; source is None where the style paints all regions."""

    name: str
    source: Mask | None
    shape: tuple[int, int]


def read_guides(
    content: Picture | None,
    styles: StylePictures,
    *,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    keep: Mask | None = None,
    max_megapixels: float,
    content_mask_name: str = "content mask",
    style_mask_names: Sequence[str] = (),
) -> RegionGuides | None:
    """Read the masks and find which regions belong together.

    Args:
        content: the photo; None if there is none, and then the content mask has the canvas' proportions.
        styles: the pictures of each style.
        content_mask: regions of the photo by colour; each is painted after the regions of that colour in the
            styles' masks. A grey mask has two, white and black.
        style_mask: of the style, or a list with one a style, in their order, or None or "all" for a style
            that paints all regions. A colour ("#ff0000", "red") gives the whole style to that region. Without
            a content mask: grey masks of what is taken from each style, white for all of it.
        keep: grey mask of what stays as in the photo; white stays.
        max_megapixels: larger masks are refused.
        content_mask_name: what errors and notes call the content mask.
        style_mask_names: what they call those of the styles; numbers if left out.
    Returns:
        None if there is no mask.
    Raises:
        PictureError: a mask cannot be read, or a region has no partner; the text lists the colours of both.
        SettingError: masks are given that do not go together, or that leave nothing to paint.
    """
    sources = _style_masks(style_mask, styles)
    if content_mask is None and keep is None and all(source is None for source in sources):
        return None
    names = style_mask_names or [f"style mask {number}" for number in range(1, len(sources) + 1)]
    masks = [
        _StyleMask(name, source, shape_of(group[0]))
        for name, source, group in zip(names, sources, styles.groups, strict=True)
    ]
    if content_mask is None:
        regions = whole((1, 1) if content is None else shape_of(content))
        partners, notes = _taken_parts(masks, max_megapixels)
    else:
        if all(source is None for source in sources):
            raise SettingError(
                "a content mask needs to know what each of its regions is painted after",
                got="a content mask and no style mask",
                expected="a style mask with the same colours, or a colour for each style, such as red",
                attempt="--style-mask MASK; or --keep MASK, to leave a region as in the photo",
            )
        regions = read_regions(content_mask, max_megapixels=max_megapixels, name=content_mask_name)
        partners, notes = _partners(
            regions, masks, content_mask_name, named=bool(style_mask_names), max_megapixels=max_megapixels
        )
        notes = (*regions.notes, *notes)
    canvas, kept = regions.guides, None
    if content is not None:
        canvas, resized = _resized(canvas, shape_of(content), content_mask_name)
        notes = (*notes, *resized)
    if keep is not None and content is not None:
        kept, resized = _keep_mask(keep, content, max_megapixels)
        notes, canvas = (*notes, *resized), canvas * (1 - kept)
    if not bool((canvas > 0.5).any()):
        raise SettingError(
            "the mask keeps all of the photo",
            got="no place that is darker than half",
            expected="black where to paint",
        )
    return RegionGuides(regions.names, canvas, tuple(partners), kept, notes)


def is_color(mask: Mask) -> bool:
    """Whether a mask is a colour's name instead of a file."""
    if not isinstance(mask, (str, os.PathLike)) or os.path.exists(mask):  # noqa: PTH110 - of any text
        return False
    try:
        ImageColor.getrgb(str(mask))
    except ValueError:
        return False
    return True


def check_word(mask: Mask | None) -> None:
    """Check that a word given as a style's mask is a colour's name or the name of a file.

    Raises:
        SettingError: it is neither.
    """
    if not isinstance(mask, str) or is_color(mask) or os.path.exists(mask):  # noqa: PTH110 - of any text
        return
    if Path(mask).suffix or "/" in mask or os.sep in mask:  # meant as a file, and missing
        return
    like = [name for name in ImageColor.colormap if mask.lower() in name]
    raise SettingError(
        "a style mask is neither a file nor a colour",
        got=mask,
        expected="a picture file; a colour as it is in the content mask, such as red or #87ceeb; or all",
        attempt=f"{like[0]}, if that is the region's colour" if like else nearest(mask, ImageColor.colormap),
    )


def shape_of(picture: Picture) -> tuple[int, int]:
    """(height, width) of a picture, px."""
    height, width = picture.pixels.shape[2:]
    return height, width


def _style_masks(given: Mask | Sequence[Mask | None] | None, styles: StylePictures) -> Sequence[Mask | None]:
    """One mask a style; None for a style that paints all regions."""
    if given is None:
        return [None] * len(styles.groups)
    masks = [None if _is_all(mask) else mask for mask in as_list(given)]
    if len(masks) != len(styles.groups):
        raise SettingError(
            f"{len(masks)} style masks do not go with {len(styles.groups)} styles",
            got=", ".join(map(_named, masks)),
            expected="one a style, in their order",
            attempt="a colour, such as red, for a style that is all of one region",
        )
    for mask in masks:
        check_word(mask)
    for mask, group in zip(masks, styles.groups, strict=True):
        if len(group) > 1 and mask is not None and not is_color(mask):
            raise SettingError(
                "a style of several pictures has no mask",
                got=f"{len(group)} pictures and {_named(mask)}",
                expected="a colour, such as red: all of it belongs to that region",
            )
    return masks


def _is_all(mask: Mask | None) -> bool:
    """Whether there is no mask, or the word that the command line has for none."""
    return mask is None or (isinstance(mask, str) and mask == "all" and not Path(mask).exists())


def _taken_parts(
    masks: Sequence[_StyleMask], max_megapixels: float
) -> tuple[list[Tensor | None], tuple[str, ...]]:
    """Without a content mask: (1, 1, h, w) of what is taken from each style, and notes."""
    parts: list[Tensor | None] = []
    notes: tuple[str, ...] = ()
    for mask in masks:
        if mask.source is None:
            parts.append(None)
            continue
        white = read_mask(mask.source, max_megapixels=max_megapixels, name="style mask")
        if not bool((white > 0.5).any()):
            raise PictureError(
                "the style mask leaves nothing of the style",
                got="black everywhere",
                expected="white for what to take",
            )
        part, resized = _resized(white, mask.shape, "style mask")
        parts.append(part)
        notes += resized
    return parts, notes


def _partners(
    regions: Regions,
    masks: Sequence[_StyleMask],
    content_mask_name: str,
    *,
    named: bool,
    max_megapixels: float,
) -> tuple[list[Tensor | None], tuple[str, ...]]:
    """Guides of each style, one channel a region of the content (0 where it has none), and notes."""
    of_styles = [_regions_of(mask, max_megapixels) for mask in masks]
    notes = tuple(note for one in of_styles if one is not None for note in one.notes)
    matching = match(
        regions,
        of_styles,
        content_name=f"the {content_mask_name}",
        names=[f"the {mask.name}" for mask in masks] if named else [],
    )
    notes = (*notes, *matching.notes)
    guides: list[Tensor | None] = []
    for mask, of_style, partners in zip(masks, of_styles, matching.partners, strict=True):
        if of_style is None:
            guides.append(None)
            continue
        paired = of_style.guides.new_zeros(1, len(regions.names), *of_style.guides.shape[2:])
        for region, partner in enumerate(partners):
            if partner is not None:
                paired[:, region] = of_style.guides[:, partner]
        resized, note = _resized(paired, mask.shape, mask.name)
        guides.append(resized)
        notes = (*notes, *note)
    return guides, notes


def _regions_of(mask: _StyleMask, max_megapixels: float) -> Regions | None:
    """The regions of a style's mask; one for a colour, None where there is no mask."""
    if mask.source is None:
        return None
    if is_color(mask.source):
        color = "#" + bytes(ImageColor.getrgb(str(mask.source))[:3]).hex()
        return Regions(names=(color,), guides=whole(mask.shape).guides)
    return read_regions(mask.source, max_megapixels=max_megapixels, name=mask.name)


def _keep_mask(keep: Mask, content: Picture, max_megapixels: float) -> tuple[Tensor, tuple[str, ...]]:
    """(1, 1, H, W), what stays of the photo, and notes."""
    white = read_mask(keep, max_megapixels=max_megapixels, name="keep")
    kept, notes = _resized(white, shape_of(content), "keep")
    if not bool((kept > 0).any()):
        raise SettingError("the mask keeps nothing", got="black everywhere", expected="white for what stays")
    return kept, notes


def _named(mask: Mask | None) -> str:
    """What an error calls a mask."""
    if mask is None:
        return "none"
    return str(mask) if isinstance(mask, (str, os.PathLike)) else "a picture in memory"


def _resized(guides: Tensor, shape: tuple[int, int], name: str) -> tuple[Tensor, tuple[str, ...]]:
    """Guides at a picture's size, and a note if that is another size."""
    height, width = guides.shape[2:]
    notes: tuple[str, ...] = ()
    if (height, width) not in (shape, (1, 1)):
        notes = (f"{name}: resized from {width} x {height} to the picture's {shape[1]} x {shape[0]} px",)
    return resize_guides(guides, shape), notes
