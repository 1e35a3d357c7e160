"""Time used, time left, and how often files are written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from impasto.optimize.schedule import Scale

OVERHEAD_PX = 12_000
"""Pixels that cost as much time as the constant part of a step.

Measured for ``compact`` on two cores of a Xeon; used until two scales are known.
"""

PREPARATION_STEPS = 2.0
"""Steps that cost as much as the targets of a scale; measured and used as ``OVERHEAD_PX``."""

WRITING_SHARE = 0.05
"""Fraction of the time that writing may take; chosen by eye."""

Cost = tuple[int, float, float]
"""A scale that has run: pixels, seconds a step, seconds besides the steps (targets, warming up)."""


class TimeLeft:
    """Time used and time left over all scales.

    A step costs a + b * pixels: the line through the last two scales, by their steps after the first. The
    targets of a scale cost as many steps as those of the scale before; the first scale, which also loads and
    warms up everything, does not count for that.

    Args:
        scales: of the run.
        spent_s: seconds used before a resumed run was stopped.
        costs: of the scales that had run by then.
        clock: returns monotonic seconds (tests inject one).
    """

    def __init__(
        self,
        scales: Sequence[Scale],
        *,
        spent_s: float = 0.0,
        costs: Sequence[Cost] = (),
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._scales, self._clock = scales, clock
        self._costs = list(costs)
        self._last = clock()
        self._begin = self._last - spent_s
        self._entered = self._ready = self._first = self._last
        self._index = self._count = 0

    def enter(self, index: int) -> None:
        """A scale begins; its targets are made next."""
        self._index, self._count = index, 0
        self._last = self._entered = self._ready = self._clock()

    def ready(self) -> None:
        """The targets of the scale are made."""
        self._ready = self._clock()

    def tick(self) -> None:
        """A step has ended."""
        self._last = self._clock()
        self._count += 1
        if self._count == 1:
            self._first = self._last
        if self._count <= 2:
            step_s = self._last - (self._ready if self._count == 1 else self._first)
        else:
            step_s = (self._last - self._first) / (self._count - 1)
        other_s = max(self._last - self._entered - self._count * step_s, 0.0)
        self._costs[self._index :] = [(self._scales[self._index].pixels, step_s, other_s)]

    @property
    def seconds(self) -> float:
        """Used up to the end of the last step."""
        return self._last - self._begin

    @property
    def costs(self) -> tuple[Cost, ...]:
        """Of the scales so far, for ``TimeLeft(costs=...)``."""
        return tuple(self._costs)

    def left(self, number: int) -> float:
        """Seconds until the end, if no scale ends early; 0 before the first step.

        Args:
            number: of the last step made at this scale.
        """
        if not self._costs:
            return 0.0
        step_s = self._costs[-1][1]
        later = sum(
            (scale.steps + self._preparation()) * self._step_s(scale.pixels)
            for scale in self._scales[self._index + 1 :]
        )
        return step_s * (self._scales[self._index].steps - number) + later

    def _step_s(self, pixels: int) -> float:
        """Seconds a step at a scale that has not run yet."""
        last_px, last_s, _ = self._costs[-1]
        if len(self._costs) == 1:
            slope = last_s / (last_px + OVERHEAD_PX)
        else:
            before_px, before_s, _ = self._costs[-2]
            slope = max(last_s - before_s, 0.0) / max(last_px - before_px, 1)
        return last_s + slope * (pixels - last_px)

    def _preparation(self) -> float:
        """How many steps the targets of a scale cost."""
        if len(self._costs) == 1:
            return PREPARATION_STEPS
        _, step_s, other_s = self._costs[-1]
        return other_s / max(step_s, 1e-9)


class Throttle:
    """Limits how often a file is written, and writing to ``WRITING_SHARE`` of the time.

    Args:
        every_s: seconds between two writes, at least.
        first_s: seconds until the first.
        clock: returns monotonic seconds (tests inject one).
    """

    def __init__(
        self, every_s: float, *, first_s: float = 0.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._every_s, self._clock = every_s, clock
        self._next = clock() + first_s

    @property
    def due(self) -> bool:
        """Whether it is time to write."""
        return self._clock() >= self._next

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write inside this block; the time it takes decides when the next write is due."""
        begin = self._clock()
        try:
            yield
        finally:
            end = self._clock()
            self._next = end + max(self._every_s, (end - begin) * (1 / WRITING_SHARE - 1))


def duration_text(seconds: float) -> str:
    """A duration for people: "8 s", "2:05 min", "1:02:03 h"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} h" if hours else f"{minutes}:{rest:02} min"
