"""Style losses region by region: the sky after the style's sky, the field after its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from impasto.losses.base import LayerTarget, Loss, PositionSums
from impasto.losses.gather_positions import rows_of, split

FAINT = 1 / 32
"""A position that belongs to a region by less than this is left out of it; chosen by eye."""


def by_region(base: Loss, shares: Sequence[float], strengths: Sequence[float] = ()) -> RegionsLoss:
    """A loss that compares each region of a canvas with the same region of the style.

    Args:
        base: the distance within a region.
        shares: weight of each region.
        strengths: as for ``RegionsLoss``.
    Returns:
        A ``PositionSums`` if ``base`` is one, so that it is exact under tiling too.
    """
    kind = RegionSums if isinstance(base, PositionSums) else RegionsLoss
    return kind(base, shares, strengths)


class RegionsLoss(Loss):
    """The weighted sum over regions of a loss between the region of the canvas and that of the style.

    sum over regions r of share_r * loss(F over r, S over r); sums over positions are weighted by T_r^2

    T_r in [0, 1] is the region's guide. Losses that are no sums over positions (sorted, matched) take the
    positions that belong to a region by half or more, in a row; losses that compare neighbours do not work.
    A region that has no position at a layer, in the canvas or in the style, is not compared there.

    A layer's target is {"regions": {index: the base's target}}. Its spatial parts, made from the canvas'
    guides, are {"index": {region: (P_r,)}, "weights": {region: (1, 1, 1, S)}, "rows": as ``rows_of``}: the
    positions of each region, the weights of the last S of them, and how to gather them; with a base that
    reads an appearance, also {"base": {region: its spatial parts}}.

    Args:
        base: the distance within a region.
        shares: weight of each region, >= 0.
        strengths: how far each region goes of a way between two targets, 0 to 1; empty: all the way. A loss
            that pools its targets weighs so much less instead.

    Source: Gatys, Ecker, Bethge, Hertzmann, Shechtman 2017, "Controlling perceptual factors in neural style
    transfer", eq. 2 to 4, with Gram matrices.
    Differs: for any style loss; weights of the regions are the caller's (the paper: all alike).
    """

    spatial = True
    guided = True

    def __init__(self, base: Loss, shares: Sequence[float], strengths: Sequence[float] = ()) -> None:
        super().__init__(base.layers)
        self.base = base
        self.pools = base.pools
        self.reads_appearance = base.reads_appearance
        self.strengths = tuple(strengths) or (1.0,) * len(shares)
        pooled = self.strengths if self.pools else (1.0,) * len(shares)
        self.shares = tuple(share * weight for share, weight in zip(shares, pooled, strict=True))

    @property
    def cache_key(self) -> tuple[object, ...]:
        """A style's target does not depend on weights and strengths, only on how many regions there are."""
        return type(self), self.base.cache_key, len(self.shares)

    def layer_spatial(self, source: Tensor, focus: Tensor | None = None) -> LayerTarget:
        """{"index", "weights", "rows"} of the regions that have positions, and "base"; {} if none has."""
        least = FAINT if isinstance(self.base, PositionSums) else 0.5
        flat = self.base.coarse(source[:, : len(self.shares)])[0].flatten(1)  # (R, P)
        index, weights = {}, {}
        for region, guide in enumerate(flat):
            whole, part = (mask.nonzero()[:, 0] for mask in (guide >= 1, (guide >= least) & (guide < 1)))
            if len(whole) + len(part):
                index[region] = torch.cat([whole, part])
                weights[region] = guide[part].square()[None, None, None]
        if not index:
            return {}
        parts = {"index": index, "weights": weights, "rows": rows_of(list(index.values()), flat.shape[1])}
        looks = _split(self._appearance(source), parts)
        return parts | ({"base": {x: self.base.layer_spatial(looks[x]) for x in index}} if looks else {})

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"regions": {index: the base's target}} of the regions that have positions; {} if none has."""
        pieces, weights, looks = self._pieces(features, guides)
        targets = {x: self._region_target(pieces[x], weights[x], looks.get(x)) for x in pieces}
        return _nested(targets)

    def layer_blend(self, targets: Sequence[LayerTarget], weights: Sequence[float]) -> LayerTarget:
        """Region by region, between those targets that have the region."""
        regions = {}
        for region in range(len(self.shares)):
            present = [
                (target["regions"][region], weight)
                for target, weight in zip(targets, weights, strict=True)
                if weight > 0 and region in target.get("regions", {})
            ]
            if present:
                regions[region] = self.base.layer_blend([x for x, _ in present], [w for _, w in present])
        return _nested(regions)

    def layer_interpolate(self, start: LayerTarget, end: LayerTarget, share: float) -> LayerTarget:
        """Region by region; a region that only one of the two has is taken as it is."""
        first, last = start.get("regions", {}), end.get("regions", {})
        both = {
            region: self.base.layer_interpolate(first[region], last[region], share * self.strengths[region])
            for region in first
            if region in last
        }
        return _nested({**first, **last, **both})

    def layer_finish(self, target: LayerTarget) -> LayerTarget:
        """Adds the base's derived parts to every region."""
        regions = target.get("regions", {})
        return {**target, **_nested({region: self.base.layer_finish(x) for region, x in regions.items()})}

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, h, w) -> (N,)."""
        coarse = self.base.coarse(features)
        total = coarse.new_zeros(len(coarse), dtype=torch.promote_types(coarse.dtype, torch.float32))
        regions, spatial = target.get("regions", {}), target.get("base", {})
        for region, piece in _split(coarse, target).items():
            if region in regions:
                parts = {**regions[region], **spatial.get(region, {})}
                total = total + self.shares[region] * self.base.layer_loss(piece, parts)
        return total

    def _pieces(
        self, features: Tensor, guides: Tensor | None
    ) -> tuple[dict[int, Tensor], Mapping[int, Tensor], dict[int, Tensor]]:
        """Activations (1, C, 1, P_r), weights (1, 1, 1, S), appearance (1, 4, 1, P_r), by region.

        The appearance is {} if the base reads none or the guides have none.
        """
        if guides is None:
            guides = torch.ones(1, len(self.shares), *features.shape[2:], device=features.device)
        spatial = self.layer_spatial(guides)
        pieces = _split(self.base.coarse(features), spatial)
        return pieces, spatial.get("weights", {}), _split(self._appearance(guides), spatial)

    def _appearance(self, guides: Tensor) -> Tensor | None:
        """The channels of the guides after those of the regions, for a base that reads them."""
        more = guides.shape[1] > len(self.shares)
        return guides[:, len(self.shares) :] if self.reads_appearance and more else None

    def _region_target(self, piece: Tensor, weights: Tensor, looks: Tensor | None) -> LayerTarget:
        if isinstance(self.base, PositionSums):
            return self.base.target_of_sums(self.base.sums(piece, {"weights": weights}))
        return self.base.layer_target(piece, looks)


class RegionSums(RegionsLoss, PositionSums):
    """``RegionsLoss`` of a loss that reads a layer through sums; its sums have a row for each region."""

    base: PositionSums

    def sums(self, features: Tensor, target: LayerTarget) -> dict[str, Tensor]:
        """(1, C, h, w) -> {name: (R, ...)}, "positions": (R,); a region without positions has zeros."""
        return self._stacked(self._sums(features, target))

    def distance(self, sums: Mapping[str, Tensor], target: LayerTarget) -> Tensor:
        """(1,)."""
        return self._distance(_unstacked(sums), target)

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, h, w) -> (N,)."""
        distances = [self._distance(self._sums(x[None], target), target) for x in features]
        return torch.cat(distances).to(features.device)

    def target_sums(self, features: Tensor, guides: Tensor | None = None) -> dict[str, Tensor]:
        """As ``sums``."""
        pieces, weights, _ = self._pieces(features, guides)
        return self._stacked(
            {region: self.base.sums(x, {"weights": weights[region]}) for region, x in pieces.items()}
        )

    def target_of_sums(self, sums: Mapping[str, Tensor]) -> LayerTarget:
        """{"regions": {index: the base's target}}."""
        return _nested({region: self.base.target_of_sums(x) for region, x in _unstacked(sums).items()})

    def _sums(self, features: Tensor, target: LayerTarget) -> dict[int, dict[str, Tensor]]:
        """{region: the base's sums} of the regions that have positions in the features."""
        return {
            region: self.base.sums(piece, {"weights": target["weights"][region]})
            for region, piece in _split(features, target).items()
        }

    def _distance(self, sums: Mapping[int, Mapping[str, Tensor]], target: LayerTarget) -> Tensor:
        """(1,); all regions at once, as a batch of means."""
        regions = [region for region in sums if region in target.get("regions", {})]
        if not regions:
            return torch.zeros(1)  # the layer is too coarse for every region
        chosen, targets = ([x[region] for region in regions] for x in (sums, target["regions"]))
        means = {
            name: torch.cat([x[name] / x["positions"] for x in chosen])
            for name in chosen[0]
            if name != "positions"
        }
        parts = {part: torch.cat([x[part] for x in targets]) for part in targets[0]}
        distances = self.base.distance(means | {"positions": torch.ones(())}, parts)  # (R,)
        shares = distances.new_tensor([self.shares[region] for region in regions])
        return (distances * shares).sum()[None]

    def _stacked(self, sums: Mapping[int, Mapping[str, Tensor]]) -> dict[str, Tensor]:
        """{region: {name: (1, ...)}} -> {name: (R, ...)}."""
        example = next(iter(sums.values()), {})
        stacked = {}
        for name, value in example.items():
            zero = torch.zeros_like(value)
            rows = [sums[region][name] if region in sums else zero for region in range(len(self.shares))]
            stacked[name] = torch.stack(rows) if name == "positions" else torch.cat(rows)
        return stacked


def _unstacked(sums: Mapping[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    """{name: (R, ...)} -> {region: {name: (1, ...)}} of the regions that have positions."""
    counts: list[float] = sums["positions"].tolist() if sums else []
    return {
        region: {
            name: x[region] if name == "positions" else x[region : region + 1] for name, x in sums.items()
        }
        for region, count in enumerate(counts)
        if count > 0
    }


def _split(features: Tensor | None, spatial: LayerTarget) -> dict[int, Tensor]:
    """{region: activations (N, C, 1, P_r)} of the regions that have positions; {} of no features."""
    if features is None:
        return {}
    index: dict[int, Tensor] = spatial.get("index", {})
    return dict(zip(index, split(features, list(index.values()), spatial.get("rows", {})), strict=True))


def _nested(regions: Mapping[int, LayerTarget]) -> LayerTarget:
    return {"regions": regions} if regions else {}
