"""More of a painting where there is no photo: its texture, at any size, with edges that meet if asked for."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Unpack

import torch
from torch import Tensor

from impasto import runtime
from impasto.features.extractor import Extractor
from impasto.optimize.loop import Step
from impasto.result import Result
from impasto.settings import TextureOptions, TextureSettings
from impasto.settings.size import parse_size
from impasto.synthesis.ground import Ground
from impasto.synthesis.guides import Controls, Mask
from impasto.synthesis.job import Job
from impasto.synthesis.read import Styles, check_init
from impasto.synthesis.run import Run, drain, painted
from impasto.synthesis.styles import Style

STARTS = ("pixels", "noise", "style")
"""Words that ``init`` may be, besides a file."""


def texture(
    style: Styles,
    *,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Unpack[TextureOptions],
) -> Result:
    """Paint the texture of a painting: what is on it, somewhere else.

    Args:
        style: the exemplar: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1]; or a
            list of several. A folder, or a list within the list, is one exemplar of pooled statistics.
        style_mask: grey mask of what is taken from the exemplar, white for all of it; or a list with one an
            exemplar, None for all of it.
        checkpoint: a file that is refreshed every half minute, so that nothing is lost if the run is stopped;
            ``Result.save`` removes it.
        resume: go on from the checkpoint, if it is there; the picture is that of a run that never stopped.
        **options: fields of ``TextureSettings``.
    Returns:
        The picture, its losses and the record of its making; its loss "style" is the relative distance of
        its statistics from the exemplar's, times ``style_weight``.
    Raises:
        PictureError: a picture cannot be read.
        SettingError: an option is not known or has a value it cannot have.
        LayerError: the network has no layer of that name.
        ShapeError: a picture is too small for the layers asked for.
        WeightsError: the network's weights cannot be fetched or read.
        DeviceError: the device is not there.
        DivergedError: the optimisation ran away twice.
        OutOfMemoryError: the memory does not suffice.
        CheckpointError: the file to resume from is no checkpoint, or of another painting.
        OutputError: the checkpoint's folder is missing or closed.

    Source: Gatys, Ecker, Bethge 2015, "Texture synthesis using convolutional neural networks"; coarse to
    fine: Gatys et al. 2017, section 6, and Gonthier, Gousseau, Ladjal 2022, "High-resolution neural texture
    synthesis with long-range constraints".
    Differs: the Wasserstein distance of Gaussian clouds instead of Gram matrices, Adam, a palette, pixels of
    the exemplar instead of white noise to start from, and a torus for edges that meet.
    """
    steps = texture_steps(style, style_mask=style_mask, checkpoint=checkpoint, resume=resume, **options)
    return drain(steps)


def texture_steps(
    style: Styles,
    *,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Unpack[TextureOptions],
) -> Generator[Step, None, Result]:
    """The same, step by step: for previews, progress bars and animations.

    Args:
        style: as for ``texture``.
        style_mask: as for ``texture``.
        checkpoint: as for ``texture``; closing the generator refreshes it too.
        resume: as for ``texture``; the first step is then the last one of before.
        **options: as for ``texture``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The ``Result``, as the value of the generator (``drain`` collects it).
    """
    job = prepare(style, TextureSettings.of(options), style_mask=style_mask)
    return (yield from painted(Run(job, checkpoint=checkpoint, resume=resume)))


def prepare(
    style: Styles,
    settings: TextureSettings,
    *,
    style_mask: Mask | Sequence[Mask | None] | None = None,
    network: Extractor | None = None,
) -> Job:
    """Read and check everything that can be wrong before the first step.

    Args:
        style: as for ``texture``.
        settings: how to paint.
        style_mask: as for ``texture``.
        network: what looks, instead of ``settings.network``; ``features.custom.wrap`` makes one.
    Returns:
        The job; nothing has been painted.
    Raises:
        ImpastoError: as ``texture``.
    """
    check_init(settings.init, STARTS)
    strewn = settings.init == "pixels"
    width, height = parse_size(settings.size)
    ground = Ground(
        task="texture", asked=settings, height=height, width=width, wraps=settings.tile, shrinks=True
    )
    painting = settings.painting("noise" if strewn else settings.init)
    controls = Controls(style_mask=style_mask)
    job = Job.prepare(None, style, painting, controls=controls, ground=ground, network=network)
    if not strewn:
        return job
    first = job.scales[0]
    start = strew(job.styles, (first.height, first.width), seed=settings.seed)
    return replace(job, ground=replace(ground, start=start))


def strew(styles: Sequence[Style], shape: tuple[int, int], *, seed: int) -> Tensor:
    """Pixels of the paintings in random places: their colours, and no forms.

    Args:
        styles: pixels come from each by its share, out of what its guides show.
        shape: (h, w).
        seed: the same seed gives the same pixels.
    Returns:
        (1, 3, h, w) in [0, 1].
    """
    draw = runtime.generator(seed)
    count = shape[0] * shape[1]
    shares = torch.tensor([style.share for style in styles])
    origin = torch.multinomial(shares, count, replacement=True, generator=draw)
    found = torch.empty(3, count)
    for number, style in enumerate(styles):
        pixels = style.picture.pixels[0].flatten(1)  # (3, P)
        if style.guides is not None:
            shown = style.guides.amax(1).flatten()
            pixels = pixels[:, shown >= 0.5 * shown.max()]
        chosen = origin == number
        places = torch.randint(pixels.shape[1], (int(chosen.sum()),), generator=draw)
        found[:, chosen] = pixels[:, places]
    return found.reshape(1, 3, *shape)
