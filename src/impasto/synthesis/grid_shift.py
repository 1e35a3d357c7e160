"""Where the network's grid lies on the canvas: another place at each evaluation, so that no grid shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from impasto import runtime

Shift = tuple[int, int]
"""Rows and columns, px, that are mirrored above and to the left of the canvas before the network sees it."""

ShiftRule = Callable[[Sequence[int], int], Shift]
"""((height, width) of the canvas, number of the evaluation from 0) -> its shift."""

JITTER: tuple[Shift, ...] = ((0, 0), (1, 2), (3, 1), (2, 3))
"""Four shifts in turn, all residues of 4: gradients of max pooling favour the same pixel of each 2 x 2 block
and would print the network's grid on the picture."""

R2_STEP = (0.7548776662466927, 0.5698402909980532)
"""From one point to the next in the unit square, spread evenly and never twice the same.

Source: Roberts 2018, "The unreasonable effectiveness of quasirandom sequences", R2: powers of 1 / 1.3247.
"""


def no_shift(shape: Sequence[int], evaluation: int) -> Shift:
    """The same place at every evaluation."""
    return 0, 0


def cyclic_shifts(shifts: Sequence[Shift]) -> ShiftRule:
    """A few shifts in turn."""
    return lambda shape, evaluation: shifts[evaluation % len(shifts)]


def spread_shifts(most_px: int, *, seed: int) -> ShiftRule:
    """Shifts of up to ``most_px``, spread evenly over that square, another one at each evaluation.

    Args:
        most_px: longest shift of rows and of columns, also less than the canvas' sides.
        seed: where the sequence begins.
    """
    begin: list[float] = torch.rand(2, generator=runtime.generator(seed)).tolist()

    def shift(shape: Sequence[int], evaluation: int) -> Shift:
        limits = [min(most_px, side - 1) for side in shape]
        points = [(start + evaluation * step) % 1 for start, step in zip(begin, R2_STEP, strict=True)]
        rows, columns = (int(point * (limit + 1)) for point, limit in zip(points, limits, strict=True))
        return rows, columns

    return shift
