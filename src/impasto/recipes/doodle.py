"""From a few coloured blobs to a painting: every region of a doodle after that region of a style."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import replace
from typing import Unpack

from torch import Tensor

from impasto import runtime
from impasto.images.collage import collage
from impasto.images.io import PictureSource
from impasto.images.masks import resize_guides
from impasto.images.resize import fit
from impasto.losses.semantic_patch import SemanticPatchLoss
from impasto.optimize.loop import Step
from impasto.optimize.schedule import Scale
from impasto.result import Result
from impasto.settings import DoodleOptions, DoodleSettings
from impasto.settings.weighted import layer_weights
from impasto.synthesis.ground import Ground, Pull
from impasto.synthesis.guides import Controls, Mask
from impasto.synthesis.job import Job
from impasto.synthesis.read import check_init
from impasto.synthesis.run import Run, drain, painted

STARTS = ("pieces", "noise", "style", "content")
"""Words that ``init`` may be, besides a file."""


def doodle(
    style: PictureSource,
    *,
    style_map: Mask,
    doodle: Mask,
    content: PictureSource | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Unpack[DoodleOptions],
) -> Result:
    """Paint a doodle: every blob after the style's region of that colour.

    Args:
        style: the painting: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        style_map: its label map: a few flat colours, one a region, or a grey mask; a size that is not the
            style's is resized with a notice.
        doodle: what to paint, in the same colours. The result has its proportions.
        content: a photo to hold on to, which the doodle is a map of; the result then has its proportions.
        checkpoint: as for ``stylize``.
        resume: as for ``stylize``.
        **options: fields of ``DoodleSettings``.
    Returns:
        The picture, its losses and the record of its making.
    Raises:
        PictureError: a picture cannot be read, a map looks like a photo, or the doodle has a colour that the
            style's map lacks; the text lists the colours of both.
        SettingError: an option is not known or has a value it cannot have.
        LayerError: the network has no layer of that name.
        ShapeError: a picture is too small for the layers asked for.
        WeightsError: the network's weights cannot be fetched or read.
        DeviceError: the device is not there.
        DivergedError: the optimisation ran away twice.
        OutOfMemoryError: the memory does not suffice.
        CheckpointError: the file to resume from is no checkpoint, or of another painting.
        OutputError: the checkpoint's folder is missing or closed.

    Source: Champandard 2016, "Semantic style transfer and turning two-bit doodles into fine artworks".
    Differs: patches are joined by the statistics and colours of their regions (Gatys et al. 2017), which keep
    strokes crisp; the start is pieces of the style, not noise; Adam and fewer steps.
    """
    steps = doodle_steps(
        style, style_map=style_map, doodle=doodle, content=content, checkpoint=checkpoint, resume=resume,
        **options,
    )  # fmt: skip
    return drain(steps)


def doodle_steps(
    style: PictureSource,
    *,
    style_map: Mask,
    doodle: Mask,
    content: PictureSource | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Unpack[DoodleOptions],
) -> Generator[Step, None, Result]:
    """The same, step by step: for previews, progress bars and animations.

    Args:
        style: as for ``doodle``.
        style_map: as for ``doodle``.
        doodle: as for ``doodle``.
        content: as for ``doodle``.
        checkpoint: as for ``doodle``; closing the generator refreshes it too.
        resume: as for ``doodle``; the first step is then the last one of before.
        **options: as for ``doodle``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The ``Result``, as the value of the generator (``drain`` collects it).
    """
    settings = DoodleSettings.of(options)
    job = prepare(style, style_map=style_map, doodle=doodle, content=content, settings=settings)
    return (yield from painted(Run(job, checkpoint=checkpoint, resume=resume)))


def prepare(
    style: PictureSource,
    *,
    style_map: Mask,
    doodle: Mask,
    content: PictureSource | None,
    settings: DoodleSettings,
) -> Job:
    """Read and check everything that can be wrong before the first step.

    Args:
        style: as for ``doodle``.
        style_map: as for ``doodle``.
        doodle: as for ``doodle``.
        content: as for ``doodle``.
        settings: how to paint.
    Returns:
        The job; nothing has been painted.
    Raises:
        ImpastoError: as ``doodle``.
    """
    check_init(settings.init, STARTS)
    maps = Controls(
        content_mask=doodle, style_mask=[style_map],
        content_mask_name="doodle", style_mask_names=("style map",),
    )  # fmt: skip
    # As large as a point, until the doodle has been read.
    ground = Ground(task="doodle", asked=settings, height=1, width=1, pulls=pulls(settings))
    painting = settings.painting(content=content is not None)
    job = Job.prepare(content, [style], painting, controls=maps, ground=ground)
    guides = job.guides
    if guides is None:
        raise RuntimeError("a doodle without guides")
    height, width = fit(guides.shape[2], guides.shape[3], settings.size, enlarge=True)
    ground = replace(ground, height=height, width=width)
    if settings.init == "pieces":
        ground = replace(ground, start=pieces(job, guides, Scale(height, width, 1)))
    return replace(job, ground=ground)


def pulls(settings: DoodleSettings) -> tuple[Pull, ...]:
    """What pulls towards the style besides its statistics."""
    if settings.method != "patches":
        return ()
    loss = SemanticPatchLoss(
        layer_weights(settings.patch_layers),
        semantic_weight=settings.semantic_weight,
        variety=settings.variety,
    )
    return (("patches", loss, settings.patch_weight),)


def pieces(job: Job, guides: Tensor, scale: Scale) -> Tensor:
    """The canvas before the first step: (1, 3, h, w) in [0, 1], pieces of the style, each in its region."""
    (view,) = job.measures.views(scale)
    wanted = resize_guides(guides, (scale.height, scale.width))
    return collage(view[:, :3], view[:, 3:], wanted, generator=runtime.generator(job.settings.seed))
