"""A canvas whose edges meet: the right one goes on at the left, the lower one at the top."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.optimize.schedule import Scale

STEP = (0.7548776662466927, 0.5698402909980532)
"""Where the canvas is cut open in turn, as shares of its sides: spread evenly, never twice the same.

Source: Roberts 2018, "The unreasonable effectiveness of quasirandom sequences", R2: the powers of 1 / 1.3247.
"""


@dataclass(frozen=True)
class Wrap:
    """A picture on a torus, cut open somewhere else at each look, so that no edge is anywhere for long.

    Attributes:
        margin_px: what is seen again beyond the cut, so that a stroke across it is seen whole.
    """

    margin_px: int

    def open(self, canvas: Tensor, look: int) -> Tensor:
        """A plane picture to be looked at, with gradients to the canvas.

        Args:
            canvas: (1, 3, H, W).
            look: how many there were before.
        Returns:
            (1, 3, H + margin, W + margin), the margin no larger than the side.
        """
        height, width = canvas.shape[2:]
        shifts = [int(look * step % 1 * side) for step, side in zip(STEP, (height, width), strict=True)]
        below, right = min(self.margin_px, height), min(self.margin_px, width)
        return F.pad(torch.roll(canvas, shifts, (2, 3)), (0, right, 0, below), mode="circular")

    def opened(self, scale: Scale) -> Scale:
        """The size of what is looked at."""
        height, width = (side + min(self.margin_px, side) for side in (scale.height, scale.width))
        return replace(scale, height=height, width=width)
