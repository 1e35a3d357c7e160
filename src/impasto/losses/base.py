"""What every loss can do: make a target, blend targets, and measure the distance to one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.errors import SettingError

Features = Mapping[str, Tensor]
"""{layer: (N, C, h, w)}; the layer ``"image"`` is the picture itself, (N, 3, H, W) in [0, 1]."""

Guides = Mapping[str, Tensor]
"""{layer: (1, R, h, w) in [0, 1]}: how far each position of a layer belongs to each of R regions."""

LayerTarget = Mapping[str, Any]
"""{part: tensor} of one layer; a loss by region nests them: {"regions": {index: LayerTarget}}."""

Target = dict[str, LayerTarget]
"""{layer: LayerTarget}."""

ROUNDING = 1e-3
"""Relative distance below which a norm turns into a square."""


class Loss(ABC):
    """A distance between the features of a canvas and a target made earlier.

    The same features and target give the same number. A subclass writes ``layer_target``, ``layer_loss``.

    Args:
        layers: {layer: weight}, weight >= 0; relative importance of each layer.

    Attributes:
        derived: parts of a target that ``finish`` adds; they follow from the others and are never blended.
        pools: a blend holds the rows of all its targets side by side, as a best match is no average.
        spatial: a target has parts that lie on positions of the canvas, made by ``spatial_target``.
        masked: the target is made with the style's guides; the canvas is compared as a whole.
        detail: the target is that of the fine style alone, if there is one.
        reads_appearance: guides, and what ``layer_spatial`` reads, end in the channels of an appearance.
        guided: the loss compares regions. ``target`` then takes the style's guides, and the spatial parts are
            made from the canvas' guides, which do not change with the canvas.
    """

    derived: ClassVar[tuple[str, ...]] = ()
    pools: bool = False
    spatial: ClassVar[bool] = False
    guided: ClassVar[bool] = False
    masked: ClassVar[bool] = False
    detail: ClassVar[bool] = False
    reads_appearance: bool = False

    def __init__(self, layers: Mapping[str, float]) -> None:
        if not layers:
            raise SettingError(
                "a loss needs at least one layer", got="none", attempt="name one, such as relu4_1"
            )
        self.layers = dict(layers)

    def coarse(self, features: Tensor) -> Tensor:
        """A layer as the loss reads it, (N, C, h, w): smaller, if it does not need every position."""
        return features

    @abstractmethod
    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """What to keep of one layer of a picture.

        Args:
            features: (1, C, h, w).
            guides: (1, R, h, w) in [0, 1], for a guided loss; None: every region is the whole picture.
        Returns:
            {part: tensor}; only the loss itself reads the parts.
        """

    @abstractmethod
    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """Distance of one layer to its target: (N,), one number a picture, >= 0.

        Args:
            features: (N, C, h, w).
            target: as ``layer_target`` returned it.
        """

    def layer_blend(self, targets: Sequence[LayerTarget], weights: Sequence[float]) -> LayerTarget:
        """The target of one layer between several: the weighted mean of each part that is not derived."""
        shares = normalised(weights)
        return {
            part: sum(
                (share * target[part] for share, target in zip(shares, targets, strict=True)), torch.zeros(())
            )
            for part in targets[0]
            if part not in self.derived
        }

    def layer_interpolate(self, start: LayerTarget, end: LayerTarget, share: float) -> LayerTarget:
        """The target of one layer on the way from one at share 0 to one at share 1: a blend, as a rule."""
        return self.layer_blend([start, end], [1 - share, share])

    def layer_finish(self, target: LayerTarget) -> LayerTarget:
        """The target of one layer with its ``derived`` parts, made from the others."""
        return target

    def layer_spatial(self, source: Tensor, focus: Tensor | None = None) -> LayerTarget:
        """The parts of one layer's target that lie on positions; none, unless the loss is ``spatial``.

        Args:
            source: (1, C, h, w) features of the content image; of a guided loss, (1, R, h, w) guides of the
                canvas.
            focus: (1, 1, h, w) in [0, 1], factor of a content loss's differences; None: 1.
        """
        return {}

    def layer_weight(self, layer: str, size: Sequence[int]) -> float:
        """By how much the distance of a layer is multiplied.

        Args:
            layer: its name.
            size: (C, h, w) of the layer, in the whole canvas.
        """
        return self.layers[layer]

    def target(self, features: Features, guides: Guides | None = None) -> Target:
        """Everything to keep of a picture, without gradients; see ``layer_target``."""
        with torch.no_grad():
            return {
                layer: self.layer_target(features[layer].detach(), None if guides is None else guides[layer])
                for layer in self.layers
            }

    def spatial_target(self, source: Mapping[str, Tensor], focus: Guides | None = None) -> Target:
        """The parts of a target that lie on positions; join them to the others by ``merged``.

        ``source`` and ``focus`` are those of ``layer_spatial``, by layer.
        """
        maps = focus or {}
        with torch.no_grad():
            return {x: self.layer_spatial(source[x].detach(), maps.get(x)) for x in self.layers}

    def blend(self, targets: Sequence[Target], weights: Sequence[float]) -> Target:
        """The target between several, with weights >= 0 of any sum but 0; see ``layer_blend``."""
        return {
            layer: self.layer_blend([target[layer] for target in targets], weights) for layer in targets[0]
        }

    def interpolate(self, start: Target, end: Target, share: float) -> Target:
        """The target on the way between two; see ``layer_interpolate``."""
        return {layer: self.layer_interpolate(start[layer], end[layer], share) for layer in start}

    def finish(self, target: Target) -> Target:
        """The target with everything that can be worked out once instead of at each call.

        It only saves time: the distance to it is the same. Blend first, finish last.
        """
        with torch.no_grad():
            return {layer: self.layer_finish(parts) for layer, parts in target.items()}

    def by_layer(self, features: Features, target: Target) -> dict[str, Tensor]:
        """Weighted distance of every layer: {layer: (N,)}; their sum is the loss."""
        return {
            layer: self.layer_weight(layer, features[layer].shape[1:])
            * self.layer_loss(features[layer], target.get(layer, {}))
            for layer in self.layers
        }

    def __call__(self, features: Features, target: Target) -> Tensor:
        """The distance, summed over layers: (N,), one number a picture, >= 0, 0 at its own target."""
        return torch.stack(list(self.by_layer(features, target).values())).sum(0)

    @property
    def cache_key(self) -> tuple[object, ...]:
        """Class, layers and parameters: losses of the same key make the same targets."""
        return type(self), *((name, _hashable(value)) for name, value in sorted(vars(self).items()))


def _hashable(value: Any) -> Any:
    if isinstance(value, Loss):
        return value.cache_key
    if isinstance(value, Mapping):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value


def merged(target: Target, other: Target) -> Target:
    """A target with the parts of both, layer by layer."""
    return {layer: {**target.get(layer, {}), **other.get(layer, {})} for layer in {**target, **other}}


class PositionSums(Loss):
    """A loss that reads a layer only through sums over its positions.

    The sums of tiles add up to those of the whole picture, so the loss of a picture in tiles is that of the
    whole, and so is its gradient. Losses that sort, match or compare positions are not of this kind.

    A target may hold ``weights``, (1, 1, 1, S), >= 0, of the last S positions, counted row by row; the others
    weigh 1. Style losses then add up weighted activations, and ``positions`` is the sum of the weights.

    Attributes:
        margin: rows below and columns to the right that ``sums`` needs besides its own positions: those of
            the next tile, or the last ones repeated at the picture's edge.
        linear: the distance is a multiple of the sums, so that its gradient is known before they are.
    """

    margin: ClassVar[int] = 0
    linear: ClassVar[bool] = False

    @abstractmethod
    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """What is added up over the positions of one layer, with their number as ``positions``.

        Args:
            features: (N, C, h + margin, w + margin), the layer or a tile of it.
            target: as ``layer_target`` returned it; its spatial parts have the same h and w.
        Returns:
            {name: (N, ...)}, in float32 or better; ``positions`` is a scalar, ().
        """

    @abstractmethod
    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """Distance of one layer to its target, from the sums over all of its positions: (N,)."""

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, h, w) -> (N,)."""
        padded = F.pad(features, (0, self.margin) * 2, mode="replicate") if self.margin else features
        return self.distance(self.sums(padded, target), target)

    def target_sums(self, features: Tensor, guides: Tensor | None = None) -> dict[str, Tensor]:
        """What is added up over positions to make a target: (1, C, h, w) -> {name: tensor}."""
        return self.sums(features, {})

    def target_of_sums(self, sums: Mapping[str, Tensor]) -> LayerTarget:
        """The parts of a target that do not lie on positions: the means, unless a loss says otherwise."""
        return {name: total / sums["positions"] for name, total in sums.items() if name != "positions"}

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """The parts made from sums; those that lie on positions as well, if they are made from features."""
        spatial = {} if self.guided else self.layer_spatial(features)
        return {**self.target_of_sums(self.target_sums(features, guides)), **spatial}


def positions(features: Tensor, weights: Tensor | None = None) -> Tensor:
    """The number of positions of a layer, h * w, or the sum of their weights: (), float32 or float64."""
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
    """The tensor in float64; on the CPU if the device (Apple's MPS) has no float64."""
    return (x.cpu() if x.device.type == "mps" else x).double()


def normalised(weights: Sequence[float]) -> list[float]:
    """The weights, scaled to sum 1; a ``SettingError`` if they are all 0."""
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
