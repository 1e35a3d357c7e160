"""The terms of a loss towards the photo, alpha * L_content in Gatys 2016, eq. 7."""

from __future__ import annotations

import torch
from torch import Tensor

from impasto.images.detail import detail_map
from impasto.losses.base import Loss, PositionSums, merged
from impasto.losses.by_name import make_loss
from impasto.losses.evenness import EvennessLoss
from impasto.losses.lightness_order import LightnessOrderLoss
from impasto.losses.objective import Term
from impasto.optimize.tiling import tiled_target
from impasto.settings import ContentSettings
from impasto.settings.weighted import normalised
from impasto.synthesis.feature_view import FeatureView, Shift


def content_scene(settings: ContentSettings, scene: Tensor) -> Tensor:
    """The photo at the size of a canvas; with a focus, how much each pixel counts as the fourth channel.

    Activations of a plain area of the photo and of the painting's ground contradict each other; held to both,
    the canvas fills with a fine relief that neither has. That such a place stays plain, ``evenness`` sees to.

    Args:
        settings: ``content_focus``; where there is no detail, differences from the photo are multiplied by
            1 - content_focus, and the loss falls with its square.
        scene: (1, 3, H, W) or more channels, the content image at the size of the canvas.
    Returns:
        (1, 3, H, W), a view; or (1, 4, H, W).
    """
    image = scene[:, :3]
    if settings.content_focus == 0 or settings.content_weight == 0:
        return image
    return torch.cat([image, 1 - settings.content_focus * (1 - detail_map(image))], 1)


def content_terms(
    settings: ContentSettings,
    view: FeatureView,
    scene: Tensor,
    shift: Shift = (0, 0),
    tile_px: int | None = None,
    *,
    normalization: str,
) -> list[Term]:
    """The content term of one canvas size; none if its weight is 0.

    Args:
        settings: ``content_loss``, ``content_layers``, ``content_weight``.
        view: the network.
        scene: (1, 3, H, W) or (1, 4, H, W), as from ``content_scene``.
        shift: of the network's grid, rows and columns.
        tile_px: side of the tiles in which the scene is read; None: read it whole.
        normalization: "relative", "mean" or "paper"; see ``make_loss``.
    """
    if settings.content_weight == 0:
        return []
    loss = make_loss(settings.content_loss, normalised(settings.content_layers), normalization)
    image = scene[:, :3]
    if tile_px is None or not isinstance(loss, PositionSums):
        features = view.features(image, loss.layers, shift)
        target = loss.target(features)
        if loss.spatial and scene.shape[1] > 3:
            focus = view.focus(scene, loss.layers, shift)
            target = merged(target, loss.spatial_target(features, focus))
        return [Term("content", loss, target, settings.content_weight)]
    grid = view.tile_grid((image.shape[2], image.shape[3]), tile_px, shift)
    target = tiled_target(loss, image, view, grid)
    return [Term("content", loss, target, settings.content_weight, scene=scene)]


def photo_terms(settings: ContentSettings, scene: Tensor) -> list[Term]:
    """The terms of weight above 0 that compare colours with the photo's: order of lightness, and evenness.

    They read the picture itself, so they are the same wherever the network's grid lies.

    Args:
        settings: ``order_weight`` and ``evenness_weight``.
        scene: (1, 3, H, W) or more channels, the content image at the size of the canvas.
    """
    losses: dict[str, tuple[Loss, float]] = {
        "order": (LightnessOrderLoss({"image": 1.0}), settings.order_weight),
        "evenness": (EvennessLoss({"image": 1.0}), settings.evenness_weight),
    }
    return [
        Term(name, loss, loss.target({"image": scene[:, :3]}), weight)
        for name, (loss, weight) in losses.items()
        if weight > 0
    ]
