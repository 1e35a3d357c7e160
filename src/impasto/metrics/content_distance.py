"""Distance of a picture from a photo in what is where."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.losses.base import Features
from impasto.metrics.layers import mean_over_layers


def content_distance(features: Features, photo_features: Features) -> float:
    """1 - cosine of the activations of picture and photo, mean over positions and layers.

    The photo's mean of each channel is subtracted from both first, since a channel's mean does not depend on
    where things are. A cosine ignores contrast, which a style may change without moving anything.

    Args:
        features: {layer: (1, C, h, w)} of the picture.
        photo_features: {layer: (1, C, h, w)} of the photo at the picture's size.
    Returns:
        0 for the photo itself, about 1 for an unrelated picture, 2 at most.
    Raises:
        LayerError: there are no layers, or the two have different ones.
        ShapeError: the two have different sizes or channels.

    Source: content layers as in Gatys, Ecker, Bethge 2016, section 2.2; the distance is our own.
    """

    def distance(x: Tensor, photo: Tensor) -> Tensor:
        expect(x, f"1 {' '.join(map(str, photo.shape[1:]))}", name="features")
        mean = photo.mean((2, 3), keepdim=True)
        return 1 - F.cosine_similarity(x - mean, photo - mean, dim=1).mean()

    return mean_over_layers(distance, features, photo_features)
