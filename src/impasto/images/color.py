"""Luminance and chroma: split, combined anew, and matched between pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from impasto.checks import expect

LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in luminance (Rec. 601)."""

YUV = (LUMINANCE, (-0.147, -0.288, 0.436), (0.615, -0.515, -0.1))
"""Rows Y, U, V of columns R, G, B."""

CONSTANT = 1 / 255
"""Standard deviation below which a picture counts as one grey: JPEG adds this much."""


def luminance(image: Tensor) -> Tensor:
    """Luminance of each pixel.

    Y = 0.299 R + 0.587 G + 0.114 B

    Args:
        image: (1, 3, H, W) in [0, 1].
    Returns:
        (1, 1, H, W) in [0, 1].
    Raises:
        ShapeError: image has another shape.

    Source: Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer"; Rec. 601.
    Differs: nothing.
    """
    expect(image, "1 3 h w", name="image")
    return _mix(image, [LUMINANCE]).clamp_(0, 1)  # the weights sum to 1 but for rounding


def grey(light: Tensor) -> Tensor:
    """Luminance as a grey picture, for networks that want three channels.

    Args:
        light: (1, 1, H, W) in [0, 1].
    Returns:
        (1, 3, H, W) in [0, 1].
    Raises:
        ShapeError: light has another shape.
    """
    expect(light, "1 1 h w", name="luminance")
    return light.repeat(1, 3, 1, 1)


def rgb_to_yuv(image: Tensor) -> Tensor:
    """Split a picture into luminance (Y) and chroma (U, V).

    Args:
        image: (1, 3, H, W) in [0, 1].
    Returns:
        (1, 3, H, W): Y in [0, 1], U in [-0.435, 0.436], V in [-0.615, 0.615]; U and V are about 0 for greys.
    Raises:
        ShapeError: image has another shape.

    Source: Gatys' code; rows (.299, .587, .114), (-.147, -.288, .436), (.615, -.515, -.1).
    Differs: nothing.
    """
    expect(image, "1 3 h w", name="image")
    return _mix(image, YUV)


def yuv_to_rgb(yuv: Tensor) -> Tensor:
    """Inverse of ``rgb_to_yuv``.

    Args:
        yuv: (1, 3, H, W), as from ``rgb_to_yuv``.
    Returns:
        (1, 3, H, W), not clipped.
    Raises:
        ShapeError: yuv has another shape.

    Source: Gatys' code.
    Differs: the matrix is inverted numerically, so the round trip is exact; theirs has three digits.
    """
    expect(yuv, "1 3 h w", name="yuv")
    return _mix(yuv, np.linalg.inv(np.array(YUV)).tolist())


def with_chroma_of(painted: Tensor, photo: Tensor) -> Tensor:
    """A painting's luminance with a photo's chroma.

    Y is the mean of the painting's channels, U and V are the photo's. Only where this is outside sRGB do
    luminance and chroma change: each channel is clipped.

    Args:
        painted: (1, 3, H, W) in [0, 1], grey or nearly so.
        photo: (1, 3, H, W) in [0, 1], of the same size.
    Returns:
        (1, 3, H, W) in [0, 1].
    Raises:
        ShapeError: the shapes differ, or are not (1, 3, H, W).

    Source: Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer", luminance-only transfer.
    Differs: nothing.
    """
    expect(painted, "1 3 h w", name="painted")
    expect(photo, f"1 3 {painted.shape[2]} {painted.shape[3]}", name="photo")
    yuv = torch.cat([painted.mean(1, keepdim=True), rgb_to_yuv(photo)[:, 1:]], dim=1)
    return yuv_to_rgb(yuv).clamp_(0, 1)


def with_luminance_of(painted: Tensor, photo: Tensor) -> Tensor:
    """``with_chroma_of`` for a painting in colour: the quick way to keep a photo's colours.

    Args:
        painted: (1, 3, H, W) in [0, 1].
        photo: (1, 3, H, W) in [0, 1], of the same size.
    Returns:
        (1, 3, H, W) in [0, 1], clipped as in ``with_chroma_of``.
    Raises:
        ShapeError: the shapes differ, or are not (1, 3, H, W).
    """
    return with_chroma_of(grey(luminance(painted)), photo)


def match_luminance(style: Tensor, content: Tensor) -> Tensor:
    """Give a style's luminance the mean and the standard deviation of the content's.

    y' = sigma_c / sigma_s * (y - mu_s) + mu_c; a style of one grey takes the mean only.

    Args:
        style: (1, 1, H, W) in [0, 1].
        content: (1, 1, h, w) in [0, 1].
    Returns:
        (1, 1, H, W) in [0, 1], clipped.
    Raises:
        ShapeError: one of them has another shape.

    Source: Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer", luminance-only transfer.
    Differs: a style whose deviation is below one level of 8 bits counts as one grey.
    """
    expect(style, "1 1 h w", name="luminance of the style")
    expect(content, "1 1 h w", name="luminance of the content")
    source, target = style.double(), content.double()
    deviation = source.std(correction=0)
    scale = target.std(correction=0) / deviation if deviation > CONSTANT else torch.ones_like(deviation)
    return (scale * (source - source.mean()) + target.mean()).clamp_(0, 1).to(style.dtype)


def _mix(image: Tensor, rows: Sequence[Sequence[float]]) -> Tensor:
    """Linear combinations of the channels: (N, 3, H, W) -> (N, K, H, W)."""
    matrix = image.new_tensor(rows)  # (K, 3)
    return torch.einsum("kc,nchw->nkhw", matrix, image)
