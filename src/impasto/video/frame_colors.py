"""Colours of video frames: matrix and range are read from the file's tags, and written to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from impasto.video.optional_imports import load

BT709, BT601, BT2020 = 1, 5, 9
"""Matrices, as swscale numbers them; ITU-T H.273 has the same numbers."""

MATRICES = {1: BT709, 4: 4, 5: BT601, 6: BT601, 7: 7, 9: BT2020, 10: BT2020}
"""Number in the file (ITU-T H.273) -> matrix; the others are read as untagged."""

LIMITED, FULL = 1, 2
"""Ranges: 16 to 235 and 16 to 240, or 0 to 255."""

HD_HEIGHT_PX = 720
"""Frames without tags are BT.709 from this height on, and below it BT.601, as in players.

Source: the guess of FFmpeg-based players such as mpv.
"""

BICUBIC, CHROMA_INTERPOLATED, ACCURATE = 4, 0x2000, 0x40000
"""Flags of swscale: the filter for chroma, all of chroma, and exact rounding."""

FLAGS = BICUBIC | CHROMA_INTERPOLATED | ACCURATE


def matrix_of(tag: int, height: int) -> int:
    """The matrix of a frame by its tag, or by its height in px where there is none."""
    return MATRICES.get(tag, BT709 if height >= HD_HEIGHT_PX else BT601)


def range_of(tag: int, pixel_format: str) -> int:
    """The range of a frame by its tag, or by its pixel format where there is none."""
    if tag in (LIMITED, FULL):
        return tag
    return FULL if pixel_format.startswith("yuvj") else LIMITED


def to_pixels(frame: Any, size: tuple[int, int] | None = None) -> Tensor:
    """The colours of a decoded frame.

    Args:
        frame: an ``av.VideoFrame`` of any pixel format.
        size: (width, height) to be scaled to, px; None: its own.
    Returns:
        (1, 3, H, W), float32, sRGB in [0, 1].
    """
    name = frame.format.name
    deep = max(component.bits for component in frame.format.components) > 8
    width, height = size or (frame.width, frame.height)
    options: dict[str, Any] = {}
    if not frame.format.is_rgb and not name.startswith(("gray", "pal", "mono")):
        options["src_colorspace"] = matrix_of(frame.colorspace, frame.height)
        options["src_color_range"] = range_of(frame.color_range, name)
        options["dst_color_range"] = FULL
    target = "rgb48le" if deep else "rgb24"
    rgb = frame.reformat(width=width, height=height, format=target, interpolation=FLAGS, **options)
    array = rgb.to_ndarray()
    if array.dtype == np.uint8:
        return torch.from_numpy(array).permute(2, 0, 1)[None].float() / 255
    return torch.from_numpy(array.astype(np.float32)).permute(2, 0, 1)[None] / 65535


def to_frame(pixels: np.ndarray[Any, np.dtype[np.uint8]], pixel_format: str) -> Any:
    """A frame for an encoder: BT.709, limited range, and tagged so.

    Args:
        pixels: (H, W, 3) sRGB.
        pixel_format: such as yuv420p; an RGB format keeps the pixels.
    """
    frame = load("av").VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
    if not pixel_format.startswith("yuv"):
        return frame.reformat(format=pixel_format)
    converted = frame.reformat(
        format=pixel_format,
        dst_colorspace=BT709,
        src_color_range=FULL,
        dst_color_range=LIMITED,
        interpolation=FLAGS,
    )
    converted.colorspace, converted.color_range = BT709, LIMITED
    converted.color_primaries = converted.color_trc = BT709
    return converted


def to_bytes(pixels: Tensor) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """(1, 3, H, W) in [0, 1] -> (H, W, 3) of 8 bits."""
    array: np.ndarray[Any, np.dtype[np.uint8]] = (
        pixels[0].detach().cpu().clamp(0, 1).mul(255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    )
    return np.ascontiguousarray(array)
