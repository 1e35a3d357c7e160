"""An object joins a painting: it is repainted as if the same hand had painted it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from impasto.errors import SettingError
from impasto.images.io import PictureSource
from impasto.images.masks import read_mask
from impasto.images.stroke_level import stroke_level
from impasto.optimize.loop import Step
from impasto.registry import check
from impasto.result import Result, describe
from impasto.settings import HarmonizeOptions, HarmonizeSettings
from impasto.settings.harmonize import MOVEMENTS, TASK
from impasto.settings.task import Inputs
from impasto.synthesis.context import Context
from impasto.synthesis.feature_view import FeatureView
from impasto.synthesis.guides import Mask
from impasto.synthesis.job import Job
from impasto.synthesis.paste import pasted
from impasto.synthesis.paste_passes import Passes
from impasto.synthesis.read import check_size, notes_of, read_picture
from impasto.synthesis.recipe import Recipe, describe_controls
from impasto.synthesis.record import identity_of, record_of
from impasto.synthesis.run import drained


def job(inputs: Inputs, settings: HarmonizeSettings, context: Context) -> Job:
    """The job of the second pass; the first one, at half the size, is run here.

    Raises:
        ImpastoError: as ``harmonize``.
    """
    TASK.check_inputs(inputs)
    item = read_picture(inputs["content"], "object", max_megapixels=settings.max_megapixels)
    painting = read_picture(inputs["style"], "painting", max_megapixels=settings.max_megapixels)
    network = context.network_for(settings)
    layers = tuple(dict.fromkeys((*settings.style_layers, *settings.content_layers)))
    check_size(painting, network.network, layers)
    mask = read_object_mask(inputs, settings)
    paste = pasted(item.pixels, painting.pixels, mask, at=read_place(settings.at), scale=settings.scale)
    paste = paste.resized(settings.size)
    tau = read_tau(settings.tau, paste.painting)
    record = record_of(
        TASK.name,
        settings,
        content=item,
        styles=[describe(painting)],
        controls=describe_controls(TASK.inputs, inputs),
        network=network,
    )
    view = FeatureView(network.network, layers)
    passes = Passes(
        paste=paste.on(network.device),
        settings=settings,
        tau=tau,
        view=view,
        fingerprint=f"{network.fingerprint} {network.dtype}",
        context=context,
    )

    def identity() -> dict[str, Any]:
        pixels = {"composite": paste.composite, "painting": paste.painting, "mask": paste.mask}
        return identity_of(TASK.name, settings, network=network, pixels=pixels)

    return replace(
        passes.second(), record={**record, "tau": tau}, identity=identity, notes=notes_of(item, painting)
    )


def read_place(at: str | None) -> tuple[int, int] | None:
    """(x, y) of "120,80".

    Raises:
        SettingError: the text is no place.
    """
    if at is None:
        return None
    parts = at.split(",")
    try:
        x, y = (int(part) for part in parts)
    except ValueError as error:
        raise SettingError("that is no place", got=at, expected="x,y in px", attempt="--at 120,80") from error
    return x, y


def read_tau(tau: str, painting: Tensor) -> float:
    """The level of stylisation: a number, that of a movement, or guessed from the painting.

    Raises:
        SettingError: there is no such movement, or the number is not within 1 and 10.
    """
    if tau == "auto":
        return round(stroke_level(painting), 2)
    try:
        value = float(tau)
    except ValueError:
        check(MOVEMENTS, tau, kind="movement")
        return MOVEMENTS[tau]
    if not 1 <= value <= 10:
        raise SettingError("tau is out of range", got=tau, expected="1 to 10, a movement, or auto")
    return value


def read_object_mask(inputs: Inputs, settings: HarmonizeSettings) -> Tensor | None:
    """(1, 1, h, w) in [0, 1]: the mask that is given, or the object's alpha channel; None for neither."""
    if inputs.get("mask") is not None:
        return read_mask(inputs["mask"], max_megapixels=settings.max_megapixels, name="mask")
    source = inputs["content"]
    if isinstance(source, np.ndarray):
        alpha = source[..., 3] if source.ndim == 3 and source.shape[2] == 4 else None
    else:
        with Image.open(source) if not isinstance(source, Image.Image) else nullcontext(source) as picture:
            alpha = np.asarray(picture.getchannel("A")) if "A" in picture.getbands() else None
    if alpha is None:
        return None
    full = np.iinfo(alpha.dtype).max if alpha.dtype.kind == "u" else 1.0
    return torch.from_numpy(alpha / full).float()[None, None]


def harmonize_steps(
    content: PictureSource,
    style: PictureSource,
    *,
    mask: Mask | None = None,
    context: Context | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[HarmonizeOptions],
) -> Generator[Step, None, Result]:
    """Repaint an object that was put into a painting, as if the same hand had painted it.

    ``harmonize_steps`` yields after each step of the second pass; ``harmonize`` returns the result.

    Args:
        content: the painting with the object in it; with ``at``, the object: a path, a PIL image, or an array
            (H, W, 3 or 4), of bytes or of floats in [0, 1].
        style: the painting.
        mask: grey mask, white on the object. None: the object's alpha channel, or else where the composite
            differs from the painting.
        context: as for ``stylize``.
        checkpoint: as for ``stylize``.
        resume: as for ``stylize``.
        **options: fields of ``HarmonizeSettings``.
    Yields:
        A ``Step`` after each change; ``step.snapshot()`` is the picture so far.
    Returns:
        The painting with the object; outside the mask and its soft rim not a pixel changes.
    Raises:
        PictureError: a picture cannot be read, or there is no object.
        SettingError: an option has a value it cannot have; the object is larger than the painting or outside.
        ImpastoError: as ``stylize``.

    Source: Luan, Paris, Shechtman, Bala 2018, "Deep painterly harmonization".
    Differs: see ``docs/harmonize.md``.
    """
    inputs = {"content": content, "style": style, "mask": mask}
    context = Context.of(context, checkpoint=checkpoint, resume=resume)
    return (yield from RECIPE.steps(inputs, HarmonizeSettings.of(dict(options)), context))


harmonize = drained(harmonize_steps)

RECIPE = Recipe.of(TASK, job=job)
