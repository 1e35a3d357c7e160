"""Geometry of layers: stride, receptive field, and the smallest picture that a layer is defined for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from torch import nn

POINTWISE = (
    nn.ReLU,
    nn.LeakyReLU,
    nn.PReLU,
    nn.ELU,
    nn.GELU,
    nn.SiLU,
    nn.Sigmoid,
    nn.Tanh,
    nn.Identity,
    nn.Dropout,
)
"""Layers that compute each position by itself and keep the size."""


@dataclass(frozen=True)
class Geometry:
    """How a layer's units lie over the picture.

    Attributes:
        stride_px: pixels between two neighbouring units.
        receptive_field_px: side of the patch that one unit depends on.
        smallest_input_px: side of the smallest picture for which the layer, and every padding before it, is
            defined.
    """

    stride_px: int = 1
    receptive_field_px: int = 1
    smallest_input_px: int = 1


@dataclass(frozen=True)
class _Window:
    """A layer along one side: kernel, stride, padding at both ends, and positions that its input needs."""

    kernel: int = 1
    stride: int = 1
    padding: int = 0
    needs: int = 1


def chain_geometry(layers: Iterable[tuple[str, nn.Module]]) -> dict[str, Geometry]:
    """Geometry of every layer of a chain of convolutions, poolings and pointwise layers.

    With kernel k and stride s of a layer, r <- r + (k - 1) * j and j <- j * s. Backwards, m positions of its
    output need (m - 1) * s + k - 2 * padding positions of its input.

    Args:
        layers: (name, module) in the order they run. Where a layer is not square, its longer side counts.
    Returns:
        {name: Geometry}.

    Source: Araujo, Norris, Sim 2019, "Computing receptive fields of convolutional neural networks", eq. 2.
    Differs: summed layer by layer; the smallest input is added.
    """
    stride, field = 1, 1
    windows: list[_Window] = []
    geometry: dict[str, Geometry] = {}
    for name, layer in layers:
        window = _window(layer)
        windows.append(window)
        field += (window.kernel - 1) * stride
        stride *= window.stride
        geometry[name] = Geometry(stride, field, _smallest_input(windows))
    return geometry


def is_chain(module: nn.Module) -> bool:
    """Whether a module is a chain of layers whose geometry is known here."""
    if isinstance(module, nn.Sequential):
        return all(is_chain(child) for child in module)
    if isinstance(module, (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)):
        return True
    return isinstance(module, (*POINTWISE, nn.BatchNorm2d))


def _smallest_input(windows: list[_Window]) -> int:
    positions = 1
    for window in reversed(windows):
        positions = max(window.needs, (positions - 1) * window.stride + window.kernel - 2 * window.padding)
    return positions


def _window(layer: nn.Module) -> _Window:
    if isinstance(layer, nn.Conv2d):
        kernel = max(d * (k - 1) + 1 for d, k in zip(layer.dilation, layer.kernel_size, strict=True))
        if isinstance(layer.padding, str):
            padding = (kernel - 1) // 2 if layer.padding == "same" else 0
        else:
            padding = min(layer.padding)
        # Reflection mirrors without repeating the edge, so it needs one more position than it pads.
        needs = {"reflect": padding + 1, "circular": max(1, padding)}.get(layer.padding_mode, 1)
        return _Window(kernel, max(layer.stride), padding, needs)
    if isinstance(layer, (nn.MaxPool2d, nn.AvgPool2d)):
        kernel = _longer(getattr(layer, "dilation", 1)) * (_longer(layer.kernel_size) - 1) + 1
        return _Window(kernel, _longer(layer.stride), _longer(layer.padding))
    return _Window()


def _longer(size: int | tuple[int, ...]) -> int:
    return size if isinstance(size, int) else max(size)
