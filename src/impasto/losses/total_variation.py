"""Total variation: how much neighbouring pixels differ."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import Loss


def total_variation(images: Tensor) -> Tensor:
    """Mean squared difference of horizontal and of vertical neighbours, added.

    mean (x[i, j + 1] - x[i, j])^2 + mean (x[i + 1, j] - x[i, j])^2

    Args:
        images: (N, C, H, W), sRGB in [0, 1].
    Returns:
        (N,), >= 0; 0 for a picture of one colour. A side of one pixel adds nothing.

    Source: Mahendran, Vedaldi 2015, eq. 5, with beta = 2.
    Differs: means instead of sums, so that it does not grow with the picture.
    """
    expect(images, "n c h w", name="images")
    across = (images[..., :, 1:] - images[..., :, :-1]).flatten(1)
    down = (images[..., 1:, :] - images[..., :-1, :]).flatten(1)
    return sum((d.square().mean(1) for d in (across, down) if d.shape[1]), images.new_zeros(len(images)))


class TotalVariationLoss(Loss):
    """Total variation of the picture; it has no target.

    Args:
        layers: {"image": weight} as a rule.
    """

    def layer_target(self, features: Tensor) -> dict[str, Tensor]:
        """Nothing to keep."""
        return {}

    def layer_loss(self, features: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        return total_variation(features)
