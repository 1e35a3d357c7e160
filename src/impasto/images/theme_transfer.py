"""Give a photo the colours of a theme: match colour clusters, then shift colours and keep gradients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse
from scipy.sparse import linalg
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.images.color_clusters import (
    LIGHTNESS_WEIGHT,
    SIDE,
    Array,
    ColorStatistics,
    color_statistics,
    k_means,
    squared_distances,
)
from impasto.images.oklab import chroma_limits, compress_chroma, to_oklab, to_srgb
from impasto.images.strips import strips
from impasto.images.themes import theme_colors
from impasto.settings import RecolorSettings

CLUSTERS = 6
"""Clusters of a photo's colours; several may get one theme colour. All numbers here are chosen by eye."""

COMMON_SHIFT, BALANCE = 0.5, 0.06
"""Weights in the cost of a match: of shifting all clusters alike, and of using all theme colours equally."""

CLUSTER_SIGMA = 0.04
"""Standard deviation of the membership of a colour in a cluster, in OKLab."""

OWN_SIGMA = 0.03
"""Distance in OKLab within which a theme is about the photo's own."""

SMOOTHNESS = 1e-4
"""Weight of gradients between lattice nodes, which decides for colours that the photo lacks."""

EDGE = 0.08
"""Differences of colour much larger than this are edges between objects, across which shifts may differ."""

DARKEST, LIGHTEST = 0.15, 0.97
"""Lightness is limited to this range where tints and tone curves are computed."""

DARK = 0.02
"""Lightness below which all colours have the same weight."""

STEEPEST, TONE_STIFFNESS = 2.5, 20.0
"""Largest exponent of a tone curve, and weight of gradients of tone against those of tint."""

HIGHLIGHT, HIGHLIGHT_CHROMA = 0.9, 0.05
"""Colours above this lightness and below about this chroma are highlights, which stay white."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemeMatch:
    """Which cluster of a photo's colours gets which colour of a theme.

    Attributes:
        clusters: (g, 3), OKLab, means of the clusters.
        shares: (g,), of the photo, sum 1.
        theme_rows: (g,), the row of the theme for each cluster.
        cost: of this assignment; lower fits better.
    """

    clusters: Array
    shares: Array
    theme_rows: Array
    cost: float


def match_theme(statistics: ColorStatistics, theme: Array) -> ThemeMatch:
    """The best assignment of theme colours to the photo's clusters, by trying all.

    cost = sum of w |d|^2 - 0.5 * |sum of w d|^2 + 0.06 * k * sum of (W - 1 / k)^2

    with d the shift of a cluster (lightness counts half), w its share, and W the share that each of the k
    theme colours gets. Clusters shift little; they shift alike, so that gradients between them stay; and
    every theme colour is used.

    Args:
        statistics: of the photo's colours.
        theme: (k, 3), OKLab.
    Returns:
        The best of k^6 assignments; fewer where the photo has less than six clusters.

    Source: He, Qi, Zaretzki 2013: clusters of a photo are mapped to the combination that fits best.
    Differs: the cost is ours, and there are six clusters instead of one for each colour, so that small
        objects need not follow large ones.
    """
    clusters, shares = k_means(statistics.colors, statistics.shares, CLUSTERS)
    count, k = len(clusters), len(theme)
    rows = np.indices((k,) * count).reshape(count, -1).T  # (k^g, g)
    moves = (theme[None] - clusters[:, None]) * (LIGHTNESS_WEIGHT, 1, 1)  # (g, k, 3)
    squared, mean, used = np.zeros(len(rows)), np.zeros((len(rows), 3)), np.zeros((len(rows), k))
    for cluster, share in enumerate(shares):
        moved = moves[cluster, rows[:, cluster]]  # (k^g, 3)
        squared += share * (moved**2).sum(axis=1)
        mean += share * moved
        used[np.arange(len(rows)), rows[:, cluster]] += share
    uneven = ((used - 1 / k) ** 2).sum(axis=1)
    costs = squared - COMMON_SHIFT * (mean**2).sum(axis=1) + BALANCE * k * uneven
    best = int(costs.argmin())
    return ThemeMatch(clusters=clusters, shares=shares, theme_rows=rows[best], cost=float(costs[best]))


def color_shifts(
    statistics: ColorStatistics, match: ThemeMatch, theme: Array, settings: RecolorSettings
) -> Tensor:
    """How every colour changes, so that clusters reach their theme colours and the photo's gradients stay.

    A tint is (a, b) / L, which is the same for an object in the shade and in the light. s is the change of
    tint, and s* the change that moves a cluster to its theme colour. s minimises, on a lattice of colours,

        sum over colours of w L^2 |s - s*|^2 + gradients * sum over neighbours in the photo of e |s_p - s_q|^2
        + 1e-4 * sum over neighbours on the lattice of |s_i - s_j|^2

    with w the share of a colour, and e = L_p L_q exp(-d^2 / (2 * 0.08^2)) / pixels, d the difference of the
    two. The second term makes neighbouring pixels change alike, so gradients and grain stay; e vanishes at
    edges between objects. Tones, if they may change, are curves L^g; log g is solved for in the same way, but
    twenty times as stiff and with the same weight at edges, since halos in lightness are seen first.

    Args:
        statistics: of the photo's colours.
        match: which cluster gets which colour.
        theme: (k, 3), OKLab.
        settings: ``variety`` of a cluster's tints that stays, ``gradients`` and ``keep_luminance``.
    Returns:
        (1, 3, 17, 17, 17): change of a / L, of b / L, and log g, by red, green and blue.

    Source: He, Qi, Zaretzki 2013: a transfer that preserves gradients.
    Differs: solved for colours instead of pixels, so the result is a continuous function of colour: nothing
        spreads over edges, there are no seams, and a large photo takes no longer to solve than a small one.
    """
    scale = (LIGHTNESS_WEIGHT, 1, 1)
    near = squared_distances(statistics.colors * scale, match.clusters * scale)
    near = np.exp(-(near - near.min(axis=1, keepdims=True)) / (2 * CLUSTER_SIGMA**2))
    member = np.stack([near[:, match.theme_rows == c].sum(axis=1) for c in range(len(theme))], axis=1)
    member /= member.sum(axis=1, keepdims=True)  # (n, k)
    before, after = _tints(match, theme, keep_luminance=settings.keep_luminance)
    tint = statistics.colors[:, 1:] / np.maximum(statistics.colors[:, :1], DARKEST)
    target = member @ after  # (n, 3)
    target[:, :2] += settings.variety * (tint - member @ before) - tint
    solved = _solve(statistics, target, settings.gradients)
    return torch.from_numpy(solved.T.reshape(1, 3, SIDE, SIDE, SIDE)).float().contiguous()


def _tints(match: ThemeMatch, theme: Array, *, keep_luminance: bool) -> tuple[Array, Array]:
    """Tint of the clusters of each theme colour before, (k, 2), and tint and log g after, (k, 3)."""
    before, after = np.zeros((len(theme), 2)), np.zeros((len(theme), 3))
    for row in np.unique(match.theme_rows):
        members = match.theme_rows == row
        mean = np.average(match.clusters[members], axis=0, weights=match.shares[members])
        lightness, target = (np.clip(x[0], DARKEST, LIGHTEST) for x in (mean, theme[row]))
        before[row] = mean[1:] / max(mean[0], DARKEST)
        # Half way between the theme colour's chroma and its tint: a navy sky is neither grey nor glaring.
        after[row, :2] = theme[row, 1:] / np.sqrt(target * (lightness if keep_luminance else target))
        if not keep_luminance:
            curve = np.log(target) / np.log(lightness)
            after[row, 2] = np.log(np.clip(curve, 1 / STEEPEST, STEEPEST))
    return before, after


def _solve(statistics: ColorStatistics, target: Array, gradients: float) -> Array:
    """Changes at all nodes of the lattice, (17^3, 3), near the target (n, 3), that keep gradients."""
    first, second = statistics.pairs.T
    colors = statistics.colors
    steps = ((colors[first] - colors[second]) ** 2).sum(axis=1)
    photo = statistics.lengths * colors[first, 0] * colors[second, 0] * gradients
    tints = photo * np.exp(-steps / (2 * EDGE**2))
    ids = np.arange(SIDE**3).reshape(SIDE, SIDE, SIDE)
    along = [np.moveaxis(ids, axis, 0) for axis in range(3)]
    lattice = np.concatenate([np.stack([x[:-1].ravel(), x[1:].ravel()]) for x in along], axis=1)
    ends = np.concatenate([statistics.nodes[np.stack([first, second])], lattice], axis=1)  # (2, edges)
    smooth = np.full(lattice.shape[1], SMOOTHNESS)
    weights, sums = _spread(statistics, target)
    solved = np.zeros_like(sums)
    for channel, stiffness in enumerate(
        [np.concatenate([tints, smooth])] * 2 + [np.concatenate([photo, smooth]) * TONE_STIFFNESS]
    ):
        if not sums[:, channel].any():
            continue
        joins = sparse.coo_array((stiffness, (ends[0], ends[1])), shape=(SIDE**3, SIDE**3))
        joins = (joins + joins.T).tocsr()
        system = sparse.diags_array(weights + joins.sum(axis=1)) - joins
        inverse = sparse.diags_array(1 / system.diagonal())
        solved[:, channel] = linalg.cg(system, sums[:, channel], rtol=1e-6, M=inverse)[0]
    return solved


def _spread(statistics: ColorStatistics, target: Array) -> tuple[Array, Array]:
    """Distribute the colours' weights w L^2 over the eight nodes around each, trilinearly.

    Returns:
        Weight of each node of the lattice, (17^3,), and sum of weight times target there, (17^3, 3).
    """
    weights, sums = np.zeros(SIDE**3), np.zeros((SIDE**3, 3))
    of_colors = statistics.shares * np.maximum(statistics.colors[:, 0], DARK) ** 2
    low = np.clip(np.floor(statistics.positions).astype(np.int64), 0, SIDE - 2)
    part = statistics.positions - low  # (n, 3) in [0, 1]
    for corner in np.ndindex(2, 2, 2):
        near = np.where(corner, part, 1 - part).prod(axis=1) * of_colors
        r, g, b = (low + corner).T
        nodes = (r * SIDE + g) * SIDE + b
        np.add.at(weights, nodes, near)
        np.add.at(sums, nodes, near[:, None] * target)
    return weights, sums


def apply_shifts(image: Tensor, change: Tensor, *, strength: float) -> Tensor:
    """Change every pixel's colour.

    L' = L^g; (a', b') = (L' / L) * ((a, b) + L * s * h), then no more chroma than sRGB has at that lightness;
    h = 1 - t^2 (3 - 2 t) * exp(-chroma^2 / (2 * 0.05^2)), t = (L - 0.9) / 0.1 in [0, 1]

    h keeps highlights white; black stays black, because s is multiplied by L.

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        change: (1, 3, 17, 17, 17), as from ``color_shifts``.
        strength: 0 is the photo, 1 all of the change; values between are blended in OKLab.
    Returns:
        (1, 3, H, W), sRGB in [0, 1].
    Raises:
        ShapeError: another shape.
    """
    expect(image, "1 3 h w", name="image")
    result, limits = torch.empty_like(image), chroma_limits()
    for rows in strips(image.shape[2], image.shape[3]):
        strip = image[0, :, rows]
        result[0, :, rows] = _change(strip.flatten(1), change, limits, strength).view_as(strip)
    return result


def _change(colors: Tensor, change: Tensor, limits: Tensor, strength: float) -> Tensor:
    """``apply_shifts`` for colours of (3, P)."""
    grid = (colors * 2 - 1).flip(0).mT[None, None, None]  # (1, 1, 1, P, 3), blue first
    s = F.grid_sample(change, grid, padding_mode="border", align_corners=True)[0, :, 0, 0]  # (3, P)
    lab = to_oklab(colors)
    lightness, tint = lab[:1], lab[1:]
    t = ((lightness - HIGHLIGHT) / (1 - HIGHLIGHT)).clamp(0, 1)
    squared = (tint * tint).sum(dim=0, keepdim=True)
    kept = 1 - t * t * (3 - 2 * t) * torch.exp(-squared / (2 * HIGHLIGHT_CHROMA**2))
    toned = lightness.clamp(1e-4, 1) ** s[2:].exp()
    moved = toned / lightness.clamp(min=1e-4) * (tint + lightness * s[:2] * kept)
    new = compress_chroma(torch.cat([toned, moved]), limits)
    return to_srgb(lab + strength * (new - lab))


def novelty(statistics: ColorStatistics, theme: Array) -> float:
    """How far a theme is from the photo's own, 0 to 1: a photo in its own colours stays as it is.

    1 - exp(-D^2 / (2 * 0.03^2)), D the largest distance in OKLab from a colour of one theme to the nearest of
    the other. Without it, clusters would shrink to the strong colours that stand for them.

    Args:
        statistics: of the photo's colours.
        theme: (k, 3), OKLab.
    """
    own = theme_colors(statistics, count=len(theme))
    apart = np.sqrt(squared_distances(own, theme))  # (j, k)
    farthest = max(apart.min(axis=0).max(), apart.min(axis=1).max())
    return float(1 - np.exp(-(farthest**2) / (2 * OWN_SIGMA**2)))


def transfer_theme(
    image: Tensor, themes: list[Array], settings: RecolorSettings
) -> tuple[Tensor, int, ThemeMatch]:
    """Recolour a photo by the theme that fits it best.

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        themes: one or more, each (k, 3), OKLab.
        settings: ``strength``, ``variety``, ``gradients`` and ``keep_luminance``.
    Returns:
        (1, 3, H, W), sRGB in [0, 1]; the index of the theme; which cluster got which of its colours.
    Raises:
        ShapeError: another shape.
    """
    statistics = color_statistics(image)
    matches = [match_theme(statistics, theme) for theme in themes]
    best = min(range(len(themes)), key=lambda i: matches[i].cost)
    change = color_shifts(statistics, matches[best], themes[best], settings)
    strength = settings.strength * novelty(statistics, themes[best])
    return apply_shifts(image, change, strength=strength), best, matches[best]
