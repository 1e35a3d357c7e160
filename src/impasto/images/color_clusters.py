"""The colours of a picture, sorted into groups."""

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
"""Nodes of the lattice of colours along red, green and blue."""

TONE = 0.5
"""Weight of lightness beside hue and chroma where colours are compared; chosen by eye."""

_LOOK_PX = 256  # long side at which a picture's colours are counted: more changes no group
_ROUNDS = 40
_APART = 0.12  # how near a seed keeps others away, in OKLab; chosen by eye


@dataclass(frozen=True, kw_only=True, eq=False)
class Census:
    """Which colours a picture has, how much of each, and which lie side by side.

    Attributes:
        nodes: (n,), numbers of the lattice's nodes that have colours nearest to them, red first.
        places: (n, 3), red, green and blue of the mean of those colours, in nodes from 0 to 16.
        colors: (n, 3), OKLab of the same.
        shares: (n,), sum 1.
        pairs: (m, 2), rows of ``colors`` that stand side by side in the picture and differ.
        lengths: (m,), how many borders each of the pairs has, over the number of pixels.
    """

    nodes: Array
    places: Array
    colors: Array
    shares: Array
    pairs: Array
    lengths: Array


def census(image: Tensor) -> Census:
    """Count a picture's colours.

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
    Returns:
        Its colours, counted on a copy of at most 256 px.
    Raises:
        ShapeError: another shape.
    """
    expect(image, "1 3 h w", name="image")
    height, width = fit(image.shape[2], image.shape[3], _LOOK_PX)
    small = F.adaptive_avg_pool2d(image, (height, width))[0]  # (3, h, w)
    lab, fine = to_oklab(small.flatten(1)).numpy(), small.flatten(1).numpy() * (SIDE - 1)  # (3, P) each
    r, g, b = np.rint(fine).astype(np.int64)
    nodes, row = np.unique((r * SIDE + g) * SIDE + b, return_inverse=True)
    counts = np.bincount(row, minlength=len(nodes))
    means = np.stack([np.bincount(row, channel, minlength=len(nodes)) / counts for channel in (*fine, *lab)])
    row = row.reshape(height, width)
    across = np.stack([row[:, :-1].ravel(), row[:, 1:].ravel()])
    down = np.stack([row[:-1].ravel(), row[1:].ravel()])
    sides = np.sort(np.concatenate([across, down], axis=1), axis=0)  # (2, S)
    sides = sides[:, sides[0] != sides[1]]
    joined, lengths = np.unique(sides[0] * len(nodes) + sides[1], return_counts=True)
    return Census(
        nodes=nodes,
        places=means[:3].T,
        colors=means[3:].T,
        shares=counts / counts.sum(),
        pairs=np.stack([joined // len(nodes), joined % len(nodes)], axis=1),
        lengths=lengths / counts.sum(),
    )


def group(colors: Array, weights: Array, count: int, *, tone: float = TONE) -> tuple[Array, Array]:
    """Sort colours into groups, each around its mean; the same colours give the same groups.

    k-means of weighted colours. Seeds: the heaviest colour; then weights fall by 1 - exp(-d^2 / 0.12^2) near
    it; then the heaviest that is left, and so on.

    Args:
        colors: (n, 3), OKLab.
        weights: (n,), above 0.
        count: of groups.
        tone: weight of lightness in distances; 1 is OKLab's.
    Returns:
        Means (k, 3), heaviest group first, and their shares (k,), sum 1; k is less than ``count`` where there
        are not as many colours.

    Source: Lloyd 1982; seeds as in Chang et al. 2015, "Palette-based photo recoloring", section 3.2.
    Differs: OKLab with less lightness; black is no seed of its own.
    """
    points = colors * (tone, 1, 1)
    seeds: list[int] = []
    left = weights.astype(np.float64)
    for _ in range(count):
        if left.max() <= 1e-9 * weights.max():
            break
        seeds.append(int(left.argmax()))
        squared = ((points - points[seeds[-1]]) ** 2).sum(axis=1)
        left = left * -np.expm1(-squared / _APART**2)
    centres = points[seeds]
    for _ in range(_ROUNDS):
        nearest = distances(points, centres).argmin(axis=1)
        sums = np.stack([np.bincount(nearest, weights * c, minlength=len(centres)) for c in points.T], axis=1)
        totals = np.bincount(nearest, weights, minlength=len(centres))
        there = totals > 0
        moved = sums[there] / totals[there, None]
        if moved.shape == centres.shape and np.abs(moved - centres).max() < 1e-6:
            break
        centres = moved
    totals = np.bincount(distances(points, centres).argmin(axis=1), weights, minlength=len(centres))
    order = np.argsort(-totals, kind="stable")[: np.count_nonzero(totals)]
    return (centres / (tone, 1, 1))[order], (totals / totals.sum())[order]


def distances(points: Array, centres: Array) -> Array:
    """Squared distances of (n, 3) points to (k, 3) centres: (n, k)."""
    squared: Array = ((points[:, None] - centres[None]) ** 2).sum(axis=2)
    return squared
