"""Colours of a picture: statistics, and clusters by k-means in OKLab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.images.oklab import to_oklab
from impasto.images.resize import fit

Array = npt.NDArray[Any]

SIDE = 17
"""Nodes of the colour lattice along red, green and blue."""

LIGHTNESS_WEIGHT = 0.5
"""Weight of lightness against hue and chroma where colours are compared; chosen by eye."""

SAMPLE_PX = 256
"""Long side of the copy on which colours are counted; a larger one changes no cluster."""

ITERATIONS, SEED_DISTANCE = 40, 0.12
"""Most iterations, and the OKLab distance within which a seed suppresses others; chosen by eye."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ColorStatistics:
    """Which colours a picture has, how much of each, and which of them are neighbours.

    Colours are binned: each belongs to the nearest node of a lattice of 17 x 17 x 17 in sRGB.

    Attributes:
        nodes: (n,), indices of the nodes that have colours, (red * 17 + green) * 17 + blue.
        positions: (n, 3), red, green and blue of the mean of those colours, in nodes from 0 to 16.
        colors: (n, 3), OKLab of the same.
        shares: (n,), sum 1.
        pairs: (m, 2), rows of ``colors`` that touch in the picture and differ.
        lengths: (m,), number of borders between each pair, divided by the number of pixels.
    """

    nodes: Array
    positions: Array
    colors: Array
    shares: Array
    pairs: Array
    lengths: Array


def color_statistics(image: Tensor) -> ColorStatistics:
    """Count a picture's colours.

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
    Returns:
        The statistics of a copy of at most 256 px.
    Raises:
        ShapeError: another shape.
    """
    expect(image, "1 3 h w", name="image")
    height, width = fit(image.shape[2], image.shape[3], SAMPLE_PX)
    small = F.adaptive_avg_pool2d(image, (height, width))[0]  # (3, h, w)
    lab, positions = to_oklab(small.flatten(1)).numpy(), small.flatten(1).numpy() * (SIDE - 1)  # (3, P)
    r, g, b = np.rint(positions).astype(np.int64)
    nodes, row = np.unique((r * SIDE + g) * SIDE + b, return_inverse=True)
    counts = np.bincount(row, minlength=len(nodes))
    means = np.stack(
        [np.bincount(row, channel, minlength=len(nodes)) / counts for channel in (*positions, *lab)]
    )
    row = row.reshape(height, width)
    across = np.stack([row[:, :-1].ravel(), row[:, 1:].ravel()])
    down = np.stack([row[:-1].ravel(), row[1:].ravel()])
    borders = np.sort(np.concatenate([across, down], axis=1), axis=0)  # (2, borders)
    borders = borders[:, borders[0] != borders[1]]
    pairs, lengths = np.unique(borders[0] * len(nodes) + borders[1], return_counts=True)
    return ColorStatistics(
        nodes=nodes,
        positions=means[:3].T,
        colors=means[3:].T,
        shares=counts / counts.sum(),
        pairs=np.stack([pairs // len(nodes), pairs % len(nodes)], axis=1),
        lengths=lengths / counts.sum(),
    )


def k_means(
    colors: Array, weights: Array, count: int, *, lightness_weight: float = LIGHTNESS_WEIGHT
) -> tuple[Array, Array]:
    """Cluster weighted colours by k-means, with fixed seeds, so that equal colours give equal clusters.

    Seeds: the colour of the largest weight; then weights near it are multiplied by 1 - exp(-d^2 / 0.12^2), d
    the distance; then the colour of the largest weight that is left, and so on.

    Args:
        colors: (n, 3), OKLab.
        weights: (n,), above 0.
        count: of clusters.
        lightness_weight: of lightness in distances; 1 is OKLab's.
    Returns:
        Means (k, 3), largest cluster first, and their shares (k,), sum 1; k is less than ``count`` if there
        are fewer colours.

    Source: Lloyd 1982; seeds as in Chang et al. 2015, "Palette-based photo recoloring", section 3.2.
    Differs: OKLab with lightness counted half; black is no additional seed.
    """
    scale = (lightness_weight, 1, 1)
    points = colors * scale
    seeds: list[int] = []
    left = weights.astype(np.float64)
    for _ in range(count):
        if left.max() <= 1e-9 * weights.max():
            break
        seeds.append(int(left.argmax()))
        squared = ((points - points[seeds[-1]]) ** 2).sum(axis=1)
        left = left * -np.expm1(-squared / SEED_DISTANCE**2)
    centres = points[seeds]
    for _ in range(ITERATIONS):
        nearest = squared_distances(points, centres).argmin(axis=1)
        sums = np.stack([np.bincount(nearest, weights * c, minlength=len(centres)) for c in points.T], axis=1)
        totals = np.bincount(nearest, weights, minlength=len(centres))
        occupied = totals > 0
        moved = sums[occupied] / totals[occupied, None]
        if moved.shape == centres.shape and np.abs(moved - centres).max() < 1e-6:
            break
        centres = moved
    totals = np.bincount(squared_distances(points, centres).argmin(axis=1), weights, minlength=len(centres))
    order = np.argsort(-totals, kind="stable")[: np.count_nonzero(totals)]
    return (centres / scale)[order], (totals / totals.sum())[order]


def squared_distances(points: Array, centres: Array) -> Array:
    """Squared distances of (n, 3) points to (k, 3) centres: (n, k)."""
    squared: Array = ((points[:, None] - centres[None]) ** 2).sum(axis=2)
    return squared
