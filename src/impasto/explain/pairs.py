"""Pairs of feature maps: what two channels find, and what becomes of it in the Gram matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from impasto.explain.figure_style import Array
from impasto.losses.gram import gram_matrix as gram_of
from impasto.settings import ExplainSettings


@dataclass(frozen=True)
class Pair:
    """Two maps of a layer and what becomes of them.

    Attributes:
        i: a channel.
        j: another.
        maps: (2, h, w), what the two found.
        product: (h, w), place by place.
        number: G[i, j], the mean of the product.
    """

    i: int
    j: int
    maps: Array
    product: Array
    number: float


def pair(features: Tensor, i: int, j: int) -> Pair:
    """Two channels of a layer, (1, C, h, w), and their entry in the Gram matrix."""
    maps = features[0, [i, j]].cpu().numpy()
    return Pair(i, j, maps, maps[0] * maps[1], float(gram_of(features)[0, i, j]))


def pairs(features: Tensor) -> tuple[Pair, Pair]:
    """Two channels that fire together, and two that do not, among the stronger half.

    The first have the largest correlation over places, so that both vary; the second the smallest cosine
    G_ij / (G_ii G_jj)^(1/2), which is 0 if one is silent wherever the other fires.

    Args:
        features: (1, C, h, w), C >= 2.
    """
    gram = gram_of(features)[0]  # (C, C)
    power, mean = gram.diagonal(), features[0].mean((1, 2))
    strong = power.argsort(descending=True)[: max(2, len(power) // 2)]
    varied = (gram - mean[:, None] * mean)[strong][:, strong]
    together, apart = relative(varied), relative(gram[strong][:, strong])
    above = torch.ones_like(together, dtype=torch.bool).triu(1)
    best, worst = together.masked_fill(~above, -2).argmax(), apart.masked_fill(~above, 2).argmin()

    def at(flat: int) -> Pair:
        return pair(features, int(strong[flat // len(strong)]), int(strong[flat % len(strong)]))

    return at(int(best)), at(int(worst))


def bright_product(both: tuple[Pair, Pair]) -> float:
    """The product that is drawn brightest: one place in 200 of the first pair has more (chosen by eye)."""
    return float(np.quantile(both[0].product, 0.995)) or 1.0


def relative(products: Tensor) -> Tensor:
    """Each entry of a matrix of products over the root of its two diagonal ones: (C, C) -> (C, C)."""
    root = products.diagonal().clamp_min(1e-20).sqrt()
    return products / (root[:, None] * root)


def shown_layer(settings: ExplainSettings) -> str:
    """The layer whose matrix is drawn: the second, whose maps are still sharp and whose channels few."""
    return settings.layers[min(1, len(settings.layers) - 1)]
