"""Rough masks that follow the edges of a photo: the guided filter, at a small size, applied at any size."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.images.guided_filter import GuidedMaps, guided_maps
from impasto.images.masks import resize_guides
from impasto.images.resize import fit, resize

SMALL_PX = 384
"""Long side of the copy that the filter is computed on."""

RADIUS = 0.008
"""Half the side of a window, as a fraction of the long side; chosen by eye."""

EDGE = 0.02
"""Differences of colour much below this are no edge for a mask; chosen by eye."""


@dataclass(frozen=True, eq=False)
class GuidedMasks:
    """Masks of regions that follow the edges of a photo.

    Attributes:
        maps: from the photo's colours to each mask.
    """

    maps: GuidedMaps

    @property
    def regions(self) -> int:
        """How many there are."""
        return self.maps.planes

    def of(self, photo: Tensor, *, top: int = 0, height: int | None = None) -> Tensor:
        """The masks of a photo, or of some of its rows.

        Args:
            photo: (1, 3, h, w), sRGB in [0, 1], of any size.
            top: number of its first row in the whole picture.
            height: of the whole picture, px; None: these rows are the whole.
        Returns:
            (1, R, h, w) in [0, 1], sum 1 over R.
        """
        masks = self.maps.of(photo, top=top, height=height).clamp(0, 1)
        total = masks.sum(1, keepdim=True)
        return torch.where(total > 1e-3, masks / total.clamp_min(1e-3), 1 / self.regions)


def guided_masks(masks: Tensor, photo: Tensor) -> GuidedMasks:
    """Fit masks to the edges of a photo.

    Args:
        masks: (1, R, H, W) in [0, 1], sum 1 over R.
        photo: (1, 3, H, W), sRGB in [0, 1].
    Returns:
        Masks of the photo at any size.
    Raises:
        ShapeError: a tensor of another shape.

    Source: on a small copy: He, Sun 2015, "Fast guided filter".
    Differs: clamped, and scaled to sum 1.
    """
    expect(photo, "1 3 h w", name="photo")
    expect(masks, "1 r h w", name="masks")
    small = fit(photo.shape[2], photo.shape[3], SMALL_PX)
    radius_px = max(1, round(RADIUS * max(small)))
    guide, rough = resize(photo, small), resize_guides(masks, small)
    return GuidedMasks(guided_maps(rough, guide, radius_px=radius_px, edge=EDGE))
