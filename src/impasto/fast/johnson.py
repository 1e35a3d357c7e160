"""The network of Johnson et al. 2016: one style in one network, for comparison and for weights that exist."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.checks import expect
from impasto.errors import WeightsError
from impasto.features.extractor import freeze
from impasto.weights.state import load_state

LEVELS = 255.0
"""The network reads and writes pixels from 0 to 255."""


class ReflectedConvolution(nn.Module):
    """A convolution of a picture mirrored at its edges, after enlargement by whole pixels if asked for.

    Args:
        channels: in.
        out_channels: out.
        kernel: side, odd.
        stride: distance of two positions.
        enlarge: how many times larger the picture is made first.
    """

    def __init__(
        self, channels: int, out_channels: int, kernel: int, *, stride: int = 1, enlarge: int = 1
    ) -> None:
        super().__init__()
        self.enlarge, self.margin = enlarge, kernel // 2
        self.conv2d = nn.Conv2d(channels, out_channels, kernel, stride)

    def forward(self, features: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C', h, w)."""
        if self.enlarge > 1:
            features = F.interpolate(features, scale_factor=float(self.enlarge), mode="nearest")
        convolved: Tensor = self.conv2d(F.pad(features, (self.margin,) * 4, mode="reflect"))
        return convolved


class ResidualBlock(nn.Module):
    """Two convolutions with instance normalisation, added to what went in."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = (ReflectedConvolution(channels, channels, 3) for _ in range(2))
        self.in1, self.in2 = (nn.InstanceNorm2d(channels, affine=True) for _ in range(2))

    def forward(self, features: Tensor) -> Tensor:
        """(N, C, H, W) -> the same."""
        inner = self.in1(self.conv1(features)).relu()
        outer: Tensor = features + self.in2(self.conv2(inner))
        return outer


class JohnsonNetwork(nn.Module):
    """Photo in, painting out, in the one style that it was trained for: 1.7 million weights.

    Source: Johnson, Alahi, Fei-Fei 2016, "Perceptual losses for real-time style transfer and
    super-resolution", with the instance normalisation of Ulyanov et al. 2016.
    Differs: edges are mirrored and pictures enlarged by whole pixels before a convolution, as in the weights
    that are about; the paper pads once, by 40 px, and enlarges with strided convolutions.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = ReflectedConvolution(3, 32, 9)
        self.conv2 = ReflectedConvolution(32, 64, 3, stride=2)
        self.conv3 = ReflectedConvolution(64, 128, 3, stride=2)
        self.res1, self.res2, self.res3, self.res4, self.res5 = (ResidualBlock(128) for _ in range(5))
        self.deconv1 = ReflectedConvolution(128, 64, 3, enlarge=2)
        self.deconv2 = ReflectedConvolution(64, 32, 3, enlarge=2)
        self.deconv3 = ReflectedConvolution(32, 3, 9)
        self.in1, self.in2, self.in3, self.in4, self.in5 = (
            nn.InstanceNorm2d(channels, affine=True) for channels in (32, 64, 128, 64, 32)
        )

    def forward(self, images: Tensor) -> Tensor:
        """Pictures in the style.

        Args:
            images: (N, 3, H, W), sRGB in [0, 1]; H and W multiples of 4.
        Returns:
            (N, 3, H, W), sRGB in [0, 1].
        Raises:
            ShapeError: images is not (N, 3, H, W).
        """
        expect(images, "n 3 h w", name="images")
        flow = self.in1(self.conv1(images * LEVELS)).relu()
        flow = self.in2(self.conv2(flow)).relu()
        flow = self.in3(self.conv3(flow)).relu()
        for block in (self.res1, self.res2, self.res3, self.res4, self.res5):
            flow = block(flow)
        flow = self.in4(self.deconv1(flow)).relu()
        flow = self.in5(self.deconv2(flow)).relu()
        painted: Tensor = self.deconv3(flow) / LEVELS
        return painted.clamp(0, 1)


def load(path: str | Path) -> JohnsonNetwork:
    """The network with weights in the names of pytorch/examples, frozen.

    Raises:
        WeightsError: the file is missing or damaged, or holds another network.
    """
    state = {name: value.float() for name, value in load_state(path).items() if "running_" not in name}
    with torch.device("meta"):
        network = JohnsonNetwork()
    try:
        network.load_state_dict(state, assign=True)
    except RuntimeError as error:
        raise WeightsError(
            "the file does not hold Johnson's network",
            got=f"{path}: {str(error).splitlines()[-1].strip()}",
            expected="weights in the names of pytorch/examples, fast_neural_style",
        ) from error
    return freeze(network)
