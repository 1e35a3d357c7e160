"""The loss curve as an SVG."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from itertools import pairwise

from impasto.optimize.loop import Step

WIDTH, HEIGHT = 640, 150
"""Of the drawing, in its own units; the page scales it."""

LEFT, RIGHT, TOP, BOTTOM = 46, 8, 10, 22
"""Margins for the numbers."""

Point = tuple[Hashable, float]
"""(picture and size that a step belongs to, loss)."""


def point(step: Step) -> Point:
    """What the curve keeps of a step."""
    return (getattr(step, "number", 1), step.scale), step.loss


def curve(points: Sequence[Point]) -> str:
    """An SVG of the loss over the steps, with a vertical line where the size changes.

    The top is the highest loss, the bottom 0, or the lowest loss where losses are negative (dream).
    Losses of different sizes are not comparable, so each size has its own line; so has each of several
    pictures.

    Args:
        points: one for each step, in order.
    """
    if len(points) < 2:
        return ""
    losses = [loss for _, loss in points]
    bottom, top = min(0.0, *losses), max(0.0, *losses)
    height = (top - bottom) or 1.0
    across = (WIDTH - LEFT - RIGHT) / (len(points) - 1)

    def place(index: int) -> str:
        y = TOP + (HEIGHT - TOP - BOTTOM) * (top - losses[index]) / height
        return f"{LEFT + across * index:.1f},{y:.1f}"

    borders = [i for i, (one, two) in enumerate(pairwise(points), start=1) if one[0] != two[0]]
    sections = [range(a, b) for a, b in pairwise([0, *borders, len(points)])]
    skip = math.ceil(1 / across)  # at most one point for each unit of the width
    lines = "".join(
        f'<polyline class="loss" points="{" ".join(place(i) for i in (*section[:-1:skip], section[-1]))}"/>'
        for section in sections
    )
    changes = "".join(
        f'<line class="border" x1="{LEFT + across * (i - 0.5):.1f}" x2="{LEFT + across * (i - 0.5):.1f}" '
        f'y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        for i in borders
    )
    words = f"Loss over {len(points)} steps, from {losses[0]:.3g} to {losses[-1]:.3g}"
    return (
        f'<figure class="curve"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words}">'
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM}"/>'
        f'<text x="{LEFT - 6}" y="{TOP + 8}" text-anchor="end">{top:.2g}</text>'
        f'<text x="{LEFT - 6}" y="{HEIGHT - BOTTOM}" text-anchor="end">{bottom:.2g}</text>'
        f'<text x="{LEFT}" y="{HEIGHT - 6}">loss over {len(points)} steps; a new size at each line</text>'
        f"{changes}{lines}</svg></figure>"
    )
