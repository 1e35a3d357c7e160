"""A job being painted: its steps, its history, and the checkpoint that outlives a crash."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from impasto import runtime
from impasto.errors import CheckpointError, OutOfMemoryError, OutputError, SettingError
from impasto.images.atomic_write import check_path
from impasto.optimize.checkpoint import Checkpoint, State
from impasto.optimize.loop import Step
from impasto.optimize.timing import Throttle
from impasto.result import Result
from impasto.synthesis.job import history_row

log = logging.getLogger(__name__)

EVERY_S = 30.0
"""Seconds between two checkpoints, at least."""

LONG_S = 120.0
"""Seconds that a run is expected to last from which on it keeps a checkpoint unasked."""


class Painting(Protocol):
    """What a run paints: a ``Job``, or any other source of steps."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the pictures when they were read, for people."""

    def steps(self, state: State | None = None) -> Iterator[Step]:
        """Paint; with a state, go on from there."""

    def result(
        self, last: Step | None, history: list[dict[str, Any]], *, interrupted: bool = False
    ) -> Result:
        """The picture and its record."""

    def mark(self) -> dict[str, Any]:
        """What is painted, and how: {name: value}, ready for JSON. The same mark gives the same picture."""


class Run:
    """A job being painted.

    Args:
        job: what to paint.
        checkpoint: the file that is refreshed every half minute; ``Result.save`` removes it.
        resume: go on from that file if it is there.
        automatic: keep the checkpoint only if the run is expected to last over two minutes.
        now: seconds since some moment.

    Raises:
        SettingError: there is nothing to resume from without a checkpoint's name.
        CheckpointError: the file is no checkpoint, or of another painting.
        OutputError: the checkpoint's folder is missing or closed.
    """

    def __init__(
        self,
        job: Painting,
        *,
        checkpoint: str | os.PathLike[str] | None = None,
        resume: bool = False,
        automatic: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.job = job
        self.path = None if checkpoint is None else check_path(checkpoint, ())
        self.last: Step | None = None
        self._written: Step | None = None
        self.history: list[dict[str, Any]] = []
        self.kept = False
        self._found: Checkpoint | None = None
        self._mark: dict[str, Any] | None = None
        self._automatic, self._warned = automatic, False
        if self.path is None:
            if resume:
                raise SettingError("there is no checkpoint to resume", attempt='checkpoint="FILE" as well')
        elif resume:
            self._found = self._resumed(self.path)
        elif self.path.exists():
            if not automatic:
                Checkpoint.load(self.path)  # replace nothing that is none
            log.warning("%s is left from a run that was stopped; this one begins anew", self.path)
        if self._found is not None:
            self.kept = True
            # The step it was taken from is told again, and then enters the history.
            self.history = self._found.history[:-1]
        self._pace = Throttle(EVERY_S, first_s=EVERY_S if automatic or self.kept else 0.0, clock=now)

    def steps(self) -> Iterator[Step]:
        """Paint; keep the history, and the checkpoint if it is time."""
        steps = self.job.steps(None if self._found is None else self._found.state)
        self._found = None
        try:
            for step in steps:
                self.history.append(history_row(step))
                self.last = step
                if self._pace.due:
                    self.keep()
                yield step
        except (OutOfMemoryError, RuntimeError, MemoryError) as error:
            if isinstance(error, OutOfMemoryError):
                self.keep()
                raise
            if not runtime.out_of_memory(error):
                raise
            self.keep()
            raise OutOfMemoryError(
                "the memory does not suffice for a picture of this size",
                got=str(error).strip().partition("\n")[0][:200] or type(error).__name__,
                attempt="a smaller --size, --memory with less than there is, or close other programs",
            ) from error

    def keep(self) -> None:
        """Write the checkpoint now, if there is to be one.

        After Ctrl-C in the middle of a change of the canvas the one before stays.
        """
        step = self.last
        if self.path is None or step is None or not (self.kept or self._wanted(step)):
            return
        state = step.state()
        if state is None or step is self._written:
            return
        if self._mark is None:
            self._mark = self.job.mark()
        with self._pace.writing():
            try:
                Checkpoint(state, self._mark, self.history).save(self.path)
            except OutputError as error:
                if not self._warned:
                    log.warning("no checkpoint can be written; painting goes on. %s", error)
                self._warned = True
                return
        if self._automatic and not self.kept:
            log.warning("this is a long run; %s is kept up to date, and --resume goes on from it", self.path)
        self.kept, self._written = True, step

    def result(self, *, interrupted: bool = False) -> Result:
        """The picture and its record; saving a finished one removes the checkpoint."""
        result = self.job.result(self.last, self.history, interrupted=interrupted)
        return replace(result, checkpoint=self.path if self.kept and not interrupted else None)

    def _wanted(self, step: Step) -> bool:
        return not self._automatic or step.seconds + step.seconds_left > LONG_S

    def _resumed(self, path: Path) -> Checkpoint | None:
        if not path.exists():
            log.warning("there is no checkpoint %s; beginning anew", path)
            return None
        found = Checkpoint.load(path)
        self._mark = self.job.mark()
        expect_same(found.identity, self._mark, path)
        log.warning("going on from %s", path)
        return found


def expect_same(before: dict[str, Any], now: dict[str, Any], path: Path) -> None:
    """Whether a checkpoint is of the painting that is asked for.

    Raises:
        CheckpointError: it is not; the text names what differs.
    """
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if names:
        raise CheckpointError(
            "the checkpoint is of another painting",
            got="; ".join(f"{name} {_short(now.get(name))}" for name in names),
            expected="; ".join(f"{name} {_short(before.get(name))}" for name in names) + f", as in {path}",
            attempt="the pictures and settings of before; or begin anew, without resuming",
        )


def _short(value: Any) -> str:
    """A value as an error shows it; hashes by their beginning."""
    if isinstance(value, list):
        return ",".join(map(_short, value))
    text = str(value)
    return text[:8] if len(text) == 64 else text


def painted(run: Run) -> Generator[Step, None, Result]:
    """The steps of a run and, as the value of the generator, its result; closing it keeps the checkpoint."""
    try:
        yield from run.steps()
    except (KeyboardInterrupt, GeneratorExit):
        run.keep()
        raise
    return run.result()


T = TypeVar("T")


def drain(steps: Generator[Any, None, T]) -> T:
    """Run a generator of steps to its end and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
