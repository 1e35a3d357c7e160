"""How strongly a layer fires: what a dream makes grow. Negative, as everything else is made small."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from impasto.losses.base import PositionSums, full_precision, positions
from impasto.losses.nearest import best_match


class ActivationLoss(PositionSums):
    """Minus the mean of a layer's activations, or of their squares.

    - sum over channels and positions of F^p, divided by C * H * W

    Not a distance: it has no target, and falls below 0 without end.

    Args:
        layers: {layer: weight}.
        power: p, 1 or 2. The mean of squares lets few forms grow strong, the mean lets weak ones grow
            everywhere.
        channel: the only one that counts; all if left out.

    Source: Mordvintsev, Olah, Tyka 2015, "Inceptionism" (squares; their code has half a sum).
    Differs: a mean, so that it does not grow with the picture.
    """

    linear = True

    def __init__(self, layers: Mapping[str, float], *, power: int = 2, channel: int | None = None) -> None:
        super().__init__(layers)
        self.power, self.channel = power, channel

    def sums(self, features: Tensor, target: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """{"activation": (N,), "positions": ()}, sum over positions of the mean over channels."""
        counted = features if self.channel is None else features[:, self.channel : self.channel + 1]
        found = full_precision(counted).pow(self.power)
        return {"activation": found.mean(1).sum((1, 2)), "positions": positions(features)}

    def distance(self, sums: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
        """(N,), any range."""
        return -sums["activation"] / sums["positions"]

    def target_of_sums(self, sums: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Nothing."""
        return {}


class GuidedLoss(PositionSums):
    """Minus the mean product of each position's activations with those of a guide's position.

    - mean over positions p of max over the guide's positions q of <F_p, G_q>, divided by C

    Each position grows to be more of what it is most like in the guide. Which position that is, is a constant
    in the gradient. Memory is bounded (``best_match`` works in blocks); time grows with positions of the
    canvas times those of the guide. Not a distance: it falls below 0 without end.

    Args:
        layers: {layer: weight}.

    Source: Mordvintsev, Olah, Tyka 2015, DeepDream, "Controlling dreams".
    Differs: a mean.
    """

    linear = True

    def layer_target(self, features: Tensor) -> dict[str, Tensor]:
        """{"rows": (M, C)}, the guide's activations."""
        return {"rows": full_precision(features)[0].flatten(1).mT.contiguous()}

    def sums(self, features: Tensor, target: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """{"activation": (N,), "positions": ()}, sum over positions of the products."""
        guide = target["rows"]
        rows = full_precision(features).flatten(2).mT  # (N, P, C)
        found = [(own * guide[best_match(own, guide)]).sum() / own.shape[1] for own in rows]
        return {"activation": torch.stack(found), "positions": positions(features)}

    def distance(self, sums: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
        """(N,), any range."""
        return -sums["activation"] / sums["positions"]
