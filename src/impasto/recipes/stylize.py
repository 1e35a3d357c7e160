"""Repaint a photo in the style of one or more paintings."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from impasto.images.io import Picture, PictureSource
from impasto.images.plain_ground import is_grey, plain_grounds
from impasto.optimize.loop import Step
from impasto.result import Result
from impasto.settings import StylizeOptions, StylizeSettings
from impasto.settings.stylize import TASK
from impasto.settings.task import Inputs
from impasto.synthesis.colors import Colors
from impasto.synthesis.context import Context
from impasto.synthesis.feed_forward import describe_network
from impasto.synthesis.guides import Mask, read_guides
from impasto.synthesis.job import Job
from impasto.synthesis.read import (
    Styles,
    check_init,
    check_size,
    notes_of,
    read_painting,
    read_photo,
    read_styles,
    result_shape,
)
from impasto.synthesis.recipe import Recipe, describe_controls
from impasto.synthesis.record import describe_styles, record_of
from impasto.synthesis.run import drained
from impasto.synthesis.start import start_canvas
from impasto.synthesis.strength_mask import by_strength
from impasto.synthesis.styled import Styled
from impasto.synthesis.styles import (
    check_guided,
    fine_style,
    make_styles,
    style_scales,
    style_shares,
    weakened,
)
from impasto.synthesis.whole_strides import on_whole_strides

log = logging.getLogger(__name__)


def job(inputs: Inputs, settings: StylizeSettings, context: Context) -> Job:
    """Read and check everything, and fill the job.

    Args:
        inputs: by the names in ``TASK.inputs``.
        settings: how to paint.
        context: network and targets that outlive the job.
    Raises:
        ImpastoError: as ``stylize``.
    """
    s = settings
    TASK.check_inputs(inputs)
    check_init(s.init, TASK.init_words)
    photo = read_photo(inputs["content"], "content", max_megapixels=s.max_megapixels, keep_alpha=s.keep_alpha)
    pictures = read_styles(inputs["style"], max_megapixels=s.max_megapixels)
    source = inputs.get("fine_style")
    fine = None if source is None else read_painting(source, "fine style", max_megapixels=s.max_megapixels)
    shares = style_shares(s.style_weights, len(pictures.groups))
    scales = style_scales(s.style_scale, len(pictures.groups), fine=fine is not None)
    guides = read_guides(
        photo,
        pictures,
        content_mask=inputs.get("content_mask"),
        style_mask=inputs.get("style_mask"),
        keep=inputs.get("keep"),
        max_megapixels=s.max_megapixels,
    )
    strength_mask = inputs.get("strength_mask")
    if strength_mask is not None:
        count = len(pictures.groups)
        guides = by_strength(guides, strength_mask, photo, styles=count, max_megapixels=s.max_megapixels)
    if guides is not None:
        check_guided(s.style_loss, guides, shares)
        for note in guides.notes:
            log.warning("%s", note)
    network = context.network_for(s)
    network.network.check_layers([*s.content_layers, *s.style_layers])
    shape = result_shape(photo, network.network, s.content_layers, size=s.size, enlarge=s.enlarge)
    for picture in (*pictures.pictures, *([] if fine is None else [fine])):
        check_size(picture, network.network, s.style_layers)
    seen = [photo, *pictures.pictures, *([] if fine is None else [fine])]
    colors = Colors(
        s.colors,
        s.color_map,
        photo.pixels,
        None if guides is None else guides.keep,
        grounds=plain_grounds(photo.pixels) if s.plain_ground and guides is None else None,
        grey=all(is_grey(picture.pixels) for picture in seen),
    )
    styles = make_styles(pictures, s.style_weights, scales, guides=guides, recolored=colors.style)
    if fine is not None:
        lent = fine_style(
            colors.style(fine),
            styles,
            layers=s.fine_layers,
            style_layers=list(s.style_layers),
            color_map=s.color_map,
            scale=scales[-1],
        )
        styles = (*styles, lent)
    photo = with_size_note(photo, shape, size=s.size)
    notes = notes_of(photo, *(style.picture for style in styles))
    styles = weakened(styles, replace(photo, pixels=colors.content), s.strength, guides)
    styled = on_whole_strides(
        Styled(
            style=s,
            loop=s,
            machine=s,
            network=network,
            styles=styles,
            shape=shape,
            context=context,
            content=s,
            photo=colors.content,
            guides=guides,
            fine_layers=s.fine_layers,
        )
    )
    return styled.job(
        "stylize",
        s,
        start=start_canvas(styled, s.init),
        record=record_of(
            "stylize",
            s,
            content=photo,
            styles=describe_styles(pictures),
            controls=describe_controls(TASK.inputs, inputs),
            network=network,
        )
        | ({"feed_forward": describe_network()} if s.init == "instant" else {}),
        init_words=TASK.init_words,
        finish=colors.finish,
        notes=notes,
        alpha=photo.alpha,
        photo=photo.pixels,
        keep=colors.keep,
        strengths=None if guides is None else guides.strengths_tensor,
    )


def with_size_note(photo: Picture, shape: tuple[int, int], *, size: int) -> Picture:
    """The photo, with a note if it is painted larger than it is; a small one that stays small is logged.

    Args:
        photo: as it was read.
        shape: (height, width) of the result, px.
        size: long side that was asked for, px.
    """
    height, width = photo.pixels.shape[2:]
    if max(shape) > max(height, width):
        note = f"{width} x {height} px, painted at {shape[1]} x {shape[0]} px (--no-enlarge keeps its size)"
        log.info("%s: %s", photo.name, note)
        return replace(photo, notes=(*photo.notes, note))
    if max(height, width) < size:
        log.warning("the photo is smaller than --size; painting at its own %d x %d px", width, height)
    return photo


def stylize_steps(
    content: PictureSource,
    style: Styles,
    *,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    keep: Mask | None = None,
    strength_mask: Mask | None = None,
    fine_style: PictureSource | None = None,
    context: Context | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[StylizeOptions],
) -> Generator[Step, None, Result]:
    """Repaint a photo in the style of a painting.

    ``stylize_steps`` yields after each step, for previews, progress bars and animations; ``stylize`` returns
    the result.

    Args:
        content: the photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        style: the painting, or a list of several. A folder, or a list within the list, is one style whose
            pictures' statistics are pooled.
        content_mask: regions of the photo by colour, each painted after the regions of that colour in the
            styles' masks; or a grey mask.
        style_mask: the same of the style, or a list with one a style; None or "all" for a style that paints
            all regions, a colour for a style that is all for that region.
        keep: grey mask of what stays as in the photo; white stays.
        strength_mask: grey mask of how strongly each place is painted: white as ``strength`` says, black
            nearly the photo. No mask goes with the style loss ``mrf``.
        fine_style: a painting that the layers ``fine_layers`` (the strokes) are taken from, in the colours of
            the styles unless "image" is among these layers.
        context: network, targets and checkpoint that outlive the run; share it between runs.
        checkpoint: a file that is refreshed every half minute, so that nothing is lost if the run is stopped;
            ``Result.save`` removes it.
        resume: continue from the checkpoint, if it is there; the picture is that of a run that never stopped.
        **options: fields of ``StylizeSettings``; what is left out is as in the preset.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
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
        CheckpointError: the file to resume from is no checkpoint, or of another run.
        OutputError: the checkpoint's folder is missing or closed.

    Source: Gatys, Ecker, Bethge 2016.
    Differs: see ``docs/how-it-works.md``; ``preset="gatys"`` is the paper's method.
    """
    inputs = {
        "content": content,
        "style": style,
        "content_mask": content_mask,
        "style_mask": style_mask,
        "keep": keep,
        "strength_mask": strength_mask,
        "fine_style": fine_style,
    }
    context = Context.of(context, checkpoint=checkpoint, resume=resume)
    return (yield from RECIPE.steps(inputs, StylizeSettings.of(dict(options)), context))


stylize = drained(stylize_steps)

RECIPE = Recipe.of(TASK, job=job)
