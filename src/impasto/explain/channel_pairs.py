"""Pairs of channels: their maps, the product of the maps, and their entry in the Gram matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from impasto.explain.figure_style import Array
from impasto.losses.gram import gram_matrix
from impasto.settings import ExplainSettings


@dataclass(frozen=True)
class ChannelPair:
    """Two channels of a layer.

    Attributes:
        i: number of a channel.
        j: number of the other.
        maps: (2, h, w), their activations.
        product: (h, w), at each position.
        gram_entry: G[i, j], the mean of the product.
    """

    i: int
    j: int
    maps: Array
    product: Array
    gram_entry: float


def channel_pair(features: Tensor, i: int, j: int) -> ChannelPair:
    """Channels i and j of a layer, (1, C, h, w)."""
    maps = features[0, [i, j]].cpu().numpy()
    return ChannelPair(i, j, maps, maps[0] * maps[1], float(gram_matrix(features)[0, i, j]))


def contrasting_pairs(features: Tensor) -> tuple[ChannelPair, ChannelPair]:
    """Two channels that are active together, and two that are not, among the stronger half.

    The first pair has the largest correlation over positions, so that both vary; the second the smallest
    cosine G_ij / (G_ii G_jj)^(1/2), which is 0 if one is silent wherever the other is active.

    Args:
        features: (1, C, h, w), C >= 2.
    """
    gram = gram_matrix(features)[0]  # (C, C)
    power, mean = gram.diagonal(), features[0].mean((1, 2))
    strong = power.argsort(descending=True)[: max(2, len(power) // 2)]
    covariance = (gram - mean[:, None] * mean)[strong][:, strong]
    correlation, cosine = normalized(covariance), normalized(gram[strong][:, strong])
    rest = ~torch.ones_like(correlation, dtype=torch.bool).triu(1)
    together, apart = correlation.masked_fill(rest, -2).argmax(), cosine.masked_fill(rest, 2).argmin()

    def pair_at(index: int) -> ChannelPair:
        i, j = divmod(index, len(strong))
        return channel_pair(features, int(strong[i]), int(strong[j]))

    return pair_at(int(together)), pair_at(int(apart))


def product_limit(pairs: tuple[ChannelPair, ChannelPair]) -> float:
    """The product drawn brightest: one position in 200 of the first pair exceeds it (chosen by eye)."""
    return float(np.quantile(pairs[0].product, 0.995)) or 1.0


def normalized(products: Tensor) -> Tensor:
    """Each entry of a matrix of products, (C, C), divided by the root of its two diagonal entries."""
    root = products.diagonal().clamp_min(1e-20).sqrt()
    return products / (root[:, None] * root)


def shown_layer(settings: ExplainSettings) -> str:
    """The layer whose matrix is drawn: the second, with sharp maps and few channels."""
    return settings.layers[min(1, len(settings.layers) - 1)]
