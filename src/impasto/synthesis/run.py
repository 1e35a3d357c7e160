"""A job in progress: its steps, its history, and the checkpoint that outlives a crash."""

from __future__ import annotations

import functools
import logging
import os
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from impasto import runtime
from impasto.errors import CheckpointError, OutOfMemoryError, OutputError, SettingError
from impasto.images.atomic_write import check_path, make_parent
from impasto.images.file_names import beside, numbered
from impasto.optimize.checkpoint import Checkpoint, State, is_checkpoint
from impasto.optimize.loop import Step
from impasto.optimize.run_to_end import drain, drained
from impasto.optimize.timing import Throttle
from impasto.result import Result
from impasto.synthesis.canvas_job import history_row
from impasto.synthesis.context import Context
from impasto.synthesis.record import comparable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Run", "checkpoint_path", "drain", "drained", "expect_same", "run_steps"]

log = logging.getLogger(__name__)

CHECKPOINT_EVERY_S = 30.0
"""Seconds between two checkpoints, at least."""

LONG_RUN_S = 120.0
"""Expected duration of a run from which on it keeps a checkpoint unasked."""


R_co = TypeVar("R_co", bound="DataclassInstance", covariant=True)
R = TypeVar("R", bound="DataclassInstance")


class Runnable(Protocol[R_co]):
    """What can be run step by step: a ``Job``, or a sound's job; its result has a field ``checkpoint``."""

    def steps(self, state: State | None = None) -> Iterator[Step]:
        """Optimise; with a state, continue from there."""
        ...

    def shown(self, step: Step) -> Step:
        """The step with a snapshot of what is finished."""
        ...

    def result(
        self, last: Step | None, history: Sequence[Mapping[str, Any]], *, interrupted: bool = False
    ) -> R_co:
        """What was made, with its record."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the inputs, for people."""
        ...

    @property
    def identity(self) -> Callable[[], Mapping[str, Any]]:
        """() -> what a checkpoint must have in common."""
        ...


class Run(Generic[R]):
    """A job in progress.

    Args:
        job: what to paint.
        checkpoint: the file that is refreshed every half minute; ``Result.save`` removes it.
        resume: continue from that file if it is there.
        automatic: keep the checkpoint only if the run is expected to last over two minutes.
        clock: returns monotonic seconds (tests inject one).

    Raises:
        SettingError: resuming needs a checkpoint's name.
        CheckpointError: the file is no checkpoint, or of another run.
        OutputError: the checkpoint's folder cannot be made or is closed.
    """

    def __init__(
        self,
        job: Runnable[R],
        *,
        checkpoint: str | os.PathLike[str] | None = None,
        resume: bool = False,
        automatic: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        runtime.trim_memory()  # of the run before: glibc would keep it, and pictures of other sizes need more
        self.job = job
        self.path = None if checkpoint is None else check_path(checkpoint, ())
        if not automatic:
            make_parent(self.path)
        self.last: Step | None = None
        self.history: list[dict[str, Any]] = []
        self.kept = False
        self._written: Step | None = None
        self._restored: Checkpoint | None = None
        self._automatic, self._warned = automatic, False
        if self.path is None:
            if resume:
                raise SettingError("there is no checkpoint to resume", attempt='checkpoint="FILE" as well')
        elif resume:
            self._restored = self._resumed(self.path)
        elif self.path.exists():
            if not automatic:
                Checkpoint.load(self.path)  # refuse to overwrite a file that is not a checkpoint
            log.warning("%s is left from a run that was stopped; this one begins anew", self.path)
        if self._restored is not None:
            self.kept = True
            # The loop yields the step of the checkpoint again, and then it enters the history.
            self.history = list(self._restored.history[:-1])
        first_s = CHECKPOINT_EVERY_S if automatic or self.kept else 0.0
        self._throttle = Throttle(CHECKPOINT_EVERY_S, first_s=first_s, clock=clock)

    @functools.cached_property
    def _identity(self) -> dict[str, Any]:
        return dict(self.job.identity())

    def steps(self) -> Iterator[Step]:
        """Paint; keep the history, and the checkpoint when it is time.

        Yields:
            Each step, with a snapshot of the finished picture.
        Raises:
            OutOfMemoryError: memory ran out, even in tiles.
        """
        steps = self.job.steps(None if self._restored is None else self._restored.state)
        self._restored = None
        try:
            for step in steps:
                if step.step:  # a run without steps has no history
                    self.history.append(history_row(step))
                self.last = step
                if self._throttle.due:
                    self.keep()
                yield self.job.shown(step)
        except OutOfMemoryError:
            self.keep()
            raise
        except (RuntimeError, MemoryError) as error:
            if not runtime.out_of_memory(error):
                raise
            self.keep()
            raise OutOfMemoryError(
                "the memory does not suffice for a picture of this size",
                got=str(error).strip().partition("\n")[0][:200] or type(error).__name__,
                attempt="a smaller --size, --memory with less than there is, or close other programs",
            ) from error

    def keep(self) -> None:
        """Write the checkpoint now, if the run keeps one.

        After Ctrl-C during a change of the canvas, the checkpoint before stays.
        """
        step = self.last
        if self.path is None or step is None or not (self.kept or self._is_wanted(step)):
            return
        state = step.state()
        if state is None or step is self._written:
            return
        with self._throttle.writing():
            try:
                Checkpoint(state, self._identity, self.history).save(self.path)
            except OutputError as error:
                if not self._warned:
                    log.warning("no checkpoint can be written; painting goes on. %s", error)
                self._warned = True
                return
        if self._automatic and not self.kept:
            log.warning("this is a long run; %s is kept up to date, and --resume goes on from it", self.path)
        self.kept, self._written = True, step

    def result(self, *, interrupted: bool = False) -> R:
        """The picture and its record; saving a finished one removes the checkpoint."""
        result = self.job.result(self.last, self.history, interrupted=interrupted)
        if isinstance(result, Result):
            height, width = result.pixels.shape[2:]
            said = (
                result.record.get("task", "run"),
                width,
                height,
                len(self.history),
                result.record["seconds"],
            )
            log.debug("%s: %d x %d px, %d steps, %.1f s", *said)
        return replace(result, checkpoint=self.path if self.kept and not interrupted else None)

    def _is_wanted(self, step: Step) -> bool:
        return not self._automatic or step.seconds + step.seconds_left > LONG_RUN_S

    def _resumed(self, path: Path) -> Checkpoint | None:
        if not path.exists():
            log.warning("there is no checkpoint %s; beginning anew", path)
            return None
        checkpoint = Checkpoint.load(path)
        before, now = comparable(checkpoint.identity, self._identity, version=checkpoint.format)
        expect_same(before, now, path)
        log.warning("going on from %s", path)
        return checkpoint


def checkpoint_path(picture: Path, *, resume: bool = False) -> Path:
    """Where a picture's run keeps its checkpoint unasked: ``out.png`` -> ``out.checkpoint``.

    A file of that name that is no checkpoint stays: the name gets a number. A name that is too long is
    shortened.

    Args:
        picture: the result's file.
        resume: the checkpoint is to be read, so that one that is damaged has to be told, not passed over.
    """
    first = beside(picture, ".checkpoint")
    if resume:
        return first
    return next(path for path in numbered(first) if not os.path.lexists(path) or is_checkpoint(path))


def expect_same(before: Mapping[str, Any], now: Mapping[str, Any], path: Path) -> None:
    """Check that a checkpoint is of the run that is asked for.

    Args:
        before: identity of the checkpoint's run.
        now: identity of this run.
        path: of the checkpoint.
    Raises:
        CheckpointError: they differ; the text names what differs.
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


def run_steps(job: Runnable[R], context: Context) -> Generator[Step, None, R]:
    """The steps of a job and, as the value of the generator, its result; closing it keeps the checkpoint.

    Args:
        job: what to paint.
        context: names the checkpoint, and whether to continue from it.
    """
    run = Run(job, checkpoint=context.checkpoint, resume=context.resume)
    try:
        yield from run.steps()
    except (KeyboardInterrupt, GeneratorExit):
        run.keep()
        raise
    return run.result()
