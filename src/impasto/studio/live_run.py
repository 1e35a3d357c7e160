"""A run that goes on whoever listens: a page that was reloaded, or lost its line, finds it again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from copy import copy
from typing import Any

from impasto.studio.turns import Turns

Changes = dict[Any, Any]
"""New values of the page's parts."""


class LiveRun:
    """The changes of a page that a run makes, for everyone who listens.

    Args:
        changes: makes the run, or says that it is not wanted; it is asked in a thread of its own.
        turns: the line in which it waits.
        waiting: (how many are before it) -> what the page shows while it waits.
        is_wanted: whether it still is, while it waits.

    Attributes:
        future: ends with the run; its exception is the run's.
    """

    def __init__(
        self,
        changes: Callable[[], Iterator[Changes]],
        *,
        turns: Turns,
        waiting: Callable[[int], Changes],
        is_wanted: Callable[[], bool],
    ) -> None:
        self.future: Future[None] = Future()
        self._changes, self._turns = changes, turns
        self._waiting, self._is_wanted = waiting, is_wanted
        self._changed = threading.Condition()
        self._values: Changes = {}
        self._numbers: dict[Any, int] = {}
        self._count = 0
        self._ended = False

    def start(self) -> LiveRun:
        """Begin."""
        threading.Thread(target=self._work, name="run", daemon=True).start()
        return self

    def _work(self) -> None:
        error: BaseException | None = None
        try:
            said = 0
            for place in self._turns.places(self):
                if not self._is_wanted():
                    break
                if place not in (0, said):
                    self._add(self._waiting(place))
                said = place
            for change in self._changes():
                self._add(change)
        except BaseException as raised:  # whoever listens gets it
            error = raised
        self._turns.leave(self)
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if error is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(error)

    def _add(self, change: Changes) -> None:
        with self._changed:
            self._count += 1
            for part, new in change.items():
                value, before = new, self._values.get(part)
                if isinstance(before, dict) and isinstance(value, dict):
                    value = {**before, **value}
                self._values[part] = value
                self._numbers[part] = self._count
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._ended

    def follow(self) -> Generator[Changes]:
        """What has changed so far, then each change as it is made, until the run ends.

        Of a part that changed several times since the last answer, the last value of each property is given.

        Raises:
            BaseException: what the run raised.
        """
        seen, ended = 0, False
        while not ended:
            with self._changed:
                while self._count == seen and not self._ended:
                    self._changed.wait()
                # Copies, because gradio 6.31 takes entries out of what it is given.
                new = {part: copy(self._values[part]) for part, at in self._numbers.items() if at > seen}
                seen, ended = self._count, self._ended
            if new:
                yield new
        self.future.result()
