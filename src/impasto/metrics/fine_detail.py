"""How much detail of the size of a pixel a picture has beside its style: of colour, and of lightness."""

from __future__ import annotations

from torch import Tensor

from impasto.checks import expect
from impasto.images.gaussian import gaussian_blur
from impasto.images.oklab import oklab
from impasto.images.resize import fit, resize
from impasto.losses.base import full_precision

SIGMA_PX = 1.0
"""Detail is what a Gaussian blur of this sigma removes."""

LEAST_DETAIL = 0.003
"""A style's detail counts as at least this much, so that a grey painting may be painted with some colour.

In units of OKLab; chosen by eye.
"""


def grain(image: Tensor, style: Tensor) -> float:
    """Coloured grain: the fine detail of the picture's chroma, relative to that of the style.

    rms(ab - blur(ab)) / max(0.003, rms(ab' - blur(ab'))); ab are the two chroma channels of OKLab, ab' those
    of the style, blur is Gaussian with sigma 1 px, and rms the root of the mean of |.|^2 over positions

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        style: (1, 3, h, w), sRGB in [0, 1]; shrunk to the long side of the image, and not enlarged.
    Returns:
        0 or more: 0 for a picture without colour, 1 for as much grain as the style has. At most 1 is best.
    Raises:
        ShapeError: a picture is not (1, 3, H, W).

    Source: our own.
    """
    pictures = _of_one_size(image, style)
    detail, of_style = (_rms(_fine(oklab(picture)[:, 1:])) for picture in pictures)
    return detail / max(LEAST_DETAIL, of_style)


def light_detail(image: Tensor, style: Tensor) -> float:
    """Detail of lightness: the fine detail of the picture's lightness, relative to that of the style.

    rms(L - blur(L)) / max(0.003, rms(L' - blur(L'))); as ``grain``, with the lightness L of OKLab

    Args:
        image: (1, 3, H, W), sRGB in [0, 1].
        style: (1, 3, h, w), sRGB in [0, 1]; shrunk to the long side of the image, and not enlarged.
    Returns:
        0 or more: 0 for a flat picture, 1 for as much detail as the style has. Near 1 is best.
    Raises:
        ShapeError: a picture is not (1, 3, H, W).

    Source: our own.
    """
    pictures = _of_one_size(image, style)
    detail, of_style = (_rms(_fine(oklab(picture)[:, :1])) for picture in pictures)
    return detail / max(LEAST_DETAIL, of_style)


def _of_one_size(image: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
    """Image and style, the style shrunk to the image's long side."""
    expect(image, "1 3 h w", name="image")
    expect(style, "1 3 h w", name="style")
    image, style = full_precision(image.detach()), full_precision(style.detach())
    return image, resize(style, fit(style.shape[2], style.shape[3], max(image.shape[2:])))


def _fine(channels: Tensor) -> Tensor:
    return channels - gaussian_blur(channels, SIGMA_PX)


def _rms(vectors: Tensor) -> float:
    """Root of the mean over positions of the squared length of (1, C, H, W)."""
    return vectors.square().sum(dim=1).mean().sqrt().item()
