"""A run as a visitor sees it: a quick sketch, live pictures, and the results."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL.Image import Image
from torch import Tensor

from impasto.images import io
from impasto.images.resize import fit, resize
from impasto.optimize.loop import Step
from impasto.result import Result
from impasto.settings import Settings
from impasto.settings.task import Inputs
from impasto.studio.curve import Point, point
from impasto.studio.painting_task import PaintingTask
from impasto.synthesis.context import Context
from impasto.synthesis.job import Job
from impasto.synthesis.run import Run

EVERY_S = 0.15
"""Seconds between two live pictures, at least: sending one takes time, too."""

SHOWN_PX = 900
"""Long side of a live picture, at most."""


@dataclass(frozen=True)
class PreviewEvent:
    """A live picture.

    Attributes:
        picture: the canvas.
        points: the loss so far.
        step: the last step.
        sketch: whether it is the small picture that is painted first.
    """

    picture: Image
    points: tuple[Point, ...]
    step: Step
    sketch: bool

    @property
    def progress(self) -> float:
        """Fraction of the run's time that is over, 0 to 1."""
        total = self.step.seconds + self.step.seconds_left
        return 0.0 if self.sketch or not total else self.step.seconds / total


@dataclass(frozen=True)
class Finished:
    """The end of a run.

    Attributes:
        results: usually one; none if the run was stopped before its first result.
        overview: all results side by side, if there are several.
        points: the loss.
        interrupted: whether the visitor stopped it.
        notes: on how the pictures were read.
    """

    results: tuple[Result, ...]
    points: tuple[Point, ...]
    interrupted: bool
    notes: tuple[str, ...]
    overview: Result | None = None

    @property
    def seconds(self) -> float:
        """Time of the run."""
        return float(sum(result.record["seconds"] for result in self.results))


class JobRun:
    """A run of a recipe that has a job: stopped after any step, it gives the picture so far."""

    def __init__(self, job: Job) -> None:
        self._run = Run(job)

    def steps(self) -> Iterator[Step]:
        """Paint."""
        return self._run.steps()

    def finished(self, points: Sequence[Point], *, interrupted: bool) -> Finished:
        """The end of the run."""
        result = self._run.result(interrupted=interrupted)
        return Finished((result,), tuple(points), interrupted, self._run.job.notes)


class StepsRun:
    """A run of a recipe that has steps only: stopped, it gives the results that are finished.

    Args:
        steps: as ``Recipe.steps``; a step of one of several pictures has the ``results`` before it.
    """

    def __init__(self, steps: Generator[Step, None, Result]) -> None:
        self._steps = steps
        self._result: Result | None = None
        self._parts: tuple[Result, ...] = ()

    def steps(self) -> Iterator[Step]:
        """Paint."""
        while True:
            try:
                step = next(self._steps)
            except StopIteration as end:
                self._result = end.value
                self._parts = getattr(end.value, "parts", ())
                return
            self._parts = getattr(step, "results", ())
            yield step

    def finished(self, points: Sequence[Point], *, interrupted: bool) -> Finished:
        """The end of the run."""
        self._steps.close()
        whole = self._result
        results = self._parts or (() if whole is None else (whole,))
        notes = results[0].notes if results else ()
        return Finished(results, tuple(points), interrupted, notes, whole if self._parts else None)


def start(task: PaintingTask, inputs: Inputs, settings: Settings, context: Context) -> JobRun | StepsRun:
    """A run of a task's recipe.

    Raises:
        ImpastoError: as the recipe.
    """
    if task.recipe.job is not None:
        return JobRun(task.recipe.job(inputs, settings, context))
    return StepsRun(task.recipe.steps(inputs, settings, context))


def preview_events(
    task: PaintingTask,
    inputs: Inputs,
    settings: Settings,
    *,
    sketch: bool = True,
    stopped: Callable[[], bool],
    now: Callable[[], float] = time.monotonic,
) -> Iterator[PreviewEvent | Finished]:
    """Paint a sketch if the task has one, then the picture, until it is finished or stopped.

    Args:
        task: what to make.
        inputs: of the recipe.
        settings: of the recipe.
        sketch: whether a sketch is wanted.
        stopped: whether to end; asked after each step.
        now: clock that returns monotonic seconds (tests inject one).
    Yields:
        A ``PreviewEvent`` every ``EVERY_S``, and ``Finished`` at the end.
    Raises:
        ImpastoError: as the recipe.
    """
    context = Context()  # the sketch and the picture share what is loaded
    stages = [(False, settings)]
    if sketch and task.sketch is not None:
        stages.insert(0, (True, task.sketch(settings)))
    for is_sketch, stage_settings in stages:
        run = start(task, inputs, stage_settings, context)
        points: list[Point] = []
        due, last, interrupted = 0.0, None, False
        for last in run.steps():
            points.append(point(last))
            interrupted = stopped()
            if interrupted:
                break
            if now() >= due:
                yield PreviewEvent(shown(last), tuple(points), last, is_sketch)
                due = now() + EVERY_S
        if interrupted or not is_sketch:
            yield run.finished(points, interrupted=interrupted)
            return
        if last is not None:
            yield PreviewEvent(shown(last), tuple(points), last, is_sketch)


class HasSnapshot(Protocol):
    """A step that can be shown."""

    @property
    def snapshot(self) -> Callable[[], Tensor]:
        """() -> (1, 3, H, W) in [0, 1]."""
        ...


def shown(step: HasSnapshot) -> Image:
    """The canvas of a step, shrunk to what the page shows."""
    pixels = step.snapshot()
    height, width = fit(pixels.shape[2], pixels.shape[3], SHOWN_PX, enlarge=False)
    return io.to_pil(pixels if (height, width) == pixels.shape[2:] else resize(pixels, (height, width)))
