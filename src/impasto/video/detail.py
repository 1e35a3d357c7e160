"""Give a picture as much fine detail, place by place, as another one has."""

from __future__ import annotations

from typing import Any

import numpy as np

from impasto.video.optional_imports import load

Array = np.ndarray[Any, np.dtype[np.float32]]
"""(H, W, C), float32."""

BANDS = 3
"""Bands of the Laplacian pyramid that are matched: details of up to about 8 px."""

WINDOW_PX = 15
"""Side of the square over which the energy of a band is averaged, px of that band. Chosen by eye."""

MOST = 1.6
"""Largest factor by which a band is made stronger or weaker: a factor without bound would make noise of
almost nothing. Chosen by eye."""

SMALLEST = 1e-6
"""Energy below which there is no detail: a deviation of 0.001, a quarter of a step of 8 bits."""


def matched_detail(picture: Array, like: Array, *, bands: int = BANDS) -> Array:
    """A picture whose bands of fine detail have the local energy of another's.

    Each band of the Laplacian pyramid is multiplied by sqrt(E' / E), with E the mean over a window of the
    squared band, summed over channels

    Args:
        picture: (H, W, C), what is changed.
        like: (H, W, C), which has the energy.
        bands: number of bands.
    Returns:
        (H, W, C).

    Source: Burt, Adelson 1983, "The Laplacian pyramid as a compact image code"; matching its bands' energy is
    the first step of Heeger, Bergen 1995, "Pyramid-based texture analysis/synthesis".
    Differs: from Heeger and Bergen: deviations, not histograms, and locally.
    """
    if bands == 0 or min(picture.shape[:2]) < 2:
        return picture
    cv2 = load("cv2")
    size = picture.shape[1], picture.shape[0]
    small, small_like = cv2.pyrDown(picture), cv2.pyrDown(like)
    band = picture - cv2.pyrUp(small, dstsize=size)
    gain = np.sqrt(_energy(like - cv2.pyrUp(small_like, dstsize=size)) / _energy(band))
    smaller = matched_detail(small, small_like, bands=bands - 1)
    matched: Array = cv2.pyrUp(smaller, dstsize=size) + gain.clip(1 / MOST, MOST)[..., None] * band
    return matched


def _energy(band: Array) -> Array:
    """(H, W, C) -> (H, W)."""
    cv2 = load("cv2")
    mean: Array = cv2.blur(np.square(band).sum(2), (WINDOW_PX, WINDOW_PX)) + SMALLEST
    return mean
