"""Distance of the distribution of a picture's colours from a style's."""

from __future__ import annotations

from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import full_precision
from impasto.metrics.sliced_wasserstein import relative_sliced_wasserstein

DIRECTIONS = 32
"""Number of projection directions in the three-dimensional colour space."""


def palette_distance(image: Tensor, style: Tensor) -> float:
    """Squared sliced Wasserstein distance of the colours, in hundredths of the style's variance.

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        style: (1, 3, H', W'), sRGB in [0, 1]; any size.
    Returns:
        0 for the same colours in the same amounts, at any positions; 100 if they are off by one standard
        deviation.
    Raises:
        ShapeError: a picture is not (1, 3, H, W).

    Source: Bonneel et al. 2015, eq. 13 (sliced Wasserstein distance).
    Differs: 32 fixed directions, relative to the style's variance, times 100.
    """
    expect(image, "1 3 h w", name="image")
    expect(style, "1 3 h w", name="style")
    pair = full_precision(image.detach()), full_precision(style.detach())
    return 100 * relative_sliced_wasserstein(*pair, count=DIRECTIONS).item()
