"""Dream into a photo: what a network sees in it grows, until everybody sees it."""

from __future__ import annotations

import logging
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Unpack

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto import runtime
from impasto.errors import SettingError
from impasto.features.extractor import too_small
from impasto.images.io import Picture, PictureSource
from impasto.images.resize import fit, resize
from impasto.losses.activation import ActivationLoss, GuidedLoss
from impasto.losses.objective import Term
from impasto.optimize.laplacian_descent import LaplacianDescent
from impasto.optimize.loop import Loop, Step
from impasto.optimize.schedule import schedule
from impasto.result import Result, describe
from impasto.settings import DreamOptions, DreamSettings
from impasto.settings.dream import TASK
from impasto.settings.task import Inputs
from impasto.synthesis.context import Context
from impasto.synthesis.feature_view import FeatureView, spread_shifts
from impasto.synthesis.job import Job
from impasto.synthesis.memory import MemoryBudget
from impasto.synthesis.network import NetworkHandle
from impasto.synthesis.read import check_size, notes_of, read_painting, read_photo
from impasto.synthesis.recipe import Recipe
from impasto.synthesis.record import identity_of, record_of
from impasto.synthesis.run import drained

log = logging.getLogger(__name__)

COARSEST_PX = 64
"""Short side below which nothing is dreamt; chosen by eye."""

GUIDE_PX = 512
"""Long side of a guide at most: beyond, matching it takes longer than dreaming."""

PICTURES = 9
"""Float32 pictures of the canvas' size: canvas, gradient, mean, its bands, and those in flight."""


def job(inputs: Inputs, settings: DreamSettings, context: Context) -> Job:
    """Read and check everything, and fill the job; as ``Recipe.job``.

    Raises:
        ImpastoError: as ``dream``.
    """
    s = settings
    TASK.check_inputs(inputs)
    guide_source = inputs.get("guide")
    if guide_source is not None and (s.channel is not None or s.objective is not None):
        raise SettingError(
            "a guide says what grows, and so does a channel or an objective",
            got="a guide and " + ("a channel" if s.channel is not None else "an objective"),
            attempt="one or the other",
        )
    photo = read_photo(inputs["content"], "photo", max_megapixels=s.max_megapixels, keep_alpha=s.keep_alpha)
    guide: Picture | None = None
    if guide_source is not None:
        guide = read_painting(guide_source, "guide", max_megapixels=s.max_megapixels)
    network = context.network_for(s)
    network.network.check_layers([s.layer])
    for picture in (photo, guide):
        if picture is not None:
            check_size(picture, network.network, [s.layer])
    view = FeatureView(network.network, (s.layer,))
    pixels = photo.pixels.to(network.device)
    height, width = _result_shape(photo, s, view)
    check_channel(s.channel, view, pixels)
    term = growth_term(s, view, None if guide is None else guide.pixels.to(network.device))
    mix = color_mix(pixels, s.vividness)
    return Job(
        scales=tuple(
            schedule(
                height,
                width,
                scales=s.octaves,
                factor=s.octave_scale,
                steps=s.steps,
                coarse_steps=1.0,
                smallest_px=max(view.smallest_px, COARSEST_PX),
            )
        ),
        start=lambda scale: pixels,
        terms=lambda scale, shift, tile_px: [term],
        view=view,
        loop=Loop(
            lambda canvas, rate: LaplacianDescent(canvas, rate, mix=mix, finest=s.grain),
            rate=s.rate,
            average=0.0,
            tolerance=0.0,
            project=True,
            resize=partial(with_detail, photo=pixels),
        ),
        budget=MemoryBudget(
            device=network.device,
            pictures=lambda scale: PICTURES,
            limit=s.memory,
            held_bytes=runtime.used_bytes(network.device),
        ),
        record=record_of(
            "dream",
            s,
            content=photo,
            controls={"guide": None if guide is None else describe(guide)},
            network=network,
        ),
        identity=partial(_identity, s, network, photo, guide),
        shift=spread_shifts(s.jitter, seed=s.seed),
        notes=notes_of(photo, guide),
        alpha=photo.alpha,
    )


def growth_term(settings: DreamSettings, view: FeatureView, guide: Tensor | None) -> Term:
    """What grows, as a loss that falls.

    Args:
        settings: layer, channel and objective.
        view: the network.
        guide: (1, 3, H, W) in [0, 1], what to dream of; None for the layer's activations themselves.
    """
    layers = {settings.layer: 1.0}
    if guide is None:
        objective = settings.objective or ("squares" if settings.channel is None else "mean")
        loss = ActivationLoss(layers, power={"squares": 2, "mean": 1}[objective], channel=settings.channel)
        return Term("activation", loss, {}, 1.0, gain=True)
    guided = GuidedLoss(layers)
    height, width = guide.shape[2:]
    with torch.no_grad():
        features = view.features(resize(guide, fit(height, width, GUIDE_PX)), layers)
        return Term("activation", guided, guided.target(features), 1.0, gain=True)


def check_channel(channel: int | None, view: FeatureView, photo: Tensor) -> None:
    """Check that the layer has such a channel.

    Args:
        channel: from 0; None for all.
        view: the network and the layer.
        photo: (1, 3, H, W), on the network's device, large enough for the layer.
    Raises:
        SettingError: it has not.
    """
    if channel is None:
        return
    (layer,) = view.layers
    side = max(2 * view.stride_px, view.smallest_px)
    with torch.no_grad():
        count = view.features(photo[:, :, :side, :side], [layer])[layer].shape[1]
    if channel >= count:
        raise SettingError(
            f"{layer} of {view.network.name!r} has {count} channels",
            got=f"channel {channel}",
            expected=f"0 to {count - 1}",
        )


def with_detail(image: Tensor, shape: tuple[int, int], *, photo: Tensor) -> Tensor:
    """A dream at another size: the photo at that size, and what has been dreamt so far, resampled.

    photo(new) + resampled(image - photo(old))

    Args:
        image: (1, 3, h, w) in [0, 1].
        shape: (h, w) of the result.
        photo: (1, 3, H, W) in [0, 1], any size of the same proportions.
    Returns:
        (1, 3, h, w) in [0, 1]; the image itself where it has that shape already.

    Source: Mordvintsev, Olah, Tyka 2015, DeepDream (octaves).
    Differs: cubic resampling.
    """
    if tuple(image.shape[2:]) == tuple(shape):
        return image
    change = image - resize(photo, (image.shape[2], image.shape[3]))
    resampled = F.interpolate(change, size=shape, mode="bicubic", antialias=True, align_corners=False)
    return resampled.add_(resize(photo, shape)).clamp_(0, 1)


def color_mix(photo: Tensor, vividness: float) -> Tensor:
    """How the gradient of one colour channel moves all three, so that a dream keeps the photo's colours.

    (1 - v) * S / trace S + v / 3 * I, with S the covariance of the photo's colours. A step along S is one
    down the gradient in the coordinates in which the photo's colours are uncorrelated and of one spread.

    Args:
        photo: (1, 3, H, W) in [0, 1].
        vividness: v, 0 (the photo's colours) to 1 (each channel by itself).
    Returns:
        (3, 3), symmetric, of trace 1.

    Source: Olah, Mordvintsev, Schubert 2017, "Feature visualization", appendix (decorrelated colours).
    Differs: the covariance of the photo itself, not of a collection; blended with the identity.
    """
    identity = torch.eye(3, device=photo.device) / 3
    flat = photo[0].flatten(1)
    centred = flat - flat.mean(1, keepdim=True)
    covariance = centred @ centred.mT
    total = covariance.trace()
    if not total > 1e-6 * flat.shape[1]:  # a photo of one colour has no others
        return identity
    return (1 - vividness) * covariance / total + vividness * identity


def _result_shape(photo: Picture, settings: DreamSettings, view: FeatureView) -> tuple[int, int]:
    """(height, width) of the result, px.

    Raises:
        ShapeError: it would be too small for the layer.
    """
    photo_height, photo_width = photo.pixels.shape[2:]
    height, width = fit(photo_height, photo_width, settings.size, enlarge=settings.enlarge)
    if min(height, width) < view.smallest_px:
        raise too_small(
            f"the picture would be too small for {settings.layer}",
            (height, width),
            view.smallest_px,
            attempt="a larger --size, or a shallower --layer",
        )
    if max(photo_height, photo_width) < settings.size and not settings.enlarge:
        log.warning(
            "the photo is smaller than --size; dreaming at its own %d x %d px", photo_width, photo_height
        )
    return height, width


def _identity(
    settings: DreamSettings, network: NetworkHandle, photo: Picture, guide: Picture | None
) -> dict[str, object]:
    pixels = {"photo": photo.pixels, "guide": None if guide is None else guide.pixels}
    return identity_of("dream", settings, network=network, pixels=pixels)


def dream_steps(
    photo: PictureSource,
    *,
    guide: PictureSource | None = None,
    context: Context | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[DreamOptions],
) -> Generator[Step, None, Result]:
    """Let what a network sees in a photo grow.

    The gradient of a layer's activations with respect to the pixels says how the picture would have to change
    to excite the layer more; the picture takes small steps that way, at several sizes, coarse to fine. At
    each size the photo's own detail is added again below the dream. ``dream_steps`` yields after each step,
    for previews, progress bars and animations; ``dream`` returns the result.

    Args:
        photo: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        guide: a picture whose forms are to grow in the photo.
        context: as for ``stylize``.
        checkpoint: as for ``stylize``.
        resume: as for ``stylize``.
        **options: fields of ``DreamSettings``.
    Yields:
        A ``Step`` after each change of the canvas; ``step.snapshot()`` is the picture so far.
    Returns:
        The picture and the record of its making; ``losses["activation"]`` is what has grown, and the total is
        minus that.
    Raises:
        SettingError: an option is not known or has a value it cannot have, or the layer has no such channel.
        ShapeError: a picture is too small for the layer.
        ImpastoError: as ``stylize``.

    Source: Mordvintsev, Olah, Tyka 2015, "Inceptionism", and the code of DeepDream.
    Differs: see ``docs/dream.md``.
    """
    inputs = {"content": photo, "guide": guide}
    context = Context.of(context, checkpoint=checkpoint, resume=resume)
    return (yield from RECIPE.steps(inputs, DreamSettings.of(dict(options)), context))


dream = drained(dream_steps)

RECIPE = Recipe.of(TASK, job=job)
