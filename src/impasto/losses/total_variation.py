"""Total variation: how much neighbouring pixels differ."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import PositionSums, full_precision, positions


def total_variation(images: Tensor) -> Tensor:
    """Mean over pixels and channels of the squared differences to the right and to the lower neighbour.

    (sum (x[i, j + 1] - x[i, j])^2 + sum (x[i + 1, j] - x[i, j])^2) / (C * H * W)

    Args:
        images: (N, C, H, W), sRGB in [0, 1].
    Returns:
        (N,), >= 0; 0 for a picture of one colour. A side of one pixel adds nothing. Half-precision pictures
        are summed in float32.

    Source: Mahendran, Vedaldi 2015, eq. 5, with beta = 2.
    Differs: a mean instead of a sum, so that it does not grow with the picture.
    """
    expect(images, "n c h w", name="images")
    images = full_precision(images)
    across = (images[..., :, 1:] - images[..., :, :-1]).flatten(1)
    down = (images[..., 1:, :] - images[..., :-1, :]).flatten(1)
    return (across.square().sum(1) + down.square().sum(1)) / images[0].numel()


class TotalVariationLoss(PositionSums):
    """Total variation of the picture; it has no target.

    Args:
        layers: {"image": weight} as a rule.
    """

    margin = 1

    linear = True

    def target_sums(self, features: Tensor) -> dict[str, Tensor]:
        """Nothing to keep."""
        return {}

    def sums(self, features: Tensor, target: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """{"squares": (N,), "positions": ()}, of pixels that all have a right and a lower neighbour here."""
        features = full_precision(features)
        own = features[..., :-1, :-1]
        across, down = features[..., :-1, 1:] - own, features[..., 1:, :-1] - own
        squares = across.flatten(1).square().sum(1) + down.flatten(1).square().sum(1)
        return {"squares": squares / features.shape[1], "positions": positions(own)}

    def distance(self, sums: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
        """(N,), >= 0."""
        return sums["squares"] / sums["positions"]

    def layer_loss(self, features: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        """(N, C, H, W) -> (N,); the same as by sums, without a padded copy of the picture."""
        return total_variation(features)
