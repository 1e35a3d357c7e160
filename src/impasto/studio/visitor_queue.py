"""A visitor's places in the line for one task: each from a click on Paint until its turn ends."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass
class _Place:
    begun: bool = False
    stopped: bool = False


class VisitorQueue:
    """The places of one visitor for one task, first come first.

    At most one of them is wanted: Paint is off while it is. Those given up stay until their turn is called.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: list[_Place] = []

    def join(self) -> None:
        """Paint was clicked."""
        with self._lock:
            self._places.append(_Place())

    def begin(self) -> bool:
        """The turn of the first place; whether it is still wanted. Whoever never joined does so now."""
        with self._lock:
            first = self._places[0] if self._places else _Place()
            if first.stopped:
                del self._places[0]
                return False
            first.begun = True
            self._places[:1] = [first]
            return True

    def end(self) -> None:
        """The turn that began is over."""
        with self._lock:
            self._places[:] = [place for place in self._places if not place.begun]

    def lose(self) -> bool:
        """A click came to nothing; whether its place, which is free now, had not begun."""
        with self._lock:
            if not self._places or self._places[-1].begun:
                return False
            del self._places[-1]
            return True

    def give_up(self) -> bool:
        """Give up the place that waits; whether there was one."""
        with self._lock:
            waiting = [place for place in self._places if not place.begun and not place.stopped]
            for place in waiting:
                place.stopped = True
            return bool(waiting)

    def stop(self) -> None:
        """Let the turn that began end soon."""
        with self._lock:
            for place in self._places:
                place.stopped |= place.begun

    @property
    def running(self) -> bool:
        """Whether a turn began that is not over."""
        with self._lock:
            return any(place.begun for place in self._places)

    @property
    def stopped(self) -> bool:
        """Whether the turn that began is to end."""
        with self._lock:
            return any(place.begun and place.stopped for place in self._places)
