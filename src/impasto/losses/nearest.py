"""Style as a set of activations: every position of the canvas should look like some position of the style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from impasto.checks import expect
from impasto.losses.base import Loss, Target, full_precision, normalised

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
    found = []
    with torch.no_grad():
        for start in range(0, rows.shape[0], block):
            score = rows[start : start + block] @ candidates.mT  # (block, M)
            found.append((score if penalty is None else score - penalty).argmax(1))
    return torch.cat(found)


def best_score(rows: Tensor, candidates: Tensor) -> Tensor:
    """How like each candidate any of the rows is: the largest scalar product, in blocks as ``best_match``.

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
    """Rows scaled to length 1, except that those without length have no direction either.

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


def pooled(targets: Sequence[Target], weights: Sequence[float]) -> Target:
    """All rows of several targets together; a style of less weight lends fewer of them, evenly spaced.

    Args:
        targets: parts of (1, M, ...), the same M for all parts of a layer.
        weights: one a target, >= 0; the heaviest target lends all rows, the others in proportion.
    Returns:
        Parts of (1, sum of M, ...).
    Raises:
        SettingError: the weights are all 0.
    """
    shares = normalised(weights)
    most = max(shares)
    lent = [(share / most, target) for share, target in zip(shares, targets, strict=True) if share > 0]
    return {key: torch.cat([_thinned(target[key], ratio) for ratio, target in lent], 1) for key in targets[0]}


def _thinned(rows: Tensor, ratio: float) -> Tensor:
    """An even choice of a share of the rows, at least one: (1, M, ...) -> (1, M * ratio, ...)."""
    count = rows.shape[1]
    kept = max(1, round(count * ratio))
    return rows[:, torch.arange(kept, device=rows.device) * count // kept]


class NearestLoss(Loss):
    """Mean cosine distance between each position of the canvas and the style's position most like it.

    mean over positions of |u - v|^2 / 2, with unit vectors u of the canvas and v the nearest of the style's

    Half the squared distance of unit vectors is one minus their cosine; a picture of one colour has none, and
    is at 1/2. Activations are centred first, each picture's by its own mean, so it is blind to the mean;
    brush strokes survive that moments blur. Which position is nearest is a constant in the gradient.

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

    def layer_target(self, features: Tensor) -> dict[str, Tensor]:
        """{"rows": (1, M, C)}, centred activations."""
        return {"rows": centred_rows(features)}

    def layer_finish(self, target: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """{"units": (1, M, C), "floor": ()}, directions, and what counts as none."""
        rows = target["rows"]
        floor = FLOOR * rows.square().sum(2).mean() + EPSILON
        return {"units": unit_rows(rows, floor), "floor": floor}

    def blend(self, targets: Sequence[Target], weights: Sequence[float]) -> Target:
        """The positions of all styles; see ``pooled``."""
        raw = [{key: x for key, x in target.items() if key.endswith("/rows")} for target in targets]
        return pooled(raw, weights)

    def layer_loss(self, features: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        """(N, C, H, W) -> (N,)."""
        finished = target if "units" in target else self.layer_finish(target)
        (units,) = finished["units"]  # (M, C)
        penalty = units.square().sum(1) / 2
        rows = unit_rows(centred_rows(features), finished["floor"])
        return torch.stack(
            [
                (own - units[best_match(own, units, penalty=penalty)]).square().sum(1).mean() / 2
                for own in rows
            ]
        )
