"""The distribution of a picture's colours, carried over to another by turning and sorting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import uniform_filter
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.images.resize import fit

_QUANTILES = 512
_SAMPLES = 2**15  # pixels that the distributions are measured on
_BLUR = 0.1  # deviation of what is added to them, so that plains are not torn apart; chosen by eye
_REACH = 0.02  # of the long side: radius within which a change of colours follows the picture's edges
_SMALL = 384  # px: long side of the picture on which the change is found
_EDGE = 0.05  # differences of colour below this are grain, which is not to grow

Numbers = npt.NDArray[Any]


def transfer_distribution(picture: Tensor, like: Tensor, *, steps: int = 20, seed: int = 0) -> Tensor:
    """Move a picture's colours until their distribution is another's, and leave its grain as it is.

    Each step turns the space of colours at random, and along each of the three axes moves every colour to the
    other's quantile of the same rank. Where a wide plain is torn apart so, its grain would be too; therefore
    the change of colour, not the picture, is smoothed along the picture's edges. So it need not be known for
    each pixel: it is found on a small picture.

    Args:
        picture: (1, 3, H, W), float64, about [0, 1].
        like: (1, 3, h, w), float64: the distribution to reach.
        steps: turns; more come closer.
        seed: of the turns and of the pixels that are measured.
    Returns:
        (1, 3, H, W), float64.
    Raises:
        ShapeError: one of them is no picture.

    Source: Pitie, Kokaram, Dahyot 2007, "Automated colour grading using colour distribution transfer"; the
        smoothing is the guided filter of He, Sun, Tang 2010, on a small picture as in He, Sun 2015.
    Differs: the guided filter in place of their regraining, which solves for the picture's gradients; both
        distributions are blurred by 0.1, so that plains stay plain.
    """
    expect(picture, "1 3 h w", name="picture")
    expect(like, "1 3 h w", name="picture to match")
    height, width = picture.shape[2:]
    small = _resampled(picture, fit(height, width, _SMALL))
    rows = small[0].movedim(0, -1).numpy()  # (h, w, 3)
    moved = rows.reshape(-1, 3)
    seen, goal = (_sample(x[0].flatten(1).mT.numpy(), seed) for x in (picture, like))
    rng = np.random.default_rng(seed)
    ranks = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    for step in range(steps):
        turn = np.eye(3) if step == 0 else np.linalg.qr(rng.standard_normal((3, 3)))[0]
        here, there = (np.quantile(cloud @ turn, ranks, axis=0) for cloud in (seen, goal))
        moved, seen = (_mapped(cloud @ turn, here, there) @ turn.T for cloud in (moved, seen))
    slope, offset = _affine(moved.reshape(rows.shape) - rows, rows)
    wide = torch.from_numpy(np.concatenate([slope, offset], 2)).movedim(-1, 0)[None]
    wide = _resampled(wide, (height, width))  # (1, 12, H, W)
    slopes = wide[:, :9].reshape(1, 3, 3, height, width)
    return picture + torch.einsum("nijhw,nihw->njhw", slopes, picture) + wide[:, 9:]


def _sample(rows: Numbers, seed: int) -> Numbers:
    rng = np.random.default_rng(seed)  # the same for both pictures: alike, they give the same sample
    chosen = rows[rng.choice(len(rows), _SAMPLES, replace=len(rows) < _SAMPLES)]
    return np.asarray(chosen + _BLUR * rng.standard_normal(chosen.shape))


def _mapped(values: Numbers, here: Numbers, there: Numbers) -> Numbers:
    """(P, 3): each axis by the map from its quantiles to the other's; beyond the last of them, shifted."""
    result = np.empty_like(values)
    for axis in range(3):
        one, h, t = values[:, axis], here[:, axis], there[:, axis]
        result[:, axis] = np.interp(one, h, t) + np.minimum(one - h[0], 0) + np.maximum(one - h[-1], 0)
    return result


def _affine(change: Numbers, guide: Numbers) -> tuple[Numbers, Numbers]:
    """Guided filter: within a window the change is an affine function of the guide's colour.

    Returns:
        (h, w, 9), 3 x 3 row by row, and (h, w, 3): change = guide @ slope + offset, both smooth.
    """
    height, width = guide.shape[:2]
    side = 2 * max(1, round(_REACH * max(height, width))) + 1

    def mean(x: Numbers) -> Numbers:
        return np.asarray(uniform_filter(x, (side, side, *[1] * (x.ndim - 2)), mode="nearest"))

    centre, level = mean(guide), mean(change)
    spread = mean(guide[..., :, None] * guide[..., None, :]) - centre[..., :, None] * centre[..., None, :]
    shared = mean(guide[..., :, None] * change[..., None, :]) - centre[..., :, None] * level[..., None, :]
    slope = np.linalg.solve(spread + _EDGE**2 * np.eye(3), shared)  # (h, w, 3, 3)
    offset = level - np.einsum("hwi,hwij->hwj", centre, slope)
    return mean(slope).reshape(height, width, 9), mean(offset)


def _resampled(x: Tensor, shape: Sequence[int]) -> Tensor:
    if tuple(x.shape[2:]) == tuple(shape):
        return x
    return F.interpolate(x, size=tuple(shape), mode="bilinear", antialias=True, align_corners=False)
