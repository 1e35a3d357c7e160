"""Masks of sample photos, drawn by our own code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

SAUCER = (278.5, 224.0, 203.0, 164.0, 9.0)
"""Ellipse of the saucer: middle (x, y) and half axes, px; clockwise rotation, degrees."""

RIM = (290.5, 113.0, 118.0, 95.5, 3.0)
"""Ellipse of the cup, likewise."""

HANDLE = ((398, 69), (416, 66), (427, 74), (414, 130), (396, 150))
"""Part of the spoon beyond the saucer: corners (x, y), px, clockwise."""


def coffee() -> Bytes:
    """The cup on its saucer: white, with a soft edge of a pixel.

    Returns:
        (400, 600), as large as the sample photo.
    """
    y, x = np.mgrid[0:400, 0:600].astype(np.float64)
    inside = np.maximum.reduce([_ellipse(x, y, *SAUCER), _ellipse(x, y, *RIM), _polygon(x, y)])
    return np.asarray((255 * np.clip(inside + 0.5, 0, 1)).round(), np.uint8)


def _ellipse(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    middle_x: float,
    middle_y: float,
    half_width: float,
    half_height: float,
    degrees: float,
) -> npt.NDArray[np.float64]:
    """About how many pixels a point lies inside."""
    turn = np.deg2rad(degrees)
    across = (x - middle_x) * np.cos(turn) + (y - middle_y) * np.sin(turn)
    down = (y - middle_y) * np.cos(turn) - (x - middle_x) * np.sin(turn)
    radius = np.hypot(across / half_width, down / half_height)
    return np.asarray((1 - radius) * min(half_width, half_height))


def _polygon(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How many pixels a point lies inside the spoon's handle."""
    corners = np.array([*HANDLE, HANDLE[0]], np.float64)
    sides = np.diff(corners, axis=0)
    normals = np.stack([-sides[:, 1], sides[:, 0]], 1) / np.hypot(*sides.T)[:, None]
    return np.asarray(
        np.minimum.reduce(
            [(x - c[0]) * n[0] + (y - c[1]) * n[1] for c, n in zip(corners, normals, strict=False)]
        )
    )
