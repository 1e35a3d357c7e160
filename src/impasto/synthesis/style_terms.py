"""The terms of a painting's loss: what holds on to the photo, and what pulls towards the paintings."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from impasto import registry
from impasto.errors import SettingError
from impasto.features.extractor import smallest_px
from impasto.images.masks import resize_guides
from impasto.images.resize import shrink_to
from impasto.losses.base import Loss, PositionSums, Target
from impasto.losses.objective import Term
from impasto.losses.palette import PaletteLoss
from impasto.losses.regions import Guided, by_region
from impasto.losses.total_variation import TotalVariationLoss
from impasto.optimize.tiling import tiled_target
from impasto.settings import StylizeSettings
from impasto.settings.weighted import layer_weights, loss_shares
from impasto.synthesis.feature_view import Sight
from impasto.synthesis.ground import Pull
from impasto.synthesis.styles import Style


def make_loss(name: str, layers: dict[str, float], normalization: str) -> Loss:
    """A loss by name; in plain means or a paper's units if it is not to be relative and has such units."""
    kind = registry.find(registry.LOSSES, name, kind="loss")
    plain = normalization != "relative" and "relative" in inspect.signature(kind).parameters
    loss: Loss = kind(layers, relative=False) if plain else kind(layers)
    return loss


@dataclass(frozen=True)
class Terms:
    """How terms are made at any size. A scene is the photo with its guides: (1, 3 + R, H, W).

    Attributes:
        settings: how to paint.
        styles: the paintings.
        sight: how pictures are looked at.
        regions: weight of each region, by which style losses are divided; none for no regions.
        pulls: as in ``Ground``.
    """

    settings: StylizeSettings
    styles: tuple[Style, ...]
    sight: Sight
    regions: tuple[float, ...] = ()
    pulls: tuple[Pull, ...] = ()

    def content(self, scene: Tensor, shift: tuple[int, int], tile_px: int | None = None) -> list[Term]:
        """What holds on to the photo, seen at a shift; empty without weight."""
        s, sight = self.settings, self.sight
        if s.content_weight == 0:
            return []
        photo = scene[:, :3]
        layers = layer_weights(s.content_layers)
        if s.normalization == "paper" and s.content_loss == "content":
            # Equation 1 is half a sum, ours is a mean: the paper's number for a canvas of this size.
            layers = {
                layer: 0.5 * weight * sight.numbers(photo, layer, shift) for layer, weight in layers.items()
            }
        loss = make_loss(s.content_loss, layers, s.normalization)
        if tile_px is None or not isinstance(loss, PositionSums):
            target = loss.target(sight.look(photo, layers, shift))
        else:
            target = tiled_target(loss, photo, sight.see, sight.frame(photo, tile_px, shift))
        return [Term("content", loss, target, s.content_weight)]

    def style(self, views: Sequence[Tensor], tile_px: int | None = None) -> list[Term]:
        """What pulls towards the paintings; terms without weight are left out.

        Args:
            views: of each style, (1, 3 + R, h, w).
            tile_px: side of the tiles in which paintings are seen; None for whole ones.
        """
        s = self.settings
        layers, shares = layer_weights(s.style_layers), loss_shares(s.style_loss)
        weighted: list[tuple[str, Loss, float]] = [
            (
                name if len(shares) > 1 else "style",
                make_loss(name, layers, s.normalization),
                s.style_weight * w,
            )
            for name, w in shares.items()
        ]
        weighted.append(("palette", PaletteLoss({"image": 1.0}), s.palette_weight))
        if self.regions:
            weighted = [(name, by_region(loss, self.regions), w) for name, loss, w in weighted]
        weighted += self.pulls
        weighted.append(("variation", TotalVariationLoss({"image": 1.0}), s.tv_weight))
        return [
            Term(name, loss, self._between(loss, views, tile_px), w) for name, loss, w in weighted if w > 0
        ]

    def placed(
        self, terms: Sequence[Term], scene: Tensor, shift: tuple[int, int], *, tiled: bool = False
    ) -> list[Term]:
        """The same terms, those with guides with the places of the scene's regions.

        Args:
            terms: of style.
            scene: at the size of the canvas.
            shift: at which the canvas is looked at.
            tiled: leave out what is placed tile by tile.
        """
        return [
            replace(term, target=term.target | self._places(term.loss, scene, shift))
            if isinstance(term.loss, Guided) and not (tiled and isinstance(term.loss, PositionSums))
            else term
            for term in terms
        ]

    def _places(self, loss: Guided, scene: Tensor, shift: tuple[int, int]) -> Target:
        found = self.sight.look(scene, loss.placed_layers, shift)
        return {
            f"{layer}/{part}": value
            for layer in loss.layers
            for part, value in loss.placed(found, layer).items()
        }

    def view(self, style: Style, pixels: int, *, reduction: float | None = None) -> Tensor:
        """A painting at the size that suits a canvas, with its guides.

        Args:
            style: the painting.
            pixels: of the canvas: the painting has as many, or its own if it has less.
            reduction: how many times the canvas' sides are smaller than at last; then the painting's are as
                many times smaller, whatever its size.
        Returns:
            (1, 3 + R, h, w).
        """
        device = next((p.device for p in self.sight.network.parameters()), style.picture.pixels.device)
        image = style.picture.pixels.to(device)
        if reduction is not None:
            pixels = round(image.shape[2] * image.shape[3] / reduction**2)
        smallest = smallest_px(self.sight.network, layer_weights(self.settings.style_layers))
        seen = shrink_to(image, pixels, ratio=style.scale, smallest_px=smallest)
        if not self.regions:
            return seen
        size = (seen.shape[2], seen.shape[3])
        if style.guides is None:
            return torch.cat([seen, seen.new_ones(1, len(self.regions), *size)], 1)
        return torch.cat([seen, resize_guides(style.guides.to(device), size)], 1)

    def _between(self, loss: Loss, views: Sequence[Tensor], tile_px: int | None) -> Target:
        """The target between all styles; at the fine layers, if there is a fine style, that of its own."""
        both = list(zip(self.styles, [self._target(loss, view, tile_px) for view in views], strict=True))
        broad = [(target, style.share) for style, target in both if not style.fine]
        between = loss.blend([target for target, _ in broad], [share for _, share in broad])
        fine = [(target, style.share) for style, target in both if style.fine]
        if fine:
            strokes = loss.blend([target for target, _ in fine], [share for _, share in fine])
            there = {key.partition("/")[0] for key in strokes} & set(self.settings.fine_layers)
            kept = {key: x for key, x in between.items() if key.partition("/")[0] not in there}
            between = kept | {key: x for key, x in strokes.items() if key.partition("/")[0] in there}
        return loss.finish(between)

    def _target(self, loss: Loss, view: Tensor, tile_px: int | None) -> Target:
        if tile_px is None or not isinstance(loss, PositionSums) or "image" in loss.layers:
            return loss.target(self.sight.look(view, loss.target_layers))
        return tiled_target(loss, view, self.sight.see, self.sight.frame(view, tile_px))


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
