"""What networks are built from: normalisation of the picture, convolution, pooling."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from impasto.registry import POOLINGS, check

IMAGENET_MEAN = (0.485, 0.456, 0.406)
"""Mean of ImageNet's pictures, RGB in [0, 1], as torchvision has it."""

IMAGENET_STD = (0.229, 0.224, 0.225)
"""Standard deviation of ImageNet's pictures, RGB in [0, 1], as torchvision has it."""

CAFFE_MEAN = (103.939, 116.779, 123.68)
"""Mean of ImageNet's pictures, BGR in [0, 255], as the authors of VGG published it."""


class Normalise(nn.Module):
    """Subtract a mean, divide by a standard deviation: the input of torchvision's networks.

    Args:
        mean: of red, green, blue in [0, 1].
        std: of red, green, blue in [0, 1].
    """

    mean: Tensor
    std: Tensor

    def __init__(self, mean: Sequence[float] = IMAGENET_MEAN, std: Sequence[float] = IMAGENET_STD) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32).reshape(1, -1, 1, 1))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32).reshape(1, -1, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W) RGB in [0, 1] -> (N, 3, H, W), about -2 to 3."""
        return (images - self.mean) / self.std


class CaffeInput(nn.Module):
    """Blue, green, red from 0 to 255, minus the mean: the input of the published VGG networks.

    Source: Simonyan, Zisserman 2015, model cards of VGG-16 and VGG-19 in the Caffe model zoo.
    Differs: the mean is subtracted in [0, 1], where reduced precision has its finest steps.
    """

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(CAFFE_MEAN).reshape(1, -1, 1, 1) / 255)

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W) RGB in [0, 1] -> (N, 3, H, W) BGR, about -124 to 152."""
        return (images.flip(1) - self.mean) * 255


def convolution(weight: Tensor, bias: Tensor) -> nn.Conv2d:
    """A 3 x 3 convolution that mirrors its input at the edges: zeros would be painted as a dark border.

    Args:
        weight: (C_out, C_in, 3, 3), any range; copied as float32.
        bias: (C_out,), any range; copied as float32.
    """
    width, channels = weight.shape[:2]
    # On "meta" nothing is drawn from torch's global random numbers, which are the caller's.
    layer = nn.Conv2d(channels, width, 3, padding=1, padding_mode="reflect", device="meta")
    copies = {"weight": weight.to(torch.float32, copy=True), "bias": bias.to(torch.float32, copy=True)}
    layer.load_state_dict(copies, assign=True)
    return layer


def pool(pooling: str) -> nn.Module:
    """Half the width and height, by the largest or the mean of 2 x 2 positions.

    Averages give smoother gradients and, to many eyes, smoother strokes; the networks were trained with
    maxima.

    Args:
        pooling: "max" or "average".
    Raises:
        SettingError: another name.

    Source: Gatys, Ecker, Bethge 2016, section 2 (average pooling).
    Differs: averages are plain. Gatys rescaled the network's weights for a mean activation of 1, and others
        double the averages to keep the activations' size; neither is done here.
    """
    check(POOLINGS, pooling, kind="pooling")
    return nn.MaxPool2d(2) if pooling == "max" else nn.AvgPool2d(2)
