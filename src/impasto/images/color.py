"""Light and colour apart: luminance, chroma, and a painting in grey that gets a photo's colours back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from impasto.checks import expect

LUMINANCE = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in what the eye takes for light (Rec. 601)."""

_YUV = (LUMINANCE, (-0.147, -0.288, 0.436), (0.615, -0.515, -0.1))  # rows Y, U, V of columns R, G, B
_CONSTANT = 1 / 255  # deviation below which a picture is one grey: what JPEG adds to it


def luminance(image: Tensor) -> Tensor:
    """How light each pixel is.

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
    return _mix(image, [LUMINANCE]).clamp_(0, 1)  # the shares sum to 1 but for rounding


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
    """Split a picture into light (Y) and colour (U, V).

    Args:
        image: (1, 3, H, W) in [0, 1].
    Returns:
        (1, 3, H, W): Y in [0, 1], U in [-0.435, 0.436], V in [-0.615, 0.615]; greys have next to no U and V.
    Raises:
        ShapeError: image has another shape.

    Source: Gatys' code; rows (.299, .587, .114), (-.147, -.288, .436), (.615, -.515, -.1).
    Differs: nothing.
    """
    expect(image, "1 3 h w", name="image")
    return _mix(image, _YUV)


def yuv_to_rgb(yuv: Tensor) -> Tensor:
    """Put light and colour together again.

    Args:
        yuv: (1, 3, H, W), as from ``rgb_to_yuv``.
    Returns:
        (1, 3, H, W), not clipped.
    Raises:
        ShapeError: yuv has another shape.

    Source: Gatys' code.
    Differs: the matrix is inverted by number, so there and back is exact; theirs has three digits.
    """
    expect(yuv, "1 3 h w", name="yuv")
    return _mix(yuv, np.linalg.inv(np.array(_YUV)).tolist())


def with_chroma_of(painted: Tensor, photo: Tensor) -> Tensor:
    """A painting's light with a photo's colours.

    Y is the mean of the painting's channels, U and V are the photo's. Where that is no colour of sRGB, each
    channel is clipped: light and colour change there, and nowhere else.

    Args:
        painted: (1, 3, H, W) in [0, 1], grey or nearly so.
        photo: (1, 3, H, W) in [0, 1], of the same size.
    Returns:
        (1, 3, H, W) in [0, 1].
    Raises:
        ShapeError: the shapes differ, or are of no picture.

    Source: Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer", luminance-only transfer.
    Differs: nothing.
    """
    expect(painted, "1 3 h w", name="painted")
    expect(photo, f"1 3 {painted.shape[2]} {painted.shape[3]}", name="photo")
    return yuv_to_rgb(torch.cat([painted.mean(1, keepdim=True), rgb_to_yuv(photo)[:, 1:]], dim=1)).clamp_(
        0, 1
    )


def with_luminance_of(painted: Tensor, photo: Tensor) -> Tensor:
    """A coloured painting's luminance with a photo's colours: the quick way to keep them.

    Args:
        painted: (1, 3, H, W) in [0, 1].
        photo: (1, 3, H, W) in [0, 1], of the same size.
    Returns:
        (1, 3, H, W) in [0, 1], clipped as in ``with_chroma_of``.
    Raises:
        ShapeError: the shapes differ, or are of no picture.
    """
    return with_chroma_of(grey(luminance(painted)), photo)


def match_luminance(style: Tensor, content: Tensor) -> Tensor:
    """Give a style's luminance the mean and the deviation of the content's.

    y' = sigma_c / sigma_s * (y - mu_s) + mu_c

    A style of one grey has nothing to stretch: it takes the mean alone.

    Args:
        style: (1, 1, H, W) in [0, 1].
        content: (1, 1, h, w) in [0, 1].
    Returns:
        (1, 1, H, W) in [0, 1], clipped.
    Raises:
        ShapeError: one of them is no luminance.

    Source: Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer", luminance-only transfer.
    Differs: a style whose deviation is below one level of 8 bits counts as one grey.
    """
    expect(style, "1 1 h w", name="luminance of the style")
    expect(content, "1 1 h w", name="luminance of the content")
    ours, theirs = style.double(), content.double()
    spread = ours.std(correction=0)
    stretch = theirs.std(correction=0) / spread if spread > _CONSTANT else torch.ones_like(spread)
    return (stretch * (ours - ours.mean()) + theirs.mean()).clamp_(0, 1).to(style.dtype)


def _mix(image: Tensor, rows: Sequence[Sequence[float]]) -> Tensor:
    matrix = image.new_tensor(rows)  # (K, 3)
    return torch.einsum("kc,nchw->nkhw", matrix, image)
