"""A painting as a visitor sees it: moment after moment, with a quick sketch first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL.Image import Image

from impasto.images import io
from impasto.images.resize import fit, resize
from impasto.optimize.loop import Step
from impasto.result import Result
from impasto.studio.curve import Point, point
from impasto.synthesis.job import Job
from impasto.synthesis.run import Run

EVERY_S = 0.15
"""Seconds between two moments, at least: a picture on the page costs time, too."""

SHOWN_PX = 900
"""Long side of a live picture, at most."""


@dataclass(frozen=True)
class PreviewEvent:
    """What there is to see.

    Attributes:
        picture: so far.
        points: the loss so far.
        step: the last one.
        sketch: this is the small picture that comes first.
        result: the finished painting, at the last moment only.
        notes: what was done to the pictures when they were read.
    """

    picture: Image
    points: tuple[Point, ...]
    step: Step
    sketch: bool
    result: Result | None = None
    notes: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """How much of the run is over, by time: 0 to 1."""
        if self.result is not None:
            return 1.0
        whole = self.step.seconds + self.step.seconds_left
        return 0.0 if self.sketch or not whole else self.step.seconds / whole


def moments(
    sketch: Callable[[], Job] | None,
    prepare: Callable[[], Job],
    *,
    stopped: Callable[[], bool],
    now: Callable[[], float] = time.monotonic,
) -> Iterator[PreviewEvent]:
    """Paint a sketch, then the picture, until it is finished or stopped.

    Args:
        sketch: makes the job of a small picture that is there at once; None: no sketch.
        prepare: makes the job; called when the sketch is painted.
        stopped: whether to end with the picture there is; asked after each step.
        now: seconds since some moment.
    Yields:
        A ``PreviewEvent`` every now and then, and one with the result.
    Raises:
        ImpastoError: as the recipe.
    """
    for is_sketch, make in ((True, sketch), (False, prepare)):
        if make is None:
            continue
        job = make()
        run = Run(job)
        points: list[Point] = []
        due = 0.0
        ended = False
        for step in run.steps():
            points.append(point(step))
            ended = stopped()
            if ended:
                break
            if now() >= due:
                yield PreviewEvent(shown(step), tuple(points), step, is_sketch, notes=job.notes)
                due = now() + EVERY_S
        last = run.last
        if last is None:
            continue
        if ended or not is_sketch:
            result = run.result(interrupted=ended)
            yield PreviewEvent(result.image, tuple(points), last, is_sketch, result, job.notes)
            return
        yield PreviewEvent(shown(last), tuple(points), last, is_sketch, notes=job.notes)


def shown(step: Step) -> Image:
    """The canvas of a step as the page shows it."""
    pixels = step.snapshot()
    height, width = fit(pixels.shape[2], pixels.shape[3], SHOWN_PX, enlarge=False)
    return io.to_pil(pixels if (height, width) == pixels.shape[2:] else resize(pixels, (height, width)))
