"""The embedded network: a small stand-in for VGG-19, distilled from it and shipped with the package."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from impasto.errors import WeightsError
from impasto.features.blocks import pool
from impasto.features.extractor import Extractor, freeze
from impasto.weights.state import load_state

WEIGHTS_FILE = Path(__file__).with_name("compact.safetensors")
"""Made by ``training/compact``; described in ``compact.md`` beside it."""

STAGES = ((24, 24), (48, 48), (128, 96, 96, 96), (128, 128, 128, 128), (160,))
"""Channels of every convolution; 2 x 2 max pooling between the stages, as in VGG-19."""

TAPPED = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1")
"""Layers whose activations are mapped so that their inner products approximate VGG-19's."""


class Centre(nn.Module):
    """sRGB in [0, 1] -> [-0.5, 0.5]: reduced precision has its finest steps around zero."""

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W) in [0, 1] -> (N, 3, H, W) in [-0.5, 0.5]."""
        return images - 0.5


def layers(pooling: str = "max") -> list[tuple[str, nn.Module]]:
    """The untrained chain: conv, relu, ..., pool, under VGG-19's names.

    Args:
        pooling: "max", with which it was trained, or "average".

    Reflection padding, because zeros around the picture are seen as a dark border and painted.
    """
    chain: list[tuple[str, nn.Module]] = []
    channels = 3
    for stage, widths in enumerate(STAGES, start=1):
        if stage > 1:
            chain.append((f"pool{stage - 1}", pool(pooling)))
        for index, width in enumerate(widths, start=1):
            convolution = nn.Conv2d(channels, width, 3, padding=1, padding_mode="reflect")
            chain += [(f"conv{stage}_{index}", convolution), (f"relu{stage}_{index}", nn.ReLU())]
            channels = width
    return chain


def widths() -> dict[str, int]:
    """Channels of every rectified layer: {"relu1_1": 24, ...}."""
    return {
        f"relu{stage}_{index}": width
        for stage, channels in enumerate(STAGES, start=1)
        for index, width in enumerate(channels, start=1)
    }


def untrained() -> Extractor:
    """The network before training, without taps; what ``training/compact`` starts from."""
    return Extractor("compact", layers(), prepare=Centre())


def isometric_tap(q: Tensor) -> Tensor:
    """The small linear map that keeps the distances of a large one: A = (Q Q')^(1/2).

    For every symmetric D, such as a difference of Gram matrices, |Q' D Q|_F = |A D A|_F.

    Args:
        q: (c, C), from the student's c channels onto the teacher's C.
    Returns:
        (c, c), symmetric, positive semi-definite.

    Source: ours; the Frobenius norm sees Q only through Q Q'.
    """
    values, vectors = torch.linalg.eigh(q @ q.mT)
    root: Tensor = vectors @ values.clamp_min(0).sqrt().diag() @ vectors.mT
    return root


def load(weights: str | None = None, pooling: str = "max") -> Extractor:
    """The embedded network, ready for use.

    Its taps are 1 x 1 convolutions by ``isometric_tap`` of the least-squares map onto VGG-19's channels, so
    distances of Gram matrices are those of VGG-19's, at c^2 instead of C^2 products a position.

    Args:
        weights: a .safetensors file of the same shape; the one in the package if left out.
        pooling: "max" or "average".
    Returns:
        A frozen network with the layers of VGG-19 up to relu5_1.
    Raises:
        WeightsError: the file is missing or damaged, or holds another network.
        SettingError: no pooling has that name.
    """
    path = Path(weights) if weights else WEIGHTS_FILE
    state = {key: value.float() for key, value in load_state(path).items()}
    with torch.device("meta"):  # nothing is drawn from the caller's random numbers
        taps: dict[str, nn.Module] = {
            name: nn.Conv2d(width, width, 1, bias=False) for name, width in widths().items() if name in TAPPED
        }
        network = Extractor("compact", layers(pooling), prepare=Centre(), taps=taps)
    try:
        network.load_state_dict(state, assign=True)
    except RuntimeError as error:
        raise WeightsError(
            "the file does not hold the weights of 'compact'",
            got=f"{path}: {str(error).splitlines()[-1].strip()}",
            expected="a .safetensors file made by training/compact",
            attempt="leave out --weights",
        ) from error
    return freeze(network)
