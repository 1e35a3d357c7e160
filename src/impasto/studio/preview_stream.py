"""A run as a visitor sees it: a quick sketch, live pictures, and the results."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PIL.Image import Image

from impasto.images import io
from impasto.images.resize import fit, resize
from impasto.optimize.loop import Step
from impasto.result import Result
from impasto.settings import Settings
from impasto.studio.curve import Point, point
from impasto.studio.painting_task import Inputs, PaintingTask
from impasto.synthesis.context import Context
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
        label: which of several pictures it is; empty for one.
    """

    picture: Image
    points: tuple[Point, ...]
    step: Step
    sketch: bool
    label: str = ""

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
        points: the loss.
        interrupted: whether the visitor stopped it.
        notes: on how the pictures were read.
    """

    results: tuple[Result, ...]
    points: tuple[Point, ...]
    interrupted: bool
    notes: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """Time of the run."""
        return float(sum(result.record["seconds"] for result in self.results))


class PaintingRun(Protocol):
    """A run of a recipe."""

    label: str

    def steps(self) -> Iterator[Step]:
        """Run; can be closed after each step."""

    def results(self, *, interrupted: bool) -> Sequence[Result]:
        """The results at the end, or so far."""

    @property
    def notes(self) -> tuple[str, ...]:
        """On how the pictures were read."""


class JobRun:
    """A run of a recipe that has a job: stopped after any step, it gives the picture so far."""

    label = ""

    def __init__(self, job: Any) -> None:
        self._run = Run(job)

    def steps(self) -> Iterator[Step]:
        """As ``PaintingRun.steps``."""
        return self._run.steps()

    def results(self, *, interrupted: bool) -> Sequence[Result]:
        """As ``PaintingRun.results``."""
        return [self._run.result(interrupted=interrupted)]

    @property
    def notes(self) -> tuple[str, ...]:
        """As ``PaintingRun.notes``."""
        return self._run.job.notes


class StepsRun:
    """A run of a recipe that has steps only: stopped, it gives the results that are finished.

    Args:
        steps: yields a ``Step``, or what has a ``step``, the ``results`` before it, and its ``number`` of
            ``count``; returns the result or a list of them.
    """

    def __init__(self, steps: Generator[Any, None, Any]) -> None:
        self._steps = steps
        self._results: Sequence[Result] = ()
        self.label = ""

    def steps(self) -> Iterator[Step]:
        """As ``PaintingRun.steps``."""
        while True:
            try:
                event = next(self._steps)
            except StopIteration as end:
                self._results = [end.value] if isinstance(end.value, Result) else end.value
                return
            if isinstance(event, Step):
                yield event
            else:
                self._results, self.label = event.results, f"picture {event.number} of {event.count}, "
                yield event.step

    def results(self, *, interrupted: bool) -> Sequence[Result]:
        """As ``PaintingRun.results``."""
        self._steps.close()
        return self._results

    @property
    def notes(self) -> tuple[str, ...]:
        """As ``PaintingRun.notes``, out of the first result's record."""
        record = self._results[0].record if self._results else {}
        inputs = [entry for entry in (record.get("content"), *record.get("styles", ())) if entry]
        return tuple(f"{entry['name']}: {note}" for entry in inputs for note in entry.get("notes", ()))


def start(task: PaintingTask, inputs: Inputs, settings: Settings, context: Context) -> PaintingRun:
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
                yield PreviewEvent(shown(last), tuple(points), last, is_sketch, run.label)
                due = now() + EVERY_S
        if interrupted or not is_sketch:
            results = tuple(run.results(interrupted=interrupted))
            yield Finished(results, tuple(points), interrupted, run.notes)
            return
        if last is not None:
            yield PreviewEvent(shown(last), tuple(points), last, is_sketch, run.label)


def shown(step: Step) -> Image:
    """The canvas of a step, shrunk to what the page shows."""
    pixels = step.snapshot()
    height, width = fit(pixels.shape[2], pixels.shape[3], SHOWN_PX, enlarge=False)
    return io.to_pil(pixels if (height, width) == pixels.shape[2:] else resize(pixels, (height, width)))
