"""The chain as one function: every activation carries a frame of its own mirror image.

Layer by layer, reflection padding makes a copy of its input before each convolution and its gradient another,
and each rectifier and each pooling takes a turn through memory of its own; on a CPU that costs more than the
convolutions. Here a convolution computes one position more on each side, and that frame is overwritten by
the mirror image of what lies inside it, so the next convolution needs no padding. The gradient runs back the
same way. The numbers are those of the chain layer by layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F  # noqa: N812 - its usual name


@dataclass(frozen=True)
class Unit:
    """A convolution with the rectifier after it, or a pooling.

    Attributes:
        name: of the rectifier or of the pooling.
        layer: the convolution or the pooling.
    """

    name: str
    layer: nn.Module

    @property
    def pools(self) -> bool:
        """Whether it halves the picture."""
        return not isinstance(self.layer, nn.Conv2d)


def framed_units(chain: Sequence[tuple[str, nn.Module]]) -> tuple[Unit, ...] | None:
    """A chain as units, if it is of VGG's kind and frozen; None if not.

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


def run_framed(units: Sequence[Unit], wanted: set[str], image: Tensor) -> dict[str, Tensor]:
    """Activations of some units, in one pass over all of them.

    Args:
        units: what runs; a picture that ``fits``.
        wanted: names of units.
        image: (N, 3, H, W), as the first convolution reads it.
    Returns:
        {name: (N, C, h, w)}, in the order they ran, with gradients to ``image``.
    """
    found = _Framed.apply(image, tuple(units), frozenset(wanted))  # type: ignore[no-untyped-call]
    return dict(zip((unit.name for unit in units if unit.name in wanted), found, strict=True))


class _Framed(torch.autograd.Function):
    """Image in, activations of the wanted units out."""

    @staticmethod
    def forward(
        ctx: Any, image: Tensor, units: tuple[Unit, ...], wanted: frozenset[str]
    ) -> tuple[Tensor, ...]:
        """(N, 3, H, W) -> one (N, C, h, w) for each wanted unit."""
        flow = F.pad(image, (1, 1, 1, 1), mode="reflect")
        flows, places, found = [flow], [], []
        kept = ctx.needs_input_grad[0]
        for unit in units:
            if isinstance(unit.layer, nn.Conv2d):
                flow = _rectified_convolution(flow, unit.layer)
            elif isinstance(unit.layer, nn.MaxPool2d):
                # With padding 1 the windows on the rim hold frame only: they become the new frame.
                flow, place = torch.ops.aten.max_pool2d_with_indices(flow, [2, 2], [2, 2], [1, 1])
                places += [place] if kept else []
            else:
                flow = F.avg_pool2d(flow, 2, 2, 1)
            flow = _mirror_frame(flow)
            flows += [flow] if kept else []
            if unit.name in wanted:
                found.append(flow[..., 1:-1, 1:-1].contiguous(memory_format=torch.channels_last))
        ctx.units, ctx.wanted = units, wanted
        if kept:
            ctx.save_for_backward(*flows, *places)
        return tuple(found)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        """One (N, C, h, w) for each wanted unit -> (N, 3, H, W)."""
        units: tuple[Unit, ...] = ctx.units
        saved = list(ctx.saved_tensors)
        flows, places = saved[: len(units) + 1], saved[len(units) + 1 :]
        waiting = list(gradients)
        pull = torch.zeros_like(flows[-1])
        masked = False  # whether the pull is 0 already wherever the rectifier was
        for index in reversed(range(len(units))):
            unit, before, after = units[index], flows[index], flows[index + 1]
            _fold_frame(pull)
            if unit.name in ctx.wanted:
                pull[..., 1:-1, 1:-1] += waiting.pop()
                masked = False
            if not masked or isinstance(unit.layer, nn.MaxPool2d):
                # A pooled activation is 0 exactly if its maximum was rectified, and there is less of it.
                _rectify(pull, after)
            masked = isinstance(unit.layer, nn.MaxPool2d)
            if isinstance(unit.layer, nn.Conv2d):
                pull = _through_convolution(pull, before, unit.layer)
            elif masked:
                pull = torch.ops.aten.max_pool2d_with_indices_backward(
                    pull, before, [2, 2], [2, 2], [1, 1], [1, 1], False, places.pop()
                )
            else:
                pull = torch.ops.aten.avg_pool2d_backward(
                    pull, before, [2, 2], [2, 2], [1, 1], False, True, None
                )
        _fold_frame(pull)
        return pull[..., 1:-1, 1:-1], None, None


def _rims(flow: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Views of the two outermost rows or columns, and of those that they mirror."""
    last = flow.shape[axis] - 1
    index: list[slice] = [slice(None)] * 4
    index[axis] = slice(0, None, last)
    rim = flow[tuple(index)]
    index[axis] = slice(2, last - 1, last - 4)
    return rim, flow[tuple(index)]


def _mirror_frame(flow: Tensor) -> Tensor:
    """Overwrite the outermost rows and columns by the mirror image of what is inside; our own memory."""
    for axis in (2, 3):
        rim, inside = _rims(flow, axis)
        rim.copy_(inside)
    return flow


def _fold_frame(pull: Tensor) -> None:
    """The gradient of ``_mirror_frame``, in our own memory."""
    for axis in (3, 2):
        rim, inside = _rims(pull, axis)
        inside.add_(rim)
        rim.zero_()


def _rectified_convolution(flow: Tensor, layer: nn.Conv2d) -> Tensor:
    """Convolution and rectifier, one position more on each side than the mirrored frame leaves."""
    if flow.device.type == "cpu" and _fuses(flow.dtype):
        # torch.compile's operator, there since 2.0: rectifies before the output leaves the cache.
        found: Tensor = torch.ops.mkldnn._convolution_pointwise(
            flow, layer.weight, layer.bias, [1, 1], [1, 1], [1, 1], 1, "relu", [], ""
        )
        return found
    return F.conv2d(flow, layer.weight, layer.bias, padding=1).relu_()


def _fuses(dtype: torch.dtype) -> bool:
    """Whether oneDNN is there, and knows a number format on this CPU."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    bfloat16 = dtype == torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return dtype == torch.float32 or bool(bfloat16)


def _rectify(pull: Tensor, after: Tensor) -> None:
    """Zero, in our own memory, where the activation after the rectifier is."""
    torch.ops.aten.threshold_backward.grad_input(pull, after, 0, grad_input=pull)


def _through_convolution(pull: Tensor, before: Tensor, layer: nn.Conv2d) -> Tensor:
    """The gradient with respect to a convolution's input, of which only the shape matters here."""
    back: Tensor = torch.ops.aten.convolution_backward(
        pull, before, layer.weight, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, [True, False, False]
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
