"""From coarse to fine: the sizes of the canvas, and how many steps each gets."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scale:
    """One size of the canvas; a signal of T samples has height 1 and width T.

    Attributes:
        height: px.
        width: px.
        steps: at most.
    """

    height: int
    width: int
    steps: int

    @property
    def pixels(self) -> int:
        """Height times width."""
        return self.height * self.width


def schedule(
    height: int,
    width: int,
    *,
    scales: int,
    factor: float,
    steps: int,
    coarse_steps: float,
    smallest_px: int,
    first_steps: int | None = None,
) -> list[Scale]:
    """The scales of a run, coarsest first; the last has the size of the result.

    Args:
        height: of the result, px.
        width: of the result, px.
        scales: how many at most.
        factor: ratio of one size to the next, > 1.
        steps: at the last scale; 0 for none at any.
        coarse_steps: each coarser scale gets this many times the steps of the next finer one.
        first_steps: at the coarsest scale; None: as ``coarse_steps`` gives.
        smallest_px: shortest side that the network is defined for; smaller scales are left out.
    Returns:
        One or more scales.
    """
    chosen: list[Scale] = []
    for back in reversed(range(scales)):
        h, w = (max(1, round(side / factor**back)) for side in (height, width))
        if back == 0 or min(h, w) >= smallest_px:
            chosen.append(Scale(h, w, max(min(steps, 1), round(steps * coarse_steps**back))))
    if first_steps is not None and steps:
        chosen[0] = replace(chosen[0], steps=first_steps)
    return chosen
