"""A photo in the light and colours of another photo; it stays a photo."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any, Unpack

from impasto.errors import SettingError
from impasto.images.io import PictureSource
from impasto.optimize.loop import Step
from impasto.result import Result, describe
from impasto.settings import PhotoOptions, PhotoSettings
from impasto.settings.photo import TASK
from impasto.settings.task import Inputs
from impasto.synthesis.color_correspondence import LAYERS
from impasto.synthesis.context import Context
from impasto.synthesis.feature_view import FeatureView
from impasto.synthesis.guides import Mask, read_guides
from impasto.synthesis.job import Job
from impasto.synthesis.photo_jobs import grid_job, layers_of, pixel_job
from impasto.synthesis.photo_pair import PhotoPair
from impasto.synthesis.photo_regions import common_regions
from impasto.synthesis.read import StylePictures, check_size, notes_of, read_picture
from impasto.synthesis.recipe import Recipe, describe_controls
from impasto.synthesis.record import identity_of, record_of
from impasto.synthesis.run import drained


def job(inputs: Inputs, settings: PhotoSettings, context: Context) -> Job:
    """The job of a photo that takes the look of another.

    Raises:
        ImpastoError: as ``photo``.
    """
    TASK.check_inputs(inputs)
    pair = read_pair(inputs, settings, context)
    view = FeatureView(pair.network.network, layers_of(settings))
    for picture in (pair.content, pair.style):
        check_size(picture, pair.network.network, view.layers)
    regions = pair.guides
    record = record_of(
        TASK.name,
        settings,
        content=pair.content,
        styles=[describe(pair.style)],
        controls=describe_controls(TASK.inputs, inputs),
        network=pair.network,
    )

    def identity() -> dict[str, Any]:
        return identity_of(
            TASK.name,
            settings,
            network=pair.network,
            pixels={
                "photo": pair.content.pixels,
                "style": pair.style.pixels,
                "content_map": None if regions is None else regions.canvas,
                "style_map": None if regions is None else regions.styles[0],
            },
        )

    notes = (*notes_of(pair.content, pair.style), *(() if regions is None else regions.notes))
    make = grid_job if settings.method == "grid" else pixel_job
    return make(pair, settings, context, view, record=record, identity=identity, notes=notes)


def read_pair(inputs: Inputs, settings: PhotoSettings, context: Context) -> PhotoPair:
    """Read the photos and their maps.

    Raises:
        PictureError: a picture cannot be read, or the maps' colours do not match.
        SettingError: one map is given without the other.
    """
    maps = [inputs.get(name) is not None for name in ("content_map", "style_map")]
    if maps[0] != maps[1]:
        raise SettingError(
            "regions need a map of both photos",
            got=f"only a map of the {'photo' if maps[0] else 'style photo'}",
            expected="--content-map FILE and --style-map FILE, with the same colours",
            attempt="no map at all: places that look alike are then found in both photos",
        )
    content = read_picture(inputs["content"], "photo", max_megapixels=settings.max_megapixels)
    style = read_picture(inputs["style"], "style", max_megapixels=settings.max_megapixels)
    guides = read_guides(
        content,
        StylePictures(((style,),), (inputs["style"],)),
        content_mask=inputs.get("content_map"),
        style_mask=inputs.get("style_map"),
        max_megapixels=settings.max_megapixels,
        content_mask_name="content map",
        style_mask_names=["style map"],
    )
    network = context.network_for(settings)
    found = None
    if guides is None and settings.regions:
        for picture in (content, style):
            check_size(picture, network.network, LAYERS)
        found = common_regions(content, style, network, LAYERS, size=settings.size)
    return PhotoPair(
        content=content,
        style=style,
        guides=guides or found,
        size_px=settings.size,
        network=network,
        found=found is not None,
    )


def photo_steps(
    content: PictureSource,
    style: PictureSource,
    *,
    content_map: Mask | None = None,
    style_map: Mask | None = None,
    context: Context | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[PhotoOptions],
) -> Generator[Step, None, Result]:
    """Give a photo the light and colours of another photo; it stays a photo.

    ``photo_steps`` yields after each step; ``photo`` returns the result.

    Args:
        content: the photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        style: the photo whose look is taken.
        content_map: regions of the photo by colour; each takes the look of the region of that colour.
        style_map: the same regions of the style photo.
        context: as for ``stylize``.
        checkpoint: as for ``stylize``.
        resume: as for ``stylize``.
        **options: fields of ``PhotoSettings``; what is left out is as in the preset.
    Yields:
        A ``Step`` after each change; ``step.snapshot()`` is the picture so far.
    Returns:
        The picture, of the photo's size, its losses and the record of its making.
    Raises:
        PictureError: a picture cannot be read, or the maps' colours do not match.
        SettingError: an option is not known or has a value it cannot have; one map without the other.
        ImpastoError: as ``stylize``.

    Source: Luan, Paris, Shechtman, Bala 2017, "Deep photo style transfer"; bilateral grid of affine maps:
        Xia et al. 2020.
    Differs: the grid is optimised for the two photos instead of predicted; see ``docs/photo.md``.
    """
    inputs = {"content": content, "style": style, "content_map": content_map, "style_map": style_map}
    context = Context.of(context, checkpoint=checkpoint, resume=resume)
    return (yield from RECIPE.steps(inputs, PhotoSettings.of(dict(options)), context))


photo = drained(photo_steps)

RECIPE = Recipe.of(TASK, job=job)
