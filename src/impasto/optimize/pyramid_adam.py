"""Adam on the bands of a Laplacian pyramid: large forms move first, grain does not build up."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from impasto.images.pyramid import doubled, halved
from impasto.optimize.descent import Descent, canvas_strips

LEVELS = 5
"""Levels of the pyramid, the canvas itself included; chosen by eye."""

SMALLEST_PX = 8
"""Shortest side of a level: a smaller one is not made."""

BETAS = (0.9, 0.99)
"""Decay of the mean gradient and of its mean square, as in ``optimizers.adam``."""

LIGHTNESS_AND_CHROMA = (
    (3**-0.5, 2**-0.5, 6**-0.5),
    (3**-0.5, -(2**-0.5), 6**-0.5),
    (3**-0.5, 0.0, -2 * 6**-0.5),
)
"""Orthonormal; its first column is grey, the others are red against green and yellow against blue."""


class PyramidAdam(Descent):
    """Adam, not on pixels but on the levels of a pyramid whose sum the canvas is.

    x = C (z_0 + U z_1 + U U z_2 + ...); every z_k takes Adam's steps

    U doubles the size, C turns lightness and two chroma channels into colours. A step in a coarse level moves
    a whole area at once, so a large form needs no agreement of thousands of pixels, and the finest level
    moves only where the gradient asks for detail. The finest level has no chroma, so coloured grain cannot
    grow there: colours are painted at half the resolution, as JPEG and video keep them.

    Args:
        canvas: a leaf, (1, C, H, W); with other than three channels, colours are not turned.
        rate: length of a step of every level, in units of the canvas.
        periodic: the canvas' edges meet, and so do those of every level.

    Source: Burt, Adelson 1983, "The Laplacian pyramid as a compact image code"; as the variables of style
    transfer: Kolkin, Salavon, Shakhnarovich 2019, STROTSS, section 2.5; decorrelated colours: Olah,
    Mordvintsev, Schubert 2017, "Feature visualization"; Kingma, Ba 2015, algorithm 1.
    Differs: the canvas is kept, not its levels, so that it can be clamped to its range; chroma has no finest
    level; gradients are brought to a level by the mean of 2 x 2, for which Adam makes up.
    """

    def __init__(self, canvas: Tensor, rate: float, *, periodic: bool = False) -> None:
        super().__init__(canvas, rate)
        self.periodic = periodic

    def direction(self, canvas: Tensor, gradient: Tensor) -> Tensor:
        """(1, C, H, W): the sum of Adam's directions in all levels."""
        state = self.state[canvas]
        state["step"] = state.get("step", 0) + 1
        mix = gradient.new_tensor(LIGHTNESS_AND_CHROMA) if gradient.shape[1] == 3 else None
        if mix is not None:
            gradient = torch.einsum("dc,ndhw->nchw", mix, gradient)
        bands = _levels(gradient, periodic=self.periodic)
        levels, total = len(bands), torch.zeros_like(bands[-1])
        while bands:  # from coarse to fine: the sum, and the bands that are still to come, need memory
            band = bands.pop()
            level = len(bands)
            total = doubled(total, band.shape[2:], periodic=self.periodic) if level < levels - 1 else total
            moved = 1 if mix is not None and level == 0 and levels > 1 else band.shape[1]
            self._add_direction(total[:, :moved], state, level, band[:, :moved])
        return total if mix is None else torch.einsum("dc,nchw->ndhw", mix, total)

    def _add_direction(self, total: Tensor, state: dict[str, Any], level: int, gradient: Tensor) -> None:
        """Add to a sum Adam's direction in one level: the mean gradient over the root of its mean square."""
        names = f"exp_avg_{level}", f"exp_avg_sq_{level}"
        for name in names:
            if name not in state:
                state[name] = torch.zeros_like(gradient)
        start, start_sq = (1 - beta ** state["step"] for beta in BETAS)
        tiny = torch.finfo(gradient.dtype).tiny ** 0.5
        for sums, mean, squares, slope in canvas_strips(total, *(state[name] for name in names), gradient):
            mean.lerp_(slope, 1 - BETAS[0])
            squares.mul_(BETAS[1]).addcmul_(slope, slope, value=1 - BETAS[1])
            sums.add_(mean / (squares / start_sq).sqrt_().add_(tiny).mul_(start))


def _levels(gradient: Tensor, *, periodic: bool) -> list[Tensor]:
    """The gradient and its halves, (1, C, h, w) each.

    A periodic canvas is halved only while its sides are even: a half pixel would tear the edges apart.
    """
    levels = [gradient]
    while len(levels) < LEVELS:
        sides = [side for side in levels[-1].shape[2:] if side > 1]
        if min(sides, default=0) < 2 * SMALLEST_PX or (periodic and any(side % 2 for side in sides)):
            break
        levels.append(halved(levels[-1]))
    return levels
