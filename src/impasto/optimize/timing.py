"""Time used and time left, and when it is time to write again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from impasto.optimize.schedule import Scale

OVERHEAD_PX = 12_000
"""Pixels that cost as much as the part of a step that is the same at every size.

Measured for ``compact`` on two cores of a Xeon; used until two sizes are known.
"""

PREPARATION_STEPS = 2.0
"""Steps that cost as much as the targets of a size; measured as above, used until a second size is known."""

SHARE = 0.05
"""Share of the time that writing may take; chosen by eye."""

Cost = tuple[int, float, float]
"""A size that was painted: pixels, seconds a step, seconds besides the steps (targets, warming up)."""


class TimeLeft:
    """Time used and time left over all sizes.

    A step costs a + b * pixels: the line through the last two sizes, by the steps after the first. The
    targets of a size cost as many steps as those of the size before; the first size, which also loads and
    warms up everything, does not count as a measure of that.

    Args:
        scales: of the run.
        spent_s: seconds used before, by the part of the run that a checkpoint continues.
        costs: of the sizes painted by then.
        now: seconds since some moment.
    """

    def __init__(
        self,
        scales: Sequence[Scale],
        *,
        spent_s: float = 0.0,
        costs: Sequence[Cost] = (),
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._scales, self._now = scales, now
        self._known = list(costs)
        self._last = now()
        self._begin = self._last - spent_s
        self._entered = self._ready = self._first = self._last
        self._index = self._count = 0

    def enter(self, index: int) -> None:
        """A size begins: its targets are made next."""
        self._index, self._count = index, 0
        self._last = self._entered = self._ready = self._now()

    def ready(self) -> None:
        """The targets of the size are made."""
        self._ready = self._now()

    def tick(self) -> None:
        """A step is over."""
        self._last = self._now()
        self._count += 1
        if self._count == 1:
            self._first = self._last
        if self._count <= 2:
            a_step = self._last - (self._ready if self._count == 1 else self._first)
        else:
            a_step = (self._last - self._first) / (self._count - 1)
        besides = max(self._last - self._entered - self._count * a_step, 0.0)
        self._known[self._index :] = [(self._scales[self._index].pixels, a_step, besides)]

    @property
    def seconds(self) -> float:
        """Used so far, up to the last step."""
        return self._last - self._begin

    @property
    def costs(self) -> tuple[Cost, ...]:
        """Of the sizes so far, for ``TimeLeft(costs=...)``."""
        return tuple(self._known)

    def left(self, number: int) -> float:
        """Seconds until the end, if no size ends early.

        Args:
            number: of the step at the present size that was made last.
        """
        if not self._known:
            return 0.0
        a_step = self._known[-1][1]
        later = sum(
            (scale.steps + self._preparation()) * self._cost(scale.pixels)
            for scale in self._scales[self._index + 1 :]
        )
        return a_step * (self._scales[self._index].steps - number) + later

    def _cost(self, pixels: int) -> float:
        """Seconds a step at a size not yet painted."""
        here_px, here_s, _ = self._known[-1]
        if len(self._known) == 1:
            slope = here_s / (here_px + OVERHEAD_PX)
        else:
            before_px, before_s, _ = self._known[-2]
            slope = max(here_s - before_s, 0.0) / max(here_px - before_px, 1)
        return here_s + slope * (pixels - here_px)

    def _preparation(self) -> float:
        """Steps that the targets of a size cost."""
        if len(self._known) == 1:
            return PREPARATION_STEPS
        _, a_step, besides = self._known[-1]
        return besides / max(a_step, 1e-9)


class Throttle:
    """When it is time to write again: not too often, and never for more than a twentieth of the time.

    Args:
        every_s: seconds between two writes, at least.
        first_s: seconds until the first.
        now: seconds since some moment.
    """

    def __init__(
        self, every_s: float, *, first_s: float = 0.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._every_s, self._now = every_s, now
        self._next = now() + first_s

    @property
    def due(self) -> bool:
        """Whether it is time."""
        return self._now() >= self._next

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write inside this block; how long it takes decides when it is time again."""
        begin = self._now()
        try:
            yield
        finally:
            end = self._now()
            self._next = end + max(self._every_s, (end - begin) * (1 / SHARE - 1))


def duration_text(seconds: float) -> str:
    """A duration for people: "8 s", "2:05 min", "1:02:03 h"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} h" if hours else f"{minutes}:{rest:02} min"
