"""What every loss can do: make a target, blend targets, and measure the distance to one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.errors import SettingError

Features = Mapping[str, Tensor]
"""{layer: (1, C, h, w)}; the layer ``"image"`` is the picture itself, (1, 3, H, W) in [0, 1]."""

Target = dict[str, Tensor]
"""{name: tensor}: whatever a loss keeps of a picture."""


ROUNDING = 1e-3
"""Relative distance below which a norm turns into a square."""


class Loss(ABC):
    """A distance between the features of a canvas and a target made earlier.

    There is no state but the weights: the same features and target give the same number.

    Args:
        layers: {layer: weight}, weight >= 0; relative importance of each layer.

    Attributes:
        derived: parts of a target that ``finish`` adds; they follow from the others and are never blended.
        pools: a blend holds what all of its targets hold, side by side, instead of lying between them: a loss
            that looks for the best match has nothing to average.
    """

    derived: ClassVar[tuple[str, ...]] = ()
    pools: ClassVar[bool] = False

    def __init__(self, layers: Mapping[str, float]) -> None:
        if not layers:
            raise SettingError(
                "a loss needs at least one layer", got="none", attempt="name one, such as relu4_1"
            )
        self.layers = dict(layers)

    @property
    def target_layers(self) -> tuple[str, ...]:
        """What ``target`` reads of a picture's features."""
        return tuple(self.layers)

    def coarse(self, features: Tensor) -> Tensor:
        """A layer as the loss takes it, (N, C, h, w): smaller, if it does not need every position."""
        return features

    @abstractmethod
    def layer_target(self, features: Tensor) -> dict[str, Tensor]:
        """What to keep of one layer of a picture.

        Args:
            features: (1, C, h, w).
        Returns:
            {part: tensor}; the parts are the loss' own business.
        """

    @abstractmethod
    def layer_loss(self, features: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        """Distance of one layer to its target: (N,), one number a picture, >= 0.

        Args:
            features: (N, C, h, w).
            target: as ``layer_target`` returned it.
        """

    def layer_finish(self, target: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The ``derived`` parts of one layer, out of the others: {part: tensor}."""
        return {}

    def target(self, features: Features) -> Target:
        """Everything to keep of a picture, without gradients: {"layer/part": tensor}."""
        with torch.no_grad():
            return {
                f"{layer}/{part}": value.detach()
                for layer in self.layers
                for part, value in self.layer_target(features[layer]).items()
            }

    def blend(self, targets: Sequence[Target], weights: Sequence[float]) -> Target:
        """The target that lies between several, by the weighted mean of all parts.

        Losses whose parts may not be averaged say so by overriding this.

        Args:
            targets: of one or more pictures.
            weights: one a target, >= 0, of any sum but 0.
        """
        shares = normalised(weights)
        return {
            key: sum(
                (share * target[key] for share, target in zip(shares, targets, strict=True)), torch.zeros(())
            )
            for key in targets[0]
            if key.partition("/")[2] not in self.derived
        }

    def finish(self, target: Target) -> Target:
        """The same target with all that can be worked out once, instead of at every call.

        A shortcut only: the distance to it is the same. Blend first, finish last.
        """
        with torch.no_grad():
            return target | {
                f"{layer}/{part}": value
                for layer in self.layers
                for part, value in self.layer_finish(parts_of(target, layer)).items()
            }

    def by_layer(self, features: Features, target: Target) -> dict[str, Tensor]:
        """Weighted distance of every layer: {layer: (N,)}; their sum is the loss."""
        return {
            layer: weight * self.layer_loss(features[layer], parts_of(target, layer))
            for layer, weight in self.layers.items()
        }

    def __call__(self, features: Features, target: Target) -> Tensor:
        """The distance, summed over layers: (N,), one number a picture, >= 0, 0 at its own target."""
        return torch.stack(list(self.by_layer(features, target).values())).sum(0)


def parts_of(target: Target, layer: str) -> dict[str, Tensor]:
    """What a target keeps of one layer: {part: tensor}."""
    return {key.partition("/")[2]: part for key, part in target.items() if key.partition("/")[0] == layer}


class PositionSums(Loss):
    """A loss that sees a layer only through sums over its positions.

    Such a loss of a picture in tiles is that of the whole, and so is its gradient: the sums of the tiles add
    up. Losses that sort, match or compare positions with each other are not of this kind.

    A target may hold ``weights``, (1, 1, 1, S), >= 0, of the last S of the canvas' positions, counted row by
    row; the others weigh 1. Style losses then add up weighted activations, and ``positions`` is the sum of
    the weights.

    Attributes:
        margin: rows below and columns to the right that ``sums`` needs besides its own positions: those of
            the next tile, or the last ones repeated at the picture's edge.
        in_place: the target has parts that lie on positions.
        linear: the distance is a multiple of its sums, so that its gradient is known before they are.
    """

    margin: ClassVar[int] = 0
    in_place: ClassVar[bool] = False
    linear: ClassVar[bool] = False

    @property
    def placed_layers(self) -> tuple[str, ...]:
        """What ``placed`` reads of the photo's features, if the target has parts that lie on positions."""
        return tuple(self.layers)

    def placed(self, features: Features, layer: str) -> dict[str, Tensor]:
        """The parts of a layer's target that lie on positions, out of the photo's features."""
        return self.target_in_place(features[layer])

    def sums_for_target(self, features: Features, layer: str) -> dict[str, Tensor]:
        """What is added up over positions to make a layer's target, out of a picture's features."""
        return self.target_sums(features[layer])

    @abstractmethod
    def sums(self, features: Tensor, target: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """What is added up over the positions of one layer, with their number as ``positions``.

        Args:
            features: (N, C, h + margin, w + margin), the layer or a tile of it.
            target: as ``layer_target`` returned it; parts that lie on positions have the same h and w.
        Returns:
            {name: (N, ...)}, in float32 or better; ``positions`` is a scalar, ().
        """

    @abstractmethod
    def distance(self, sums: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
        """Distance of one layer to its target, out of the sums over all of its positions: (N,)."""

    def layer_loss(self, features: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        """(N, C, h, w) -> (N,)."""
        framed = F.pad(features, (0, self.margin) * 2, mode="replicate") if self.margin else features
        return self.distance(self.sums(framed, target), target)

    def target_sums(self, features: Tensor) -> dict[str, Tensor]:
        """What is added up over positions to make a target: (1, C, h, w) -> {name: tensor}."""
        return self.sums(features, {})

    def target_of_sums(self, sums: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The parts of a target that do not lie on positions: the means, unless a loss says otherwise."""
        return {name: total / sums["positions"] for name, total in sums.items() if name != "positions"}

    def target_in_place(self, features: Tensor) -> dict[str, Tensor]:
        """The parts of a target that lie on positions, (1, C, h, w): none, unless a loss says otherwise."""
        return {}

    def layer_target(self, features: Tensor) -> dict[str, Tensor]:
        """Both kinds of parts."""
        return self.target_of_sums(self.target_sums(features)) | self.target_in_place(features)


def positions(features: Tensor, weights: Tensor | None = None) -> Tensor:
    """How many positions a layer has, h * w, or the sum of their weights: (), as precise as sums are."""
    dtype = torch.float64 if features.dtype == torch.float64 else torch.float32
    count = features.shape[2] * features.shape[3]
    if weights is not None:
        return weights.sum(dtype=dtype) + (count - weights.numel())
    return torch.tensor(count, dtype=dtype, device=features.device)


def full_precision(features: Tensor) -> Tensor:
    """Half-precision numbers as float32: sums over thousands of positions need it."""
    return features.float() if features.dtype in (torch.bfloat16, torch.float16) else features


def moment_sums(features: Tensor, weights: Tensor | None = None) -> dict[str, Tensor]:
    """Sums of F and of F^2 over positions: {"mean": (N, C), "squares": (N, C), "positions": ()}.

    Args:
        features: (N, C, h, w).
        weights: (1, 1, 1, S) of the last S positions; the others weigh 1.
    """
    full = full_precision(features).flatten(2)  # (N, C, P)
    weighted = full
    if weights is not None:
        ones = full.new_ones(full.shape[2] - weights.numel())
        weighted = full * torch.cat([ones, weights.to(full).flatten()])
    return {
        "mean": weighted.sum(2),
        "squares": (weighted * full).sum(2),
        "positions": positions(features, weights),
    }


def precise(x: Tensor) -> Tensor:
    """In float64, on the CPU where the device (Apple's MPS) has none."""
    return (x.cpu() if x.device.type == "mps" else x).double()


def normalised(weights: Sequence[float]) -> list[float]:
    """The weights, scaled to sum 1.

    Raises:
        SettingError: they are all 0.
    """
    total = sum(weights)
    if not total > 0:
        raise SettingError(
            "the weights are all zero", got=str(list(weights)), expected="at least one above 0"
        )
    return [weight / total for weight in weights]


def rounded_root(ratio: Tensor) -> Tensor:
    """The square root, rounded off within ROUNDING of 0, where a root has no gradient; 0 stays 0."""
    return (ratio + ROUNDING**2).sqrt() - ROUNDING


def channel_sum_of_squares(x: Tensor) -> Tensor:
    """Sum of squares of everything but the batch: (N, ...) -> (N,), in float32 or better."""
    return x.flatten(1).square().sum(1)
