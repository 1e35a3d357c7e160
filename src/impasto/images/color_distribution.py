"""Transfer a colour distribution by random rotations and sorting, without amplifying grain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.images.resize import fit

SAMPLES, QUANTILES = 2**15, 512
"""Pixels that a distribution is measured on, and quantiles along an axis."""

BLUR = 0.1
"""Standard deviation of the noise added to them, so that smooth areas are not torn apart; chosen by eye."""

RADIUS = 0.02
"""Radius of the guided filter, as a fraction of the long side."""

SMALL_PX = 384
"""Long side of the picture on which the change of colours is found."""

EDGE = 0.05
"""Differences of colour below this are grain, which must not grow."""

Numbers = npt.NDArray[Any]


def transfer_distribution(picture: Tensor, like: Tensor, *, steps: int = 20, seed: int = 0) -> Tensor:
    """Give a picture another's colour distribution, and leave its grain as it is.

    Each step rotates the colour space at random and, along each of the three axes, moves every colour to the
    other's quantile of the same rank. This would amplify the grain of smooth areas; therefore the change of
    colour (not the picture) is smoothed by a guided filter, and computed on a small copy.

    Args:
        picture: (1, 3, H, W), float64, about [0, 1].
        like: (1, 3, h, w), float64: the distribution to reach.
        steps: rotations; more come closer.
        seed: of the rotations and of the sampled pixels.
    Returns:
        (1, 3, H, W), float64.
    Raises:
        ShapeError: a picture is not (1, 3, H, W).

    Source: Pitie, Kokaram, Dahyot 2007, "Automated colour grading using colour distribution transfer"; the
        smoothing is the guided filter of He, Sun, Tang 2010, on a small picture as in He, Sun 2015.
    Differs: the guided filter in place of their regraining, which solves for the picture's gradients; both
        distributions are blurred by 0.1, so that smooth areas stay smooth.
    """
    expect(picture, "1 3 h w", name="picture")
    expect(like, "1 3 h w", name="picture to match")
    height, width = picture.shape[2:]
    small = _resampled(picture, fit(height, width, SMALL_PX))
    rows = small[0].movedim(0, -1).numpy()  # (h, w, 3)
    moved = rows.reshape(-1, 3)
    sample, target = (_sample(x[0].flatten(1).mT.numpy(), seed) for x in (picture, like))
    rng = np.random.default_rng(seed)
    ranks = (np.arange(QUANTILES) + 0.5) / QUANTILES
    for step in range(steps):
        rotation = np.eye(3) if step == 0 else np.linalg.qr(rng.standard_normal((3, 3)))[0]
        old, new = (np.quantile(colors @ rotation, ranks, axis=0) for colors in (sample, target))
        moved, sample = (_mapped(colors @ rotation, old, new) @ rotation.T for colors in (moved, sample))
    slope, offset = _affine(moved.reshape(rows.shape) - rows, rows)
    change = torch.from_numpy(np.concatenate([slope, offset], 2)).movedim(-1, 0)[None]
    change = _resampled(change, (height, width))  # (1, 12, H, W)
    slopes = change[:, :9].reshape(1, 3, 3, height, width)
    return picture + torch.einsum("nijhw,nihw->njhw", slopes, picture) + change[:, 9:]


def _sample(rows: Numbers, seed: int) -> Numbers:
    """Random colours of a picture with noise, (SAMPLES, 3); equal pictures give equal samples."""
    rng = np.random.default_rng(seed)
    chosen = rows[rng.choice(len(rows), SAMPLES, replace=len(rows) < SAMPLES)]
    return np.asarray(chosen + BLUR * rng.standard_normal(chosen.shape))


def _mapped(values: Numbers, old: Numbers, new: Numbers) -> Numbers:
    """(P, 3): each axis by the map from old to new quantiles, (Q, 3); beyond the outermost, shifted."""
    result = np.empty_like(values)
    for axis in range(3):
        x, q, r = values[:, axis], old[:, axis], new[:, axis]
        result[:, axis] = np.interp(x, q, r) + np.minimum(x - q[0], 0) + np.maximum(x - q[-1], 0)
    return result


def _affine(change: Numbers, guide: Numbers) -> tuple[Numbers, Numbers]:
    """Guided filter: within a window the change is an affine function of the guide's colour.

    Args:
        change: (h, w, 3), change of colour.
        guide: (h, w, 3), the picture.

    Returns:
        (h, w, 9), 3 x 3 row by row, and (h, w, 3): change = guide @ slope + offset, both smooth.
    """
    height, width = guide.shape[:2]
    side = 2 * max(1, round(RADIUS * max(height, width))) + 1

    def mean(x: Numbers) -> Numbers:
        return np.asarray(scipy.ndimage.uniform_filter(x, (side, side, *[1] * (x.ndim - 2)), mode="nearest"))

    m, c = mean(guide), mean(change)
    variance = mean(guide[..., :, None] * guide[..., None, :]) - m[..., :, None] * m[..., None, :]
    covariance = mean(guide[..., :, None] * change[..., None, :]) - m[..., :, None] * c[..., None, :]
    slope = np.linalg.solve(variance + EDGE**2 * np.eye(3), covariance)  # (h, w, 3, 3)
    offset = c - np.einsum("hwi,hwij->hwj", m, slope)
    return mean(slope).reshape(height, width, 9), mean(offset)


def _resampled(x: Tensor, shape: Sequence[int]) -> Tensor:
    """(N, C, H, W) -> (N, C, *shape), bilinear with a low-pass filter."""
    if tuple(x.shape[2:]) == tuple(shape):
        return x
    return F.interpolate(x, size=tuple(shape), mode="bilinear", antialias=True, align_corners=False)
