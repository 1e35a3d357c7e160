"""MicroAST: any style in one pass of a network of half a million weights."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.images.resize import mirror_pad

WEIGHTS = Path("../shared/data/weights/peers/microast")
PARTS = ("content_encoder", "style_encoder", "modulator", "decoder")
EPSILON = 1e-5


def adain(content: Tensor, style: Tensor) -> Tensor:
    """The content's activations with the style's mean and deviation in every channel.

    Args:
        content: (1, C, h, w).
        style: (1, C, h', w').

    Source: Huang, Belongie 2017, eq. 8.
    """
    variance, mean = torch.var_mean(content, (2, 3), keepdim=True)
    style_variance, style_mean = torch.var_mean(style, (2, 3), keepdim=True)
    return (content - mean) * ((style_variance + EPSILON) / (variance + EPSILON)).sqrt() + style_mean


class MicroAST:
    """Paint a photo in the style of a painting.

    Args:
        weights: folder of ``content_encoder.safetensors`` and three more.

    Source: Wang et al. 2023, "MicroAST: Towards super-fast ultra-resolution arbitrary style transfer".
    Differs: nothing that is known; built from a description, with the authors' weights (EndyWon/MicroAST).
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self.state = {
            f"{part}.{key.replace('conv_layer.', '')}": value
            for part in PARTS
            for key, value in load_file(weights / f"{part}.safetensors").items()
        }

    @torch.no_grad()
    def __call__(self, photo: Tensor, style: Tensor) -> Tensor:
        """The painting.

        Args:
            photo: (1, 3, H, W) in [0, 1].
            style: (1, 3, H', W') in [0, 1].
        Returns:
            (1, 3, H, W) in [0, 1]. Sides are mirrored up to multiples of 4, and cropped again.
        """
        height, width = photo.shape[2:]
        photo, style = (mirror_pad(x, top=0, left=0, multiple=4) for x in (photo, style))
        _, deep = self._encode(photo, "content_encoder")
        first, second = self._encode(style, "style_encoder")
        x = adain(deep, second)
        x = self._modulated(x, second, "decoder.dec1", "2")
        x = adain(x, first)
        x = self._modulated(x, first, "decoder.dec2", "1")
        for depthwise, pointwise in (("dec3.1", "dec3.3"), ("dec3.6", "dec3.8")):
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = self._convolve(x, f"decoder.{depthwise}").relu()
            x = self._convolve(x, f"decoder.{pointwise}").relu()
        return self._convolve(x, "decoder.dec3.10")[:, :, :height, :width].clamp(0, 1)

    def _encode(self, image: Tensor, part: str) -> tuple[Tensor, Tensor]:
        """(1, 3, H, W) -> two of (1, 64, H / 4, W / 4)."""
        x = self._convolve(image, f"{part}.enc1.0").relu()
        for depthwise, pointwise in (("enc1.2", "enc1.4"), ("enc1.6", "enc1.8")):
            x = self._convolve(x, f"{part}.{depthwise}", stride=2).relu()
            x = self._convolve(x, f"{part}.{pointwise}").relu()
        first = self._residual(x, f"{part}.enc1.10")
        return first, self._residual(first, f"{part}.enc2.0")

    def _residual(self, x: Tensor, name: str) -> Tensor:
        return x + self._convolve(self._convolve(x, f"{name}.conv1").relu(), f"{name}.conv2")

    def _modulated(self, x: Tensor, style: Tensor, name: str, signal: str) -> Tensor:
        """A residual block whose filters the style weighs: (1, 64, h, w) -> the same."""
        weight, bias = (
            self._convolve(style, f"modulator.{kind}{signal}.0").mean((2, 3), keepdim=True)
            for kind in ("weight", "bias")
        )
        inner = (weight * self._convolve(x, f"{name}.conv1") + bias * x).relu()
        return x + weight * self._convolve(inner, f"{name}.conv2") + bias * inner

    def _convolve(self, x: Tensor, name: str, stride: int = 1) -> Tensor:
        weight, bias = self.state[f"{name}.weight"], self.state[f"{name}.bias"]
        pad = weight.shape[2] // 2
        x = F.pad(x, (pad,) * 4, mode="reflect") if pad else x
        return F.conv2d(x, weight, bias, stride, groups=x.shape[1] // weight.shape[1])
