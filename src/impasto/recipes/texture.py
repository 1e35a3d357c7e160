"""Synthesise the texture of a painting, at any size, with edges that meet if asked for."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Unpack

import torch
from torch import Tensor

from impasto import runtime
from impasto.optimize.loop import Step
from impasto.optimize.schedule import Scale
from impasto.result import Result
from impasto.settings import TextureOptions, TextureSettings
from impasto.settings.size import parse_size
from impasto.settings.task import Inputs
from impasto.settings.texture import TASK
from impasto.synthesis.context import Context
from impasto.synthesis.guides import Mask, read_guides
from impasto.synthesis.job import Job
from impasto.synthesis.read import Styles, check_init, check_size, notes_of, read_styles
from impasto.synthesis.recipe import Recipe, describe_controls
from impasto.synthesis.record import describe_styles, record_of
from impasto.synthesis.run import drained
from impasto.synthesis.start import start_canvas
from impasto.synthesis.styled import Styled
from impasto.synthesis.styles import Style, check_guided, make_styles, style_scales, style_shares
from impasto.synthesis.whole_strides import on_whole_strides

log = logging.getLogger(__name__)


def job(inputs: Inputs, settings: TextureSettings, context: Context) -> Job:
    """Read and check everything, and fill the job; as ``Recipe.job``.

    Raises:
        ImpastoError: as ``texture``.
    """
    s = settings
    TASK.check_inputs(inputs)
    check_init(s.init, TASK.init_words)
    pictures = read_styles(inputs["style"], max_megapixels=s.max_megapixels)
    shares = style_shares(s.style_weights, len(pictures.groups))
    scales = style_scales(s.style_scale, len(pictures.groups))
    guides = read_guides(None, pictures, style_mask=inputs.get("style_mask"), max_megapixels=s.max_megapixels)
    if guides is not None:
        check_guided(s.style_loss, guides, shares)
        for note in guides.notes:
            log.warning("%s", note)
    network = context.network_for(s)
    network.network.check_layers(s.style_layers)
    for picture in pictures.pictures:
        check_size(picture, network.network, s.style_layers)
    width, height = parse_size(s.size)
    styled = on_whole_strides(
        Styled(
            style=s,
            loop=s,
            machine=s,
            network=network,
            styles=make_styles(pictures, s.style_weights, scales, guides=guides),
            shape=(height, width),
            context=context,
            guides=guides,
            shrink_styles=True,
            periodic=s.tile,
        )
    )

    def start(scale: Scale) -> Tensor:
        if s.init != "pixels":
            return start_canvas(styled, s.init)(scale)
        return scatter_pixels(styled.styles, (scale.height, scale.width), seed=s.seed).to(network.device)

    return styled.job(
        "texture",
        s,
        start=start,
        record=record_of(
            "texture",
            s,
            styles=describe_styles(pictures),
            controls=describe_controls(TASK.inputs, inputs),
            network=network,
        ),
        init_words=TASK.init_words,
        notes=notes_of(*pictures.pictures),
    )


def scatter_pixels(styles: Sequence[Style], shape: tuple[int, int], *, seed: int) -> Tensor:
    """Pixels of the exemplars at random positions: their colours, and no forms.

    Args:
        styles: pixels come from each by its share, out of what its guides show.
        shape: (h, w).
        seed: the same seed gives the same pixels.
    Returns:
        (1, 3, h, w) in [0, 1].
    """
    generator = runtime.generator(seed)
    count = shape[0] * shape[1]
    shares = torch.tensor([style.share for style in styles])
    origins = torch.multinomial(shares, count, replacement=True, generator=generator)
    canvas = torch.empty(3, count)
    for number, style in enumerate(styles):
        pixels = style.picture.pixels[0].flatten(1)  # (3, P)
        if style.guides is not None:
            shown = style.guides.amax(1).flatten()
            pixels = pixels[:, shown >= 0.5 * shown.max()]
        chosen = origins == number
        positions = torch.randint(pixels.shape[1], (int(chosen.sum()),), generator=generator)
        canvas[:, chosen] = pixels[:, positions]
    return canvas.reshape(1, 3, *shape)


def texture_steps(
    style: Styles,
    *,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    context: Context | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[TextureOptions],
) -> Generator[Step, None, Result]:
    """Paint the texture of a painting: its strokes and colours, but none of its objects in their places.

    ``texture_steps`` yields after each step, for previews, progress bars and animations; ``texture`` returns
    the result.

    Args:
        style: the exemplar: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1]; or a
            list of several. A folder, or a list within the list, is one exemplar of pooled statistics.
        style_mask: grey mask of what is taken from the exemplar, white for all of it; or a list with one an
            exemplar, None for all of it.
        context: as for ``stylize``.
        checkpoint: as for ``stylize``.
        resume: as for ``stylize``.
        **options: fields of ``TextureSettings``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The picture, its losses and the record of its making; its loss "style" is the relative distance of
        its statistics from the exemplar's, times ``style_weight``.
    Raises:
        ImpastoError: as ``stylize``.

    Source: Gatys, Ecker, Bethge 2015, "Texture synthesis using convolutional neural networks"; coarse to
    fine: Gatys et al. 2017, section 6, and Gonthier, Gousseau, Ladjal 2022, "High-resolution neural texture
    synthesis with long-range constraints".
    Differs: the Wasserstein distance of Gaussians instead of Gram matrices, Adam on a pyramid, a palette,
    pixels of the exemplar instead of white noise to start from, and a torus for edges that meet.
    """
    inputs = {"style": style, "style_mask": style_mask}
    context = Context.of(context, checkpoint=checkpoint, resume=resume)
    return (yield from RECIPE.steps(inputs, TextureSettings.of(dict(options)), context))


texture = drained(texture_steps)

RECIPE = Recipe.of(TASK, job=job)
