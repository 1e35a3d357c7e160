"""The distribution of a picture's colours, carried over to another by turning and sorting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import uniform_filter
from torch import Tensor
from torch.nn import functional

from impasto.checks import expect
from impasto.images.resize import fit

_QUANTILES = 512
_SAMPLES = 2**16  # pixels that the distributions are measured on
_BLUR = 0.1  # deviation of what is added to them, so that plains are not torn apart; chosen by eye
_REACH = 0.02  # of the long side: radius within which a change of colours follows the picture's edges
_SMALL = 512  # px: long side of the picture that the guided filter is computed on
_EDGE = 0.05  # differences of colour below this are grain, which is not to grow

Numbers = npt.NDArray[Any]


def transfer_distribution(picture: Tensor, like: Tensor, *, steps: int = 20, seed: int = 0) -> Tensor:
    """Move a picture's colours until their distribution is another's, and leave its grain as it is.

    Each step turns the space of colours at random, and along each of the three axes moves every colour to the
    other's quantile of the same rank. Where a wide plain is torn apart so, its grain would be too; therefore
    the change of colour, not the picture, is smoothed along the picture's edges.

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
        smoothing is the guided filter of He, Sun, Tang 2010.
    Differs: the guided filter in place of their regraining, which solves for the picture's gradients; both
        distributions are blurred by 0.1, so that plains stay plain.
    """
    expect(picture, "1 3 h w", name="picture")
    expect(like, "1 3 h w", name="picture to match")
    rows = picture[0].movedim(0, -1).numpy()  # (H, W, 3)
    moved = rows.reshape(-1, 3)
    seen, goal = _sample(moved, seed), _sample(like[0].flatten(1).mT.numpy(), seed)
    rng = np.random.default_rng(seed)
    ranks = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    for step in range(steps):
        turn = np.eye(3) if step == 0 else np.linalg.qr(rng.standard_normal((3, 3)))[0]
        here, there = (np.quantile(cloud @ turn, ranks, axis=0) for cloud in (seen, goal))
        moved, seen = (_mapped(cloud @ turn, here, there) @ turn.T for cloud in (moved, seen))
    change = torch.from_numpy(moved.reshape(rows.shape) - rows).movedim(-1, 0)[None]
    return picture + _along_edges(change, picture)


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


def _along_edges(change: Tensor, guide: Tensor) -> Tensor:
    """Guided filter: within a window the change is an affine function of the guide's colour.

    The function is found on a smaller picture and enlarged, since it is smooth (He, Sun 2015).

    Args:
        change: (1, 3, H, W).
        guide: (1, 3, H, W).
    Returns:
        (1, 3, H, W).
    """
    shape = guide.shape[2:]
    height, width = shape
    small = fit(height, width, _SMALL)
    slope, offset = _affine(*(_resampled(x, small)[0].movedim(0, -1).numpy() for x in (change, guide)))
    wide = _resampled(torch.from_numpy(np.concatenate([slope, offset], 2)).movedim(-1, 0)[None], shape)
    slopes = wide[:, :9].view(1, 3, 3, *shape)
    return torch.einsum("nijhw,nihw->njhw", slopes, guide) + wide[:, 9:]


def _affine(change: Numbers, guide: Numbers) -> tuple[Numbers, Numbers]:
    """(h, w, 3), (h, w, 3) -> (h, w, 9) row by row, (h, w, 3): change = guide @ slope + offset."""
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
    return functional.interpolate(x, size=tuple(shape), mode="bilinear", antialias=True, align_corners=False)
