"""Style as a set of labelled patches: sky after the style's sky, field after its field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.losses.base import LayerTarget, Loss, rounded_root
from impasto.losses.mrf import EPSILON, directed, patch_distance, patches
from impasto.losses.nearest import best_match, best_score, pooled


def label_patches(guides: Tensor, *, stride: int) -> Tensor:
    """The labels of all 3 x 3 patches, every position of length 1 / 3, so that a patch is of length 1.

    Args:
        guides: (1, R, h, w) in [0, 1], how far each position belongs to each region.
        stride: positions from a patch to the next.
    Returns:
        (1, L, R * 9); the product of two rows is the mean cosine of their labels, in [0, 1], 1 for the same.
    """
    return patches(F.normalize(guides, dim=1, eps=EPSILON), stride=stride) / 3


class SemanticPatchLoss(Loss):
    """Squared distance between each patch of the canvas and the style's patch nearest in features and labels.

    mean over patches of |p - s|^2, with s the style's patch of the largest
    (p s) / (|p| |s|) + semantic_weight * (mean over positions of cos(label of p, label of s));
    relative: the root of it, divided by the root of the style's mean |s|^2

    Labels choose the patch; the distance is one of features only. Which patch is chosen is a constant in the
    gradient. Needs the whole picture. Labels are the guides of a layer: at borders they are mixed, so the
    border of sky and sea is painted after such a border of the style.

    Time grows with patches of the canvas times those of the style: for both layers of a canvas and a style of
    512 px about 0.04 T multiplications at stride 2, 16 times that at stride 1, and twice as much with
    variety. Memory: six times the patches, each 9 / stride^2 times a layer, and ``nearest.CHUNK`` numbers.

    Args:
        layers: {layer: weight}.
        semantic_weight: of the labels against the features, >= 0; 0 is ``MrfLoss``. From 9 on, one position
            of the nine that has the wrong label outweighs any features.
        variety: how much less a patch of the style counts that already resembles the canvas somewhere, in
            [0, 1], so that all of a region is used. 0: not at all.
        stride: positions from a patch to the next.
        relative: relative to the style's size, about 1 for a grey picture (ours), or not.

    Source: Champandard 2016, "Semantic style transfer and turning two-bit doodles into fine artworks", eq. 2
    to 4, and its code, gamma being ``semantic_weight``.
    Differs: features are normalised patch by patch as by Li and Wand 2016, not position by position; a mean
    instead of a sum; stride 2; variety counts what resembles the canvas now instead of one evaluation
    earlier, so that a loss has no memory, and no patch of a region that the canvas lacks gains by it.
    """

    spatial = True
    guided = True
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

    def layer_spatial(self, source: Tensor, focus: Tensor | None = None) -> LayerTarget:
        """{"labels": (1, L, R * 9)}, weighted labels of the canvas' patches, from its guides."""
        return {"labels": math.sqrt(self.semantic_weight) * label_patches(source, stride=self.stride)}

    def layer_target(self, features: Tensor, guides: Tensor | None = None) -> LayerTarget:
        """{"sought": (1, M, C * 9 + R * 9), "lengths": (1, M, 1)}.

        A row is a patch of length 1, followed by its weighted labels.
        """
        if guides is None:
            guides = torch.ones(1, 1, *features.shape[2:], device=features.device)
        directions, lengths = directed(patches(features, stride=self.stride))
        labels = self.layer_spatial(guides)["labels"].to(directions)
        return {"sought": torch.cat([directions, labels], 2), "lengths": lengths}

    def layer_blend(self, targets: Sequence[LayerTarget], weights: Sequence[float]) -> LayerTarget:
        """The patches of all styles; see ``pooled``."""
        return pooled(targets, weights)

    def layer_loss(self, features: Tensor, target: LayerTarget) -> Tensor:
        """(N, C, h, w) -> (N,)."""
        (sought,), (lengths,), (labels,) = target["sought"], target["lengths"], target["labels"]
        distances = []
        for rows in patches(features, stride=self.stride):
            with torch.no_grad():
                labelled = torch.cat([directed(rows)[0], labels.to(rows)], 1)
                index = best_match(labelled, sought, penalty=self._penalty(labelled, sought, lengths))
                matches = sought[index, : rows.shape[1]] * lengths[index]
            distances.append(patch_distance(rows, matches))
        distance = torch.stack(distances)
        return rounded_root(distance / lengths.square().mean()) if self.relative else distance

    def _penalty(self, labelled: Tensor, sought: Tensor, lengths: Tensor) -> Tensor:
        """(M,): how much each patch of the style resembles the canvas already, beyond its labels."""
        least = EPSILON * lengths[:, 0]  # a black patch of the canvas matches all: it gets the weakest
        if self.variety == 0:
            return least
        return least + self.variety * (best_score(labelled, sought) - self.semantic_weight).clamp(min=0)
