"""Repaint a photo in the style of one or more paintings."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from typing import Unpack

from impasto.images.io import PictureSource
from impasto.optimize.loop import Step
from impasto.result import Result
from impasto.settings import StylizeOptions, StylizeSettings
from impasto.synthesis.guides import Controls, Mask
from impasto.synthesis.job import Job
from impasto.synthesis.read import Styles
from impasto.synthesis.run import Run, drain, painted


def stylize(
    content: PictureSource,
    style: Styles,
    *,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    keep: Mask | None = None,
    fine_style: PictureSource | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Unpack[StylizeOptions],
) -> Result:
    """Repaint a photo in the style of a painting.

    Args:
        content: the photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        style: the painting, or a list of several. A folder, or a list within the list, is one style whose
            pictures' statistics are pooled.
        content_mask: regions of the photo, by colour, or a grey mask; see ``Controls``.
        style_mask: the same of the style, or a list with one a style.
        keep: grey mask of what stays as in the photo; white stays.
        fine_style: a painting that lends the strokes: the layers of ``fine_layers``; see ``Controls``.
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
    steps = stylize_steps(
        content, style, content_mask=content_mask, style_mask=style_mask, keep=keep, fine_style=fine_style,
        checkpoint=checkpoint, resume=resume, **options,
    )  # fmt: skip
    return drain(steps)


def stylize_steps(
    content: PictureSource,
    style: Styles,
    *,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    keep: Mask | None = None,
    fine_style: PictureSource | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Unpack[StylizeOptions],
) -> Generator[Step, None, Result]:
    """The same, step by step: for previews, progress bars and animations.

    Args:
        content: as for ``stylize``.
        style: as for ``stylize``.
        content_mask: as for ``stylize``.
        style_mask: as for ``stylize``.
        keep: as for ``stylize``.
        fine_style: as for ``stylize``.
        checkpoint: as for ``stylize``; closing the generator refreshes it too.
        resume: as for ``stylize``; the first step is then the last one of before.
        **options: as for ``stylize``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The ``Result``, as the value of the generator (``drain`` collects it).
    """
    settings = StylizeSettings.of(dict(options))
    controls = Controls(content_mask=content_mask, style_mask=style_mask, keep=keep, fine_style=fine_style)
    job = Job.prepare(content, style, settings, controls=controls)
    return (yield from painted(Run(job, checkpoint=checkpoint, resume=resume)))
