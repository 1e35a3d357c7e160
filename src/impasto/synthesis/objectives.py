"""The losses of a painting at every size: whole, or in tiles where memory does not suffice."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache, cached_property

import torch
from torch import Tensor

from impasto.features.extractor import Extractor
from impasto.images.masks import resize_guides
from impasto.images.resize import resize
from impasto.losses.base import PositionSums
from impasto.losses.objective import Objective
from impasto.optimize.canvas import Resize
from impasto.optimize.loop import Measure
from impasto.optimize.schedule import Scale
from impasto.optimize.tiling import TiledObjective
from impasto.settings import StylizeSettings
from impasto.settings.weighted import layer_weights
from impasto.synthesis.feature_view import Sight
from impasto.synthesis.ground import Pull
from impasto.synthesis.memory import PICTURES, TILES_PX, Plan, need_of, plan, room, whole_only
from impasto.synthesis.periodic import cut_open, resize_around
from impasto.synthesis.style_terms import Terms, checked
from impasto.synthesis.styles import Style

log = logging.getLogger(__name__)

SHIFTS = ((0, 0), (1, 2), (3, 1), (2, 3))
"""Where the network's grid lies in turn: rows and columns mirrored on top and left, all residues of 4."""


@dataclass(frozen=True)
class Measures:
    """What a canvas is measured by, at every size.

    Attributes:
        settings: how to paint.
        photo: (1, 3, H, W) in [0, 1]; None if nothing holds on to one.
        styles: the paintings.
        network: on its device, in its precision.
        device: where the canvas lies.
        guides: (1, R, H, W) in [0, 1], which part of the canvas is which region; None for no regions.
        full: (height, width) of the result, px, if paintings shrink along with the canvas as textures do;
            None if they are seen with as many pixels as the canvas has.
        wraps: the canvas' edges meet.
        pulls: as in ``Ground``.
        held_bytes: what the process held before the first canvas; the same at every size and after a resume,
            so that tiles are too.
    """

    settings: StylizeSettings
    photo: Tensor | None
    styles: tuple[Style, ...]
    network: Extractor
    device: torch.device
    guides: Tensor | None = None
    full: tuple[int, int] | None = None
    wraps: bool = False
    pulls: tuple[Pull, ...] = ()
    held_bytes: int = 0

    def measure(self, scale: Scale) -> Measure:
        """The loss of a canvas at one size, in tiles if the whole does not fit into memory.

        With jitter, the network's grid lies on the canvas in four ways in turn: gradients of max pooling
        favour the same pixel of each 2 x 2 block, and would print the network's grid on the picture.
        """
        how = self.plan(scale)
        if how is None:
            return self.whole(scale)
        size = f"{scale.width} x {scale.height} px"
        if not self.tileable:
            log.warning("%s; memory may not suffice for %s, try a smaller --size", self.why_whole, size)
            return self.whole(scale)
        side = min(how.tile_px, max(scale.height, scale.width))
        log.warning("%s are painted in tiles of at most %d px, as memory is short", size, side)
        return self.tiled(scale, how)

    def plan(self, scale: Scale) -> Plan | None:
        """In which tiles a size should be painted; None if the whole fits, or if nobody knows."""
        s = self.settings
        there = room(self.device, limit=s.memory, held_bytes=self.held_bytes)
        if type(self.network) is not Extractor:
            return None if s.memory is None else Plan(TILES_PX[-1])
        if there is None:
            return None
        halo_px = self.sight.halo_px
        need = need_of(
            self.network, self.sight.layers, turns=len(self.shifts),
            pictures=PICTURES[s.optimizer] + self.scenes(scale),
            kept=layer_weights(s.content_layers) if s.content_weight > 0 else (),
        )  # fmt: skip
        least = need.around(scale) + need.tile(TILES_PX[-1], halo_px, scale)
        if s.memory is not None and self.tileable and there < min(least, need.whole(scale)):
            log.warning("%d x %d px take about %.1fGB even in the smallest tiles, more than --memory %s",
                        scale.width, scale.height, (self.held_bytes + least) / 1e9, s.memory)  # fmt: skip
        return plan(need, scale, there=there, halo_px=halo_px)

    def scenes(self, scale: Scale) -> int:
        """Pictures of three channels that the photo at this size and its guides take besides."""
        if self.guides is not None:
            return 2 + self.guides.shape[1] // 3
        if self.photo is None:
            return 0
        return int(self.photo.shape[2:] != (scale.height, scale.width) or self.photo.device != self.device)

    def smaller(self, scale: Scale, times: int) -> Measure | None:
        """The same in tiles, each time smaller ones: for when memory has run out."""
        if not self.tileable:
            return None
        how = self.plan(scale)
        first = TILES_PX[0] if how is None else how.tile_px
        side, failed = (max(TILES_PX[-1], first >> count) for count in (times, times - 1))
        return None if side == failed and times > 1 else self.tiled(scale, Plan(side, 0))

    @property
    def tileable(self) -> bool:
        """Whether the network is a chain of known geometry, and the losses are sums over positions."""
        return type(self.network) is Extractor and not self.whole_only

    @property
    def whole_only(self) -> list[str]:
        """The losses, by name, that need the picture whole."""
        pulls = [name for name, loss, _ in self.pulls if not isinstance(loss, PositionSums)]
        return whole_only(self.settings) + pulls

    @property
    def why_whole(self) -> str:
        """In words, why there can be no tiles."""
        names = " and ".join(self.whole_only)
        if names:
            return f"{names} compares positions all over the picture and needs it whole"
        return f"nobody knows how far the network {self.network.name!r} looks, so it needs the picture whole"

    @property
    def shifts(self) -> tuple[tuple[int, int], ...]:
        """Where the network's grid lies, in turn."""
        jitters = self.settings.jitter and self.settings.optimizer == "adam" and not self.wraps
        return SHIFTS if jitters else SHIFTS[:1]

    def whole(self, scale: Scale) -> Measure:
        """The loss of a canvas at one size, at once."""
        scene, shifts, terms = self.scene_at(scale), self.shifts, self.terms
        style_terms = terms.style(self.views(scale))

        @cache  # made when its turn comes: short runs need fewer
        def objective(turn: int) -> Objective:
            shift = shifts[turn]
            return Objective(checked(terms.content(scene, shift) + terms.placed(style_terms, scene, shift)))

        def measure(canvas: Tensor, look: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
            turn = look % len(shifts)
            opened = self.opened(canvas, look)
            return objective(turn)(self.sight.look(opened, objective(turn).layers, shifts[turn]))

        return measure

    def tiled(self, scale: Scale, how: Plan) -> Measure:
        """The loss of a canvas at one size, with the memory of one tile."""
        scene, shifts, terms, side = self.scene_at(scale), self.shifts, self.terms, how.tile_px
        style_terms = terms.style(self.views(scale), side)
        strides = {layer: self.network.geometry[layer].stride_px for layer in self.sight.layers}

        @cache
        def objective(turn: int) -> TiledObjective:
            shift = shifts[turn]
            there = terms.content(scene, shift, side) + terms.placed(style_terms, scene, shift, tiled=True)
            share = how.cache_bytes // len(shifts)
            frame = self.sight.frame(scene, side, shift)
            return TiledObjective(checked(there), frame, self.sight.see, scene, strides, share)

        def measure(canvas: Tensor, look: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
            return objective(look % len(shifts))(self.opened(canvas, look))

        return measure

    def opened(self, canvas: Tensor, look: int) -> Tensor:
        """The canvas as it is looked at: cut open, if its edges meet."""
        return cut_open(canvas, look) if self.wraps else canvas

    @property
    def resized(self) -> Resize:
        """How the canvas is brought to the next size."""
        return resize_around if self.wraps else resize

    def scene_at(self, scale: Scale) -> Tensor:
        """The photo, or black, with guides, at the size of what is looked at: (1, 3 + R, H, W)."""
        size = (scale.height, scale.width)
        if self.photo is None:
            photo = torch.zeros(1, 3, 1, 1, device=self.device).expand(1, 3, *size)
        else:
            photo = resize(self.photo.to(self.device), size)
        if self.guides is None:
            return photo
        return torch.cat([photo, resize_guides(self.guides.to(self.device), size)], 1)

    def views(self, scale: Scale) -> list[Tensor]:
        """Every painting at the size that suits a scale."""
        reduction = None if self.full is None else self.full[0] / scale.height
        return [self.terms.view(style, scale.pixels, reduction=reduction) for style in self.styles]

    @cached_property
    def terms(self) -> Terms:
        """How the terms of the loss are made; a region weighs as much as the part of the canvas it takes."""
        regions = () if self.guides is None else tuple(self.guides.mean((0, 2, 3)).tolist())
        return Terms(self.settings, self.styles, self.sight, regions, self.pulls)

    @cached_property
    def sight(self) -> Sight:
        """The network, the layers that the settings name, and how guides reach them."""
        s = self.settings
        pulls = (layer for _, loss, _ in self.pulls for layer in loss.layers)
        layers = (*layer_weights(s.content_layers), *layer_weights(s.style_layers), *pulls)
        return Sight(self.network, layers, s.guides)
