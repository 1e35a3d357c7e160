"""Where a pixel of one frame is hidden in another."""

from __future__ import annotations

from typing import Any

import numpy as np

from impasto.video.warp import Flow, inside, sample

RELATIVE, ABSOLUTE = 0.01, 0.5
"""Of the bound on the squared difference, px^2.

Source: Sundaram, Brox, Keutzer 2010, "Dense point trajectories by GPU-accelerated large displacement optical
flow"; the same in Ruder 2016 and in Lai 2018.
"""


def hidden(flow: Flow, back: Flow) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Where the flow and the flow back do not lead to the same place.

    |w~ + w^|^2 >= 0.01 (|w~|^2 + |w^|^2) + 0.5, with w^ the flow and w~ the flow back where it leads to

    Args:
        flow: (H, W, 2), px, from this frame to the other.
        back: (H, W, 2), px, from the other frame to this one.
    Returns:
        (H, W); what leaves the frame is not hidden, see ``warp.inside``.

    Source: Ruder, Dosovitskiy, Brox 2016, eq. 5.
    Differs: nothing.
    """
    returned = sample(back, flow)
    difference = np.square(flow + returned).sum(2)
    lengths = np.square(flow).sum(2) + np.square(returned).sum(2)
    result: np.ndarray[Any, np.dtype[np.bool_]] = difference >= RELATIVE * lengths + ABSOLUTE
    return result & inside(flow)
