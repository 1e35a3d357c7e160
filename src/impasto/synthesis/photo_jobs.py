"""Jobs that give a photo another's look: by a bilateral grid of colour maps, or by its pixels."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from impasto.images.bilateral_grid import CELLS, affine_grid, apply_grid, fit_grid
from impasto.images.guided_filter import guided_maps
from impasto.images.resize import fit, resize
from impasto.losses.content import ContentLoss
from impasto.losses.gram import GramLoss
from impasto.losses.grid_smoothness import GridSmoothnessLoss
from impasto.losses.matting_laplacian import MattingLaplacianLoss
from impasto.losses.objective import Term
from impasto.losses.sliced import SlicedWassersteinLoss
from impasto.losses.wasserstein import WassersteinLoss
from impasto.optimize.loop import Loop
from impasto.optimize.optimizers import adam
from impasto.optimize.pyramid_adam import PyramidAdam
from impasto.optimize.schedule import Scale
from impasto.settings import PhotoSettings
from impasto.settings.weighted import normalised
from impasto.synthesis.color_correspondence import LAYERS, color_maps
from impasto.synthesis.context import Context
from impasto.synthesis.feature_view import FeatureView
from impasto.synthesis.grid_view import GRID, GridView
from impasto.synthesis.job import Job
from impasto.synthesis.memory import OPTIMIZER_PICTURES, MemoryBudget
from impasto.synthesis.photo_pair import PhotoPair

FIT_PX = 192
"""Long side of the copy to which a grid is fitted; it has as many numbers as such a copy has values."""

SMOOTH_RADIUS_PX, SMOOTH_EDGE = 7, 0.02
"""Radius of the local affine maps that make the last picture; theirs has 7 px. The edge is chosen by eye."""

PALETTE_DIRECTIONS, PALETTE_RANKS = 12, 256
"""Directions in the colour space, and values kept of each; chosen by time."""

MAPPED_STEPS = 20
"""Steps of a grid where maps say which regions belong together."""

ROUGHNESS_WEIGHT = 50.0
"""Weight of the grid's roughness at ``smoothness`` 1: with less, a plain wall gets patches; chosen by eye."""

GRID_AVERAGE = 0.8
"""Decay of the running mean of the grid."""

PIXEL_STEPS = 40
"""Steps of each stage of the pixels."""

PIXEL_AVERAGE = 0.85
"""Decay of the running mean of the picture."""

STAY = 0.3
"""Weight of the distance from the start against that of neighbouring nodes; chosen by eye."""


def layers_of(settings: PhotoSettings) -> tuple[str, ...]:
    """All layers that a job reads."""
    own = LAYERS if settings.method == "grid" else (*LAYERS, *settings.content_layers)
    return tuple(dict.fromkeys((*settings.style_layers, *own)))


def region_maps(pair: PhotoPair, photo: Tensor, view: FeatureView) -> tuple[Tensor, Tensor]:
    """The grid that both methods start from, one map of colours a region, and the regions of the copy.

    Args:
        pair: both photos.
        photo: (1, 3, h, w), a copy of the photo.
        view: the network.
    Returns:
        (1, R * 12 * 8, 16, 16), see ``slice_grid``; (1, R, h, w).
    """
    masks, style = pair.masks(photo), pair.small_style()
    maps = color_maps(photo, style[:, :3], masks, style[:, 3:], view, found=pair.found)
    return affine_grid(maps), masks


def unchanged(like: Tensor, masks: Tensor) -> Tensor:
    """The grid that leaves all colours as they are: (1, R * 12 * 8, 16, 16)."""
    return affine_grid(torch.eye(3, 4).to(like).expand(masks.shape[1], 3, 4))


def grid_job(
    pair: PhotoPair, settings: PhotoSettings, context: Context, view: FeatureView, **about: Any
) -> Job:
    """The job whose canvas is a bilateral grid of affine colour maps.

    It starts from one map a region (``color_maps``); terms: style, colours, and smoothness of the change.
    Without maps there are no steps unless they are asked for: what two whole pictures show differs, so their
    statistics lead away from the colours that the matched places have in common (``benchmarks/photo.py``).
    """
    photo = pair.small()
    mapped = pair.guides is not None and not pair.found
    steps = settings.steps if settings.steps is not None else MAPPED_STEPS if mapped else 0
    start, masks = region_maps(pair, photo, view)
    grid_view = GridView(view.network, view.layers, view.rule, photo=photo, masks=masks)
    terms: list[Term] = []
    if settings.style_weight > 0:
        loss = WassersteinLoss(normalised(settings.style_layers))
        terms.append(pair.term("style", loss, settings.style_weight, grid_view, masks, context=context))
    if settings.palette_weight > 0:
        colors = SlicedWassersteinLoss({"image": 1.0}, count=PALETTE_DIRECTIONS, ranks=PALETTE_RANKS)
        terms.append(pair.term("palette", colors, settings.palette_weight, grid_view, masks, context=context))
    smooth = GridSmoothnessLoss({GRID: 1.0}, stay=STAY)
    terms.append(
        Term("smoothness", smooth, smooth.target({GRID: start}), ROUGHNESS_WEIGHT * settings.smoothness)
    )

    def finish(grid: Tensor) -> Tensor:
        mixed = torch.lerp(unchanged(grid, masks), grid, settings.strength)
        return apply_grid(mixed.cpu(), pair.content.pixels, pair.edges)

    return Job(
        scales=(Scale(CELLS, CELLS, steps),),
        start=lambda scale: start,
        terms=lambda scale, shift, tile_px: terms,
        view=grid_view,
        loop=Loop(
            adam,
            rate=settings.rate,
            average=GRID_AVERAGE,
            tolerance=settings.tolerance,
            project=False,
            bounds=None,
            resize=lambda grid, shape: grid,
        ),
        budget=MemoryBudget(device=pair.network.device, pictures=lambda scale: 0, whole_px=CELLS**2),
        finish=finish,
        **about,
    )


def pixel_job(
    pair: PhotoPair, settings: PhotoSettings, context: Context, view: FeatureView, **about: Any
) -> Job:
    """The job whose canvas is the picture, in two stages: the second one holds it to the photo's windows.

    Both start from the photo in the style's colours (``color_maps``).

    Source: Luan et al. 2017, sections 3 and 4: content at relu4_2, Gram matrices by region, the matting
        Laplacian in the second of two stages.
    Differs: the first stage is at half the size, and starts from mapped colours instead of noise; weights are
    relative to the losses' targets; Adam on a pyramid. Their smart smoothing is a guided filter here, and a
    photo beyond ``size`` gets the bilateral grid that was fitted to the result.
    """
    shape = pair.shape

    def start(scale: Scale) -> Tensor:
        photo = pair.small(shape)
        grid, _ = region_maps(pair, photo, view)
        return apply_grid(grid.cpu(), photo.cpu(), pair.edges).to(photo)

    @lru_cache(maxsize=1)
    def parts(scale: Scale) -> list[Term]:
        photo = pair.small((scale.height, scale.width))
        masks = pair.masks(photo)
        terms = []
        if settings.style_weight > 0:
            gram = GramLoss(normalised(settings.style_layers))
            terms.append(pair.term("style", gram, settings.style_weight, view, masks, context=context))
        if settings.content_weight > 0:
            content = ContentLoss(normalised(settings.content_layers))
            target = content.target(view.features(photo, content.layers))
            terms.append(Term("content", content, target, settings.content_weight))
        if settings.matting_weight > 0 and scale.height == shape[0]:
            matting = MattingLaplacianLoss({"image": 1.0})
            target = matting.target({"image": photo})
            terms.append(Term("matting", matting, target, settings.matting_weight))
        return terms

    def finish(canvas: Tensor) -> Tensor:
        return photographed(canvas.cpu(), pair, strength=settings.strength)

    steps = settings.steps if settings.steps is not None else PIXEL_STEPS
    half = Scale(max(1, shape[0] // 2), max(1, shape[1] // 2), steps)
    stages = (Scale(*shape, steps),)
    return Job(
        scales=(half, *stages) if min(half.height, half.width) >= view.smallest_px else stages,
        start=start,
        terms=lambda scale, shift, tile_px: parts(scale),
        view=view,
        loop=Loop(
            PyramidAdam,
            rate=settings.rate,
            average=PIXEL_AVERAGE,
            tolerance=settings.tolerance,
            project=True,
            resize=resize,
        ),
        budget=MemoryBudget(
            device=pair.network.device,
            pictures=lambda scale: OPTIMIZER_PICTURES["pyramid"],
            whole_losses=("the matting Laplacian",),
            whole_px=shape[0] * shape[1],
        ),
        finish=finish,
        **about,
    )


def photographed(canvas: Tensor, pair: PhotoPair, *, strength: float) -> Tensor:
    """What affine maps of the photo's colours can show of a picture, at the photo's size.

    At the canvas' size it is the guided filter of the canvas by the photo; beyond, a bilateral grid that is
    fitted to it.

    Args:
        canvas: (1, 3, h, w), sRGB in [0, 1].
        pair: the photo, with its regions.
        strength: 0 is the photo, 1 the picture.
    Returns:
        (1, 3, H, W).
    """
    photo = pair.content.pixels
    if tuple(canvas.shape) == tuple(photo.shape):
        smooth = guided_maps(canvas, photo, radius_px=SMOOTH_RADIUS_PX, edge=SMOOTH_EDGE).of(photo)
        return torch.lerp(photo, smooth, strength).clamp(0, 1)
    shape = fit(photo.shape[2], photo.shape[3], FIT_PX)
    small = pair.small(shape).cpu()
    masks = pair.masks(small)
    same = unchanged(small, masks)
    grid = fit_grid(small, resize(canvas, shape), masks, same)
    return apply_grid(torch.lerp(same, grid, strength), photo, pair.edges)
