"""What is trained, and what it is trained for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from impasto.fast.any_style import STRIDES_PX, AnyStyleNetwork, StyleStatistics
from impasto.fast.statistics import LevelStatistics
from impasto.losses.base import Target


class TrainableStyles(nn.Module):
    """What is trained: the network, and of every style its statistics."""

    def __init__(self, network: AnyStyleNetwork, styles: Sequence[StyleStatistics]) -> None:
        super().__init__()
        self.network = network
        levels = [level for style in styles for level in style]
        self.means = nn.ParameterList([level.mean for level in levels])
        self.roots = nn.ParameterList([level.root for level in levels])

    def statistics(self, style: int) -> StyleStatistics:
        """Those of one style."""
        return statistics_of(self.state_dict(keep_vars=True), style)

    def forward(self, photos: Tensor, style: int) -> Tensor:
        """(N, 3, H, W) -> (N, 3, H, W), in a style."""
        painted: Tensor = self.network(photos, self.statistics(style))
        return painted


def statistics_of(state: Mapping[str, Tensor], style: int) -> StyleStatistics:
    """The statistics of a style, out of the parameters of a ``TrainableStyles``."""
    count = len(STRIDES_PX)
    levels = range(style * count, (style + 1) * count)
    return tuple(LevelStatistics(state[f"means.{level}"], state[f"roots.{level}"]) for level in levels)


@dataclass(frozen=True)
class StyleObjective:
    """The loss of one style, and all that it needs to know of it."""

    terms: tuple[tuple[str, Any, Target, float], ...]

    def __call__(self, seen: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Weighted parts of the loss of pictures, but for the content; the mean over the pictures.

        Args:
            seen: {layer: (N, C, h, w)}, with the pictures themselves, (N, 3, H, W), as "image".
        """
        return {name: weight * loss(seen, target).mean() for name, loss, target, weight in self.terms}
