"""Whether each region of a picture was painted after the right region of the style."""

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
    own = [_regions(features[layer], guides[layer]) for layer in layers]
    wanted = [_regions(style_features[layer], style_guides[layer]) for layer in layers]
    count = min(len(regions) for regions in (*own, *wanted))
    found = torch.full((count, count), torch.nan)
    for r in range(count):
        for s in range(count):
            pairs = zip(layers, own, wanted, strict=True)
            both = {
                layer: (mine[r], theirs[s])
                for layer, mine, theirs in pairs
                if min(mine[r].shape[3], theirs[s].shape[3]) > 0
            }
            if both:
                ours, style = ({layer: pair[i] for layer, pair in both.items()} for i in (0, 1))
                found[r, s] = gram_distance(ours, style)
    return found


def _regions(features: Tensor, guides: Tensor) -> tuple[Tensor, ...]:
    """Activations of each region: (1, C, 1, P_r)."""
    places = features.flatten(2)[:, :, None]  # (1, C, 1, P)
    return tuple(places[..., guide > 0.5] for guide in guides[0].flatten(1))
