"""A tiny network with random weights, for tests: its pictures are poor, but it is fast."""

from __future__ import annotations

import torch
from torch import nn

from impasto.errors import WeightsError
from impasto.features.blocks import Normalise, convolution, pool
from impasto.features.extractor import Extractor, freeze

CHANNELS = (8, 12, 16, 16)
"""Of conv1_1, conv2_1, conv3_1 and conv4_1; chosen small."""

SEED = 0


def load(weights: str | None = None, pooling: str = "max") -> Extractor:
    """Four convolutions with VGG's names, the same on every machine and in every run.

    Random weights of He's scale keep the mean square of the activations at about 1. After a ReLU every input
    is positive, so filters there have mean 0; otherwise half of the channels would always be 0.

    Args:
        weights: must be left out.
        pooling: "max" or "average".
    Returns:
        A frozen network with the layers conv1_1, relu1_1, pool1, ..., relu4_1.
    Raises:
        WeightsError: weights were given.
        SettingError: no pooling has that name.

    Source: He, Zhang, Ren, Sun 2015, "Delving deep into rectifiers", eq. 10 (the scale).
    Differs: filters after a ReLU have mean 0.
    """
    if weights is not None:
        raise WeightsError("'test-net' makes its own weights", got=weights, attempt="leave out --weights")
    random = torch.Generator().manual_seed(SEED)
    chain: list[tuple[str, nn.Module]] = []
    channels = 3
    for stage, width in enumerate(CHANNELS, start=1):
        if stage > 1:
            chain.append((f"pool{stage - 1}", pool(pooling)))
        scale = (2 / (9 * channels)) ** 0.5
        weight = torch.randn(width, channels, 3, 3, generator=random) * scale
        if stage > 1:
            weight = weight - weight.mean((1, 2, 3), keepdim=True)
        bias = torch.randn(width, generator=random) * 0.1
        chain += [(f"conv{stage}_1", convolution(weight, bias)), (f"relu{stage}_1", nn.ReLU())]
        channels = width
    return freeze(Extractor("test-net", chain, prepare=Normalise()))
