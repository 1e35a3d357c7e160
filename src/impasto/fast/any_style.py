"""The any-style network: a painting in one pass, for any style, at a quarter of the picture's resolution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.errors import ShapeError, WeightsError
from impasto.fast.statistics import (
    LevelStatistics,
    Moments,
    blend,
    level_statistics,
    moments,
    whitening_and_coloring,
)
from impasto.features.extractor import freeze
from impasto.weights.state import load_state

WEIGHTS_FILE = Path(__file__).with_name("any_style.safetensors")
"""Made by ``training/fast``; described in ``any_style.md`` beside it."""

BLOCK_PX = 4
"""Blocks of BLOCK_PX x BLOCK_PX pixels become the channels of one position."""

STRIDES_PX = (4, 8, 16)
"""Distance of two positions at each level."""

SMALLEST_PX = 2 * STRIDES_PX[-1]
"""Shortest side of a picture: the coarsest level is mirrored at its edges and needs two positions."""

WIDTHS = (48, 64, 96)
"""Channels at each level; chosen so that a frame takes about a twentieth of the operations of Johnson's."""

WHITENED = (True, True, False)
"""Levels whose channels are decorrelated; the coarsest has too few positions, and scales each by itself."""

StyleStatistics = tuple[LevelStatistics, ...]
"""What is kept of a style: mean and root of the covariance at each level."""


def convolution(channels: int, out_channels: int, *, stride: int = 1) -> nn.Conv2d:
    """3 x 3, mirrored at the edges, because zeros around the picture are painted as a frame."""
    return nn.Conv2d(channels, out_channels, 3, stride=stride, padding=1, padding_mode="reflect")


def relu_first(*modules: nn.Module) -> nn.Sequential:
    """The modules in a row, each after a rectifier."""
    return nn.Sequential(*(part for module in modules for part in (nn.ReLU(), module)))


class AnyStyleNetwork(nn.Module):
    """Encoder, a change of statistics in closed form at three levels, decoder.

    A style is read once by ``statistics``. ``forward`` encodes a picture, gives each level the statistics of
    the style, and decodes. No weight depends on the style and no part of the network predicts one, so styles
    are blended by averaging their statistics, and with the picture's own statistics the picture comes back.

    Args:
        widths: channels at each level.

    Source: the change of statistics is that of Li et al. 2017, "Universal style transfer via feature
    transforms"; at the coarsest level that of Huang, Belongie 2017, "Arbitrary style transfer in real-time
    with adaptive instance normalization"; pixels in blocks as Shi et al. 2016, "Real-time single image and
    video super-resolution using an efficient sub-pixel convolutional neural network".
    Differs: Li's encoder is VGG-19, and each of its levels is decoded to a picture and encoded again; here a
    small encoder learns together with the decoder, and all levels are decoded at once.
    """

    def __init__(self, widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        fine, middle, coarse = widths
        block = 3 * BLOCK_PX**2
        self.encode_fine = nn.Sequential(convolution(block, fine), relu_first(convolution(fine, fine)))
        self.encode_middle = relu_first(convolution(fine, middle, stride=2), convolution(middle, middle))
        self.encode_coarse = relu_first(convolution(middle, coarse, stride=2), convolution(coarse, coarse))
        self.decode_coarse = relu_first(convolution(coarse, coarse), convolution(coarse, middle))
        self.decode_middle = relu_first(convolution(middle, middle), convolution(middle, fine))
        self.decode_fine = relu_first(convolution(fine, fine), convolution(fine, block))

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The three levels of pictures.

        Args:
            images: (N, 3, H, W), sRGB in [0, 1]; H and W multiples of 16, from ``SMALLEST_PX`` on.
        Returns:
            (N, C, H / 4, W / 4), (N, C, H / 8, W / 8), (N, C, H / 16, W / 16).
        Raises:
            ShapeError: images has another shape.
        """
        expect(images, "n 3 h w", name="images")
        if any(side % STRIDES_PX[-1] or side < SMALLEST_PX for side in images.shape[2:]):
            raise ShapeError(
                "the any-style network reads pictures whose sides are multiples of 16 px",
                got=f"{images.shape[3]} x {images.shape[2]} px",
                expected=f"multiples of {STRIDES_PX[-1]}, at least {SMALLEST_PX} px",
            )
        fine: Tensor = self.encode_fine(F.pixel_unshuffle(images - 0.5, BLOCK_PX))
        middle: Tensor = self.encode_middle(fine)
        coarse: Tensor = self.encode_coarse(middle)
        return fine, middle, coarse

    def decode(self, levels: Sequence[Tensor]) -> Tensor:
        """The pictures of three levels.

        Args:
            levels: as ``encode`` gives them.
        Returns:
            (N, 3, H, W), sRGB, about [0, 1]; not clamped.
        """
        fine, middle, coarse = levels
        flow: Tensor = F.interpolate(self.decode_coarse(coarse), scale_factor=2.0, mode="nearest")
        flow = F.interpolate(self.decode_middle(flow + middle), scale_factor=2.0, mode="nearest")
        return F.pixel_shuffle(self.decode_fine(flow + fine), BLOCK_PX) + 0.5

    def statistics(self, images: Tensor) -> StyleStatistics:
        """What is kept of styles; the images are as for ``encode``."""
        return style_statistics(level_moments(self.encode(images)))

    def forward(self, images: Tensor, style: StyleStatistics) -> Tensor:
        """Pictures in a style.

        Args:
            images: as for ``encode``.
            style: of one style, or of one for each picture.
        Returns:
            (N, 3, H, W), sRGB, about [0, 1]; not clamped.
        """
        levels = self.encode(images)
        maps = map(whitening_and_coloring, level_moments(levels), style)
        return self.decode([change(level) for change, level in zip(maps, levels, strict=True)])


def level_moments(levels: Sequence[Tensor]) -> list[Moments]:
    """Mean and covariance at each level."""
    return [as_used(moments(level), number) for number, level in enumerate(levels)]


def as_used(full: Moments, level: int) -> Moments:
    """Moments with or without the covariances between channels, as ``WHITENED`` says of the level."""
    return full if WHITENED[level] else full.independent


def style_statistics(style: Sequence[Moments]) -> StyleStatistics:
    """What is kept of styles, out of the moments at each level."""
    return tuple(map(level_statistics, style))


def blended(styles: Sequence[StyleStatistics], shares: Sequence[float]) -> StyleStatistics:
    """The style between several; the shares add up to 1."""
    return tuple(blend(level, shares) for level in zip(*styles, strict=True))


def load(weights: str | Path | None = None) -> AnyStyleNetwork:
    """The any-style network, ready for use: frozen, float32, on the CPU.

    Args:
        weights: a .safetensors file of the same shape; the one in the package if left out.
    Raises:
        WeightsError: the file is missing or damaged, or holds another network.
    """
    path = Path(weights) if weights else WEIGHTS_FILE
    return from_state({key: value.float() for key, value in load_state(path).items()}, path)


def from_state(state: Mapping[str, Tensor], path: Path) -> AnyStyleNetwork:
    """The network of some weights, frozen.

    Args:
        state: {name: weights}, float32.
        path: the file they come from, for the error.
    Raises:
        WeightsError: they are of another network.
    """
    with torch.device("meta"):  # nothing is drawn from the caller's random numbers
        network = AnyStyleNetwork()
    try:
        network.load_state_dict(dict(state), assign=True)
    except RuntimeError as error:
        raise WeightsError(
            "the file does not hold the weights of the any-style network",
            got=f"{path}: {str(error).splitlines()[-1].strip()}",
            expected="a .safetensors file made by impasto train or by training/fast",
        ) from error
    return freeze(network)
