"""Scores of a painting, computed from three pictures, by a network and without."""

from __future__ import annotations

import logging
from typing import Unpack

import torch
from torch import Tensor

from impasto import features, runtime
from impasto.features.extractor import prepared, smallest_px, too_small
from impasto.images import io
from impasto.images.clear_part import without_clear_part
from impasto.images.io import PictureSource
from impasto.images.resize import fit, resize, shrink_to
from impasto.metrics.scores import Scores, score_features, score_pictures
from impasto.settings import EvaluateOptions, EvaluateSettings

log = logging.getLogger(__name__)

STRETCH = 0.02
"""Relative difference of the proportions of photo and result above which a warning is logged."""


def evaluate(
    result: PictureSource,
    *,
    content: PictureSource,
    style: PictureSource,
    **options: Unpack[EvaluateOptions],
) -> Scores:
    """How far a painting is from its style and from its photo, and how clean it is.

    The photo is resized to the result's size, and the style to its number of pixels but never enlarged, as in
    painting; for ``grain`` and ``light`` it is shrunk to the result's long side. The default network is the
    one that ``stylize`` paints with, so its scores are too good for ``stylize``: to compare methods, use a
    network that none of them painted with.

    Args:
        result: the painting; a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        content: the photo it is made from.
        style: the painting whose style it has.
        **options: fields of ``EvaluateSettings``.
    Returns:
        Four distances, of which lower is better; ``grain``, at most 1 is best; ``light``, near 1 is best; and
        ``order``, higher is better.
    Raises:
        PictureError: a picture cannot be read.
        SettingError: an option is not known or has a value it cannot have.
        LayerError: the network has no layer of that name, or none is named.
        ShapeError: the result is too small for the layers.
        WeightsError: the network's weights cannot be fetched or read.
        DeviceError: the device is not available.

    Source: stated at each distance in ``metrics/``.
    """
    settings = EvaluateSettings.from_mapping(dict(options))
    device = runtime.choose_device(settings.device)
    dtype = runtime.choose_dtype(device, settings.precision)
    limit = settings.max_megapixels
    painting, photo = (
        io.read(source, max_megapixels=limit).pixels.to(device) for source in (result, content)
    )
    style_pixels = without_clear_part(io.read(style, max_megapixels=limit)).pixels.to(device)
    full = painting
    if settings.size is not None:
        painting = resize(painting, fit(painting.shape[2], painting.shape[3], settings.size))
    layers = {*settings.content_layers, *settings.style_layers}
    network = features.load(settings.network, settings.weights, settings.pooling)
    network.check_layers(layers)
    network = prepared(network, device, dtype)

    smallest = smallest_px(network, layers) if layers else 1
    if min(painting.shape[2:]) < smallest:
        shrunk = painting.shape != full.shape and min(full.shape[2:]) >= smallest
        raise too_small(
            "the picture is too small for the layers asked for",
            (painting.shape[2], painting.shape[3]),
            smallest,
            attempt="a larger --size" if shrunk else "a larger picture, or shallower layers",
        )

    def features_of(image: Tensor) -> dict[str, Tensor]:
        with torch.no_grad():
            return {"image": image, **network(image, layers)}

    height, width = painting.shape[2:]
    if abs(photo.shape[2] * width / (photo.shape[3] * height) - 1) > STRETCH:
        log.warning("photo and result have other proportions; the photo is stretched to the result's")
    clean = score_pictures(painting, photo=photo, style=style_pixels)
    style_pixels = shrink_to(style_pixels, height * width, ratio=settings.style_scale, smallest_px=smallest)
    distances = score_features(
        features_of(painting),
        photo=features_of(resize(photo, (height, width))),
        style=features_of(style_pixels),
        content_layers=settings.content_layers,
        style_layers=settings.style_layers,
    )
    return Scores(**distances.to_dict(), **clean.to_dict())
