"""The mean of a distance over layers."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from impasto.checks import expect
from impasto.errors import LayerError
from impasto.losses.base import Features, full_precision


def mean_over_layers(
    distance: Callable[[Tensor, Tensor], Tensor], features: Features, target: Features
) -> float:
    """A distance averaged over layers, without gradients.

    Args:
        distance: of (1, C, h, w) from (1, C, h', w'), a scalar.
        features: {layer: (1, C, h, w)} of the picture to score.
        target: {layer: (1, C, h', w')} of the picture to compare it with.
    Returns:
        The mean, computed in float32 or better.
    Raises:
        LayerError: there are no layers, or the two have different ones.
        ShapeError: a layer is not (1, C, h, w), or has other channels than its target.
    """
    if not target or set(features) != set(target):
        raise LayerError(
            "two pictures are compared by the same layers",
            got=f"{', '.join(features) or 'none'} and {', '.join(target) or 'none'}",
            expected="the same names, one or more",
        )
    total = 0.0
    for layer, expected in target.items():
        expect(expected, "1 c h w", name=f"{layer} of the target")
        expect(features[layer], f"1 {expected.shape[1]} h w", name=layer)
        pair = full_precision(features[layer].detach()), full_precision(expected.detach())
        total += distance(*pair).item()
    return total / len(target)
