"""An object joins a painting: it is repainted as if the same hand had painted it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from torch import Tensor

from impasto.errors import SettingError
from impasto.images.io import PictureSource
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
from impasto.synthesis.object_picture import read_object_mask, turned
from impasto.synthesis.paste import pasted
from impasto.synthesis.paste_passes import Passes
from impasto.synthesis.read import check_size, notes_of, read_photo, read_picture
from impasto.synthesis.recipe import Recipe, describe_controls
from impasto.synthesis.record import identity_of, record_of
from impasto.synthesis.run import drained


def job(inputs: Inputs, settings: HarmonizeSettings, context: Context) -> Job:
    """The job of the second pass; the first one, at half the size, is run here.

    Raises:
        ImpastoError: as ``harmonize``.
    """
    TASK.check_inputs(inputs)
    item_name, painting_name = roles_of(inputs, settings)
    limit = settings.max_megapixels
    item = read_photo(inputs[item_name], "object", max_megapixels=limit, keep_alpha=True)
    painting = read_picture(inputs[painting_name], "painting", max_megapixels=limit)
    place = read_place(settings.at)
    network = context.network_for(settings)
    layers = tuple(dict.fromkeys((*settings.style_layers, *settings.content_layers)))
    check_size(painting, network.network, layers)
    mask = read_object_mask(inputs, settings, item)
    has_object = item_name == "object"
    if has_object:
        item, mask = turned(item, mask, degrees=settings.rotate)
        place = place or in_the_middle(item.pixels, painting.pixels, scale=settings.scale)
    paste = pasted(item.pixels, painting.pixels, mask, at=place, scale=settings.scale)
    paste = paste.resized(settings.size)
    tau = read_tau(settings.tau, paste.painting)
    record = record_of(
        TASK.name,
        settings,
        content=painting if has_object else item,
        styles=[] if has_object else [describe(painting)],
        controls=describe_controls(TASK.inputs, inputs),
        network=network,
    )
    view = FeatureView(network.network, layers)
    passes = Passes(
        paste=paste.in_palette().on(network.device),
        naive=paste.composite,
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


def roles_of(inputs: Inputs, settings: HarmonizeSettings) -> tuple[str, str]:
    """Names of the inputs that are the object, or the composite, and the painting.

    Raises:
        SettingError: there is neither an object nor a painting beside the first, or both; or the object
            of a composite is to be moved.
    """
    both = inputs.get("object") is not None, inputs.get("style") is not None
    if both[0] == both[1]:
        raise SettingError(
            "harmonize needs a painting and an object, or a composite and its painting",
            got="both an object and a second picture" if both[0] else "one picture",
            expected="PAINTING --object CUTOUT.png, or COMPOSITE PAINTING",
        )
    if not both[0] and (settings.at is not None or settings.scale != 1 or settings.rotate != 0):
        raise SettingError(
            "a composite has its object in place",
            got="--at, --scale or --rotate",
            expected="PAINTING --object CUTOUT.png --at X,Y",
        )
    return ("object", "content") if both[0] else ("content", "style")


def in_the_middle(item: Tensor, painting: Tensor, *, scale: float) -> tuple[int, int]:
    """(x, y) of the upper left corner of an object in the middle of a painting."""
    y, x = (round((painting.shape[axis] - scale * item.shape[axis]) / 2) for axis in (2, 3))
    return x, y


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


def harmonize_steps(
    content: PictureSource,
    style: PictureSource | None = None,
    *,
    object: PictureSource | None = None,
    mask: Mask | None = None,
    strokes: Mask | None = None,
    context: Context | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[HarmonizeOptions],
) -> Generator[Step, None, Result]:
    """Repaint an object that was put into a painting, as if the same hand had painted it.

    ``harmonize_steps`` yields after each step of the second pass; ``harmonize`` returns the result.

    Args:
        content: the painting with the object in it; with ``object``, the painting: a path, a PIL image, or an
            array (H, W, 3), of bytes or of floats in [0, 1].
        style: the painting, if ``content`` has the object in it.
        object: what is put into the painting, by ``at``, ``scale`` and ``rotate``: a cut-out with an alpha
            channel (H, W, 4), or a photo with ``mask``, ``cut`` or ``strokes``.
        mask: grey mask, white on the object. None: the object's alpha channel, or else where the composite
            differs from the painting.
        strokes: some brush strokes instead of a mask: white on the object, black beside it, grey elsewhere.
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
    inputs = {"content": content, "style": style, "object": object, "mask": mask, "strokes": strokes}
    context = Context.of(context, checkpoint=checkpoint, resume=resume)
    return (yield from RECIPE.steps(inputs, HarmonizeSettings.of(dict(options)), context))


harmonize = drained(harmonize_steps)

RECIPE = Recipe.of(TASK, job=job)
