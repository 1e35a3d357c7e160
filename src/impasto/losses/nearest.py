"""Style as a set of activations: every position of the canvas should match some position of the style."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import LayerTarget, Loss, full_precision, normalised

CHUNK = 2**22
"""Scores held at once while matching: 16 MiB of float32."""

FLOOR = 1e-4
"""Squared length, relative to the style's mean, under which an activation has no direction; chosen by eye."""

EPSILON = 1e-12
"""Keeps directions in a picture of one colour finite."""


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
    indices = []
    with torch.no_grad():
        for start in range(0, rows.shape[0], block):
            scores = rows[start : start + block] @ candidates.mT  # (block, M)
            indices.append((scores if penalty is None else scores - penalty).argmax(1))
    return torch.cat(indices)


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


def nearest_distance(rows: Tensor, candidates: Tensor) -> Tensor:
    """Mean over rows of half the squared distance to the nearest candidate.

    Args:
        rows: (L, D), as ``unit_rows`` returns them.
        candidates: (M, D), likewise.
    Returns:
        (), in [0, 2]; for unit vectors the mean cosine distance. Which candidate is nearest is a constant in
        the gradient.
    """
    nearest = candidates[best_match(rows, candidates, penalty=candidates.square().sum(1) / 2)]
    return (rows - nearest).square().sum(1).mean() / 2


class NearestLoss(Loss):
    """Mean cosine distance between each position of the canvas and the nearest position of the style.

    mean over positions of |u - v|^2 / 2, with unit vectors u of the canvas and v the nearest of the style's

    Half the squared distance of unit vectors is one minus their cosine; a picture of one colour has none, and
    is at 1/2. Activations are centred first, each picture's by its own mean, so the mean does not count;
    brush strokes that moments blur are kept. Which position is nearest is a constant in the gradient.

    Needs the whole picture: positions are centred together. Time grows with positions of the canvas times
    those of the style, memory with their sum (``best_match`` works in blocks).

    Args:
        layers: {layer: weight}.

    Source: Kolkin, Kucera, Paris, Shechtman, Shakhnarovich 2022, "Neural neighbor style transfer".
    Differs: a layer at a time instead of all layers at once; the nearest position is looked up at each call.
    Blending pools the positions of all styles.
    """

    derived = ("units", "floor")
    pools = True

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"rows": (1, M, C)}, centred activations."""
        return {"rows": centred_rows(features)}

    def layer_finish(self, target: LayerTarget) -> LayerTarget:
        """Adds {"units": (1, M, C), "floor": ()}: directions, and the floor of ``unit_rows``."""
        rows = target["rows"]
        floor = FLOOR * rows.square().sum(2).mean() + EPSILON
        return {**target, "units": unit_rows(rows, floor), "floor": floor}

    def layer_blend(self, targets: Sequence[LayerTarget], weights: Sequence[float]) -> LayerTarget:
        """The positions of all styles; see ``pooled``."""
        return pooled([{"rows": target["rows"]} for target in targets], weights)

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        finished = target if "units" in target else self.layer_finish(target)
        (units,) = finished["units"]  # (M, C)
        batch = unit_rows(centred_rows(features), finished["floor"])
        return torch.stack([nearest_distance(rows, units) for rows in batch])
