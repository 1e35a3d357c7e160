"""Mean activation of a layer, negated: what a dream makes large by making the loss small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from impasto.losses.base import LayerTarget, PositionSums, full_precision, positions
from impasto.losses.nearest import best_match, pooled


class ActivationLoss(PositionSums):
    """Minus the mean of a layer's activations, or of their squares.

    - sum over channels and positions of F^p, divided by C * H * W

    Not a distance: it has no target and no lower bound.

    Args:
        layers: {layer: weight}.
        power: p, 1 or 2. The mean of squares makes a few forms strong, the mean makes weak ones grow
            everywhere.
        channel: the only one that counts; all if left out.

    Source: Mordvintsev, Olah, Tyka 2015, "Inceptionism" (squares; their code has half a sum).
    Differs: a mean, so that it does not grow with the picture.
    """

    linear = True

    def __init__(self, layers: Mapping[str, float], *, power: int = 2, channel: int | None = None) -> None:
        super().__init__(layers)
        self.power, self.channel = power, channel

    def target_sums(self, features: Tensor, guides: Tensor | None = None) -> dict[str, Tensor]:
        """{}: nothing is kept."""
        return {}

    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """{"activation": (N,), "positions": ()}, sum over positions of the mean over channels."""
        channels = features if self.channel is None else features[:, self.channel : self.channel + 1]
        powers = full_precision(channels).pow(self.power)
        return {"activation": powers.mean(1).sum((1, 2)), "positions": positions(features)}

    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """(N,), any range."""
        return -sums["activation"] / sums["positions"]


class GuidedLoss(PositionSums):
    """Minus the mean product of each position's activations with those of the best matching guide position.

    - mean over positions p of max over the guide's positions q of <F_p, G_q>, divided by C

    Each position becomes more like the position of the guide that it resembles most. Which one that is, is a
    constant in the gradient. Memory is bounded (``best_match`` works in blocks); time grows with positions of
    the canvas times those of the guide. Not a distance: it has no lower bound. The guide here is a picture,
    not a map of regions.

    Args:
        layers: {layer: weight}.

    Source: Mordvintsev, Olah, Tyka 2015, DeepDream, "Controlling dreams".
    Differs: a mean.
    """

    linear = True
    pools = True

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"rows": (1, M, C)}, the guide's activations."""
        return {"rows": full_precision(features).flatten(2).mT.contiguous()}

    def layer_blend(self, targets: Sequence[LayerTarget], weights: Sequence[float]) -> LayerTarget:
        """The positions of all guides; see ``pooled``."""
        return pooled(targets, weights)

    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """{"activation": (N,), "positions": ()}, sum over positions of the products."""
        (guide,) = target["rows"]  # (M, C)
        batch = full_precision(features).flatten(2).mT  # (N, P, C)
        products = [(rows * guide[best_match(rows, guide)]).sum() / rows.shape[1] for rows in batch]
        return {"activation": torch.stack(products), "positions": positions(features)}

    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """(N,), any range."""
        return -sums["activation"] / sums["positions"]
