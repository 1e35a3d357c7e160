"""What makes a dream grow, at every size: whole, or in tiles where memory does not suffice."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from impasto import runtime
from impasto.errors import SettingError
from impasto.features.extractor import Extractor
from impasto.images.resize import fit, resize
from impasto.losses.activation import ActivationLoss, GuidedLoss
from impasto.losses.objective import Objective, Term
from impasto.optimize.loop import Measure
from impasto.optimize.schedule import Scale
from impasto.optimize.tiling import TiledObjective
from impasto.settings import DreamSettings
from impasto.synthesis.feature_view import FeatureView
from impasto.synthesis.memory import TILES_PX, Plan, need_of, plan, room
from impasto.synthesis.periodic import STEP

log = logging.getLogger(__name__)

GUIDE_PX = 512
"""Long side of a guide at most: beyond, matching it takes longer than dreaming."""

PICTURES = 9
"""Pictures of three float32 channels: canvas, gradient, mean, its bands, and those in flight."""


@dataclass(frozen=True)
class Visions:
    """What a canvas is measured by, at every size.

    Attributes:
        settings: how to dream.
        guide: (1, 3, H, W) in [0, 1], what to dream of; None for whatever the network likes.
        network: on its device, in its precision.
        device: where the canvas lies.
        held_bytes: what the process held before the first canvas.
    """

    settings: DreamSettings
    guide: Tensor | None
    network: Extractor
    device: torch.device
    held_bytes: int = 0

    def measure(self, scale: Scale) -> Measure:
        """Minus what grows, of a canvas at one size; in tiles if the whole does not fit into memory."""
        how = self.plan(scale)
        if how is None:
            return self.whole()
        size = f"{scale.width} x {scale.height} px"
        if not self.tileable:
            log.warning(
                "nobody knows how far the network %r looks, so it needs the picture whole; memory may not "
                "suffice for %s, try a smaller --size", self.network.name, size,
            )  # fmt: skip
            return self.whole()
        side = min(how.tile_px, max(scale.height, scale.width))
        log.warning("%s are dreamt in tiles of at most %d px, as memory is short", size, side)
        return self.tiled(how.tile_px)

    def plan(self, scale: Scale) -> Plan | None:
        """In which tiles a size should be dreamt; None if the whole fits, or if nobody knows."""
        there = room(self.device, limit=self.settings.memory, held_bytes=self.held_bytes)
        if not self.tileable:
            return None if self.settings.memory is None else Plan(TILES_PX[-1])
        if there is None:
            return None
        need = need_of(self.network, self.sight.layers, kept=(), turns=0, pictures=PICTURES)
        return plan(need, scale, there=there, halo_px=self.sight.halo_px)

    def smaller(self, scale: Scale, times: int) -> Measure | None:
        """The same in tiles, each time smaller ones: for when memory has run out."""
        if not self.tileable:
            return None
        how = self.plan(scale)
        first = TILES_PX[0] if how is None else how.tile_px
        side, failed = (max(TILES_PX[-1], first >> count) for count in (times, times - 1))
        return None if side == failed and times > 1 else self.tiled(side)

    def whole(self) -> Measure:
        """Minus what grows, of a canvas at one size, at once."""
        objective = Objective([self.term])

        def measure(canvas: Tensor, look: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
            return objective(self.sight.features(canvas, objective.layers, self.shift(canvas, look)))

        return measure

    def tiled(self, tile_px: int) -> Measure:
        """The same with the memory of one tile."""
        strides = {layer: self.network.geometry[layer].stride_px for layer in self.sight.layers}

        def measure(canvas: Tensor, look: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
            height, width = canvas.shape[2:]
            grid = self.sight.tile_grid((height, width), tile_px, self.shift(canvas, look))
            return TiledObjective([self.term], grid, self.sight, strides)(canvas)

        return measure

    @property
    def tileable(self) -> bool:
        """Whether the network is a chain of known geometry."""
        return type(self.network) is Extractor

    def shift(self, canvas: Tensor, look: int) -> tuple[int, int]:
        """By how many rows and columns the picture is shifted under the network at a look."""
        most = [min(self.settings.jitter, side - 1) for side in canvas.shape[2:]]
        places = [(start + look * step) % 1 for start, step in zip(self._start, STEP, strict=True)]
        rows, columns = (int(place * (limit + 1)) for place, limit in zip(places, most, strict=True))
        return rows, columns

    @cached_property
    def _start(self) -> list[float]:
        drawn: list[float] = torch.rand(2, generator=runtime.generator(self.settings.seed)).tolist()
        return drawn

    @cached_property
    def term(self) -> Term:
        """What grows, as a loss that falls."""
        s = self.settings
        layers = {s.layer: 1.0}
        if self.guide is None:
            power = {"squares": 2, "mean": 1}[s.objective or ("squares" if s.channel is None else "mean")]
            return Term(
                "activation", ActivationLoss(layers, power=power, channel=s.channel), {}, 1.0, gain=True
            )
        loss = GuidedLoss(layers)
        height, width = self.guide.shape[2:]
        guide = resize(self.guide.to(self.device), fit(height, width, GUIDE_PX))
        with torch.no_grad():
            return Term("activation", loss, loss.target(self.sight.features(guide, layers)), 1.0, gain=True)

    @cached_property
    def sight(self) -> FeatureView:
        """The network and the layer that grows."""
        return FeatureView(self.network, (self.settings.layer,))


def check_channel(channel: int | None, sight: FeatureView, photo: Tensor) -> None:
    """Whether the layer has such a channel.

    Args:
        channel: from 0; None for all.
        sight: the network and the layer.
        photo: (1, 3, H, W), on the network's device, large enough for the layer.
    Raises:
        SettingError: it has not.
    """
    if channel is None:
        return
    (layer,) = sight.layers
    side = max(2 * sight.stride_px, sight.smallest_px)
    with torch.no_grad():
        count = sight.features(photo[:, :, :side, :side], [layer])[layer].shape[1]
    if channel >= count:
        raise SettingError(
            f"{layer} of {sight.network.name!r} has {count} channels",
            got=f"channel {channel}",
            expected=f"0 to {count - 1}",
        )
