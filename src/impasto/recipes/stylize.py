"""Repaint a photo in the style of one or more paintings."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any, TypeVar, Unpack

from impasto.images.io import PictureSource
from impasto.optimize.loop import Step
from impasto.recipes.inputs import Styles
from impasto.recipes.job import Job
from impasto.recipes.run import Run
from impasto.result import Result
from impasto.settings import StylizeOptions, StylizeSettings


def stylize(
    content: PictureSource,
    style: Styles,
    *,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Unpack[StylizeOptions],
) -> Result:
    """Repaint a photo in the style of a painting.

    Args:
        content: the photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        style: the painting, or a list of several.
        checkpoint: a file that is refreshed every half minute, so that nothing is lost if the run is stopped;
            ``Result.save`` removes it.
        resume: go on from the checkpoint, if it is there; the picture is that of a run that never stopped.
        **options: fields of ``StylizeSettings``; what is left out is as in the preset.
    Returns:
        The picture, its losses and the record of its making.
    Raises:
        PictureError: a picture cannot be read.
        SettingError: an option is not known or has a value it cannot have.
        LayerError: the network has no layer of that name.
        ShapeError: a picture is too small for the layers asked for.
        WeightsError: the network's weights cannot be fetched or read.
        DeviceError: the device is not there.
        DivergedError: the optimisation ran away twice.
        OutOfMemoryError: the memory does not suffice.
        CheckpointError: the file to resume from is no checkpoint, or of another painting.
        OutputError: the checkpoint's folder is missing or closed.

    Source: Gatys, Ecker, Bethge 2016.
    Differs: see ``docs/how-it-works.md``; ``preset="gatys"`` is the paper's method.
    """
    return drain(stylize_steps(content, style, checkpoint=checkpoint, resume=resume, **options))


def stylize_steps(
    content: PictureSource,
    style: Styles,
    *,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Unpack[StylizeOptions],
) -> Generator[Step, None, Result]:
    """The same, step by step: for previews, progress bars and animations.

    Args:
        content: as for ``stylize``.
        style: as for ``stylize``.
        checkpoint: as for ``stylize``; closing the generator refreshes it too.
        resume: as for ``stylize``; the first step is then the last one of before.
        **options: as for ``stylize``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The ``Result``, as the value of the generator (``drain`` collects it).
    """
    settings = StylizeSettings.of(dict(options))
    run = Run(Job.prepare(content, style, settings), checkpoint=checkpoint, resume=resume)
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
