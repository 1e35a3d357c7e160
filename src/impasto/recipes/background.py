"""Repaint the background of a photo, and leave its subject a photo."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import fields, replace
from pathlib import Path
from typing import Unpack

import numpy as np
from PIL import Image
from scipy import ndimage

from impasto.images.io import PictureSource
from impasto.images.masks import read_mask
from impasto.optimize.loop import Step
from impasto.result import Result
from impasto.settings import BackgroundOptions, BackgroundSettings, StylizeSettings
from impasto.settings.background import TASK
from impasto.settings.task import Inputs
from impasto.synthesis.context import Context
from impasto.synthesis.guides import Mask
from impasto.synthesis.job import Job
from impasto.synthesis.read import Styles
from impasto.synthesis.recipe import Recipe, describe_controls, find_recipe
from impasto.synthesis.run import drained


def job(inputs: Inputs, settings: BackgroundSettings, context: Context) -> Job:
    """The job of ``stylize`` that keeps the subject, by a mask with a soft edge.

    Raises:
        ImpastoError: as ``background``.
    """
    TASK.check_inputs(inputs)
    keep = soften(inputs["subject"], settings)
    whole = StylizeSettings(**{f.name: getattr(settings, f.name) for f in fields(StylizeSettings)})
    stylize = find_recipe("stylize")
    if stylize.job is None:
        raise RuntimeError("the recipe that this one builds on makes no job")
    made = stylize.job({"content": inputs["content"], "style": inputs["style"], "keep": keep}, whole, context)
    record = {
        **made.record,
        "task": TASK.name,
        "settings": {**made.record["settings"], "feather": settings.feather},
        "controls": describe_controls(TASK.inputs, inputs),
    }
    return replace(made, record=record, identity=lambda: {**made.identity(), "task": TASK.name})


def soften(subject: Mask, settings: BackgroundSettings) -> Image.Image:
    """A mask whose edge is ``feather`` px wide once the mask has the size of the result.

    Args:
        subject: grey mask, white for the subject.
        settings: feather and size.
    Returns:
        Grey, of the mask's own size.
    Raises:
        PictureError: the mask cannot be read, or is not grey.
    """
    mask = read_mask(subject, max_megapixels=settings.max_megapixels, name="subject")[0, 0].numpy()
    ratio = max(mask.shape) / settings.size  # of the mask to the result
    sigma_px = settings.feather / 4 * (ratio if settings.enlarge else max(1.0, ratio))  # four deviations wide
    soft = ndimage.gaussian_filter(mask, sigma_px, mode="nearest")
    return Image.fromarray((255 * soft).round().astype(np.uint8))


def background_steps(
    content: PictureSource,
    style: Styles,
    *,
    subject: Mask,
    context: Context | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[BackgroundOptions],
) -> Generator[Step, None, Result]:
    """Repaint the background of a photo in the style of a painting; its subject stays a photo.

    ``background_steps`` yields after each step; ``background`` returns the result.

    Args:
        content: as for ``stylize``.
        style: as for ``stylize``.
        subject: grey mask, white for the subject; another size than the photo's is resized.
        context: as for ``stylize``.
        checkpoint: as for ``stylize``.
        resume: as for ``stylize``.
        **options: ``feather``, and fields of ``StylizeSettings``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The picture, its losses and the record of its making.
    Raises:
        PictureError: the mask is not grey.
        SettingError: the mask is black or white everywhere.
        ImpastoError: as ``stylize``.
    """
    inputs = {"content": content, "style": style, "subject": subject}
    context = Context.of(context, checkpoint=checkpoint, resume=resume)
    return (yield from RECIPE.steps(inputs, BackgroundSettings.of(dict(options)), context))


background = drained(background_steps)

RECIPE = Recipe.of(TASK, job=job)
