"""Random convolutions over spectrograms: an untrained network; statistics of its features are compared."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

WIDTHS = {"short": (1, 9), "middle": (1, 5, 15), "long": (1, 5)}
"""Window -> widths of the kernels over time, in frames. A narrow kernel keeps which bands sound together, a
wide one how they rise and fall. Chosen by eye."""

FILTERS = 64
"""Filters of each width; not tuned."""

SPREAD_BANDS = 2.5
"""Standard deviation of a kernel over bands, in bands. Chosen by eye."""


@lru_cache(maxsize=64)
def kernel(bands: int, width: int, filters: int, seed: int) -> Tensor:
    """Random kernels over neighbouring bands and some frames, (filters, bands, width).

    Normal random numbers, multiplied by a Gaussian around the kernel's own band; each kernel's squares sum
    to 1. Kernels over all bands do worse: patches of noise all over the spectrogram give the same few dozen
    features in each frame (seen with speech as the style), and the texture comes no nearer.

    Source: the random network is that of Ulyanov, Lebedev 2016.
    Differs: kernels are local in frequency, and there are several widths on several spectrograms.
    """
    draw = torch.Generator().manual_seed(seed)
    values = torch.randn(filters, bands, width, generator=draw)
    centres = torch.linspace(0, bands - 1, filters)[:, None]
    near = torch.exp(-0.5 * ((torch.arange(bands) - centres) / SPREAD_BANDS).square())
    values = values * near[:, :, None]
    return values / values.square().sum((1, 2), keepdim=True).sqrt()


def random_features(spectrogram: Tensor, width: int, *, filters: int = FILTERS, seed: int = 0) -> Tensor:
    """ReLU of a random convolution over time, in which the bands are channels.

    Args:
        spectrogram: (N, bands, frames).
        width: of the kernels, frames; fewer frames get narrower kernels.
        filters: how many.
        seed: of the kernels.
    Returns:
        (N, filters, 1, frames - width + 1), >= 0.
    """
    width = min(width, spectrogram.shape[2])
    weights = kernel(spectrogram.shape[1], width, filters, seed + 1000 * width)
    return F.conv1d(spectrogram, weights.to(spectrogram)).relu()[:, :, None]
