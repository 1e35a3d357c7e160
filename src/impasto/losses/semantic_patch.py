"""Style as a set of patches that know what they show: sky after the style's sky, field after its field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.losses.base import Features, Target, rounded_root
from impasto.losses.mrf import EPSILON, patches
from impasto.losses.nearest import best_match, best_score, pooled
from impasto.losses.regions import GUIDE, Guided


def label_patches(guides: Tensor, *, stride: int) -> Tensor:
    """The labels of all 3 x 3 patches, every position of length 1 / 3, so that a patch is of length 1.

    Args:
        guides: (1, R, h, w) in [0, 1], how far each position belongs to each region.
        stride: positions from a patch to the next.
    Returns:
        (1, L, R * 9); the product of two rows is the mean cosine of their labels, in [0, 1], 1 for the same.
    """
    return patches(F.normalize(guides, dim=1, eps=EPSILON), stride=stride) / 3


class SemanticPatchLoss(Guided):
    """Squared distance between each patch of the canvas and the style's patch most like it in look and label.

    mean over patches of |p - s|^2, with s the style's patch of the largest
    (p s) / (|p| |s|) + semantic_weight * (mean over positions of cos(label of p, label of s));
    ours: the root of it, relative to the style's mean |s|^2

    The distance is one of looks only: labels choose, and are not painted. Which patch is chosen is a constant
    in the gradient. Needs the whole picture. Labels are the guides of a layer: at borders they are mixed, so
    the border of sky and sea is painted after such a border.

    Time grows with patches of the canvas times those of the style, for both layers of a canvas and a style of
    512 px about 0.04 T multiplications at stride 2, 16 times that at stride 1, and twice as much with
    variety. Memory: six times the patches, each 9 / stride^2 times a layer, and ``nearest.CHUNK`` numbers.

    Args:
        layers: {layer: weight}.
        semantic_weight: of the labels against the look, >= 0; 0 is ``PatchLoss``. From 9 on, one position of
            the nine that has the wrong label outweighs any look.
        variety: how much less a patch of the style counts that already resembles the canvas somewhere, in
            [0, 1], so that all of a region is used. 0: not at all.
        stride: positions from a patch to the next.
        relative: as a share of the style's size, about 1 for a grey picture (ours), or not.

    Source: Champandard 2016, "Semantic style transfer and turning two-bit doodles into fine artworks", eq. 2
    to 4, and its code, gamma being ``semantic_weight``.
    Differs: looks are normalised patch by patch as by Li and Wand 2016, not position by position; a mean
    instead of a sum; stride 2; variety counts what resembles the canvas now instead of one look earlier, so
    that a loss has no memory, and no patch of a region that the canvas lacks gains by it.
    """

    pools = True

    def __init__(
        self,
        layers: Mapping[str, float],
        *,
        semantic_weight: float = 10.0,
        variety: float = 0.0,
        stride: int = 2,
        relative: bool = True,
    ) -> None:
        super().__init__(layers)
        self.semantic_weight = semantic_weight
        self.variety = variety
        self.stride = stride
        self.relative = relative

    def placed(self, features: Features, layer: str) -> dict[str, Tensor]:
        """{"labels": (1, L, R * 9)}, weighted labels of the canvas' patches."""
        return {"labels": self._labels(features, layer)}

    def target(self, features: Features) -> Target:
        """{"layer/sought": (1, M, C * 9 + R * 9), "layer/lengths": (1, M, 1)} of a picture that has guides.

        A row is a patch of length 1, and its labels, weighted.
        """
        found: Target = {}
        with torch.no_grad():
            for layer in self.layers:
                directions, lengths = directed(patches(features[layer], stride=self.stride))
                labels = self._labels(features, layer).to(directions)
                found[f"{layer}/sought"] = torch.cat([directions, labels], 2)
                found[f"{layer}/lengths"] = lengths
        return found

    def layer_target(self, features: Tensor) -> dict[str, Tensor]:
        """Not to be had of a layer alone: labels need guides, so ``target`` works on all features."""
        raise NotImplementedError("labels need guides: call target")

    def blend(self, targets: Sequence[Target], weights: Sequence[float]) -> Target:
        """The patches of all styles; see ``pooled``."""
        return pooled(targets, weights)

    def layer_loss(self, features: Tensor, target: Mapping[str, Tensor]) -> Tensor:
        """(N, C, h, w) -> (N,)."""
        (sought,), (lengths,), (labels,) = target["sought"], target["lengths"], target["labels"]
        squares = []
        for own in patches(features, stride=self.stride):
            with torch.no_grad():
                seeking = torch.cat([directed(own)[0], labels.to(own)], 1)
                found = best_match(seeking, sought, penalty=self._penalty(seeking, sought, lengths))
                wanted = sought[found, : own.shape[1]] * lengths[found]
            squares.append((own - wanted).square().sum(1).mean())
        distance = torch.stack(squares)
        return rounded_root(distance / lengths.square().mean()) if self.relative else distance

    def _penalty(self, seeking: Tensor, sought: Tensor, lengths: Tensor) -> Tensor:
        """(M,): how much each patch of the style resembles the canvas already, beyond its labels."""
        least = EPSILON * lengths[:, 0]  # a black patch of the canvas is like all: it gets the weakest
        if self.variety == 0:
            return least
        return least + self.variety * (best_score(seeking, sought) - self.semantic_weight).clamp(min=0)

    def _labels(self, features: Features, layer: str) -> Tensor:
        return math.sqrt(self.semantic_weight) * label_patches(features[GUIDE + layer], stride=self.stride)


def directed(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Rows of length 1 and their lengths: (..., L, D) -> (..., L, D), (..., L, 1)."""
    lengths = (rows.square().sum(-1, keepdim=True) + EPSILON).sqrt()
    return rows / lengths, lengths
