"""A style for each region: the sky after the painting's sky, the field after its field."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor

from impasto.losses.base import Features, Loss, PositionSums, Target, parts_of
from impasto.losses.gather_positions import ROWS, rows_of, split

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
    makes, are ``region/index`` (P_r,), which positions, ``region/weights`` (1, 1, 1, S), and ``rows_of``.

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
        flat = self.base.coarse(guides)[0].flatten(1)  # (R, P)
        for region, guide in enumerate(flat):
            wholly, partly = (where.nonzero()[:, 0] for where in (guide >= 1, (guide >= least) & (guide < 1)))
            if len(wholly) + len(partly):
                found[f"{region}/index"] = torch.cat([wholly, partly])
                found[f"{region}/weights"] = guide[partly].square()[None, None, None]
        indices = [x for part, x in found.items() if part.endswith("/index")]
        return found | rows_of(indices, flat.shape[1]) if indices else {}

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
        for region, own, piece in self._split(coarse, target):
            if _has_target(own):
                total = total + self.shares[region] * self.base.layer_loss(piece, own)
        return total

    def _split(
        self, coarse: Tensor, target: Mapping[str, Tensor]
    ) -> Iterable[tuple[int, dict[str, Tensor], Tensor]]:
        """(region, parts, activations (N, C, 1, P_r)) of every region that has positions."""
        there = [(region, own) for region, own in self._regions(target) if "index" in own]
        rows = {part: x for part, x in target.items() if part in ROWS}
        pieces = split(coarse, [own["index"] for _, own in there], rows)
        return [(region, own, piece) for (region, own), piece in zip(there, pieces, strict=True)]

    def _regions(self, target: Mapping[str, Tensor]) -> Iterable[tuple[int, dict[str, Tensor]]]:
        """(region, its parts), of those that have any."""
        for region in range(len(self.shares)):
            own = _region(target, region)
            if own:
                yield region, own

    def _pieces(self, features: Features, layer: str) -> list[tuple[int, Tensor, Tensor]]:
        """(region, activations (1, C, 1, P_r), weights (1, 1, 1, S)) of every region that is there."""
        found = self._split(self.base.coarse(features[layer]), self.placed(features, layer))
        return [(region, piece, own["weights"]) for region, own, piece in found]

    def _region_target(self, piece: Tensor, weights: Tensor) -> dict[str, Tensor]:
        if isinstance(self.base, PositionSums):
            return self.base.target_of_sums(self.base.sums(piece, {"weights": weights}))
        return self.base.layer_target(piece)


class RegionSums(RegionsLoss, PositionSums):
    """The same of a loss that sees a layer through sums over positions; sums are ``region/name``."""

    base: PositionSums

    def sums(self, features: Tensor, target: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """{"region/name": (N, ...)} of the regions that have positions here, "positions" among the names."""
        return {
            f"{region}/{name}": value
            for region, own, piece in self._split(features, target)
            for name, value in self.base.sums(piece, own).items()
        }

    def layer_loss(self, features: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        """(1, C, h, w) -> (1,)."""
        return self.distance(self.sums(features, target), target).to(features.device)

    def distance(self, sums: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
        """(1,); all regions in one go, as a batch of means."""
        both = [(region, own, _region(target, region)) for region, own in self._regions(sums)]
        both = [(region, own, wanted) for region, own, wanted in both if _has_target(wanted)]
        if not both:
            return torch.zeros(1)  # a layer too coarse for every region
        means = {
            name: torch.cat([own[name] / own["positions"] for _, own, _ in both])
            for name in both[0][1]
            if name != "positions"
        }
        wanted = {
            part: torch.cat([own[part] for _, _, own in both])
            for part in both[0][2]
            if part not in ("index", "weights")
        }
        found = self.base.distance(means | {"positions": torch.ones(())}, wanted)  # (R,)
        return (found * found.new_tensor([self.shares[region] for region, _, _ in both])).sum()[None]

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
