"""How far the colours of a picture, and how much there is of each, are from those of a style."""

from __future__ import annotations

from torch import Tensor

from impasto.checks import expect
from impasto.metrics.layers import full
from impasto.metrics.sliced_wasserstein import relative_sliced_wasserstein

DIRECTIONS = 32
"""How many directions the colours are seen from; plenty in three dimensions."""


def palette_distance(image: Tensor, style: Tensor) -> float:
    """Squared sliced Wasserstein distance of the colours, in hundredths of the style's variance.

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        style: (1, 3, H', W'), sRGB in [0, 1]; any size.
    Returns:
        0 for the same colours in the same amounts, wherever they stand; 100 where they are off by a standard
        deviation.
    Raises:
        ShapeError: a picture is not (1, 3, H, W).

    Source: Bonneel et al. 2015, eq. 13 (sliced Wasserstein distance).
    Differs: 32 fixed directions, relative to the style's variance, times 100.
    """
    expect(image, "1 3 h w", name="image")
    expect(style, "1 3 h w", name="style")
    return 100 * relative_sliced_wasserstein(full(image), full(style), count=DIRECTIONS).item()
