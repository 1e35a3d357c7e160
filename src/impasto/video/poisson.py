"""Solve (w - Laplacian) x = b on a picture, by multigrid."""

from __future__ import annotations

from typing import Any

import numpy as np

from impasto.video.optional_imports import load

Array = np.ndarray[Any, np.dtype[np.float32]]
"""(H, W) or (H, W, C), float32."""

SMOOTHINGS = 2
"""Sweeps before and after the coarser grid."""

DAMPING = 0.8
"""Of a Jacobi sweep: the usual choice in two dimensions, 4 / 5.

Source: Briggs, Henson, McCormick 2000, "A multigrid tutorial", chapter 2.
"""

COARSEST_PX = 8
"""The coarsest grid has sides from this to twice this."""

COARSEST_SWEEPS = 12
"""Sweeps on it."""


def screened_poisson(weight: Array, right: Array, *, cycles: int = 2) -> Array:
    """X of (w - Laplacian) x = b, with slopes of 0 at the edges.

    Args:
        weight: (H, W), >= 0, not 0 everywhere.
        right: (H, W, C), b.
        cycles: V-cycles; each leaves a third to a tenth of the error.
    Returns:
        (H, W, C).

    Source: the equation is that of Bhat et al. 2008, "Fourier analysis of the 2D screened Poisson equation
    for gradient domain problems"; the cycle that of Briggs, Henson, McCormick 2000.
    Differs: a coarser grid is half as large, not half plus one.
    """
    solution = np.zeros_like(right)
    for _ in range(cycles):
        residual = right - _applied(weight, solution)
        solution = solution + _cycle(weight, residual)
    return solution


def _cycle(weight: Array, right: Array) -> Array:
    """An approximate solution from 0."""
    cv2 = load("cv2")
    height, width = weight.shape
    if max(height, width) <= 2 * COARSEST_PX:
        return _smoothed(weight, np.zeros_like(right), right, COARSEST_SWEEPS)
    solution = _smoothed(weight, np.zeros_like(right), right, SMOOTHINGS)
    residual = right - _applied(weight, solution)
    half = ((width + 1) // 2, (height + 1) // 2)
    coarse = _with_channels(cv2.resize(residual, half, interpolation=cv2.INTER_AREA), right)
    coarse_weight = cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    # A step of the coarser grid is two pixels: there the Laplacian is a quarter of that between neighbours.
    correction = _cycle(4 * coarse_weight, 4 * coarse)
    fine = _with_channels(cv2.resize(correction, (width, height), interpolation=cv2.INTER_LINEAR), right)
    return _smoothed(weight, solution + fine, right, SMOOTHINGS)


def _smoothed(weight: Array, solution: Array, right: Array, sweeps: int) -> Array:
    """Damped Jacobi sweeps."""
    diagonal = (weight + 4)[..., None] if right.ndim == 3 else weight + 4
    for _ in range(sweeps):
        solution = solution + DAMPING * (right - _applied(weight, solution)) / diagonal
    return solution


def _applied(weight: Array, x: Array) -> Array:
    """(w - Laplacian) x."""
    cv2 = load("cv2")
    laplacian = _with_channels(cv2.Laplacian(x, cv2.CV_32F, ksize=1, borderType=cv2.BORDER_REPLICATE), x)
    product: Array = (weight[..., None] if x.ndim == 3 else weight) * x - laplacian
    return product


def _with_channels(result: Array, like: Array) -> Array:
    """OpenCV drops the last dimension where it is 1."""
    return result[..., None] if result.ndim == 2 and like.ndim == 3 else result
