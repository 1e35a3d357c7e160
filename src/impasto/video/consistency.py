"""How far each pixel's flow is to be relied on."""

from __future__ import annotations

import numpy as np

from impasto.errors import ShapeError
from impasto.video.motion_boundary import motion_boundary
from impasto.video.occlusion import hidden
from impasto.video.optional_imports import load
from impasto.video.warp import Flow, Mask, inside

SIGMA_PX = 0.8
"""Deviation of the blur."""


def consistency(flow: Flow, back: Flow) -> Mask:
    """The certainty c of a flow: 1 where it is to be relied on, 0 at holes and at motion boundaries.

    Outside the frame and motion boundary 0, hidden -1, else 1; then a Gaussian blur of 0.8 px, and clipped to
    [0, 1]: a hole is negative first so that the blur makes it wider

    Args:
        flow: (H, W, 2), px, from this frame to the other.
        back: (H, W, 2), px, from the other frame to this one.
    Returns:
        (H, W) in [0, 1].
    Raises:
        ShapeError: the two have different sizes.

    Source: Ruder, Dosovitskiy, Brox 2016, section 4.1, and their program's consistency checker.
    Differs: nothing.
    """
    if flow.shape != back.shape:
        raise ShapeError(
            "the flow and the flow back have different sizes", got=str(back.shape), expected=str(flow.shape)
        )
    certainty = np.ones(flow.shape[:2], np.float32)
    certainty[motion_boundary(flow)] = 0
    certainty[hidden(flow, back)] = -1
    certainty[~inside(flow)] = 0
    blurred: Mask = load("cv2").GaussianBlur(certainty, (5, 5), SIGMA_PX)
    return np.clip(blurred, 0, 1)
