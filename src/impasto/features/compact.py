"""The embedded network: a small stand-in for VGG-19, distilled from it and shipped with the package."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from impasto.errors import WeightsError
from impasto.features.extractor import Extractor, freeze

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

    Reflection padding, because zeros around the picture are seen as a dark frame and painted as one.
    """
    chain: list[tuple[str, nn.Module]] = []
    channels = 3
    for stage, widths in enumerate(STAGES, start=1):
        if stage > 1:
            chain.append((f"pool{stage - 1}", nn.AvgPool2d(2) if pooling == "average" else nn.MaxPool2d(2)))
        for index, width in enumerate(widths, start=1):
            convolution = nn.Conv2d(channels, width, 3, padding=1, padding_mode="reflect")
            chain += [(f"conv{stage}_{index}", convolution), (f"relu{stage}_{index}", nn.ReLU())]
            channels = width
    return chain


def untrained(pooling: str = "max") -> Extractor:
    """The network before training, without taps; what ``training/compact`` starts from."""
    return Extractor("compact", layers(pooling), prepare=Centre())


def load(weights: str | None = None, pooling: str = "max") -> Extractor:
    """The embedded network, ready for use.

    Its taps are 1 x 1 convolutions by A = (Q'Q)^(1/2), where Q maps its c channels onto the C channels of
    VGG-19 by least squares. As |Q D Q'|_F = |A D A|_F, distances of Gram matrices are those of VGG-19's, at
    c^2 instead of C^2 products a position.

    Args:
        weights: a .safetensors file of the same shape; the one in the package if left out.
        pooling: "max" or "average".
    Returns:
        A frozen network with the layers of VGG-19 up to relu5_1.
    Raises:
        WeightsError: the file is missing, or is not a file of this network.
    """
    path = Path(weights) if weights else WEIGHTS_FILE
    try:
        state = load_file(path)
    except (OSError, SafetensorError) as error:
        raise WeightsError(
            f"the weights of 'compact' cannot be read: {error}",
            got=str(path),
            expected="a .safetensors file made by training/compact",
            attempt="leave out --weights",
        ) from error
    taps: dict[str, nn.Module] = {
        name: nn.Conv2d(size, size, 1, bias=False)
        for name in TAPPED
        if (size := len(state.get(f"taps.{name}.weight", ()))) > 0
    }
    network = Extractor("compact", layers(pooling), prepare=Centre(), taps=taps)
    try:
        network.load_state_dict({key: value.float() for key, value in state.items()})
    except RuntimeError as error:
        first = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
        raise WeightsError(
            "the file holds the weights of another network",
            got=f"{path}: {first}",
            expected="a .safetensors file made by training/compact",
            attempt="leave out --weights",
        ) from error
    return freeze(network)
