"""Style as a set of activations: every position of the canvas should match some position of the style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, full_precision, normalised

CHUNK = 2**20
"""Scores held at once while matching: 4 MiB of float32, which a CPU's cache holds."""

GROUP = 64
"""Scores of which the largest is found together."""

FLOOR = 1e-4
"""Squared length, relative to the style's mean, under which an activation has no direction; chosen by eye."""

EPSILON = 1e-12
"""Keeps directions in a picture of one colour finite."""

APPEARANCE_CHANNELS = 4
"""Channels of an appearance: OKLab, and detail in the same units."""

APPEARANCE_WEIGHT = 2.0
"""Of a squared difference of appearance, relative to the variance of the style's; chosen by eye."""

APPEARANCE_FLOOR = 1e-3
"""Added to that variance, in OKLab squared, so that a style of nearly one colour decides little by it."""

MOST_POSITIONS = 4096
"""Positions of the style, at most, that a canvas is compared with: as good by eye as 16,384, and faster."""


def best_match(rows: Tensor, candidates: Tensor, *, penalty: Tensor | None = None) -> Tensor:
    """The candidate of the largest scalar product with each row, less the candidate's penalty.

    In blocks of rows: besides rows and candidates themselves, no more than CHUNK scores are held at once, or
    one row of them.

    Args:
        rows: (L, D).
        candidates: (M, D).
        penalty: (M,); half of the squared lengths makes it the nearest candidate.
    Returns:
        (L,), indices of candidates; without gradients.
    """
    block = max(1, CHUNK // candidates.shape[0])
    bonus = candidates.new_zeros(()) if penalty is None else -penalty.to(candidates)
    indices = []
    with torch.no_grad():
        for start in range(0, rows.shape[0], block):
            scores = torch.addmm(bonus, rows[start : start + block], candidates.mT)  # (block, M)
            indices.append(_largest(scores))
    return torch.cat(indices)


def _largest(scores: Tensor) -> Tensor:
    """``scores.argmax(1)``: first the best group, then the best in it, which is quicker on a CPU."""
    if scores.shape[1] < 2 * GROUP:
        return scores.argmax(1)
    if scores.shape[1] % GROUP:
        scores = F.pad(scores, (0, -scores.shape[1] % GROUP), value=-torch.inf)
    groups = scores.view(len(scores), -1, GROUP)
    best = groups.amax(2).argmax(1)  # (block,)
    inside = groups[torch.arange(len(best), device=best.device), best].argmax(1)
    return best * GROUP + inside


def best_score(rows: Tensor, candidates: Tensor) -> Tensor:
    """The largest scalar product of each candidate with any of the rows, in blocks as ``best_match``.

    Args:
        rows: (L, D).
        candidates: (M, D).
    Returns:
        (M,), without gradients.
    """
    block = max(1, CHUNK // candidates.shape[0])
    best = candidates.new_full((candidates.shape[0],), -torch.inf)
    with torch.no_grad():
        for start in range(0, rows.shape[0], block):
            best = torch.maximum(best, (rows[start : start + block] @ candidates.mT).amax(0))
    return best


def unit_rows(rows: Tensor, floor: Tensor) -> Tensor:
    """Rows scaled to length 1; rows much shorter than the floor stay near 0.

    x / (|x|^2 + floor)^(1/2)

    Args:
        rows: (..., L, D).
        floor: (), > 0, squared length.
    Returns:
        (..., L, D), of length below 1.
    """
    return rows / (rows.square().sum(-1, keepdim=True) + floor).sqrt()


def centred_rows(features: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, H * W, C), less the mean over positions; float32 for half precision."""
    expect(features, "n c h w", name="features")
    rows = full_precision(features).flatten(2).mT
    return rows - rows.mean(1, keepdim=True)


def pooled(targets: Sequence[LayerTarget], weights: Sequence[float]) -> LayerTarget:
    """The rows of several targets together; a style of less weight gives fewer of them, evenly spaced.

    Args:
        targets: of one layer; parts of (1, M, ...), the same M for all parts.
        weights: one a target, >= 0; the heaviest target gives all rows, the others in proportion.
    Returns:
        Parts of (1, sum of M, ...).
    Raises:
        SettingError: the weights are all 0.
    """
    shares = normalised(weights)
    most = max(shares)
    used = [(share / most, target) for share, target in zip(shares, targets, strict=True) if share > 0]
    return {
        part: torch.cat([_thinned(target[part], ratio) for ratio, target in used], 1) for part in targets[0]
    }


def _thinned(rows: Tensor, ratio: float) -> Tensor:
    """A part of the rows, evenly spaced, at least one: (1, M, ...) -> (1, M * ratio, ...)."""
    count = rows.shape[1]
    kept = max(1, round(count * ratio))
    return rows[:, torch.arange(kept, device=rows.device) * count // kept]


def nearest_distance(
    rows: Tensor, candidates: Tensor, *, wanted: Tensor | None = None, sought: Tensor | None = None
) -> Tensor:
    """Mean over rows of half the squared distance to the nearest candidate.

    Args:
        rows: (L, D), as ``unit_rows`` returns them.
        candidates: (M, D), likewise.
        wanted: (L, K), more that a row's candidate should have.
        sought: (M, D + K), the candidates with what they have; None: the nearest by rows alone.
    Returns:
        (), in [0, 2]; for unit vectors the mean cosine distance. Which candidate is nearest is a constant in
        the gradient.
    """
    asked, among = rows.detach(), candidates
    if wanted is not None and sought is not None:
        asked, among = torch.cat([asked, wanted], 1), sought
    nearest = candidates[best_match(asked, among, penalty=among.square().sum(1) / 2)]
    return (rows - nearest).square().sum(1).mean() / 2


class NearestLoss(Loss):
    """Mean cosine distance between each position of the canvas and the nearest position of the style.

    mean over positions of |u - v|^2 / 2, with unit vectors u of the canvas and v the nearest of the style's,
    by |u - v|^2 + appearance_weight |a - b|^2 / var

    Half the squared distance of unit vectors is one minus their cosine; a picture of one colour has none, and
    is at 1/2. Activations are centred first, each picture's by its own mean, so the mean does not count;
    brush strokes that moments blur are kept. Which position is nearest is a constant in the gradient.

    With an appearance a that the canvas should have (colour and detail), and b of the style's positions, the
    nearest is sought among those that look alike. Activations alone put patches of sky on a cheek, as both
    are plain; they also put a window on a sky where a few steps have left something like an edge. var is the
    variance of b, summed over channels. The distance itself is one of activations only.

    Needs the whole picture: positions are centred together. Time grows with positions of the canvas times
    those of the style that are compared, memory with their sum (``best_match`` works in blocks).

    Args:
        layers: {layer: weight}.
        appearance_weight: against activations, >= 0; 0: activations only.
        positions: of the style that are compared, at most: a fixed choice at random.

    Source: Kolkin, Kucera, Paris, Shechtman, Shakhnarovich 2022, "Neural neighbor style transfer".
    Appearance after Hertzmann et al. 2001, "Image analogies", section 3.4, who match lightness.
    Differs: a layer at a time instead of all layers at once; the nearest position is looked up at each call,
    among those of a like appearance and at most ``positions``. Blending pools the positions of all styles.
    """

    derived = ("units", "floor", "sought", "appearance_scale")
    pools = True
    spatial = True
    reads_appearance = True

    def __init__(
        self,
        layers: Mapping[str, float],
        *,
        appearance_weight: float = APPEARANCE_WEIGHT,
        positions: int = MOST_POSITIONS,
    ) -> None:
        super().__init__(layers)
        self.appearance_weight = appearance_weight
        self.positions = positions

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"rows": (1, M, C), "appearance": (1, M, 4)}: centred activations, and the guides, if any."""
        looks = {} if guides is None else {"appearance": _appearance(guides)}
        return {"rows": centred_rows(features), **looks}

    def layer_spatial(self, source: Tensor, focus: Tensor | None = None) -> LayerTarget:
        """{"wanted": (1, P, 4)}, the appearance that the canvas should have."""
        return {"wanted": _appearance(source)}

    def layer_finish(self, target: LayerTarget) -> LayerTarget:
        """Adds {"units": (1, M, C), "floor": ()}: some of the directions, and the floor of ``unit_rows``.

        With an appearance also {"sought": (1, M, C + 4), "appearance_scale": ()}: directions, then appearance
        times that scale.
        """
        rows = target["rows"]
        floor = FLOOR * rows.square().sum(2).mean() + EPSILON
        chosen = self._chosen(rows.shape[1]).to(rows.device)
        units = unit_rows(rows[:, chosen], floor)
        finished = {**target, "units": units, "floor": floor}
        if "appearance" in target:
            looks = target["appearance"]
            variance = looks.var(1, correction=0).sum() + APPEARANCE_FLOOR
            scale = (self.appearance_weight / variance).sqrt()
            sought = torch.cat([units, scale * looks[:, chosen].to(units)], 2)
            finished |= {"sought": sought, "appearance_scale": scale}
        return finished

    def layer_blend(self, targets: Sequence[LayerTarget], weights: Sequence[float]) -> LayerTarget:
        """The positions of all styles; see ``pooled``."""
        parts = set.intersection(*(set(target) for target in targets)) & {"rows", "appearance"}
        return pooled([{part: target[part] for part in parts} for target in targets], weights)

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        finished = target if "units" in target else self.layer_finish(target)
        (units,) = finished["units"]  # (M, C)
        batch = unit_rows(centred_rows(features), finished["floor"])
        if "sought" not in finished or "wanted" not in finished:
            return torch.stack([nearest_distance(rows, units) for rows in batch])
        (sought,), (wanted,) = finished["sought"], finished["appearance_scale"] * finished["wanted"]
        return torch.stack(
            [nearest_distance(rows, units, wanted=wanted.to(rows), sought=sought) for rows in batch]
        )

    def _chosen(self, count: int) -> Tensor:
        """Which positions of the style are compared: (at most ``positions``,), in order."""
        if count <= self.positions:
            return torch.arange(count)
        drawn = torch.randperm(count, generator=torch.Generator().manual_seed(0))
        return drawn[: self.positions].sort().values


def _appearance(maps: Tensor) -> Tensor:
    """The last four channels, position by position: (1, C, h, w) -> (1, h * w, 4)."""
    return full_precision(maps[:, -APPEARANCE_CHANNELS:]).flatten(2).mT
