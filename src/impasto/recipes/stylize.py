"""Repaint a photo in the style of one or more paintings."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar, Unpack

from impasto.images.io import PictureSource
from impasto.optimize.loop import Step
from impasto.recipes.inputs import Styles
from impasto.recipes.job import Job, history_row
from impasto.result import Result
from impasto.settings import StylizeOptions, StylizeSettings


def stylize(content: PictureSource, style: Styles, **options: Unpack[StylizeOptions]) -> Result:
    """Repaint a photo in the style of a painting.

    Args:
        content: the photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        style: the painting, or a list of several.
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

    Source: Gatys, Ecker, Bethge 2016.
    Differs: see ``docs/how-it-works.md``; ``preset="gatys"`` is the paper's method.
    """
    return drain(stylize_steps(content, style, **options))


def stylize_steps(
    content: PictureSource, style: Styles, **options: Unpack[StylizeOptions]
) -> Generator[Step, None, Result]:
    """The same, step by step: for previews, progress bars and animations.

    Args:
        content: as for ``stylize``.
        style: as for ``stylize``.
        **options: as for ``stylize``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The ``Result``, as the value of the generator (``drain`` collects it).
    """
    settings = StylizeSettings.of(dict(options))
    job = Job.prepare(content, style, settings)
    history: list[dict[str, Any]] = []
    last: Step | None = None
    for step in job.steps():
        history.append(history_row(step))
        last = step
        yield step
    return job.result(last, history)


T = TypeVar("T")


def drain(steps: Generator[Any, None, T]) -> T:
    """Run a generator of steps to its end and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
