"""OKLab, a colour space in which equal distances look about equal: conversions and gamut compression."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect

LINEAR_TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
"""M1, linear sRGB to LMS."""

ROOTS_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
"""M2, cube roots of LMS to OKLab."""

LIGHTNESSES, HUES = 129, 361
"""Size of the table of chroma limits; a finer one changes 8-bit levels by at most 1."""

MAX_CHROMA, BISECTIONS = 0.5, 16
"""More chroma than any sRGB colour has, and the bisections by which the limits are found."""

KNEE = 0.85
"""Fraction of the limit above which chroma is compressed; chosen by eye."""


def to_oklab(colors: Tensor) -> Tensor:
    """Convert sRGB to OKLab.

    linear = sRGB decoded; lms = M1 linear; lab = M2 cbrt(lms)

    Args:
        colors: (3, P), sRGB in [0, 1].
    Returns:
        (3, P): lightness in [0, 1], a (green to red) and b (blue to yellow) in about [-0.32, 0.28].
    Raises:
        ShapeError: another shape.

    Source: Ottosson 2020, "A perceptual color space for image processing"; IEC 61966-2-1 for sRGB.
    Differs: nothing.
    """
    expect(colors, "3 p", name="colors")
    linear = torch.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    lms = colors.new_tensor(LINEAR_TO_LMS) @ linear  # (3, P), 0 or more
    return colors.new_tensor(ROOTS_TO_LAB) @ lms.clamp(min=0) ** (1 / 3)


def oklab(picture: Tensor) -> Tensor:
    """``to_oklab`` of a picture: (1, 3, H, W), sRGB in [0, 1] -> (1, 3, H, W)."""
    expect(picture, "1 3 h w", name="picture")
    return to_oklab(picture[0].flatten(1)).view_as(picture)


def to_srgb(lab: Tensor) -> Tensor:
    """Convert OKLab to sRGB; colours outside sRGB are clipped.

    Args:
        lab: (3, P), as from ``to_oklab``.
    Returns:
        (3, P), sRGB in [0, 1].
    Raises:
        ShapeError: another shape.

    Source: as ``to_oklab``.
    Differs: clipped; the inverse matrices are computed, so that the round trip is exact.
    """
    expect(lab, "3 p", name="lab")
    linear = _linear(lab).clamp(0, 1)
    return torch.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def _linear(lab: Tensor) -> Tensor:
    """Linear RGB of OKLab, (3, P); outside [0, 1] where sRGB has no such colour."""
    roots = torch.linalg.inv(torch.tensor(ROOTS_TO_LAB, dtype=torch.float64)).to(lab) @ lab
    inverse = torch.linalg.inv(torch.tensor(LINEAR_TO_LMS, dtype=torch.float64)).to(lab)
    linear: Tensor = inverse @ (roots * roots * roots)
    return linear


def chroma_limits() -> Tensor:
    """The largest chroma of sRGB at each lightness and hue, by bisection.

    Returns:
        (1, 1, 129, 361): lightness from 0 to 1, hue from -180 to 180 degrees.
    """
    lightness = torch.linspace(0, 1, LIGHTNESSES).repeat_interleave(HUES)
    hue = torch.linspace(-math.pi, math.pi, HUES).repeat(LIGHTNESSES)
    low, high = torch.zeros_like(hue), torch.full_like(hue, MAX_CHROMA)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        linear = _linear(torch.stack([lightness, middle * hue.cos(), middle * hue.sin()]))
        inside = ((linear > -1e-4) & (linear < 1 + 1e-4)).all(dim=0)
        low, high = torch.where(inside, middle, low), torch.where(inside, high, middle)
    return low.view(1, 1, LIGHTNESSES, HUES)


def compress_chroma(lab: Tensor, limits: Tensor) -> Tensor:
    """Reduce the chroma of colours outside sRGB at the same lightness and hue.

    c' = c up to k = 0.85 times the limit m; above, m - (m - k)^2 / (m - k + c - k): continuous in slope at k,
    and always below m, so that differences between strong colours stay.

    Args:
        lab: (3, P), as from ``to_oklab``.
        limits: (1, 1, 129, 361), as from ``chroma_limits``.
    Returns:
        (3, P), OKLab.
    Raises:
        ShapeError: lab has another shape.

    Source: the curve is that of a soft knee in audio and tone mapping, chosen by eye.
    """
    expect(lab, "3 p", name="lab")
    lightness, a, b = lab
    chroma = torch.hypot(a, b)
    grid = torch.stack([torch.atan2(b, a) / math.pi, lightness * 2 - 1], dim=-1)[None, None]  # (1, 1, P, 2)
    most = F.grid_sample(limits.to(lab), grid, padding_mode="border", align_corners=True)[0, 0, 0]
    knee = KNEE * most
    room, over = (most - knee).clamp(min=1e-6), (chroma - knee).clamp(min=0)
    scale = torch.where(over > 0, (most - room * room / (room + over)) / chroma.clamp(min=1e-6), 1.0)
    return torch.stack([lightness, a * scale, b * scale])
