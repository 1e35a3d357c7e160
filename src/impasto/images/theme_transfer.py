"""A photo gets the colours of a theme: groups, their best match, and shifts that keep gradients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse
from scipy.sparse import linalg
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.images.color_clusters import SIDE, TONE, Array, Census, census, distances, group
from impasto.images.oklab import chroma_limits, compress_chroma, to_oklab, to_srgb
from impasto.images.strips import strips
from impasto.settings import RecolorSettings

GROUPS = 6
"""Groups of a photo's colours; several may go to one colour of a theme. Chosen by eye."""

# All of these are chosen by eye.
_LIKENESS = 0.5  # how much it counts that groups shift alike, beside that they shift little
_BALANCE = 0.06  # what it costs to use the colours of a theme unequally, in squared OKLab
_SOFT = 0.04  # how far a group reaches into its neighbours, in OKLab
_SMOOTH = 1e-4  # weight of gradients between colours that the photo lacks
_EDGE = 0.08  # steps of colour much larger than this are edges between things, which may change
_DARKEST, _LIGHTEST = 0.15, 0.97  # lightness beyond which a colour says nothing of its hue, or of tones
_NIGHT = 0.02  # lightness below which all colours count alike
_STEEPEST = 2.5  # of tone curves
_TONES = 20.0  # how much stiffer tones are than tints
_GLARE, _GLARE_CHROMA = 0.9, 0.05  # lightness from which on, and chroma up to which, light is a highlight


@dataclass(frozen=True, kw_only=True, eq=False)
class Match:
    """Which group of a photo gets which colour of a theme.

    Attributes:
        groups: (g, 3), OKLab, means of the groups.
        shares: (g,), of the photo, sum 1.
        to: (g,), a row of the theme for each group.
        cost: of this combination; lower fits better.
    """

    groups: Array
    shares: Array
    to: Array
    cost: float


def match(counted: Census, theme: Array) -> Match:
    """The combination of groups and theme colours that fits best, among all.

    cost = sum of w |d|^2 - 0.5 * |sum of w d|^2 + 0.06 * k * sum of (W - 1 / k)^2

    with d how far a group moves (lightness counts half), w its share, and W the share of each of the k
    colors: groups move little, and alike, so that gradients between them stay, and every colour is used.

    Args:
        counted: the photo's colours.
        theme: (k, 3), OKLab.
    Returns:
        The best of k^6 combinations; fewer where the photo has less than six groups.

    Source: He, Qi, Zaretzki 2013: groups of a photo are mapped to the combination that fits best.
    Differs: the cost is ours, and there are six groups instead of one for each colour, so that small things
        are not carried along by large ones.
    """
    groups, shares = group(counted.colors, counted.shares, GROUPS)
    count, colors = len(groups), len(theme)
    ways = np.indices((colors,) * count).reshape(count, -1).T  # (k^g, g)
    moves = (theme[None] - groups[:, None]) * (TONE, 1, 1)  # (g, k, 3)
    far, drift, used = np.zeros(len(ways)), np.zeros((len(ways), 3)), np.zeros((len(ways), colors))
    for row, share in enumerate(shares):
        moved = moves[row, ways[:, row]]  # (k^g, 3)
        far += share * (moved**2).sum(axis=1)
        drift += share * moved
        used[np.arange(len(ways)), ways[:, row]] += share
    uneven = ((used - 1 / colors) ** 2).sum(axis=1)
    costs = far - _LIKENESS * (drift**2).sum(axis=1) + _BALANCE * colors * uneven
    best = int(costs.argmin())
    return Match(groups=groups, shares=shares, to=ways[best], cost=float(costs[best]))


def shifts(counted: Census, found: Match, theme: Array, settings: RecolorSettings) -> Tensor:
    """How every colour is to change, so that groups reach their colours and the photo's gradients stay.

    Colours are seen as tints, (a, b) / L: a thing has the same tint in the shade and in the light. s is the
    change of tint, and s* that which moves a group to its theme colour. s minimises, on a lattice of colours,

        sum over colours of w L^2 |s - s*|^2 + gradients * sum over neighbours in the photo of e |s_p - s_q|^2
        + 1e-4 * sum over neighbours on the lattice of |s_i - s_j|^2

    with w the share of a colour, and e = L_p L_q exp(-d^2 / (2 * 0.08^2)) / pixels, d the difference of the
    two. The second term makes neighbouring pixels change alike, so gradients, grain and folds stay; at edges
    between things it lets go. Tones, where they may change, are curves L^g; log g is found in the same way,
    twenty times as stiff and without letting go: the eye sees halos of light first.

    Args:
        counted: the photo's colours.
        found: which group gets which colour.
        theme: (k, 3), OKLab.
        settings: ``variety`` of a group's tints that stays, ``gradients`` and ``keep_luminance``.
    Returns:
        (1, 3, 17, 17, 17): change of a / L, of b / L, and log g, by red, green and blue.

    Source: He, Qi, Zaretzki 2013: a transfer that preserves gradients.
    Differs: solved for colours instead of pixels, so the result is a continuous function of colour: nothing
        spreads over edges, there are no seams, and a large photo takes no longer to solve than a small one.
    """
    near = distances(counted.colors * (TONE, 1, 1), found.groups * (TONE, 1, 1))
    near = np.exp(-(near - near.min(axis=1, keepdims=True)) / (2 * _SOFT**2))
    member = np.stack([near[:, found.to == c].sum(axis=1) for c in range(len(theme))], axis=1)
    member /= member.sum(axis=1, keepdims=True)  # (n, k)
    own, moved = _tints(found, theme, keep_luminance=settings.keep_luminance)
    tint = counted.colors[:, 1:] / np.maximum(counted.colors[:, :1], _DARKEST)
    target = member @ moved  # (n, 3)
    target[:, :2] += settings.variety * (tint - member @ own) - tint
    solved = _solve(counted, target, settings.gradients)
    return torch.from_numpy(solved.T.reshape(1, 3, SIDE, SIDE, SIDE)).float().contiguous()


def _tints(found: Match, theme: Array, *, keep_luminance: bool) -> tuple[Array, Array]:
    """Of the groups of each theme colour: tint they have, (k, 2), and tint they get with log g, (k, 3)."""
    own, moved = np.zeros((len(theme), 2)), np.zeros((len(theme), 3))
    for color in np.unique(found.to):
        mine = found.to == color
        mean = np.average(found.groups[mine], axis=0, weights=found.shares[mine])
        lightness, wanted = (np.clip(x[0], _DARKEST, _LIGHTEST) for x in (mean, theme[color]))
        own[color] = mean[1:] / max(mean[0], _DARKEST)
        # Half way between the theme colour's chroma and its tint: a navy sky is neither grey nor glaring.
        moved[color, :2] = theme[color, 1:] / np.sqrt(wanted * (lightness if keep_luminance else wanted))
        if not keep_luminance:
            curve = np.log(wanted) / np.log(lightness)
            moved[color, 2] = np.log(np.clip(curve, 1 / _STEEPEST, _STEEPEST))
    return own, moved


def _solve(counted: Census, target: Array, gradients: float) -> Array:
    """Changes at all nodes of the lattice, (17^3, 3), that come near the target and keep gradients."""
    first, second = counted.pairs.T
    steps = ((counted.colors[first] - counted.colors[second]) ** 2).sum(axis=1)
    photo = counted.lengths * counted.colors[first, 0] * counted.colors[second, 0] * gradients
    tints = photo * np.exp(-steps / (2 * _EDGE**2))
    ids = np.arange(SIDE**3).reshape(SIDE, SIDE, SIDE)
    along = [np.moveaxis(ids, axis, 0) for axis in range(3)]
    lattice = np.concatenate([np.stack([x[:-1].ravel(), x[1:].ravel()]) for x in along], axis=1)
    ends = np.concatenate([counted.nodes[np.stack([first, second])], lattice], axis=1)  # (2, edges)
    smooth = np.full(lattice.shape[1], _SMOOTH)
    held, pull = _spread(counted, target)
    solved = np.zeros_like(pull)
    for channel, stiff in enumerate(
        [np.concatenate([tints, smooth])] * 2 + [np.concatenate([photo, smooth]) * _TONES]
    ):
        if not pull[:, channel].any():
            continue
        joins = sparse.coo_array((stiff, (ends[0], ends[1])), shape=(SIDE**3, SIDE**3))
        joins = (joins + joins.T).tocsr()
        system = sparse.diags_array(held + joins.sum(axis=1)) - joins
        inverse = sparse.diags_array(1 / system.diagonal())
        solved[:, channel] = linalg.cg(system, pull[:, channel], rtol=1e-6, M=inverse)[0]
    return solved


def _spread(counted: Census, target: Array) -> tuple[Array, Array]:
    """What holds each node of the lattice, (17^3,), and that times where it is pulled to, (17^3, 3).

    Each colour holds the eight nodes around it by its share and by how near they are.
    """
    held, pull = np.zeros(SIDE**3), np.zeros((SIDE**3, 3))
    weights = counted.shares * np.maximum(counted.colors[:, 0], _NIGHT) ** 2
    low = np.clip(np.floor(counted.places).astype(np.int64), 0, SIDE - 2)
    part = counted.places - low  # (n, 3) in [0, 1]
    for corner in np.ndindex(2, 2, 2):
        near = np.where(corner, part, 1 - part).prod(axis=1) * weights
        r, g, b = (low + corner).T
        nodes = (r * SIDE + g) * SIDE + b
        np.add.at(held, nodes, near)
        np.add.at(pull, nodes, near[:, None] * target)
    return held, pull


def apply_shifts(image: Tensor, change: Tensor, *, strength: float) -> Tensor:
    """Change every pixel's colour.

    L' = L^g; (a', b') = (L' / L) * ((a, b) + L * s * h), then no more chroma than sRGB has at that lightness;
    h = 1 - t^2 (3 - 2 t) * exp(-chroma^2 / (2 * 0.05^2)), t = (L - 0.9) / 0.1 in [0, 1]

    Highlights stay white by h; black stays black, because s is multiplied by L.

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        change: of ``shifts``.
        strength: 0 is the photo, 1 all of the change; between, blended in OKLab.
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
    """The same of (3, P)."""
    grid = (colors * 2 - 1).flip(0).mT[None, None, None]  # (1, 1, 1, P, 3), blue first
    s = F.grid_sample(change, grid, padding_mode="border", align_corners=True)[0, :, 0, 0]  # (3, P)
    lab = to_oklab(colors)
    lightness, tint = lab[:1], lab[1:]
    t = ((lightness - _GLARE) / (1 - _GLARE)).clamp(0, 1)
    squared = (tint * tint).sum(dim=0, keepdim=True)
    kept = 1 - t * t * (3 - 2 * t) * torch.exp(-squared / (2 * _GLARE_CHROMA**2))
    toned = lightness.clamp(1e-4, 1) ** s[2:].exp()
    moved = toned / lightness.clamp(min=1e-4) * (tint + lightness * s[:2] * kept)
    new = compress_chroma(torch.cat([toned, moved]), limits)
    return to_srgb(lab + strength * (new - lab))


def transfer(image: Tensor, themes: list[Array], settings: RecolorSettings) -> tuple[Tensor, int, Match]:
    """Recolour a photo by the theme that fits it best.

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        themes: one or more, each (k, 3), OKLab.
        settings: ``strength``, ``variety``, ``gradients`` and ``keep_luminance``.
    Returns:
        (1, 3, H, W), sRGB in [0, 1]; the number of the theme; which group got which of its colours.
    Raises:
        ShapeError: another shape.
    """
    counted = census(image)
    matches = [match(counted, theme) for theme in themes]
    best = min(range(len(themes)), key=lambda i: matches[i].cost)
    change = shifts(counted, matches[best], themes[best], settings)
    return apply_shifts(image, change, strength=settings.strength), best, matches[best]
