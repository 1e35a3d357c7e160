"""How much of what stands where in a photo is no longer to be seen in a picture."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.metrics.layers import Features, mean_over_layers


def content_distance(features: Features, photo_features: Features) -> float:
    """1 - cosine of the activations of picture and photo, mean over positions and layers.

    From both, the photo's mean of each channel is taken first: what a channel says everywhere tells nothing
    of where things are. A cosine ignores contrast, which a style may change without moving anything.

    Args:
        features: {layer: (1, C, h, w)} of the picture.
        photo_features: {layer: (1, C, h, w)} of the photo at the picture's size.
    Returns:
        0 for the photo itself, about 1 for a picture that has nothing to do with it, 2 at most.
    Raises:
        LayerError: there are no layers, or the two have different ones.
        ShapeError: the two have different sizes or channels.

    Source: the layers' role is that of Gatys, Ecker, Bethge 2016, section 2.2; the distance is our own.
    """

    def distance(own: Tensor, seen: Tensor) -> Tensor:
        expect(own, f"1 {' '.join(map(str, seen.shape[1:]))}", name="features")
        centre = seen.mean((2, 3), keepdim=True)
        return 1 - F.cosine_similarity(own - centre, seen - centre, dim=1).mean()

    return mean_over_layers(distance, features, photo_features)
