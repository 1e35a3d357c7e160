"""Where the flow changes abruptly, and is not to be relied on."""

from __future__ import annotations

from typing import Any

import numpy as np

from impasto.video.warp import Flow

RELATIVE, ABSOLUTE = 0.01, 0.002
"""Of the bound on the squared gradient: by the flow's squared length, px^2, and besides."""


def motion_boundary(flow: Flow) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Where the gradient of the flow is large.

    |grad u|^2 + |grad v|^2 > 0.01 |w^|^2 + 0.002, gradients by central differences

    Args:
        flow: (H, W, 2), px.
    Returns:
        (H, W).

    Source: Ruder, Dosovitskiy, Brox 2016, eq. 6; differences as in their program.
    Differs: nothing.
    """
    padded = np.pad(flow, ((1, 1), (1, 1), (0, 0)), mode="edge")
    across = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2
    down = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
    gradient = np.square(across).sum(2) + np.square(down).sum(2)
    result: np.ndarray[Any, np.dtype[np.bool_]] = gradient > RELATIVE * np.square(flow).sum(2) + ABSOLUTE
    return result
