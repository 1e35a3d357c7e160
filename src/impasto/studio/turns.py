"""Whose turn it is: one run at a time, in the order in which they were asked for."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager

CHECK_EVERY_S = 1.0
"""Seconds between two looks at the place in the line, at most."""


class Turns:
    """A line of runs; the first one works."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._line: list[object] = []

    @property
    def waiting(self) -> int:
        """How many wait, without the one that works."""
        with self._changed:
            return max(0, len(self._line) - 1)

    def places(self, ticket: object) -> Generator[int]:
        """Wait for a turn.

        Args:
            ticket: of the run; ``leave`` gives it back.
        Yields:
            How many are before it, at least every ``CHECK_EVERY_S``, and 0 at the end.
        """
        with self._changed:
            self._line.append(ticket)
        place: int | None = None
        while place != 0:
            with self._changed:
                if place is not None and place == self._line.index(ticket):
                    self._changed.wait(CHECK_EVERY_S)
                place = self._line.index(ticket)
            yield place

    def leave(self, ticket: object) -> None:
        """The run is over, or does not want its turn."""
        with self._changed:
            self._line.remove(ticket)
            self._changed.notify_all()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it while the block works."""
        ticket = object()
        for _ in self.places(ticket):
            pass
        try:
            yield
        finally:
            self.leave(ticket)
