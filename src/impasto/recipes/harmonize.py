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
    limit = settings.max_megapixels
    item = read_photo(inputs["content"], "object", max_megapixels=limit, keep_alpha=True)
    painting = read_picture(inputs["style"], "painting", max_megapixels=limit)
    check_place(settings)
    network = context.network_for(settings)
    layers = tuple(dict.fromkeys((*settings.style_layers, *settings.content_layers)))
    check_size(painting, network.network, layers)
    mask = read_object_mask(inputs, settings, item)
    item, mask = turned(item, mask, degrees=settings.rotate)
    place = read_place(settings.at, item.pixels, painting.pixels, scale=settings.scale)
    paste = pasted(item.pixels, painting.pixels, mask, at=place, scale=settings.scale)
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


def check_place(settings: HarmonizeSettings) -> None:
    """Check that what is moved is an object.

    Raises:
        SettingError: a size or a turn is given, and no place.
    """
    if settings.at is None and (settings.scale != 1 or settings.rotate != 0):
        raise SettingError(
            "a composite has its object in place",
            got="--scale or --rotate without --at",
            expected="PAINTING --object CUTOUT.png --scale S",
            attempt="--at middle",
        )


def read_place(at: str | None, item: Tensor, painting: Tensor, *, scale: float) -> tuple[int, int] | None:
    """(x, y) of an object's upper left corner: of "120,80", or of "middle"; None of None, for a composite.

    Args:
        at: the setting.
        item: (1, 3, h, w), the object.
        painting: (1, 3, H, W).
        scale: of the object.
    Raises:
        SettingError: the text is no place.
    """
    if at is None:
        return None
    if at == "middle":
        y, x = (round((painting.shape[axis] - scale * item.shape[axis]) / 2) for axis in (2, 3))
        return x, y
    try:
        x, y = (int(part) for part in at.split(","))
    except ValueError as error:
        raise SettingError(
            "that is no place", got=at, expected="x,y in px, or middle", attempt="--at 120,80"
        ) from error
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
        content: the painting with the object in it; with ``at``, the object: a cut-out with an alpha channel,
            or a photo with ``mask``, ``cut`` or ``strokes``. A path, a PIL image, or an array (H, W, 3 or 4),
            of bytes or of floats in [0, 1]. With ``object``, the painting.
        style: the painting; None with ``object``.
        object: ``harmonize(painting, object=cutout)`` is ``harmonize(cutout, painting, at="middle")``.
        mask: grey mask, white on the object. None: the object's alpha channel, or else where the composite
            differs from the painting.
        strokes: some brush strokes, white on the object, black beside it, grey elsewhere, by which it is
            cut out, or its mask is mended.
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
    if object is not None:
        if style is not None:
            raise SettingError(
                "object goes with one picture", got="two", expected="harmonize(painting, object=cutout)"
            )
        content, style = object, content
        options.setdefault("at", "middle")
    inputs = {"content": content, "style": style, "mask": mask, "strokes": strokes}
    context = Context.of(context, checkpoint=checkpoint, resume=resume)
    return (yield from RECIPE.steps(inputs, HarmonizeSettings.of(dict(options)), context))


harmonize = drained(harmonize_steps)

RECIPE = Recipe.of(TASK, job=job)
