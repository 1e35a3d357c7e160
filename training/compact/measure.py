"""Distance of the student from its teachers: unexplained variance, and ranks of Gram distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from scipy.stats import spearmanr
from torch import Tensor

from impasto.features.compact import TAPPED
from impasto.features.extractor import Extractor
from impasto.losses.gram import gram_matrix
from teachers import Teachers


@dataclass
class Moments:
    """Sums of products of student's (c) and teacher's (C) activations over positions and pictures."""

    own: Tensor
    cross: Tensor
    truth: Tensor
    truth_sum: Tensor
    positions: int = 0

    @classmethod
    def empty(cls, own: int, truth: int) -> Moments:
        """Of nothing yet."""
        kind = {"dtype": torch.float64}
        sums = torch.zeros(truth, **kind), torch.zeros(truth, **kind)
        return cls(torch.zeros(own, own, **kind), torch.zeros(own, truth, **kind), *sums)

    def add(self, own: Tensor, truth: Tensor) -> None:
        """Take in activations: (1, c, h, w) and (1, C, h, w)."""
        a, b = own.flatten(2)[0].double(), truth.flatten(2)[0].double()
        self.own += a @ a.mT
        self.cross += a @ b.mT
        self.truth += b.square().sum(1)
        self.truth_sum += b.sum(1)
        self.positions += a.shape[1]

    def linear_map(self) -> Tensor:
        """The least-squares map from own to truth, without offset: (c, C), float32."""
        ridge = 1e-6 * self.own.diagonal().mean() * torch.eye(len(self.own), dtype=torch.float64)
        return torch.linalg.solve(self.own + ridge, self.cross).float()

    def unexplained(self, q: Tensor) -> tuple[float, float]:
        """Squared error of a map (c, C), over the variance around channel means and over the mean square.

        Gram matrices are not centred, so the second is the share that they miss.
        """
        q = q.double()
        error = self.truth.sum() - 2 * (q * self.cross).sum() + (q * (self.own @ q)).sum()
        variance = self.truth.sum() - self.truth_sum.square().sum() / self.positions
        return (error / variance).item(), (error / self.truth.sum()).item()


@torch.no_grad()
def gather(student: Extractor, teachers: Teachers, pictures: list[Tensor]) -> dict[str, Moments]:
    """Moments of every tapped layer over pictures, (1, 3, H, W) each."""
    sums: dict[str, Moments] = {}
    for picture in pictures:
        own, truths = student(picture, TAPPED), teachers(picture, TAPPED)
        for layer in TAPPED:
            if layer not in sums:
                sums[layer] = Moments.empty(own[layer].shape[1], truths[layer].shape[1])
            sums[layer].add(own[layer], truths[layer])
    return sums


@torch.no_grad()
def gram_rank_correlation(student: Extractor, teachers: Teachers, pictures: list[Tensor]) -> dict[str, float]:
    """Spearman correlation, over all pairs of pictures, of own and true distances of Gram matrices."""
    grams: dict[str, tuple[list[Tensor], list[Tensor]]] = {layer: ([], []) for layer in TAPPED}
    for picture in pictures:
        own, truths = student(picture, TAPPED), teachers(picture, TAPPED)
        for layer in TAPPED:
            grams[layer][0].append(gram_matrix(own[layer]).flatten())
            grams[layer][1].append(gram_matrix(truths[layer]).flatten())
    return {
        layer: float(spearmanr(*(torch.pdist(torch.stack(side)).numpy() for side in sides)).statistic)
        for layer, sides in grams.items()
    }


def report(
    student: Extractor, teachers: Teachers, fitted: dict[str, Moments], held_out: list[Tensor]
) -> dict[str, Any]:
    """The figures of the model card; maps are fitted on training pictures and judged on held-out ones."""
    judged = gather(student, teachers, held_out)
    errors = {layer: judged[layer].unexplained(fitted[layer].linear_map()) for layer in TAPPED}
    ranks = gram_rank_correlation(student, teachers, held_out)
    return {
        "held out pictures": len(held_out),
        "layers": {
            layer: {
                "unexplained variance": round(errors[layer][0], 4),
                "unexplained mean square": round(errors[layer][1], 4),
                "spearman of gram distances": round(ranks[layer], 4),
            }
            for layer in TAPPED
        },
    }
