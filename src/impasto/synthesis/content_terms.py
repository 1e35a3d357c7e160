"""The terms that keep the content image: alpha * L_content in Gatys 2016."""

from __future__ import annotations

from torch import Tensor

from impasto.losses.base import PositionSums
from impasto.losses.light import LightLoss
from impasto.losses.objective import Term
from impasto.optimize.tiling import tiled_target
from impasto.settings import ContentSettings
from impasto.settings.weighted import normalised
from impasto.synthesis.feature_view import FeatureView
from impasto.synthesis.style_terms import make_loss


def content_terms(
    settings: ContentSettings,
    view: FeatureView,
    scene: Tensor,
    shift: tuple[int, int] = (0, 0),
    tile_px: int | None = None,
    *,
    normalization: str,
) -> list[Term]:
    """The content terms of one canvas size; none if their weights are 0.

    Args:
        settings: ``content_loss``, ``content_layers``, ``content_weight`` and ``light_weight``.
        view: the network.
        scene: (1, 3, H, W) or more channels, the content image at the size of the canvas.
        shift: of the network's grid, rows and columns.
        tile_px: side of the tiles in which the scene is read; None: read it whole.
        normalization: "relative", "mean" or "paper"; see ``make_loss``.
    """
    image = scene[:, :3]
    light = []
    if settings.light_weight > 0:
        light_loss = LightLoss({"image": 1.0})
        light = [Term("light", light_loss, light_loss.target({"image": image}), settings.light_weight)]
    if settings.content_weight == 0:
        return light
    loss = make_loss(settings.content_loss, normalised(settings.content_layers), normalization)
    if tile_px is None or not isinstance(loss, PositionSums):
        target = loss.target(view.features(image, loss.layers, shift))
        return [Term("content", loss, target, settings.content_weight), *light]
    grid = view.tile_grid((image.shape[2], image.shape[3]), tile_px, shift)
    target = tiled_target(loss, image, view, grid)
    return [Term("content", loss, target, settings.content_weight, scene=scene), *light]
