"""A 1-D network of the user's in place of the random convolutions: a file with convolutions, or an object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.audio.spectrogram import WINDOWS
from impasto.errors import SettingError, WeightsError
from impasto.registry import NamedObject
from impasto.weights.records import file_sha256
from impasto.weights.state import load_state

RANDOM = "random"
"""The network that every sound has: random convolutions of several widths, on several spectrograms."""

TRIED_FRAMES = 50
"""Frames of the spectrogram with which an object is tried."""

BANDS = next(window.bands for window in WINDOWS if window.name == "middle")
"""Channels of the spectrogram that a network is given: mel bands of the middle window, 46 ms."""


class SoundNetwork(Protocol):
    """A network over time, whose channels at the input are the bands of a spectrogram.

    Attributes:
        layers: names of what it returns.
    """

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of its features."""
        ...

    def __call__(self, spectrogram: Tensor) -> Mapping[str, Tensor]:
        """(N, BANDS, frames), compressed, >= 0 -> {layer: (N, C, frames')}, differentiable."""
        ...


@dataclass(frozen=True, eq=False)
class ConvolutionStack:
    """1-D convolutions one after the other, each with a ReLU behind it; no stride, dilation or padding.

    Attributes:
        weights: (out, in, width) of each; the first one has ``BANDS`` inputs.
        biases: (out,) of each, or None.
    """

    weights: tuple[Tensor, ...]
    biases: tuple[Tensor | None, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """Numbers of the convolutions, from 0."""
        return tuple(map(str, range(len(self.weights))))

    def __call__(self, spectrogram: Tensor) -> dict[str, Tensor]:
        """(N, BANDS, frames) -> {number: (N, out, frames')}; few frames are repeated at their ends."""
        shrinks = sum(weight.shape[2] - 1 for weight in self.weights)
        missing = max(0, shrinks + 1 - spectrogram.shape[2])
        features, values = {}, F.pad(spectrogram, (missing // 2, missing - missing // 2), mode="replicate")
        for layer, weight, bias in zip(self.layers, self.weights, self.biases, strict=True):
            values = F.conv1d(values, weight, bias).relu()
            features[layer] = values
        return features


def sound_network(setting: str) -> SoundNetwork | None:
    """The network of a setting; None for the random convolutions.

    Args:
        setting: "random", a .safetensors file, or an object as a ``NamedObject``.
    Raises:
        SettingError: it is none of these, or the object does not return what it should.
        WeightsError: the file is missing, damaged, or does not hold 1-D convolutions.
    """
    if isinstance(setting, NamedObject):
        if not callable(setting.value) or not hasattr(setting.value, "layers"):
            raise SettingError(
                "a network for sounds is called with a spectrogram, and has layers",
                got=setting,
                expected="an object as impasto.audio.network.SoundNetwork describes it",
            )
        return _checked(setting.value, setting)
    if setting == RANDOM:
        return None
    if Path(setting).suffix.lower() != ".safetensors":
        raise SettingError(
            f"there is no network {setting!r} for sounds",
            got=setting,
            expected=f"{RANDOM}, or a .safetensors file with 1-D convolutions",
        )
    return _stack(load_state(setting), Path(setting).name)


def _checked(network: SoundNetwork, name: str) -> SoundNetwork:
    """An object of the caller's, tried with half a second of a spectrogram.

    Raises:
        SettingError: it has no layers, or one of them is missing or no (N, C, frames).
    """
    with torch.no_grad():
        features = network(torch.rand(1, BANDS, TRIED_FRAMES, generator=torch.Generator().manual_seed(0)))
    wrong = [
        f"{layer}: {tuple(features[layer].shape) if layer in features else 'missing'}"
        for layer in network.layers
        if layer not in features or features[layer].ndim != 3 or 0 in features[layer].shape
    ]
    if wrong or not network.layers:
        raise SettingError(
            "the network does not return what its layers say",
            got=", ".join(wrong) or f"no layers of {name}",
            expected=f"(N, C, frames) of each layer, for a spectrogram of (N, {BANDS}, frames)",
        )
    return network


def _stack(tensors: Mapping[str, Tensor], name: str) -> ConvolutionStack:
    """Convolutions out of tensors "0.weight", "0.bias", "1.weight", ...; numbers may have gaps.

    Raises:
        WeightsError: tensors of other names or shapes.
    """
    foreign = [key for key in tensors if not re.fullmatch(r"\d+\.(weight|bias)", key)]
    numbers = sorted({int(key.partition(".")[0]) for key in tensors if key not in foreign})
    expected = f"0.weight (channels, {BANDS}, width), 0.bias (channels,), 2.weight, ... as of nn.Sequential"
    if foreign or not numbers:
        raise WeightsError(f"{name} holds no 1-D network", got=", ".join(foreign[:5]), expected=expected)
    weights, biases, channels = [], [], BANDS
    for number in numbers:
        weight, bias = tensors.get(f"{number}.weight"), tensors.get(f"{number}.bias")
        fits = weight is not None and weight.ndim == 3 and weight.shape[1] == channels and weight.numel() > 0
        if weight is None or not fits or (bias is not None and bias.shape != weight.shape[:1]):
            shapes = [None if x is None else tuple(x.shape) for x in (weight, bias)]
            raise WeightsError(
                f"convolution {number} of {name} does not fit",
                got=f"weight {shapes[0]}, bias {shapes[1]}, after {channels} channels",
                expected=expected,
            )
        if not all(bool(x.isfinite().all()) for x in (weight, bias) if x is not None):
            raise WeightsError(
                f"convolution {number} of {name} has weights that are no numbers", got="NaN or infinity"
            )
        weights.append(weight.float())
        biases.append(None if bias is None else bias.float())
        channels = weight.shape[0]
    return ConvolutionStack(tuple(weights), tuple(biases))


def network_identity(setting: str) -> Any:
    """What tells one network from another in a checkpoint: a file's hash, an object's class, or "random"."""
    is_file = not isinstance(setting, NamedObject) and setting != RANDOM
    return file_sha256(Path(setting).expanduser()) if is_file else str(setting)
