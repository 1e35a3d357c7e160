"""Distance to the frame before, moved along the flow, where that is to be relied on."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, Target, full_precision


def temporal_distance(canvas: Tensor, warped: Tensor, certainty: Tensor) -> Tensor:
    """Mean over pixels and channels of certainty times squared difference.

    1 / D * sum over k of c_k (x_k - omega_k)^2, with D = C * H * W

    Args:
        canvas: (N, C, H, W).
        warped: (1, C, H, W), the frame before, moved along the flow.
        certainty: (1, 1, H, W) in [0, 1].
    Returns:
        (N,), >= 0.
    Raises:
        ShapeError: they have different sizes.

    Source: Ruder, Dosovitskiy, Brox 2016, eq. 7.
    Differs: nothing.
    """
    expect(canvas, f"n {warped.shape[1]} {warped.shape[2]} {warped.shape[3]}", name="canvas")
    expect(certainty, f"1 1 {warped.shape[2]} {warped.shape[3]}", name="certainty")
    distance: Tensor = (certainty * (canvas - warped).square()).flatten(1).mean(1)
    return distance


class TemporalLoss(Loss):
    """Squared difference to another frame, weighted by certainty, on the picture itself.

    Its target is made by ``temporal_target``, as it needs the certainty besides the picture.

    Args:
        layers: {"image": weight}.

    Source: Ruder, Dosovitskiy, Brox 2016, eq. 7.
    """

    def __init__(self, layers: Mapping[str, float]) -> None:
        super().__init__(layers)

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"warped": (1, C, H, W), "certainty": (1, 1, H, W)}; certain everywhere without guides."""
        certainty = torch.ones_like(features[:, :1]) if guides is None else guides[:, :1]
        return {"warped": full_precision(features).clone(), "certainty": full_precision(certainty)}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N,), >= 0."""
        return temporal_distance(full_precision(features), target["warped"], target["certainty"])


def temporal_target(warped: Tensor, certainty: Tensor) -> Target:
    """The target of ``TemporalLoss``.

    Args:
        warped: (1, C, H, W), the frame before, moved along the flow.
        certainty: (1, 1, H, W) in [0, 1].
    """
    return {"image": {"warped": warped, "certainty": certainty}}
