"""Whether what is light in a photo is light in its painting."""

from __future__ import annotations

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.images.gaussian import gaussian_blur
from impasto.images.oklab import oklab
from impasto.images.resize import fit, resize
from impasto.losses.base import full_precision

SIGMA = 0.03
"""Of the blur, as a fraction of the long side: areas count, not strokes."""

MAX_SIDE_PX = 1024
"""Larger pictures are shrunk to it, as fine detail is blurred away in any case."""

LEVELS = 10_000
"""Number of steps of lightness from black to white; values of one step are equal, so that flat areas are."""


def lightness_order(image: Tensor, photo: Tensor) -> float:
    """Rank correlation of the areas' lightness: is what is lighter in the photo lighter in the picture?

    Pearson correlation of the ranks of L and L' over positions; L is the OKLab lightness, blurred by a
    Gaussian with sigma 3 % of the long side, L' that of the photo; equal values share the mean of their ranks

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        photo: (1, 3, h, w), sRGB in [0, 1]; resized to the image's shape.
    Returns:
        1 for the same order of areas from dark to light, with any contrast; 0 for none, also if one of the
        two has one lightness everywhere; -1 for a negative. Higher is better.
    Raises:
        ShapeError: a picture is not (1, 3, H, W).

    Source: Spearman 1904, rank correlation.
    Differs: of blurred lightness, in steps of 1/10000; pictures above 1024 px are shrunk to 1024 px.
    """
    expect(image, "1 3 h w", name="image")
    expect(photo, "1 3 h w", name="photo")
    shape = fit(image.shape[2], image.shape[3], MAX_SIDE_PX)
    areas, photo_areas = (
        _areas(resize(full_precision(picture.detach()), shape)) for picture in (image, photo)
    )
    return rank_correlation(areas, photo_areas)


def rank_correlation(values: Tensor, others: Tensor) -> float:
    """Spearman's rank correlation: is what is larger in one larger in the other?

    Args:
        values: (P,), any range.
        others: (P,), any range.
    Returns:
        From -1 to 1; 0 if all values of one of them are equal.
    Raises:
        ShapeError: they are not 1-D, or differ in length.

    Source: Spearman 1904; equal values share the mean of their ranks.
    Differs: 0, not nan, for equal values.
    """
    expect(values, "p", name="values")
    expect(others, str(len(values)), name="others")
    ranks, other_ranks = (_ranks(x) for x in (values, others))
    ranks, other_ranks = ranks - ranks.mean(), other_ranks - other_ranks.mean()
    norms = (ranks.norm() * other_ranks.norm()).item()
    return (ranks @ other_ranks).item() / norms if norms > 0 else 0.0


def _areas(image: Tensor) -> Tensor:
    """Steps of blurred lightness, (P,)."""
    lightness = oklab(image)[:, :1]
    blurred = gaussian_blur(lightness, SIGMA * max(image.shape[2:]))
    return (blurred.flatten() * LEVELS).round()


def _ranks(values: Tensor) -> Tensor:
    """Ranks from 1 of (P,); equal values have the mean of their ranks."""
    _, places, counts = torch.unique(values.cpu(), return_inverse=True, return_counts=True)
    last = counts.cumsum(0).double()
    mean_ranks: Tensor = (last - (counts - 1) / 2)[places]
    return mean_ranks
