"""An object pasted into a painting: the composite, its mask, and the part around it that is worked on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.errors import PictureError, SettingError
from impasto.images.gaussian import gaussian_blur
from impasto.images.masks import resize_guides
from impasto.images.palette_match import in_palette
from impasto.images.resize import fit, resize

MARGIN_PX = 48
"""What is seen around the object, at least."""

DIFFERENT = 8 / 255
"""A composite differs from its painting by more than this where the object is."""

RIM_PX = 3.0
"""Deviation of the blur that makes the mask's edge soft. Source: Luan et al. 2018, post-processing."""

WIDER_PX = 35 / 3
"""Deviation of the blur that widens the mask to what may be optimised. Source: their ``dilate_mask.m``."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Paste:
    """A composite and its mask.

    Attributes:
        composite: (1, 3, H, W), sRGB in [0, 1], the painting with the object.
        painting: (1, 3, H, W).
        mask: (1, 1, H, W) in [0, 1], 1 on the object.
    """

    composite: Tensor
    painting: Tensor
    mask: Tensor

    @property
    def box(self) -> tuple[slice, slice]:
        """(rows, columns) of the object with its margin."""
        sides = []
        for axis in (1, 0):
            inside = (self.mask[0, 0].amax(axis) > 0.5).nonzero()[:, 0]
            size = self.mask.shape[3 - axis]
            first, last = int(inside[0]) - MARGIN_PX, int(inside[-1]) + MARGIN_PX + 1
            sides.append(slice(max(0, first), min(size, last)))
        return sides[0], sides[1]

    @property
    def soft(self) -> Tensor:
        """(1, 1, H, W), the mask with a soft rim; 0 from three deviations on."""
        blurred = gaussian_blur(self.mask, RIM_PX)
        return ((torch.maximum(blurred, self.mask) - 0.01) / 0.99).clamp(0, 1) * (blurred > 0.01)

    @property
    def wide(self) -> Tensor:
        """(1, 1, H, W), 0 or 1: where pixels may change while they are optimised; all of the object at least.

        Differs: of an object of a few pixels the blur alone, which is theirs, leaves nothing.
        """
        return (torch.maximum(gaussian_blur(self.mask, WIDER_PX), self.mask) > 0.1).float()

    def on(self, device: torch.device | str) -> Paste:
        """The same on a device."""
        return replace(
            self,
            composite=self.composite.to(device),
            painting=self.painting.to(device),
            mask=self.mask.to(device),
        )

    def in_palette(self) -> Paste:
        """The same with the object in the painting's colours; see ``images.palette_match``."""
        inside = self.mask[0, 0] > 0
        composite = self.composite.clone()
        composite[0, :, inside] = in_palette(composite[0, :, inside], self.painting)
        return replace(self, composite=composite)

    def resized(self, size: int) -> Paste:
        """The same with a long side of at most ``size`` px."""
        shape = fit(self.mask.shape[2], self.mask.shape[3], size)
        composite, painting = resize(self.composite, shape), resize(self.painting, shape)
        return replace(self, composite=composite, painting=painting, mask=resize_guides(self.mask, shape))


def pasted(
    item: Tensor, painting: Tensor, mask: Tensor | None, *, at: tuple[int, int] | None, scale: float
) -> Paste:
    """Put an object into a painting.

    Args:
        item: (1, 3, h, w), the composite, or the object that is put at a place.
        painting: (1, 3, H, W).
        mask: (1, 1, ...), 1 on the object; resized to the item. None: where the composite differs from the
            painting; all of an object.
        at: (x, y) of the object's upper left corner in the painting, px; None: the item is a composite.
        scale: of the object.
    Raises:
        SettingError: the object lies outside the painting, or is larger.
        PictureError: there is no object.
    """
    height, width = painting.shape[2:]
    if at is None:
        composite = resize(item, (height, width))
        if mask is None:
            difference = (composite - painting).abs().amax(1, keepdim=True)
            spread = F.max_pool2d((difference > DIFFERENT).float(), 5, stride=1, padding=2)
            mask = -F.max_pool2d(-spread, 5, stride=1, padding=2)
        full = resize_guides(mask, (height, width))
        return _checked(
            Paste(composite=full * composite + (1 - full) * painting, painting=painting, mask=full)
        )
    shape = (max(1, round(item.shape[2] * scale)), max(1, round(item.shape[3] * scale)))
    x, y = at
    if shape[0] > height or shape[1] > width:
        raise SettingError(
            "the object is larger than the painting",
            got=f"{shape[1]} x {shape[0]} px in {width} x {height} px",
            attempt=f"--scale {scale * min(height / shape[0], width / shape[1]):.2g}, or less",
        )
    if x + shape[1] <= 0 or y + shape[0] <= 0 or x >= width or y >= height:
        raise SettingError(
            "the object lies outside the painting",
            got=f"--at {x},{y}",
            expected=f"0,0 to {width - 1},{height - 1}, in px from the upper left corner",
        )
    small = resize(item, shape)
    part = torch.ones(1, 1, *shape) if mask is None else resize_guides(mask, shape)
    rows, columns = slice(max(0, y), min(height, y + shape[0])), slice(max(0, x), min(width, x + shape[1]))
    inside = (..., slice(rows.start - y, rows.stop - y), slice(columns.start - x, columns.stop - x))
    composite, full = painting.clone(), torch.zeros(1, 1, height, width)
    full[..., rows, columns] = part[inside]
    composite[..., rows, columns] = torch.lerp(painting[..., rows, columns], small[inside], part[inside])
    return _checked(Paste(composite=composite, painting=painting, mask=full))


def _checked(paste: Paste) -> Paste:
    """The same.

    Raises:
        PictureError: there is no object.
    """
    if not bool((paste.mask > 0.5).any()):
        raise PictureError(
            "there is no object",
            got="a mask that is black everywhere, or a composite that is the painting",
            expected="white where the object is",
            attempt="--mask FILE, or --at X,Y to put the picture into the painting",
        )
    return paste
