"""From a few coloured blobs to a painting: every region of a doodle after that region of a style."""

from __future__ import annotations

import logging
from collections.abc import Generator
from pathlib import Path
from typing import Unpack

from torch import Tensor

from impasto import runtime
from impasto.errors import SettingError
from impasto.images.collage import collage
from impasto.images.io import Picture, PictureSource
from impasto.images.masks import resize_guides
from impasto.images.resize import fit
from impasto.losses.semantic_patch import SemanticPatchLoss
from impasto.optimize.loop import Step
from impasto.optimize.schedule import Scale
from impasto.result import Result
from impasto.settings import DoodleOptions, DoodleSettings
from impasto.settings.doodle import TASK
from impasto.settings.task import Inputs
from impasto.settings.weighted import normalised
from impasto.synthesis.context import Context
from impasto.synthesis.guides import Mask, RegionGuides, read_guides
from impasto.synthesis.job import Job
from impasto.synthesis.read import (
    StylePictures,
    check_init,
    check_size,
    notes_of,
    read_picture,
    read_styles,
)
from impasto.synthesis.recipe import Recipe, describe_controls
from impasto.synthesis.record import describe_styles, record_of
from impasto.synthesis.run import drained
from impasto.synthesis.start import start_canvas
from impasto.synthesis.styled import Styled
from impasto.synthesis.styles import check_guided, make_styles, style_scales
from impasto.synthesis.terms import ExtraTerm
from impasto.synthesis.whole_strides import on_whole_strides

log = logging.getLogger(__name__)


def job(inputs: Inputs, settings: DoodleSettings, context: Context) -> Job:
    """Read and check everything, and fill the job; as ``Recipe.job``.

    Raises:
        ImpastoError: as ``doodle``.
    """
    s = settings
    TASK.check_inputs(inputs)
    check_init(s.init, TASK.init_words)
    source = inputs.get("content")
    if source is None and s.init == "content":
        raise SettingError("there is no content to start from", got=s.init, expected="noise or style")
    photo = source if source is None else read_picture(source, "content", max_megapixels=s.max_megapixels)
    pictures = read_styles([inputs["style"]], max_megapixels=s.max_megapixels)
    scales = style_scales(s.style_scale, 1)
    guides = _read_maps(inputs, photo, pictures, s)
    check_guided(s.style_loss, guides, (1.0,))
    for note in guides.notes:
        log.warning("%s", note)
    network = context.network_for(s)
    extra = patch_terms(s)
    layers = {*s.style_layers, *(layer for term in extra for layer in term.loss.layers)}
    network.network.check_layers([*(s.content_layers if photo else ()), *layers])
    if photo is not None:
        check_size(photo, network.network, s.content_layers)
    for picture in pictures.pictures:
        check_size(picture, network.network, layers)
    styled = on_whole_strides(
        Styled(
            style=s,
            loop=s,
            machine=s,
            network=network,
            styles=make_styles(pictures, None, scales, guides=guides),
            shape=fit(guides.canvas.shape[2], guides.canvas.shape[3], s.size, enlarge=True),
            context=context,
            content=None if photo is None else s,
            photo=None if photo is None else photo.pixels,
            guides=guides,
            extra=extra,
        )
    )

    def start(scale: Scale) -> Tensor:
        if s.init == "pieces" and styled.guides is not None:
            return lay_pieces(styled, styled.guides.canvas).to(network.device)
        return start_canvas(styled, s.init)(scale)

    return styled.job(
        "doodle",
        s,
        start=start,
        record=record_of(
            "doodle",
            s,
            content=photo,
            styles=describe_styles(pictures),
            controls=describe_controls(TASK.inputs, inputs),
            network=network,
        ),
        init_words=TASK.init_words,
        notes=notes_of(photo, *pictures.pictures),
        photo=None if photo is None else photo.pixels,
    )


def patch_terms(settings: DoodleSettings) -> tuple[ExtraTerm, ...]:
    """The term of ``method="patches"``: patches of the same label; none for ``"statistics"``."""
    if settings.method != "patches":
        return ()
    loss = SemanticPatchLoss(
        normalised(settings.patch_layers),
        semantic_weight=settings.semantic_weight,
        variety=settings.variety,
    )
    return (ExtraTerm("patches", loss, settings.patch_weight),)


def lay_pieces(styled: Styled, guides: Tensor) -> Tensor:
    """The canvas before the first step: pieces of the style, each in its region.

    Args:
        styled: the parts of the job.
        guides: (1, R, H, W) in [0, 1], regions of the canvas.
    Returns:
        (1, 3, h, w) in [0, 1], of the result's size.
    """
    height, width = styled.shape
    (view,) = styled.style_views(Scale(height, width, 1))
    regions = resize_guides(guides, (height, width))
    generator = runtime.generator(styled.machine.seed)
    return collage(view[:, :3], view[:, 3:], regions, generator=generator)


def _read_maps(
    inputs: Inputs, photo: Picture | None, pictures: StylePictures, settings: DoodleSettings
) -> RegionGuides:
    """The regions of doodle and style."""
    guides = read_guides(
        photo,
        pictures,
        content_mask=inputs["doodle"],
        style_mask=[inputs["style_map"]],
        max_megapixels=settings.max_megapixels,
        content_mask_name="doodle",
        style_mask_names=("style map",),
    )
    if guides is None:
        raise RuntimeError("a doodle without guides")
    return guides


def doodle_steps(
    style: PictureSource,
    *,
    style_map: Mask,
    doodle: Mask,
    content: PictureSource | None = None,
    context: Context | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[DoodleOptions],
) -> Generator[Step, None, Result]:
    """Paint a doodle: every blob after the style's region of that colour.

    ``doodle_steps`` yields after each step, for previews, progress bars and animations; ``doodle`` returns
    the result.

    Args:
        style: the painting: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        style_map: its label map: a few flat colours, one a region, or a grey mask; a size that is not the
            style's is resized with a note.
        doodle: what to paint, in the same colours. The result has its proportions.
        content: a photo to hold on to, which the doodle is a map of; the result then has its proportions.
        context: as for ``stylize``.
        checkpoint: as for ``stylize``.
        resume: as for ``stylize``.
        **options: fields of ``DoodleSettings``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The picture, its losses and the record of its making.
    Raises:
        PictureError: a picture cannot be read, a map looks like a photo, or the doodle has a colour that the
            style's map lacks; the text lists the colours of both.
        ImpastoError: as ``stylize``.

    Source: Champandard 2016, "Semantic style transfer and turning two-bit doodles into fine artworks".
    Differs: patches are joined by the statistics and colours of their regions (Gatys et al. 2017), which keep
    strokes crisp; the start is pieces of the style, not noise; Adam on a pyramid, and fewer steps.
    """
    inputs = {"style": style, "style_map": style_map, "doodle": doodle, "content": content}
    context = Context.of(context, checkpoint=checkpoint, resume=resume)
    return (yield from RECIPE.steps(inputs, DoodleSettings.of(dict(options)), context))


doodle = drained(doodle_steps)

RECIPE = Recipe.of(TASK, job=job)
