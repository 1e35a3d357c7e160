"""Rough masks brought to the edges of a photo by closed-form matting."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.losses.matting_laplacian import laplacian_product, window_statistics

EPSILON = 1e-5
"""Regularises the affine map of flat windows, in sRGB squared; theirs is 1e-7, which needs more steps."""

SURE, UNSURE = 1.0, 1e-4
"""Weights of the rough mask away from its edges and near them; theirs are 100 and 0."""

STEPS = 50
"""Steps of conjugate gradients, at most; chosen by time."""

TOLERANCE = 1e-4
"""The residual falls to this fraction of the first one."""


def matted(masks: Tensor, photo: Tensor, *, band_px: int) -> Tensor:
    """Masks that are affine functions of the photo's colours in windows of 3 x 3 px, near their edges.

    argmin over m of m' L m + sum over pixels p of w_p (m_p - rough_p)^2

    with L the photo's matting Laplacian, and w 1 where the rough mask is the same within ``band_px`` and 1e-4
    elsewhere.

    Args:
        masks: (1, R, h, w) in [0, 1], rough.
        photo: (1, 3, h, w), sRGB in [0, 1], both sides at least 3.
        band_px: how far a rough edge may be off.
    Returns:
        (1, R, h, w) in [0, 1].
    Raises:
        ShapeError: a tensor of another shape.

    Source: Levin, Lischinski, Weiss 2008, "A closed-form solution to natural image matting", eq. 14.
    Differs: the operator has no matrix; conjugate gradients that end early.
    """
    expect(photo, "1 3 h w", name="photo")
    expect(masks, f"1 r {photo.shape[2]} {photo.shape[3]}", name="masks")
    side = 2 * band_px + 1
    high, low = (F.max_pool2d(sign * masks, side, stride=1, padding=band_px) * sign for sign in (1, -1))
    sure = (high - low).amax(1, keepdim=True) < 0.1
    return smoothed(masks, photo, torch.where(sure, SURE, UNSURE).to(masks))


def smoothed(planes: Tensor, photo: Tensor, weights: Tensor) -> Tensor:
    """Planes that are affine in the photo's colours, and as near to given ones as their weights ask for.

    argmin over m of m' L m + sum over pixels p of w_p (m_p - given_p)^2, by conjugate gradients

    Args:
        planes: (1, R, h, w) in [0, 1].
        photo: (1, 3, h, w), sRGB in [0, 1], both sides at least 3.
        weights: (1, 1, h, w), above 0.
    Returns:
        (1, R, h, w) in [0, 1].
    """
    windows = window_statistics(photo, epsilon=EPSILON)

    def product(values: Tensor) -> Tensor:
        return laplacian_product(values, windows) + weights * values

    diagonal = weights + 2.0  # that of L lies between 0 and 9; it only speeds things up
    values = planes
    residual = weights * planes - product(values)
    first = residual.square().sum()
    conditioned = residual / diagonal
    direction, energy = conditioned, (residual * conditioned).sum()
    for _ in range(STEPS):
        if float(residual.square().sum()) <= TOLERANCE**2 * float(first) or float(energy) <= 0:
            break
        moved = product(direction)
        length = energy / (direction * moved).sum()
        values = values + length * direction
        residual = residual - length * moved
        conditioned = residual / diagonal
        before, energy = energy, (residual * conditioned).sum()
        direction = conditioned + energy / before * direction
    return values.clamp(0, 1)
