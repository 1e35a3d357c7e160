"""The losses of a painting at every size: whole, or in tiles where memory does not suffice."""

from __future__ import annotations

import inspect
import logging
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from impasto import registry
from impasto.errors import SettingError
from impasto.features.extractor import Extractor, smallest_px
from impasto.images.resize import mirror_pad, resize, shrink_to
from impasto.losses.base import Loss, PositionSums, Target
from impasto.losses.objective import Objective, Term
from impasto.losses.palette import PaletteLoss
from impasto.losses.total_variation import TotalVariationLoss
from impasto.optimize.frame import Frame
from impasto.optimize.loop import Measure
from impasto.optimize.schedule import Scale
from impasto.optimize.tiling import TiledObjective, tiled_target
from impasto.recipes.memory import PICTURES, TILES_PX, Plan, need_of, plan, room, whole_only
from impasto.settings import StylizeSettings
from impasto.settings.stylize import layer_weights, loss_shares

log = logging.getLogger(__name__)

SHIFTS = ((0, 0), (1, 2), (3, 1), (2, 3))
"""Where the network's grid lies in turn: rows and columns mirrored on top and left, all residues of 4."""


def make_loss(name: str, layers: dict[str, float], normalization: str) -> Loss:
    """A loss by name; in plain means or a paper's units if it is not to be relative and has such units."""
    kind = registry.find(registry.LOSSES, name, kind="loss")
    plain = normalization != "relative" and "relative" in inspect.signature(kind).parameters
    loss: Loss = kind(layers, relative=False) if plain else kind(layers)
    return loss


@dataclass(frozen=True)
class Measures:
    """What a canvas is measured by, at every size.

    Attributes:
        settings: how to paint.
        photo: (1, 3, H, W) in [0, 1].
        styles: the paintings, (1, 3, h, w) each.
        shares: of each style, sum 1.
        network: on its device, in its precision.
        device: where the canvas lies.
        held_bytes: what the process held before the first canvas; the same at every size and after a resume,
            so that tiles are too.
    """

    settings: StylizeSettings
    photo: Tensor
    styles: tuple[Tensor, ...]
    shares: tuple[float, ...]
    network: Extractor
    device: torch.device
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
        size = (scale.height, scale.width)
        own_photo = self.photo.shape[2:] != size or self.photo.device != self.device
        need = need_of(
            self.network, self.layers, turns=len(self.shifts), pictures=PICTURES[s.optimizer] + own_photo,
            kept=layer_weights(s.content_layers) if s.content_weight > 0 else (),
        )  # fmt: skip
        least = need.around(scale) + need.tile(TILES_PX[-1], self.halo_px, scale)
        if s.memory is not None and self.tileable and there < min(least, need.whole(scale)):
            log.warning("%d x %d px take about %.1fGB even in the smallest tiles, more than --memory %s",
                        scale.width, scale.height, (self.held_bytes + least) / 1e9, s.memory)  # fmt: skip
        return plan(need, scale, there=there, halo_px=self.halo_px)

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
        return type(self.network) is Extractor and not whole_only(self.settings)

    @property
    def why_whole(self) -> str:
        """In words, why there can be no tiles."""
        names = " and ".join(whole_only(self.settings))
        if names:
            return f"{names} compares positions all over the picture and needs it whole"
        return f"nobody knows how far the network {self.network.name!r} looks, so it needs the picture whole"

    @property
    def shifts(self) -> tuple[tuple[int, int], ...]:
        """Where the network's grid lies, in turn."""
        return SHIFTS if self.settings.jitter and self.settings.optimizer == "adam" else SHIFTS[:1]

    def whole(self, scale: Scale) -> Measure:
        """The loss of a canvas at one size, at once."""
        photo, shifts = self.photo_at(scale), self.shifts
        style_terms = self.style_terms([self.style_at(style, scale) for style in self.styles])

        @cache  # made when its turn comes: short runs need fewer
        def objective(turn: int) -> Objective:
            return Objective(checked(self.content_terms(photo, shifts[turn]) + style_terms))

        def measure(canvas: Tensor, look: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
            turn = look % len(shifts)
            return objective(turn)(self.look(canvas, objective(turn).layers, shifts[turn]))

        return measure

    def tiled(self, scale: Scale, how: Plan) -> Measure:
        """The loss of a canvas at one size, with the memory of one tile."""
        photo, shifts, side = self.photo_at(scale), self.shifts, how.tile_px
        style_terms = self.style_terms([self.style_at(style, scale) for style in self.styles], side)
        strides = {layer: self.network.geometry[layer].stride_px for layer in self.layers}

        @cache
        def objective(turn: int) -> TiledObjective:
            shift = shifts[turn]
            terms = checked(self.content_terms(photo, shift, side) + style_terms)
            share = how.cache_bytes // len(shifts)
            return TiledObjective(terms, self.frame(photo, side, shift), self.see, photo, strides, share)

        def measure(canvas: Tensor, look: int = 0) -> tuple[Tensor, dict[str, Tensor]]:
            return objective(look % len(shifts))(canvas)

        return measure

    def photo_at(self, scale: Scale) -> Tensor:
        """The photo at the size of the canvas."""
        return resize(self.photo.to(self.device), (scale.height, scale.width))

    def content_terms(self, photo: Tensor, shift: tuple[int, int], tile_px: int | None = None) -> list[Term]:
        """What holds on to the photo, (1, 3, H, W), seen at a shift; empty without weight."""
        s = self.settings
        if s.content_weight == 0:
            return []
        layers = layer_weights(s.content_layers)
        if s.normalization == "paper" and s.content_loss == "content":
            # Equation 1 is half a sum, ours is a mean: the paper's number for a canvas of this size.
            layers = {
                layer: 0.5 * weight * self.numbers(photo, layer, shift) for layer, weight in layers.items()
            }
        loss = make_loss(s.content_loss, layers, s.normalization)
        if tile_px is None or not isinstance(loss, PositionSums):
            target = loss.target(self.look(photo, layers, shift))
        else:
            target = tiled_target(loss, photo, self.see, self.frame(photo, tile_px, shift))
        return [Term("content", loss, target, s.content_weight)]

    def numbers(self, image: Tensor, layer: str, shift: tuple[int, int]) -> int:
        """How many activations a layer has of a picture."""
        side = max(2 * self.stride_px, smallest_px(self.network, [layer]))
        corner = self.look(image[:, :, :side, :side], [layer])[layer]
        height, width = self.frame(image, self.stride_px, shift).shape
        return corner.shape[1] * (height * corner.shape[2] // side) * (width * corner.shape[3] // side)

    def style_terms(self, views: Sequence[Tensor], tile_px: int | None = None) -> list[Term]:
        """What pulls towards the paintings; terms without weight are left out.

        Args:
            views: (1, 3, h, w) each.
            tile_px: side of the tiles in which paintings are seen; None for whole ones.
        """
        s = self.settings
        layers, shares = layer_weights(s.style_layers), loss_shares(s.style_loss)
        weighted: list[tuple[str, Loss, float]] = [
            *(
                (
                    name if len(shares) > 1 else "style",
                    make_loss(name, layers, s.normalization),
                    s.style_weight * w,
                )
                for name, w in shares.items()
            ),
            ("palette", PaletteLoss({"image": 1.0}), s.palette_weight),
            ("variation", TotalVariationLoss({"image": 1.0}), s.tv_weight),
        ]
        return [
            Term(name, loss, self.blended(loss, views, tile_px), w) for name, loss, w in weighted if w > 0
        ]

    def style_at(self, style: Tensor, scale: Scale) -> Tensor:
        """A painting at the size that suits a scale: as many pixels as the canvas, never enlarged."""
        smallest = smallest_px(self.network, layer_weights(self.settings.style_layers))
        ratio = self.settings.style_scale
        return shrink_to(style.to(self.device), scale.pixels, ratio=ratio, smallest_px=smallest)

    def blended(self, loss: Loss, views: Sequence[Tensor], tile_px: int | None = None) -> Target:
        """The target between all styles."""
        targets = [
            loss.target(self.look(view, loss.layers))
            if tile_px is None or not isinstance(loss, PositionSums) or "image" in loss.layers
            else tiled_target(loss, view, self.see, self.frame(view, tile_px))
            for view in views
        ]
        return loss.finish(loss.blend(targets, self.shares))

    @property
    def layers(self) -> list[str]:
        """Every layer that the settings name."""
        return [*layer_weights(self.settings.content_layers), *layer_weights(self.settings.style_layers)]

    @property
    def stride_px(self) -> int:
        """Between units of the deepest layer that the settings name; 1 where the geometry is not known."""
        known = self.network.geometry
        return max(known[layer].stride_px if layer in known else 1 for layer in self.layers)

    @property
    def halo_px(self) -> int:
        """How far the deepest layers look beyond a tile, in whole units of the deepest."""
        known, stride = self.network.geometry, self.stride_px
        reach = max((known[layer].receptive_field_px - known[layer].stride_px) / 2 for layer in self.layers)
        return stride * math.ceil(reach / stride)

    def look(
        self, image: Tensor, layers: Iterable[str], shift: tuple[int, int] = (0, 0)
    ) -> dict[str, Tensor]:
        """Features of a picture, and the picture itself as the layer "image".

        Args:
            image: (1, 3, H, W) in [0, 1].
            layers: of the network, or "image".
            shift: rows and columns mirrored on top and left, so that the network's grid lies elsewhere.
        Returns:
            {layer: (1, C, h, w)}. The picture continues like a mirror to a whole number of units of the
            deepest layer, as a network drops odd rows and columns.
        """
        wanted = set(layers) - {"image"}
        if not wanted:
            return {"image": image}
        framed = mirror_pad(image, top=shift[0], left=shift[1], multiple=self.stride_px)
        return {"image": image, **self.see(framed, wanted)}

    def see(self, image: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """Features of a picture whose sides are multiples of the deepest layer's stride."""
        found: dict[str, Tensor] = self.network(image.contiguous(memory_format=torch.channels_last), layers)
        return found

    def frame(self, image: Tensor, tile_px: int, shift: tuple[int, int] = (0, 0)) -> Frame:
        """How a picture, (1, 3, H, W), is cut into tiles."""
        height, width = image.shape[2:]
        return Frame(height, width, *shift, self.stride_px, self.halo_px, tile_px)


def checked(terms: list[Term]) -> list[Term]:
    """The same terms.

    Raises:
        SettingError: there is none.
    """
    if not terms:
        raise SettingError(
            "every weight is 0: there is nothing to paint for", got="0", expected="one above 0"
        )
    return terms
