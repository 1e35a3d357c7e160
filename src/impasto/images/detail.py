"""Where a picture has detail, and where it is plain."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.images.gaussian import gaussian_blur
from impasto.images.pyramid import cells

SIGMA = 0.01
"""Sigma of the Gaussian window in which colours are compared, as a share of the long side; by eye."""

CONTRAST = 0.04
"""Standard deviation of the colours in a window, in sRGB, that counts as half detail; chosen by eye. Noise of
0.01, which is much for a photo, counts as 6 % detail."""

LONG_SIDE_PX = 512
"""A larger picture is first shrunk to this long side; chosen by eye."""


def detail_map(images: Tensor) -> Tensor:
    """How much detail there is at each place: v / (v + CONTRAST^2), v the variance of the colours around it.

    v = mean over channels of G * x^2 - (G * x)^2, G a Gaussian of SIGMA times the long side

    Args:
        images: (N, C, H, W), sRGB in [0, 1].
    Returns:
        (N, 1, H, W), in [0, 1): 0 where a place is of one colour, 0.9 where their standard deviation is 0.12.
    Raises:
        ShapeError: images are not (N, C, H, W).

    Source: ours.
    """
    expect(images, "n c h w", name="images")
    small = cells(images, LONG_SIDE_PX)
    sigma_px = max(SIGMA * max(small.shape[2:]), 0.5)
    variance = gaussian_blur(small.square(), sigma_px) - gaussian_blur(small, sigma_px).square()
    variance = variance.clamp_min(0).mean(1, keepdim=True)
    detail = variance / (variance + CONTRAST**2)
    return F.interpolate(detail, size=images.shape[2:], mode="bilinear", align_corners=False)
