"""Distance of each region of a picture from each region of a style."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from impasto.losses.base import Features, Guides
from impasto.metrics.style_distance import gram_distance


def region_distances(
    features: Features,
    style_features: Features,
    *,
    guides: Guides,
    style_guides: Guides,
    layers: Sequence[str],
) -> Tensor:
    """How far each region of a picture is from each region of the style, by ``gram_distance``.

    A region is the positions that belong to it by more than half.

    Args:
        features: {layer: (1, C, h, w)} of the picture.
        style_features: the same of the style; any size.
        guides: {layer: (1, R, h, w) in [0, 1]} of the picture.
        style_guides: the same of the style.
        layers: those to compare, one or more.
    Returns:
        (R, R); [r, s] is the distance of the picture's region r from the style's region s; nan where one of
        them has no positions in any of the layers.
    """
    picture = {layer: _regions(features[layer], guides[layer]) for layer in layers}
    style = {layer: _regions(style_features[layer], style_guides[layer]) for layer in layers}
    count = min(len(regions) for regions in (*picture.values(), *style.values()))
    result = torch.full((count, count), torch.nan)
    for r in range(count):
        for s in range(count):
            both = [k for k in layers if min(picture[k][r].shape[3], style[k][s].shape[3]) > 0]
            if both:
                result[r, s] = gram_distance({k: picture[k][r] for k in both}, {k: style[k][s] for k in both})
    return result


def _regions(features: Tensor, guides: Tensor) -> tuple[Tensor, ...]:
    """Activations of each region: (1, C, 1, P_r)."""
    activations = features.flatten(2)[:, :, None]  # (1, C, 1, P)
    return tuple(activations[..., guide > 0.5] for guide in guides[0].flatten(1))
