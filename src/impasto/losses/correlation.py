"""Content as the pattern of every channel, without the channel's mean and standard deviation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from impasto.checks import expect
from impasto.losses.base import LayerTarget, PositionSums, full_precision, moment_sums, positions, precise
from impasto.losses.content import photo_parts

RIDGE = 1e-3
"""Added to the variances, relative to the photo's mean variance: a channel that hardly varies in the photo
has no pattern. Chosen by eye."""

EPSILON = 1e-10
"""Added to the variances, in activation squared: a photo of one colour has no pattern at all."""


def pattern_distance(
    shift: Tensor, squares: Tensor, products: Tensor, *, variance: Tensor, ridge: Tensor
) -> Tensor:
    """Half the mean squared difference between the standardised patterns of a channel and of its target.

    E|(F - E F) / s - (P - E P) / t|^2 / 2 with s^2 = var F + ridge, t^2 = var P + ridge; without ridge it is
    1 - correlation(F, P)

    Worked out from moments of D = F - P, as var D / s^2 + 2 cov(D, P) k / s + var P k^2 with k = 1/s - 1/t:
    every term goes to 0 with D, so that nothing cancels near the target.

    Args:
        shift: (N, C), E D.
        squares: (N, C), E D^2.
        products: (N, C), cov(D, P).
        variance: (1, C), var P.
        ridge: (1, 1), > 0.
    Returns:
        (N, C), 0 to 2; 1/2 for a channel without any pattern.

    Source: the standardised channels are Ulyanov, Vedaldi, Lempitsky 2016, "Instance normalization".
    Differs: as a loss it is our own.
    """
    difference_variance = (squares - shift.square()).clamp_min(0)
    inverse = ((variance + 2 * products + difference_variance).clamp_min(0) + ridge).rsqrt()
    change = inverse - (variance + ridge).rsqrt()
    square = (
        difference_variance * inverse.square() + 2 * products * inverse * change + variance * change.square()
    )
    return square.clamp_min(0) / 2


class _Differences(torch.autograd.Function):
    """Sums over positions of D = F - P, D^2 and D P, with their gradient a + 2 b D + c P in one go.

    With a focus f, D = f (F - P), and the gradient is f times as large.
    """

    @staticmethod
    def forward(
        ctx: Any, features: Tensor, photo: Tensor, focus: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """(N, C, h, w), (1, C, h, w), (1, 1, h, w) -> (N, C) each."""
        pattern = photo.permute(0, 2, 3, 1)
        difference = full_precision(features).permute(0, 2, 3, 1) - pattern  # (N, h, w, C)
        if focus is not None:
            focus = focus.permute(0, 2, 3, 1)
            difference = difference.mul_(focus)
        ctx.save_for_backward(difference, pattern, focus)
        ctx.dtype = features.dtype
        sums = (x.sum((1, 2)) for x in (difference, difference.square(), difference * pattern))
        return next(sums), next(sums), next(sums)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, shift: Tensor, squares: Tensor, products: Tensor) -> tuple[Tensor, None, None]:
        """(N, C) each -> (N, C, h, w)."""
        difference, pattern, focus = ctx.saved_tensors
        a, b, c = (x[:, None, None, :] for x in (shift, 2 * squares, products))
        gradient = torch.addcmul(a, difference, b).addcmul_(pattern.expand_as(difference), c)
        if focus is not None:
            gradient = gradient.mul_(focus)
        return gradient.permute(0, 3, 1, 2).to(ctx.dtype), None, None


class CorrelationLoss(PositionSums):
    """One minus the correlation between each channel of a canvas and of a photo; mean over channels.

    A channel's mean and standard deviation are left to the style loss, so content and style contradict each
    other less than with plain differences of activations. With a focus this holds only within areas of one
    focus: a channel whose mean differs from the photo's costs where the focus changes. Exact under tiling. In
    a blend of several photos the variance is the mean of theirs.

    Args:
        layers: {layer: weight}.

    Source: in place of Gatys, Ecker, Bethge 2016, eq. 1.
    Differs: our own; see ``pattern_distance``.
    """

    spatial = True

    def target_sums(self, features: Tensor, guides: Tensor | None = None) -> dict[str, Tensor]:
        """{"mean": (1, C), "squares": (1, C), "positions": ()}, sums of P and of P^2."""
        return moment_sums(features)

    def target_of_sums(self, sums: Mapping[str, Tensor]) -> LayerTarget:
        """{"mean": (1, C), "variance": (1, C)}, over positions."""
        mean, squares = (precise(sums[name]) / precise(sums["positions"]) for name in ("mean", "squares"))
        variance = (squares - mean.square()).clamp_min(0)
        return {"mean": mean.to(sums["mean"]), "variance": variance.to(sums["mean"])}

    def layer_spatial(self, source: Tensor, focus: Tensor | None = None) -> LayerTarget:
        """As ``content.photo_parts``."""
        return photo_parts(source, focus)

    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """{"shift", "squares", "products": (N, C), "positions": ()}, sums of D = F - P, D^2 and D P.

        With a focus f, D = f (F - P): where it is 0, the canvas counts as equal to the photo.
        """
        photo = target["activations"]
        expect(features, f"n {photo.shape[1]} {photo.shape[2]} {photo.shape[3]}", name="features")
        shift, squares, products = _Differences.apply(features, photo, target.get("focus"))  # type: ignore[no-untyped-call]
        return {"shift": shift, "squares": squares, "products": products, "positions": positions(features)}

    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """(N,), 0 to 2; about 1/2 for a picture of one colour."""
        shift, squares, products = (
            sums[name] / sums["positions"] for name in ("shift", "squares", "products")
        )
        variance = target["variance"]
        ridge = RIDGE * variance.mean(1, keepdim=True) + EPSILON
        covariance = products - shift * target["mean"]
        return pattern_distance(shift, squares, covariance, variance=variance, ridge=ridge).mean(1)
