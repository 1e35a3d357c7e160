"""VGG-16 and VGG-19, the networks of the style transfer papers, without their classifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from impasto.errors import WeightsError
from impasto.features.blocks import CaffeInput, Normalise, convolution, pool
from impasto.features.extractor import Extractor, freeze
from impasto.registry import POOLINGS, check
from impasto.weights.download import fetch
from impasto.weights.records import find_record
from impasto.weights.state import file_metadata, load_state

WIDTHS = (64, 128, 256, 512, 512)
"""Channels of the five stages."""

DEPTHS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
"""Convolutions in each stage: configurations D and E of Simonyan, Zisserman 2015, table 1."""

CAFFE_BIAS = {"vgg16": (0.7343, 0.0934, 0.0678, 0.8863), "vgg19": (0.7302, 0.0649, 0.0343, 0.8260)}
"""First biases of conv1_1 in the weights that VGG's authors published (and Keras ships): a fingerprint."""


def load_vgg19(weights: str | None = None, pooling: str = "max") -> Extractor:
    """VGG-19 up to pool5, or up to where the file ends.

    Convolutions mirror the picture at its edges: zeros would be seen as a dark border, and painted.

    Args:
        weights: None for torchvision's, fetched once (575 MB); "caffe" for the published ones (575 MB); or a
            .pth, .pt or .safetensors file with the names of torchvision (features.0.weight) or of the paper
            (conv1_1.weight). A file may end after any convolution. Whether the network expects torchvision's
            or Caffe's input follows from its metadata ("preprocessing": "caffe"), else from its first biases.
        pooling: "max" or "average".
    Returns:
        A frozen network with the layers conv1_1, relu1_1, ..., pool5.
    Raises:
        WeightsError: the weights cannot be fetched or read, or are those of another network.
        SettingError: no pooling has that name.

    Source: Simonyan, Zisserman 2015, configuration E.
    Differs: reflection instead of zero padding, so activations differ from the original's near the edges.
    """
    return _load("vgg19", weights, pooling)


def load_vgg16(weights: str | None = None, pooling: str = "max") -> Extractor:
    """VGG-16 up to pool5, or up to where the file ends; otherwise as ``load_vgg19``.

    Args:
        weights: None, "caffe" (553 MB each), or a file.
        pooling: "max" or "average".
    Returns:
        A frozen network with the layers conv1_1, relu1_1, ..., pool5.
    Raises:
        WeightsError: the weights cannot be fetched or read, or are those of another network.
        SettingError: no pooling has that name.

    Source: Simonyan, Zisserman 2015, configuration D.
    Differs: reflection instead of zero padding, so activations differ from the original's near the edges.
    """
    return _load("vgg16", weights, pooling)


def layer_names(name: str) -> tuple[str, ...]:
    """All layers of "vgg16" or "vgg19", shallowest first."""
    names: list[str] = []
    for stage, depth in enumerate(DEPTHS[name], start=1):
        for index in range(1, depth + 1):
            names += [f"conv{stage}_{index}", f"relu{stage}_{index}"]
        names.append(f"pool{stage}")
    return tuple(names)


def _load(name: str, weights: str | None, pooling: str) -> Extractor:
    check(POOLINGS, pooling, kind="pooling")  # before a long download
    if weights is None or weights == "caffe":
        record = find_record(name if weights is None else f"{name}-caffe")
        path, preprocessing = fetch(record), record.preprocessing
    else:
        path, preprocessing = Path(weights), file_metadata(weights).get("preprocessing", "")
    convolutions = _convolutions(name, load_state(path), str(path))
    caffe = preprocessing == "caffe" if preprocessing else _is_caffe(name, convolutions["conv1_1"][1])
    chain: list[tuple[str, nn.Module]] = []
    for layer_name in layer_names(name):
        if layer_name in convolutions:
            chain.append((layer_name, convolution(*convolutions[layer_name])))
        elif layer_name.startswith("conv"):
            break
        else:
            chain.append((layer_name, nn.ReLU() if layer_name.startswith("relu") else pool(pooling)))
    network = Extractor(name, chain, prepare=CaffeInput() if caffe else Normalise())
    deepest = list(convolutions)[-1]
    if deepest != [layer for layer in layer_names(name) if layer.startswith("conv")][-1]:
        network.cut = f"the file ends at {deepest}"
    return freeze(network)


def _is_caffe(name: str, bias: Tensor) -> bool:
    expected = torch.tensor(CAFFE_BIAS[name])
    return torch.allclose(bias[:4].float(), expected, rtol=0, atol=1e-3)  # files may be float16


def _plan(name: str) -> Iterator[tuple[str, int, tuple[int, int]]]:
    """(layer, index in torchvision's ``features``, (channels out, channels in)) of each convolution."""
    channels, index = 3, 0
    for layer in layer_names(name):
        if layer.startswith("conv"):
            width = WIDTHS[int(layer[4]) - 1]
            yield layer, index, (width, channels)
            channels = width
        index += 1


def _convolutions(name: str, state: dict[str, Tensor], path: str) -> dict[str, tuple[Tensor, Tensor]]:
    """{layer: (weight, bias)} from the first convolution to the last that the file holds.

    Raises:
        WeightsError: the first key that is missing, of the wrong shape, or not VGG's.
    """
    plan = list(_plan(name))
    torchvision = any(re.match(r"features\.\d+\.", key) for key in state)
    prefixes = {layer: f"features.{index}" if torchvision else layer for layer, index, _ in plan}
    pattern = r"(features\.\d+)\.(weight|bias)" if torchvision else r"(conv\d_\d)\.(weight|bias)"
    theirs = {match[1] for key in state if (match := re.fullmatch(pattern, key))}
    if not theirs:
        raise _foreign(
            name, path, f"keys like {', '.join(list(state)[:3]) or 'none at all'}", "features.0.weight"
        )
    for prefix in sorted(theirs, key=lambda text: [int(number) for number in re.findall(r"\d+", text)]):
        if prefix not in prefixes.values():
            raise _foreign(
                name, path, f"{prefix}, which is no convolution of it", f"{', '.join(prefixes.values())}"
            )
    deepest = max(index for index, (layer, _, _) in enumerate(plan) if prefixes[layer] in theirs)
    convolutions: dict[str, tuple[Tensor, Tensor]] = {}
    for layer, _, (width, channels) in plan[: deepest + 1]:
        shapes = {f"{prefixes[layer]}.weight": (width, channels, 3, 3), f"{prefixes[layer]}.bias": (width,)}
        for key, shape in shapes.items():
            if key not in state:
                raise _foreign(name, path, f"no {key}", f"{key} {shape}")
            if tuple(state[key].shape) != shape:
                raise _foreign(name, path, f"{key} {tuple(state[key].shape)}", f"{key} {shape}")
        weight, bias = (state[key].float() for key in shapes)
        convolutions[layer] = (weight, bias)
    return convolutions


def _foreign(name: str, path: str, got: str, expected: str) -> WeightsError:
    other = "vgg16" if name == "vgg19" else "vgg19"
    return WeightsError(
        f"the file does not hold the weights of {name!r}",
        got=f"{path}: {got}",
        expected=expected,
        attempt=f"--network {other} if it is that one, or leave out --weights",
    )
