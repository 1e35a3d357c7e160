"""The terms of a loss towards the styles, beta * L_style in Gatys 2016, eq. 7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor

from impasto.features.extractor import smallest_px
from impasto.images.masks import resize_guides
from impasto.images.resize import shrink_to
from impasto.losses.base import Guides, Loss, PositionSums, Target, merged
from impasto.losses.by_name import make_loss
from impasto.losses.laplacian_bands import LaplacianBandsLoss
from impasto.losses.nearest import NearestLoss
from impasto.losses.objective import Term
from impasto.losses.palette import PaletteLoss
from impasto.losses.regions import by_region
from impasto.losses.total_variation import TotalVariationLoss
from impasto.optimize.tiling import tiled_target
from impasto.settings import StyleSettings
from impasto.settings.weighted import normalised
from impasto.synthesis.appearance import appearance
from impasto.synthesis.context import TargetCache
from impasto.synthesis.feature_view import FeatureView, Shift
from impasto.synthesis.styles import Style

EDGE = 2
"""Positions along a painting's edges that are never looked up: a mirrored edge of the canvas is more like a
mirrored edge of the painting than like anything else, and would get its frame or its margin."""

STROKE_STRIDES_PX = (4, 8)
"""Layers that hold strokes: relu3_1 and relu4_1 of VGG's."""


class ExtraTerm(NamedTuple):
    """A term towards the styles besides those of the settings; never divided into regions."""

    name: str
    loss: Loss
    weight: float


@dataclass(frozen=True)
class StyleTerms:
    """Makes the style terms of any canvas size.

    Attributes:
        settings: losses, layers and weights.
        styles: the styles' pictures.
        view: the network.
        regions: weight of each region; the style losses compare region by region. Empty: no regions.
        strengths: of each region, 0 to 1: how far it goes from the photo's own statistics, where they are
            among the styles, to those of the others. Empty: as far as the shares say.
        extra: terms besides those of the settings.
        fine_layers: the layers whose targets come from the fine styles alone, where there are any.
        cache: keeps the targets of styles; shared by several pictures.
        network_fingerprint: of the network's weights, for the cache.
    """

    settings: StyleSettings
    styles: tuple[Style, ...]
    view: FeatureView
    regions: tuple[float, ...] = ()
    strengths: tuple[float, ...] = ()
    _: KW_ONLY
    extra: tuple[ExtraTerm, ...] = ()
    fine_layers: tuple[str, ...] = ()
    cache: TargetCache = field(default_factory=TargetCache)
    network_fingerprint: str

    def terms(
        self, views: Sequence[Tensor], tile_px: int | None = None, *, pixels: int | None = None
    ) -> list[Term]:
        """The terms of weight above 0, with targets between all styles; see ``spatial`` for guided losses.

        Args:
            views: of each style, (1, 3 + R, h, w), from ``style_view``.
            tile_px: side of the tiles in which the styles are read; None: read them whole.
            pixels: of the canvas, which decides the layers of the strokes; None: no strokes.
        """
        s = self.settings
        layers, shares = normalised(s.style_layers), normalised(s.style_loss)
        parts = [
            ExtraTerm(
                name if len(shares) > 1 else "style",
                make_loss(name, layers, s.normalization),
                s.style_weight * share,
            )
            for name, share in shares.items()
        ]
        strokes = {} if pixels is None else self._stroke_layers(pixels)
        if strokes:
            parts.append(ExtraTerm("strokes", NearestLoss(strokes), s.strokes_weight))
        parts.append(ExtraTerm("palette", PaletteLoss({"image": 1.0}), s.palette_weight))
        if self.regions:
            parts = [part._replace(loss=by_region(part.loss, self.regions, self.strengths)) for part in parts]
        parts += self.extra
        parts.append(ExtraTerm("bands", LaplacianBandsLoss({"image": 1.0}), s.bands_weight))
        parts.append(ExtraTerm("variation", TotalVariationLoss({"image": 1.0}), s.tv_weight))
        own = sum(style.share for style in self.styles if style.own and not style.fine)
        weights = [part.weight * (1 - own) if part.loss.pools else part.weight for part in parts]
        return [
            Term(part.name, part.loss, self._target(part.loss, views, tile_px), weight)
            for part, weight in zip(parts, weights, strict=True)
            if weight > 0
        ]

    @property
    def strokes_px(self) -> int:
        """Pixels of the largest canvas that has strokes, which are compared all over it: never in tiles."""
        return max(self._stroke_limits_px.values(), default=0) if self.settings.strokes_weight > 0 else 0

    def _stroke_layers(self, pixels: int) -> dict[str, float]:
        """The layers that hold strokes at a canvas of so many pixels, with equal weights."""
        return normalised({layer: 1.0 for layer, most in self._stroke_limits_px.items() if pixels <= most})

    @cached_property
    def _stroke_limits_px(self) -> dict[str, int]:
        """{layer that holds strokes: pixels of the largest canvas}."""
        geometry = self.view.network.geometry
        known = [layer for layer in self.settings.style_layers if layer in geometry]
        strides = {layer: geometry[layer].stride_px for layer in known}
        return {
            layer: (self.settings.strokes_size * stride // min(STROKE_STRIDES_PX)) ** 2
            for layer, stride in strides.items()
            if stride in STROKE_STRIDES_PX
        }

    def spatial(
        self,
        terms: Sequence[Term],
        scene: Tensor,
        shift: Shift,
        *,
        wanted: Tensor | None = None,
        tiled: bool = False,
    ) -> list[Term]:
        """The same terms; those of guided losses with the parts of their targets that lie on positions.

        Args:
            terms: as ``terms`` returned them.
            scene: (1, 3 + R, H, W) at the size of the canvas; only its guides are read.
            shift: of the network's grid, rows and columns.
            wanted: (1, 4, H, W), the appearance that the canvas should have; None: any.
            tiled: the canvas is read in tiles: terms that are sums over positions carry the scene instead.
        """
        completed = []
        for term in terms:
            loss = term.loss
            if loss.guided and tiled and isinstance(loss, PositionSums):
                term = replace(term, scene=scene)
            elif loss.guided or (loss.reads_appearance and wanted is not None):
                guides = self._guides(loss, scene, wanted, shift)
                term = replace(term, target=merged(term.target, loss.spatial_target(guides)))
            completed.append(term)
        return completed

    def _guides(self, loss: Loss, scene: Tensor, looks: Tensor | None, shift: Shift = (0, 0)) -> Guides:
        """What a loss reads beside activations: guides of the regions, then an appearance; {} if neither."""
        maps: list[Guides] = []
        if loss.guided or (loss.masked and self.regions):
            maps.append(self.view.guides(scene, loss.layers, shift))
        if loss.reads_appearance and looks is not None:
            maps.append(self.view.means(looks, loss.layers, shift))
        return {layer: torch.cat([x[layer] for x in maps], 1) for layer in loss.layers} if maps else {}

    def style_view(self, style: Style, pixels: int, *, reduction: float | None = None) -> Tensor:
        """A style's picture at the size that suits a canvas, with its guides.

        Args:
            style: the style.
            pixels: of the canvas: the view has as many, or those of the picture if it has fewer.
            reduction: how many times smaller the canvas' sides are than those of the result. If given, the
                view's sides are as many times smaller than the picture's, and ``pixels`` is not used.
        Returns:
            (1, 3 + R, h, w).
        """
        device = next((p.device for p in self.view.network.parameters()), style.picture.pixels.device)
        image = style.picture.pixels.to(device)
        if reduction is not None:
            pixels = round(image.shape[2] * image.shape[3] / reduction**2)
        smallest = smallest_px(self.view.network, self.settings.style_layers)
        resized = shrink_to(image, pixels, ratio=style.scale, smallest_px=smallest)
        if not self.regions:
            return resized
        size = (resized.shape[2], resized.shape[3])
        if style.guides is None:
            return torch.cat([resized, resized.new_ones(1, len(self.regions), *size)], 1)
        return torch.cat([resized, resize_guides(style.guides.to(device), size)], 1)

    def _target(self, loss: Loss, views: Sequence[Tensor], tile_px: int | None) -> Target:
        """The target between all styles; of the fine layers between the fine styles alone."""
        targets = [
            (style, self._style_target(loss, style, view, tile_px))
            for style, view in zip(self.styles, views, strict=True)
            if not (style.own and loss.pools)
        ]
        broad, fine = ([x for x in targets if x[0].fine is is_fine] for is_fine in (False, True))
        target = self._between(loss, broad)
        if fine:
            lent = self._between(loss, fine)
            target |= {
                layer: x for layer, x in lent.items() if x and (loss.detail or layer in self.fine_layers)
            }
        return loss.finish(target)

    def _between(self, loss: Loss, targets: Sequence[tuple[Style, Target]]) -> Target:
        """The target of a loss: the styles' blend, or on the way to it from the photo's own target."""
        own = [(target, style.share) for style, target in targets if style.own]
        styles = [(target, style.share) for style, target in targets if not style.own]
        share = sum(weight for _, weight in styles)
        if own and not share:
            return own[0][0]
        blend = loss.blend([target for target, _ in styles], [weight for _, weight in styles])
        if not own:
            return blend
        share /= share + own[0][1]
        if self.strengths and not loss.guided:  # it compares no regions: their mean strength
            weighted = sum(x * y for x, y in zip(self.regions, self.strengths, strict=True))
            share *= weighted / max(sum(self.regions), 1e-6)
        return loss.interpolate(own[0][0], blend, share)

    def _style_target(self, loss: Loss, style: Style, view: Tensor, tile_px: int | None) -> Target:
        """The target of one style, from the cache if it is there."""
        tiles = None
        if tile_px is not None and isinstance(loss, PositionSums) and "image" not in loss.layers:
            tiles = self.view.tile_grid((view.shape[2], view.shape[3]), tile_px)

        def make() -> Target:
            if tiles is not None and isinstance(loss, PositionSums):
                return tiled_target(loss, view, self.view, tiles)
            looks = appearance(view[:, :3]) if loss.reads_appearance else None
            guides = self._guides(loss, view, looks) or None
            features = self.view.features(view, loss.layers)
            if guides and loss.reads_appearance:
                inside = _without_edges(guides)
                if self._same_regions(guides, inside):
                    features, guides = _without_edges(features), inside
            return loss.target(features, guides)

        key = style.sha256, tuple(view.shape), str(view.device), tiles, loss.cache_key, self._network_key
        return self.cache.get(key, make)

    def _same_regions(self, maps: Guides, inside: Guides) -> bool:
        """Whether every region that has a place at a layer has one inside, too."""
        count = len(self.regions)
        found = [
            [(x[layer][:, :count] >= 0.5).any(3).any(2) for layer in maps] for x in (maps, inside)
        ]  # (1, R) a layer
        return all(a.equal(b) for a, b in zip(*found, strict=True))

    @cached_property
    def _network_key(self) -> tuple[object, ...]:
        """What a target depends on of the network: weights, modules (pooling), precision, padding, guides."""
        network = self.view.network
        dtype = next((p.dtype for p in network.parameters()), None)
        return self.network_fingerprint, repr(network), str(dtype), self.view.stride_px, self.view.rule


def _without_edges(maps: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """(1, C, h, w) without ``EDGE`` positions on each side, by layer; a small layer is left as it is."""
    return {
        layer: x[..., EDGE:-EDGE, EDGE:-EDGE] if min(x.shape[2:]) >= 4 * EDGE else x
        for layer, x in maps.items()
    }
