"""Two photos of the same kind of scene, with their regions, at the size where looks are compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from impasto.images.guided_masks import SMALL_PX, GuidedMasks, guided_masks
from impasto.images.io import Picture
from impasto.images.masks import resize_guides
from impasto.images.resize import fit, resize, shrink_to
from impasto.losses.base import Loss, Target, merged
from impasto.losses.objective import Term
from impasto.losses.regions import by_region
from impasto.synthesis.context import Context
from impasto.synthesis.feature_view import FeatureView
from impasto.synthesis.guides import RegionGuides
from impasto.synthesis.matting import matted
from impasto.synthesis.network import NetworkHandle
from impasto.synthesis.record import pixels_sha256

BAND = 0.015
"""How far the edges of a map may be off, as a fraction of the long side; chosen by eye."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PhotoPair:
    """Two photos and their regions.

    Attributes:
        content: the photo that changes.
        style: the one whose look is taken.
        guides: regions of both; None: each is one region.
        size_px: long side of the copies that are compared.
        network: reads the pictures.
        found: the regions were not given but found.
    """

    content: Picture
    style: Picture
    guides: RegionGuides | None
    size_px: int
    network: NetworkHandle
    found: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the small copy of the photo, px."""
        height, width = self.content.pixels.shape[2:]
        return fit(height, width, self.size_px)

    @cached_property
    def edges(self) -> GuidedMasks | None:
        """The photo's regions, along its edges, at any size; None where there is one region."""
        if self.guides is None:
            return None
        height, width = self.content.pixels.shape[2:]
        shape = fit(height, width, SMALL_PX)
        photo = resize(self.content.pixels, shape)
        rough = resize_guides(self.guides.canvas, shape)
        if min(shape) < 3 or rough.shape[1] == 1:
            return guided_masks(rough, photo)
        most = matted(rough[:, :-1], photo, band_px=max(1, round(BAND * max(shape))))
        rest = (rough.sum(1, keepdim=True) - most.sum(1, keepdim=True)).clamp(0, 1)
        return guided_masks(torch.cat([most, rest], 1), photo)

    def small(self, shape: tuple[int, int] | None = None) -> Tensor:
        """The photo at a size: (1, 3, h, w), on the network's device."""
        return resize(self.content.pixels, shape or self.shape).to(self.network.device)

    def small_style(self, shape: tuple[int, int] | None = None) -> Tensor:
        """The style at as many pixels, with the guides of its regions: (1, 3 + R, h, w)."""
        height, width = shape or self.shape
        pixels = shrink_to(self.style.pixels, height * width)
        if self.guides is None or self.guides.styles[0] is None:
            regions = 1 if self.guides is None else self.guides.canvas.shape[1]
            guides = torch.ones(1, regions, *pixels.shape[2:])
        else:
            guides = resize_guides(self.guides.styles[0], (pixels.shape[2], pixels.shape[3]))
        return torch.cat([pixels, guides], 1).to(self.network.device)

    def masks(self, photo: Tensor) -> Tensor:
        """The regions of a copy of the photo: (1, R, h, w)."""
        return torch.ones_like(photo[:, :1]) if self.edges is None else self.edges.of(photo.cpu()).to(photo)

    def term(
        self, name: str, loss: Loss, weight: float, view: FeatureView, masks: Tensor, *, context: Context
    ) -> Term:
        """A loss between each region of the canvas and that of the style, weighted by the region's area.

        Args:
            name: of the term.
            loss: between two regions.
            weight: of the term.
            view: reads pictures with guides.
            masks: (1, R, h, w), regions of the canvas, at its size.
            context: keeps the target.
        """
        shares = masks.mean((0, 2, 3)).tolist()
        regional = by_region(loss, shares)
        style = self.small_style((masks.shape[2], masks.shape[3]))
        reader = FeatureView(view.network, view.layers, view.rule)  # reads pictures, not a grid

        def make() -> Target:
            guides = reader.guides(style, regional.layers)
            return regional.finish(regional.target(reader.features(style, regional.layers), guides))

        key = (self.network.fingerprint, str(self.network.dtype), pixels_sha256(style), regional.cache_key)
        target = context.targets.get(key, make)
        scene = torch.cat([masks.new_zeros(1, 3, *masks.shape[2:]), masks], 1)
        spatial = regional.spatial_target(reader.guides(scene, regional.layers))
        return Term(name, regional, merged(target, spatial), weight)
