"""A distance of pictures as the mean of the distances of their layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import Tensor

from impasto.checks import expect
from impasto.errors import LayerError

Features = Mapping[str, Tensor]
"""{layer: (1, C, h, w)}, as a network returns them."""


def mean_over_layers(
    distance: Callable[[Tensor, Tensor], Tensor], features: Features, target: Features
) -> float:
    """The same distance on every layer, averaged.

    Args:
        distance: of (1, C, h, w) from (1, C, h', w'), a scalar.
        features: of the picture that is judged.
        target: of the picture that it is compared with; the same layers.
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
    for layer, wanted in target.items():
        expect(wanted, "1 c h w", name=f"{layer} of the target")
        expect(features[layer], f"1 {wanted.shape[1]} h w", name=layer)
        total += distance(full(features[layer]), full(wanted)).item()
    return total / len(target)


def full(features: Tensor) -> Tensor:
    """Half-precision activations as float32, without gradients."""
    features = features.detach()
    return features.float() if features.element_size() < 4 else features
