"""A chain of convolutions as one autograd function, faster on a CPU than layer by layer.

Layer by layer, reflection padding copies the input of each convolution and later its gradient, and each ReLU
and pooling reads and writes memory of its own; on a CPU that costs more than the convolutions. Here every
activation has a border of one position that mirrors its inside. A convolution with zero padding computes the
border too, and it is overwritten by the mirror image, so the next convolution needs no padding.
The gradient runs back the same way. The numbers are those of the chain layer by layer, within rounding.

Some operators of torch that this needs are private. ``usable`` tries them; where they fail, the caller runs
the chain by ``run_layers``.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.features.blocks import convolution
from impasto.runtime import out_of_memory

log = logging.getLogger(__name__)

TRIAL_ERROR = 0.05
"""Relative error of the trial in ``usable``, at most: far above rounding, TF32 too; chosen by eye."""


@dataclass(frozen=True)
class Unit:
    """A convolution with the ReLU after it, or a pooling.

    Attributes:
        name: of the ReLU or of the pooling.
        layer: the convolution or the pooling.
    """

    name: str
    layer: nn.Module

    @property
    def pools(self) -> bool:
        """Whether it halves the picture."""
        return not isinstance(self.layer, nn.Conv2d)


def fused_units(chain: Sequence[tuple[str, nn.Module]]) -> tuple[Unit, ...] | None:
    """A chain as units; None if it is not built like VGG, or not frozen.

    Args:
        chain: (name, layer), in order.
    """
    units: list[Unit] = []
    layers = list(chain)
    while layers:
        name, layer = layers.pop(0)
        if _is_mirrored(layer) and layers and type(layers[0][1]) is nn.ReLU:
            name = layers.pop(0)[0]
        elif not (units and not units[-1].pools and _halves(layer)):
            return None
        units.append(Unit(name, layer))
    return tuple(units)


def fits(units: Sequence[Unit], image: Tensor) -> bool:
    """Whether every pooling divides the picture evenly and leaves at least four positions a side.

    Args:
        units: what will run.
        image: (N, 3, H, W).
    """
    divisor = 2 ** sum(unit.pools for unit in units)
    return all(side % divisor == 0 and side >= 4 * divisor for side in image.shape[2:])


@cache
def usable(device_type: str, dtype: torch.dtype) -> bool:
    """Whether torch's private operators exist and do what is expected here: a tiny chain is tried once.

    Args:
        device_type: "cpu", "cuda" or "mps".
        dtype: of the network.
    """
    try:
        error = _trial_error(torch.device(device_type), dtype)
    except (AttributeError, TypeError, RuntimeError) as reason:
        if out_of_memory(reason):
            raise
        log.debug("the chain runs layer by layer on %s in %s: %s", device_type, dtype, reason)
        return False
    if dtype in (torch.bfloat16, torch.float16):  # rounding may choose another maximum in a pooling
        return usable(device_type, torch.float32)
    if not error <= TRIAL_ERROR:
        log.debug("the chain runs layer by layer on %s in %s: error %.2g", device_type, dtype, error)
    return error <= TRIAL_ERROR


def run_layers(
    chain: Sequence[tuple[str, nn.Module]], names: Collection[str], image: Tensor
) -> dict[str, Tensor]:
    """Activations of some layers of a chain, layer by layer.

    Args:
        chain: (name, layer), in order.
        names: of layers.
        image: (N, 3, H, W), as the first layer reads it.
    Returns:
        {name: (N, C, h, w)}, in the order of the chain, with gradients to ``image``.
    """
    activations, flow = {}, image
    for name, layer in chain:
        flow = layer(flow)
        if name in names:
            activations[name] = flow
    return activations


def run_fused(units: Sequence[Unit], names: Collection[str], image: Tensor) -> dict[str, Tensor]:
    """Activations of some units, in one pass over all of them.

    Args:
        units: what runs; the picture must have a size that ``fits``.
        names: of units.
        image: (N, 3, H, W), as the first convolution reads it.
    Returns:
        {name: (N, C, h, w)}, in the order of the units, with gradients to ``image``.
    """
    activations = _FusedChain.apply(image, tuple(units), frozenset(names))  # type: ignore[no-untyped-call]
    return dict(zip((unit.name for unit in units if unit.name in names), activations, strict=True))


class _FusedChain(torch.autograd.Function):
    """Image in, activations of the named units out."""

    @staticmethod
    def forward(
        ctx: Any, image: Tensor, units: tuple[Unit, ...], names: frozenset[str]
    ) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> one (N, C, h, w) for each named unit."""
        flow = F.pad(image, (1, 1, 1, 1), mode="reflect")
        flows, indices, activations = [flow], [], []
        kept = ctx.needs_input_grad[0]
        for unit in units:
            if isinstance(unit.layer, nn.Conv2d):
                flow = _convolution_relu(flow, unit.layer)
            elif isinstance(unit.layer, nn.MaxPool2d):
                # With padding 1 the outermost windows hold border only: they become the new border.
                flow, index = torch.ops.aten.max_pool2d_with_indices(flow, [2, 2], [2, 2], [1, 1])
                indices += [index] if kept else []
            else:
                flow = F.avg_pool2d(flow, 2, 2, 1)
            flow = _mirror_border(flow)
            flows += [flow] if kept else []
            if unit.name in names:
                activations.append(flow[..., 1:-1, 1:-1].contiguous(memory_format=torch.channels_last))
        ctx.units, ctx.names = units, names
        if kept:
            ctx.save_for_backward(*flows, *indices)
        return tuple(activations)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, None, None]:
        """One (N, C, h, w) for each named unit -> (N, 3, H, W)."""
        units: tuple[Unit, ...] = ctx.units
        saved = list(ctx.saved_tensors)
        flows, indices = saved[: len(units) + 1], saved[len(units) + 1 :]
        waiting = list(upstream)
        gradient = torch.zeros_like(flows[-1])
        masked = False  # whether the gradient is already 0 where the ReLU's output is
        for index in reversed(range(len(units))):
            unit, before, after = units[index], flows[index], flows[index + 1]
            _fold_border(gradient)
            if unit.name in ctx.names:
                gradient[..., 1:-1, 1:-1] += waiting.pop()
                masked = False
            if not masked or isinstance(unit.layer, nn.MaxPool2d):
                # A pooled maximum is 0 exactly where ReLU gave 0, and the pooled layer is smaller.
                _relu_backward(gradient, after)
            masked = isinstance(unit.layer, nn.MaxPool2d)
            if isinstance(unit.layer, nn.Conv2d):
                gradient = _convolution_backward(gradient, before, unit.layer)
            elif masked:
                gradient = torch.ops.aten.max_pool2d_with_indices_backward(
                    gradient, before, [2, 2], [2, 2], [1, 1], [1, 1], False, indices.pop()
                )
            else:
                gradient = torch.ops.aten.avg_pool2d_backward(
                    gradient, before, [2, 2], [2, 2], [1, 1], False, True, None
                )
        _fold_border(gradient)
        return gradient[..., 1:-1, 1:-1], None, None


def _trial_error(device: torch.device, dtype: torch.dtype) -> float:
    """Relative error of a tiny fused chain and its gradient, compared with the chain layer by layer."""

    def waves(*shape: int) -> Tensor:
        count = torch.Size(shape).numel()
        return torch.arange(count, dtype=torch.float32).mul(0.7).sin().reshape(shape)

    with torch.inference_mode(mode=False), torch.enable_grad():
        first, second = convolution(waves(4, 3, 3, 3), waves(4)), convolution(waves(4, 4, 3, 3), waves(4))
        modules = nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(2), second, nn.ReLU(), nn.AvgPool2d(2))
        chain = list(modules.to(device, dtype).requires_grad_(requires_grad=False).named_children())
        units, names = fused_units(chain) or (), ("1", "5")
        results = []
        for fused in (True, False):
            image = waves(1, 3, 16, 16).to(device, dtype).requires_grad_()
            activations = run_fused(units, names, image) if fused else run_layers(chain, names, image)
            total = sum((x * waves(*x.shape).to(x)).sum() for x in activations.values())
            results.append([*activations.values(), *torch.autograd.grad(total, image)])  # type: ignore[arg-type]
    errors = [(x - y).norm() / y.norm() for x, y in zip(*results, strict=True)]
    return float(torch.stack(errors).detach().max())


def _edges(flow: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Views of the two outermost rows or columns, and of those that they mirror."""
    last = flow.shape[axis] - 1
    index: list[slice] = [slice(None)] * 4
    index[axis] = slice(0, None, last)
    border = flow[tuple(index)]
    index[axis] = slice(2, last - 1, last - 4)
    return border, flow[tuple(index)]


def _mirror_border(flow: Tensor) -> Tensor:
    """Overwrite the outermost rows and columns by the mirror image of the inside; in place, of our own."""
    for axis in (2, 3):
        border, inside = _edges(flow, axis)
        border.copy_(inside)
    return flow


def _fold_border(gradient: Tensor) -> None:
    """The backward pass of ``_mirror_border``; in place, of our own."""
    for axis in (3, 2):
        border, inside = _edges(gradient, axis)
        inside.add_(border)
        border.zero_()


def _convolution_relu(flow: Tensor, layer: nn.Conv2d) -> Tensor:
    """Convolution and ReLU with zero padding; the border is wrong until it is mirrored."""
    if flow.device.type == "cpu" and _has_fused_relu(flow.dtype):
        # torch.compile's operator, there since 2.0: ReLU before the output leaves the cache.
        activations: Tensor = torch.ops.mkldnn._convolution_pointwise(
            flow, layer.weight, layer.bias, [1, 1], [1, 1], [1, 1], 1, "relu", [], ""
        )
        return activations
    return F.conv2d(flow, layer.weight, layer.bias, padding=1).relu_()


def _has_fused_relu(dtype: torch.dtype) -> bool:
    """Whether torch has oneDNN, and oneDNN knows the number format on this CPU."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    bfloat16 = dtype == torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return dtype == torch.float32 or bool(bfloat16)


def _relu_backward(gradient: Tensor, after: Tensor) -> None:
    """Set the gradient to zero where the ReLU's output is; in place, of our own."""
    torch.ops.aten.threshold_backward.grad_input(gradient, after, 0, grad_input=gradient)


def _convolution_backward(gradient: Tensor, before: Tensor, layer: nn.Conv2d) -> Tensor:
    """The gradient with respect to a convolution's input, of which only the shape matters here."""
    back: Tensor = torch.ops.aten.convolution_backward(
        gradient, before, layer.weight, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, [True, False, False]
    )[0]
    return back


def _is_mirrored(layer: nn.Module) -> bool:
    """A frozen 3 x 3 convolution of stride 1 that mirrors its input at the edges."""
    return (
        isinstance(layer, nn.Conv2d)
        and layer.kernel_size == (3, 3)
        and layer.stride == layer.dilation == (1, 1)
        and layer.padding == (1, 1)
        and layer.padding_mode == "reflect"
        and layer.groups == 1
        and not any(parameter.requires_grad for parameter in layer.parameters())
    )


def _halves(layer: nn.Module) -> bool:
    """A pooling of 2 x 2 positions."""
    if not isinstance(layer, (nn.MaxPool2d, nn.AvgPool2d)):
        return False
    plain = getattr(layer, "dilation", 1) == 1 and getattr(layer, "divisor_override", None) is None
    return plain and (layer.kernel_size, layer.stride, layer.padding, layer.ceil_mode) == (2, 2, 0, False)
