"""A style for each region: the sky after the painting's sky, the field after its field."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from impasto.losses.base import Features, Loss, PositionSums, Target, parts_of

GUIDE = "guide/"
"""Features hold the guides of a layer, (1, R, h, w) in [0, 1], under this and the layer's name."""

FAINT = 1 / 32
"""A position that belongs to a region by less than this is left out of it; chosen by eye."""


def by_region(base: Loss, shares: Sequence[float]) -> RegionsLoss:
    """A loss that compares each region of a canvas with the same region of the style.

    Args:
        base: the distance within a region.
        shares: weight of each region.
    Returns:
        A ``PositionSums`` if ``base`` is one, so that it is exact under tiling too.
    """
    return RegionSums(base, shares) if isinstance(base, PositionSums) else RegionsLoss(base, shares)


class Guided(Loss):
    """A loss that tells regions apart: guides go with the features of the style and those of the canvas.

    The canvas' guides do not change with it, so what follows from them is part of the target: ``placed``
    makes it, and whoever measures a canvas adds it to the target of the style as ``layer/part``.
    """

    in_place = True

    @property
    def placed_layers(self) -> tuple[str, ...]:
        """The guides."""
        return tuple(GUIDE + layer for layer in self.layers)

    @property
    def target_layers(self) -> tuple[str, ...]:
        """The layers and the guides."""
        return (*self.layers, *self.placed_layers)

    @abstractmethod
    def placed(self, features: Features, layer: str) -> dict[str, Tensor]:
        """The parts of a layer's target that come of the canvas' guides, out of ``placed_layers``."""


class RegionsLoss(Guided):
    """The weighted sum over regions of a loss between the region of the canvas and that of the style.

    sum over regions r of share_r * loss(F over r, S over r); sums over positions are weighted by T_r^2

    A region is what its guide T_r in [0, 1] says. Losses that are no sums over positions (sorted, matched)
    take the positions that belong to a region by half or more, in a row: what compares neighbours does not
    work. A region without a position at a layer, on either side, is not compared there.

    Parts of a target are those of the base, ``layer/region/part``; those of the canvas, which ``placed``
    makes, are ``index`` (P_r,), which positions, and ``weights`` (1, 1, 1, P_r).

    Args:
        base: the distance within a region.
        shares: weight of each region, >= 0.

    Source: Gatys, Ecker, Bethge, Hertzmann, Shechtman 2017, "Controlling perceptual factors in neural style
    transfer", eq. 2 to 4, with Gram matrices.
    Differs: for any style loss; weights of the regions are the caller's (the paper: all alike).
    """

    def __init__(self, base: Loss, shares: Sequence[float]) -> None:
        super().__init__(base.layers)
        self.base = base
        self.shares = tuple(shares)

    def placed(self, features: Features, layer: str) -> dict[str, Tensor]:
        """{"region/index", "region/weights"} of every region that has positions, out of the guides."""
        return self.layer_placed(features[GUIDE + layer])

    def layer_placed(self, guides: Tensor) -> dict[str, Tensor]:
        """The same of one layer's guides, (1, R, h, w)."""
        least = FAINT if isinstance(self.base, PositionSums) else 0.5
        found: dict[str, Tensor] = {}
        for region, guide in enumerate(self.base.coarse(guides)[0].flatten(1)):
            index = (guide >= least).nonzero()[:, 0]
            if len(index):
                found[f"{region}/index"] = index
                found[f"{region}/weights"] = guide[index].square()[None, None, None]
        return found

    def target(self, features: Features) -> Target:
        """The base's parts of every region of a picture that has guides."""
        with torch.no_grad():
            return {
                f"{layer}/{region}/{part}": value.detach()
                for layer in self.layers
                for region, piece, weights in self._pieces(features, layer)
                for part, value in self._region_target(piece, weights).items()
            }

    def layer_target(self, features: Tensor) -> dict[str, Tensor]:
        """Not to be had of a layer alone: regions need guides, so ``target`` works on all features."""
        raise NotImplementedError("regions need guides: call target")

    def blend(self, targets: Sequence[Target], weights: Sequence[float]) -> Target:
        """Region by region and layer by layer, between those targets that have it."""
        blended: Target = {}
        for layer in self.layers:
            for region in range(len(self.shares)):
                having = [
                    ({f"{layer}/{part}": x for part, x in _region(parts_of(t, layer), region).items()}, w)
                    for t, w in zip(targets, weights, strict=True)
                ]
                having = [(own, w) for own, w in having if own and w > 0]
                if having:
                    between = self.base.blend([own for own, _ in having], [w for _, w in having])
                    blended |= {f"{layer}/{region}/{part}": x for part, x in parts_of(between, layer).items()}
        return blended

    def layer_finish(self, target: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The base's derived parts of every region."""
        return {
            f"{region}/{part}": value
            for region, own in self._regions(target)
            for part, value in self.base.layer_finish(own).items()
        }

    def layer_loss(self, features: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        """(N, C, h, w) -> (N,)."""
        coarse = self.base.coarse(features)
        total = coarse.new_zeros(len(coarse), dtype=torch.promote_types(coarse.dtype, torch.float32))
        both = [(region, own) for region, own in self._regions(target) if "index" in own and _has_target(own)]
        pieces = split(coarse, [own["index"] for _, own in both])
        for (region, own), piece in zip(both, pieces, strict=True):
            total = total + self.shares[region] * self.base.layer_loss(piece, own)
        return total

    def _regions(self, target: Mapping[str, Tensor]) -> Iterable[tuple[int, dict[str, Tensor]]]:
        """(region, its parts), of those that have any."""
        for region in range(len(self.shares)):
            own = _region(target, region)
            if own:
                yield region, own

    def _pieces(self, features: Features, layer: str) -> list[tuple[int, Tensor, Tensor]]:
        """(region, activations (1, C, 1, P_r), weights (1, 1, 1, P_r)) of every region that is there."""
        placed = self.placed(features, layer)
        there = [(region, own) for region, own in self._regions(placed)]
        pieces = split(self.base.coarse(features[layer]), [own["index"] for _, own in there])
        return [(r, piece, own["weights"]) for (r, own), piece in zip(there, pieces, strict=True)]

    def _region_target(self, piece: Tensor, weights: Tensor) -> dict[str, Tensor]:
        if isinstance(self.base, PositionSums):
            return self.base.target_of_sums(self.base.sums(piece, {"weights": weights}))
        return self.base.layer_target(piece)


class RegionSums(RegionsLoss, PositionSums):
    """The same of a loss that sees a layer through sums over positions; sums are ``region/name``."""

    base: PositionSums

    def sums(self, features: Tensor, target: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """{"region/name": (N, ...)} of the regions that have positions here, "positions" among the names."""
        there = [(region, own) for region, own in self._regions(target) if "index" in own]
        pieces = split(features, [own["index"] for _, own in there])
        return {
            f"{region}/{name}": value
            for (region, own), piece in zip(there, pieces, strict=True)
            for name, value in self.base.sums(piece, own).items()
        }

    def distance(self, sums: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
        """(N,)."""
        found = []
        for region, own in self._regions(sums):
            wanted = _region(target, region)
            if _has_target(wanted):
                found.append(self.shares[region] * self.base.distance(own, wanted))
        return torch.stack(found).sum(0) if found else torch.zeros(1)  # a layer too coarse for every region

    def sums_for_target(self, features: Features, layer: str) -> dict[str, Tensor]:
        """What is added up over positions of every region."""
        return {
            f"{region}/{name}": value
            for region, piece, weights in self._pieces(features, layer)
            for name, value in self.base.sums(piece, {"weights": weights}).items()
        }

    def target_of_sums(self, sums: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The base's parts of every region."""
        return {
            f"{region}/{part}": value
            for region, own in self._regions(sums)
            for part, value in self.base.target_of_sums(own).items()
        }


def _region(parts: Mapping[str, Tensor], region: int) -> dict[str, Tensor]:
    """What of a layer's parts belongs to a region."""
    prefix = f"{region}/"
    return {key.removeprefix(prefix): value for key, value in parts.items() if key.startswith(prefix)}


def _has_target(parts: Mapping[str, Tensor]) -> bool:
    """Whether the style has the region."""
    return bool(set(parts) - {"index", "weights"})


def split(features: Tensor, indices: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Activations of several sets of positions.

    Args:
        features: (N, C, h, w).
        indices: (P_r,) each, counted row by row.
    Returns:
        (N, C, 1, P_r) each, with gradients to ``features``.
    """
    found: tuple[Tensor, ...] = _Split.apply(features, *indices) if indices else ()  # type: ignore[no-untyped-call]
    return found


class _Split(torch.autograd.Function):
    """Autograd would fill and add an array of the layer's size for every region; here there is one."""

    @staticmethod
    def forward(ctx: Any, features: Tensor, *indices: Tensor) -> tuple[Tensor, ...]:
        """(N, C, h, w) -> (N, C, 1, P_r) each."""
        ctx.save_for_backward(*indices)
        ctx.shape = features.shape
        rows = features.permute(0, 2, 3, 1).flatten(1, 2)  # (N, P, C), a view of channels-last memory
        return tuple(rows.index_select(1, index).mT[:, :, None] for index in indices)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """(N, C, 1, P_r) each -> (N, C, h, w)."""
        n, c, h, w = ctx.shape
        pull = gradients[0].new_zeros((n, h * w, c))
        for index, gradient in zip(ctx.saved_tensors, gradients, strict=True):
            pull.index_add_(1, index, gradient[:, :, 0].mT)
        back = pull.view(n, h, w, c).permute(0, 3, 1, 2)
        return back, *([None] * len(ctx.saved_tensors))
