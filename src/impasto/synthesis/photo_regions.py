"""Regions that two photos have in common, found without maps."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.images.io import Picture
from impasto.images.masks import resize_guides
from impasto.images.resize import fit, resize
from impasto.images.scene_regions import LEAST_SHARE, scene_regions
from impasto.synthesis.feature_view import FeatureView
from impasto.synthesis.guides import RegionGuides, shape_of
from impasto.synthesis.network import NetworkHandle

ALIKE = 0.35
"""Least similarity of the features of two regions, -1 to 1. Regions with another name have less than 0.45,
mostly below 0, on 28 photos; those with the same name have 0.4 to 0.85."""

REST = "rest"


def common_regions(
    content: Picture, style: Picture, network: NetworkHandle, layers: tuple[str, ...], *, size: int
) -> RegionGuides | None:
    """Find sky and green in both photos, and keep those that match.

    Two regions match if both photos have one, and if the mean over layers of the cosine of their features is
    at least ``ALIKE``; each channel is standardised in its photo first, so that a change of look is mostly
    gone.

    Args:
        content: the photo.
        style: the style photo.
        network: reads the pictures.
        layers: of the network, by which regions are compared.
        size: long side of the copies that the network reads, px.
    Returns:
        Guides of the matching regions and of the rest; None where nothing matches, or nothing else is left.
    """
    pictures = (content.pixels, style.pixels)
    found = [scene_regions(pixels) for pixels in pictures]
    names = [name for name in found[0] if name in found[1]]
    if not names:
        return None
    copies = [resize(x, fit(x.shape[2], x.shape[3], size)).to(network.device) for x in pictures]
    view = FeatureView(network.network, layers)
    with torch.no_grad():
        features = [view.features(copy, layers) for copy in copies]
    names = [n for n in names if _similarity(features, [masks[n] for masks in found], layers) >= ALIKE]
    if not names:
        return None
    both = [_with_rest(torch.cat([masks[n] for n in names], 1)) for masks in found]
    names = [*names, REST]
    if min(float(masks[:, -1].mean()) for masks in both) < LEAST_SHARE:  # sky and green are all there is
        names = names[:-1]
        both = [torch.cat([x[:, :-2], x[:, -2:].sum(1, keepdim=True)], 1) for x in both]
    if len(names) < 2:
        return None
    guides = [resize_guides(x, shape_of(p)) for x, p in zip(both, (content, style), strict=True)]
    shares = [[f"{100 * float(x):.0f} %" for x in guide.mean((0, 2, 3))] for guide in guides]
    listed = ", ".join(f"{n} ({a} and {b})" for n, a, b in zip(names, *shares, strict=True))
    note = f"regions found in both photos: {listed}; --no-regions to do without, --show-regions to see them"
    return RegionGuides(tuple(names), guides[0], (guides[1],), None, (note,))


def _with_rest(masks: Tensor) -> Tensor:
    """(1, R, h, w) -> (1, R + 1, h, w), whose sum is 1."""
    return torch.cat([masks, 1 - masks.sum(1, keepdim=True)], 1)


def _similarity(features: list[dict[str, Tensor]], masks: list[Tensor], layers: Sequence[str]) -> float:
    """Mean over layers of the cosine between the mean features of two regions."""
    cosines = []
    for layer in layers:
        means = []
        for every, mask in zip(features, masks, strict=True):
            rows = every[layer].float()
            deviation = rows.std((2, 3), keepdim=True)
            rows = (rows - rows.mean((2, 3), keepdim=True)) / (deviation + 1e-6)
            weights = F.interpolate(mask.to(rows), size=rows.shape[2:], mode="area")
            means.append((rows * weights).sum((2, 3)) / weights.sum((2, 3)).clamp_min(1e-6))
        cosines.append(float(F.cosine_similarity(means[0], means[1])))
    return sum(cosines) / len(cosines)
