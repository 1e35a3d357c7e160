"""Dream into a photo: what a network sees in it grows, until everybody sees it."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Unpack

from impasto.images.io import PictureSource
from impasto.optimize.loop import Step
from impasto.result import Result
from impasto.settings import DreamOptions, DreamSettings
from impasto.synthesis.dream_job import DreamJob
from impasto.synthesis.run import Run, drain, painted


def dream(
    photo: PictureSource,
    *,
    guide: PictureSource | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Unpack[DreamOptions],
) -> Result:
    """Let what a network sees in a photo grow.

    The gradient of a layer's activations with respect to the pixels says how the picture would have to change
    to excite the layer more; the picture takes small steps that way, at several sizes, coarse to fine. At
    each size the photo's own detail is put back below the dream.

    Args:
        photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        guide: a picture whose forms are to grow in the photo.
        checkpoint: a file that is refreshed every half minute, so that nothing is lost if the run is stopped;
            ``Result.save`` removes it.
        resume: go on from the checkpoint, if it is there; the picture is that of a run that never stopped.
        **options: fields of ``DreamSettings``.
    Returns:
        The picture and the record of its making; ``losses["activation"]`` is what has grown, and the total is
        minus that.
    Raises:
        PictureError: a picture cannot be read.
        SettingError: an option is not known or has a value it cannot have, or the layer has no such channel.
        LayerError: the network has no layer of that name.
        ShapeError: a picture is too small for the layer.
        WeightsError: the network's weights cannot be fetched or read.
        DeviceError: the device is not there.
        OutOfMemoryError: the memory does not suffice.
        CheckpointError: the file to resume from is no checkpoint, or of another picture.
        OutputError: the checkpoint's folder is missing or closed.

    Source: Mordvintsev, Olah, Tyka 2015, "Inceptionism", and the code of DeepDream.
    Differs: see ``docs/dream.md``.
    """
    return drain(dream_steps(photo, guide=guide, checkpoint=checkpoint, resume=resume, **options))


def dream_steps(
    photo: PictureSource,
    *,
    guide: PictureSource | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Unpack[DreamOptions],
) -> Generator[Step, None, Result]:
    """The same, step by step: for previews, progress bars and animations.

    Args:
        photo: as for ``dream``.
        guide: as for ``dream``.
        checkpoint: as for ``dream``; closing the generator refreshes it too.
        resume: as for ``dream``; the first step is then the last one of before.
        **options: as for ``dream``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The ``Result``, as the value of the generator (``drain`` collects it).
    """
    job = DreamJob.prepare(photo, DreamSettings.of(options), guide=guide)
    return (yield from painted(Run(job, checkpoint=checkpoint, resume=resume)))
