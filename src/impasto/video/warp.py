"""Move a picture along a flow."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from impasto.checks import expect
from impasto.video.optional_imports import load

Flow = np.ndarray[Any, np.dtype[np.float32]]
"""(H, W, 2), px: where each pixel of one frame is in another, relative to its own place; x to the right, y
down."""

Mask = np.ndarray[Any, np.dtype[np.float32]]
"""(H, W) in [0, 1]."""


def sample(values: np.ndarray[Any, Any], flow: Flow, *, cubic: bool = False) -> np.ndarray[Any, Any]:
    """Values at the places that a flow points to; beyond the edge those of the edge.

    Args:
        values: (H, W) or (H, W, C), float32.
        flow: (H, W, 2), px.
        cubic: bicubic, nearly Keys' kernel with a = -0.5, instead of bilinear.
    Returns:
        As ``values``.
    """
    cv2 = load("cv2")
    height, width = flow.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    places = columns + flow[..., 0], rows + flow[..., 1]
    edge = cv2.BORDER_REPLICATE
    if not cubic:
        linear: np.ndarray[Any, Any] = cv2.remap(values, *places, cv2.INTER_LINEAR, borderMode=edge)
        return linear
    # OpenCV's cubic kernel has a = -0.75, which sharpens: a frame that is moved again and again turns to
    # grain. Kernels of this family are linear in a, and that of a = 0 is bilinear at places whose fractions
    # are eased; a third of it makes a = -0.5, which does not sharpen.
    whole = [np.floor(place) for place in places]
    eased = [n + (p - n) ** 2 * (3 - 2 * (p - n)) for n, p in zip(whole, places, strict=True)]
    sharp = cv2.remap(values, *places, cv2.INTER_CUBIC, borderMode=edge)
    soft = cv2.remap(values, *eased, cv2.INTER_LINEAR, borderMode=edge)
    mixed: np.ndarray[Any, Any] = (2 * sharp + soft) / 3
    return mixed


def warp(picture: Tensor, flow: Flow) -> Tensor:
    """A frame as it looks from another: omega in Ruder 2016.

    Bicubic, as a video is moved again at every frame, and bilinear values would become softer each time.

    Args:
        picture: (1, 3, H, W), the other frame.
        flow: (H, W, 2), px, from this frame to the other.
    Returns:
        (1, 3, H, W), within the limits of the picture.
    Raises:
        ShapeError: the two have different sizes.
    """
    expect(picture, f"1 3 {flow.shape[0]} {flow.shape[1]}", name="picture")
    array = picture[0].detach().permute(1, 2, 0).to("cpu", torch.float32).contiguous().numpy()
    moved = sample(array, flow, cubic=True).clip(array.min(), array.max())
    return torch.from_numpy(moved).permute(2, 0, 1)[None].contiguous().to(picture.device)


def inside(flow: Flow) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether the place that a flow points to lies in the frame: (H, W)."""
    height, width = flow.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x, y = columns + flow[..., 0], rows + flow[..., 1]
    result: np.ndarray[Any, np.dtype[np.bool_]] = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return result
