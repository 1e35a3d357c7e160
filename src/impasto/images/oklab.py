"""OKLab: colours as lightness, green to red, and blue to yellow, so that equal steps look about equal."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect

_LMS_OF_LINEAR = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_LAB_OF_ROOTS = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_LIGHTNESSES, _HUES = 129, 361  # of the table of chromas; finer ones change no level of 8 bits by more than 1
_BEYOND = 0.5  # more chroma than any sRGB colour has
_HALVINGS = 16
_KNEE = 0.85  # share of the chroma that there is from which on more of it comes slower; chosen by eye


def to_oklab(colors: Tensor) -> Tensor:
    """SRGB as OKLab.

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
    expect(colors, "3 p", name="colours")
    linear = torch.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    lms = colors.new_tensor(_LMS_OF_LINEAR) @ linear  # (3, P), 0 or more
    return colors.new_tensor(_LAB_OF_ROOTS) @ lms.clamp(min=0) ** (1 / 3)


def to_srgb(lab: Tensor) -> Tensor:
    """OKLab as sRGB; what no screen shows is clipped.

    Args:
        lab: (3, P), as from ``to_oklab``.
    Returns:
        (3, P), sRGB in [0, 1].
    Raises:
        ShapeError: another shape.

    Source: as ``to_oklab``.
    Differs: clipped; the inverse matrices are computed, so that there and back again is exact.
    """
    expect(lab, "3 p", name="lab")
    linear = _linear(lab).clamp(0, 1)
    return torch.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def _linear(lab: Tensor) -> Tensor:
    """Linear RGB of OKLab, (3, P); outside [0, 1] where sRGB has no such colour."""
    roots = torch.linalg.inv(torch.tensor(_LAB_OF_ROOTS, dtype=torch.float64)).to(lab) @ lab
    inverse = torch.linalg.inv(torch.tensor(_LMS_OF_LINEAR, dtype=torch.float64)).to(lab)
    linear: Tensor = inverse @ (roots * roots * roots)
    return linear


def chroma_limits() -> Tensor:
    """The most chroma that sRGB has at each lightness and hue.

    Returns:
        (1, 1, 129, 361): lightness from 0 to 1, hue from -180 to 180 degrees.
    """
    lightness = torch.linspace(0, 1, _LIGHTNESSES).repeat_interleave(_HUES)
    hue = torch.linspace(-math.pi, math.pi, _HUES).repeat(_LIGHTNESSES)
    low, high = torch.zeros_like(hue), torch.full_like(hue, _BEYOND)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        linear = _linear(torch.stack([lightness, middle * hue.cos(), middle * hue.sin()]))
        shown = ((linear > -1e-4) & (linear < 1 + 1e-4)).all(dim=0)
        low, high = torch.where(shown, middle, low), torch.where(shown, high, middle)
    return low.view(1, 1, _LIGHTNESSES, _HUES)


def compress_chroma(lab: Tensor, limits: Tensor) -> Tensor:
    """Bring colours that no screen shows back, at the same lightness and hue.

    c' = c up to k = 0.85 times the limit m; beyond, m - (m - k)^2 / (m - k + c - k): the same slope at k, and
    never m, so that differences between strong colours stay.

    Args:
        lab: (3, P), as from ``to_oklab``.
        limits: of ``chroma_limits``.
    Returns:
        (3, P).
    Raises:
        ShapeError: lab has another shape.

    Source: the curve is that of a soft knee in audio and tone mapping, chosen by eye.
    """
    expect(lab, "3 p", name="lab")
    lightness, a, b = lab
    chroma = torch.hypot(a, b)
    grid = torch.stack([torch.atan2(b, a) / math.pi, lightness * 2 - 1], dim=-1)[None, None]  # (1, 1, P, 2)
    most = F.grid_sample(limits.to(lab), grid, padding_mode="border", align_corners=True)[0, 0, 0]
    knee = _KNEE * most
    room, over = (most - knee).clamp(min=1e-6), (chroma - knee).clamp(min=0)
    scale = torch.where(over > 0, (most - room * room / (room + over)) / chroma.clamp(min=1e-6), 1.0)
    return torch.stack([lightness, a * scale, b * scale])
