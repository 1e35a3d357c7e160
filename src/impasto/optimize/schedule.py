"""From coarse to fine: at which sizes a picture is painted, and for how many steps."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scale:
    """One size of the canvas.

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
        """How many."""
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
    """The sizes of a run, coarsest first; the last is the size asked for.

    Args:
        height: of the result, px.
        width: of the result, px.
        scales: how many sizes at most.
        factor: ratio of one size to the next, > 1.
        steps: at the last size.
        coarse_steps: how many times more steps each coarser size gets.
        first_steps: at the coarsest size, whatever ``coarse_steps`` says.
        smallest_px: shortest side that the network can see; sizes below it are left out.
    Returns:
        One or more scales.
    """
    chosen: list[Scale] = []
    for back in reversed(range(scales)):
        h, w = round(height / factor**back), round(width / factor**back)
        if back == 0 or min(h, w) >= smallest_px:
            chosen.append(Scale(h, w, max(1, round(steps * coarse_steps**back))))
    if first_steps is not None:
        chosen[0] = replace(chosen[0], steps=first_steps)
    return chosen
