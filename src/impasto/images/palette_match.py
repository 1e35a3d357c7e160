"""Colours of a thing as a painting has them: each takes those of the painting that are nearest."""

from __future__ import annotations

import torch
from torch import Tensor

from impasto.images.oklab import to_oklab, to_srgb
from impasto.images.resize import fit, resize

SIDE_PX = 96
"""Long side of the copy whose colours are the palette: strokes and dots are mixed, as the eye does."""

BIN = 0.04
"""Side of a bin of the palette, OKLab."""

SIGMA = 0.06
"""Colours much farther than the nearest one by this have no say, OKLab. All numbers here: chosen by eye."""

COMMON = 0.25
"""How much a frequent colour is preferred: its weight is its number of places to this power."""

QUANTILES = (0.02, 0.98)
"""Lightness of both pictures, whose range is compared."""

HUE = 0.5
"""Differences of lightness count this much, as light and shade of a thing must stay and its hue may."""


def in_palette(colors: Tensor, painting: Tensor) -> Tensor:
    """The same colours as a painting would have them.

    y = sum over bins b of w_b c_b / sum w_b,  w_b = n_b^0.25 exp(-|x' - c_b|^2 / 0.06^2 + least)

    with c_b the mean colours of bins of the painting's colours in OKLab, and x' the colour with its lightness
    brought into the painting's range. It is a function of the colour only, so it makes no patches.

    Args:
        colors: (3, P), sRGB in [0, 1].
        painting: (1, 3, H, W), sRGB in [0, 1].
    Returns:
        (3, P), sRGB in [0, 1].

    Source: ours.
    """
    shape = fit(painting.shape[2], painting.shape[3], SIDE_PX)
    palette, counts = _bins(to_oklab(resize(painting, shape)[0].flatten(1)))
    lab = to_oklab(colors)
    ends = torch.tensor(QUANTILES).to(lab)
    low, high = palette[0].min(), palette[0].max()
    first, last = lab[0].quantile(ends) if lab.shape[1] < 2**24 else (lab[0].min(), lab[0].max())
    scale = ((high - low) / (last - first).clamp_min(1e-3)).clamp(max=1.0)
    middle = (first + last) / 2
    moved = middle.clamp(low + scale * (last - first) / 2, high - scale * (last - first) / 2)
    lightness = moved + (lab[0] - middle) * scale
    metric = lab.new_tensor([HUE, 1.0, 1.0])[:, None]
    there = torch.cat([lightness[None], lab[1:]]) * metric
    scores = -torch.cdist(there.mT, (palette * metric).mT).square() / SIGMA**2 + COMMON * counts.log()
    mixed = palette @ scores.softmax(1).mT  # (3, P)
    # Lightness stays a function of the thing's own: a palette of few shades would flatten its form.
    return to_srgb(torch.cat([(lightness + mixed[0])[None] / 2, mixed[1:]])).clamp(0, 1)


def _bins(lab: Tensor) -> tuple[Tensor, Tensor]:
    """Mean colours of the bins that are not empty, (3, B), and how many fell there, (B,)."""
    cells = (lab / BIN).round().long()
    _, index, counts = torch.unique(cells, dim=1, return_inverse=True, return_counts=True)
    sums = lab.new_zeros(3, len(counts)).index_add_(1, index, lab)
    return sums / counts, counts.to(lab)
