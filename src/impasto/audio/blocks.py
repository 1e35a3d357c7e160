"""Long sounds in blocks that overlap: the loss of a whole canvas with the memory of one block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from impasto.audio.spectrogram import WINDOWS
from impasto.runtime import trim_memory

BLOCK_S = 10.0
"""Length of a block, seconds: five times the longest lag of the rhythm."""

OVERLAP_S = 2.0
"""How far two blocks overlap, seconds: the longest lag of the rhythm."""

Block = tuple[int, int]
"""First sample of a block in the padded canvas, and the one after its last."""

BlockLoss = Callable[[Tensor, int], tuple[Tensor, dict[str, Tensor]]]
"""(block of the padded canvas (C, T'), its number) -> (loss, its parts by name)."""


def padding(rate_hz: int) -> int:
    """Samples before and after a canvas, so that its ends lie in as many frames as its middle."""
    return WINDOWS[-1].samples(rate_hz) // 2


def padded(canvas: Tensor, rate_hz: int, *, loop: bool) -> Tensor:
    """A canvas with silence at both ends, or, for a loop, with the other end.

    Args:
        canvas: (1, C, 1, T).
        rate_hz: of the canvas.
        loop: the end runs on into the beginning.
    Returns:
        (C, T + 2 padding).
    """
    margin = padding(rate_hz)
    samples = canvas[:, :, 0]
    while loop and margin > samples.shape[2]:
        samples = torch.cat([samples, samples], 2)
    return F.pad(samples, (margin, margin), mode="circular" if loop else "constant")[0]


def blocks_of(count: int, rate_hz: int) -> list[Block]:
    """Blocks that cover ``count`` samples, of equal length, at most ``BLOCK_S`` and the overlap."""
    longest, overlap = round((BLOCK_S + OVERLAP_S) * rate_hz), round(OVERLAP_S * rate_hz)
    if count <= longest:
        return [(0, count)]
    pieces = -(-(count - overlap) // (longest - overlap))
    step = (count - overlap) / pieces
    starts = [round(step * piece) for piece in range(pieces)]
    ends = [start + overlap for start in starts[1:]] + [count]
    return list(zip(starts, ends, strict=True))


def _places(count: int, start: int, stop: int, margin: int, *, loop: bool) -> list[tuple[slice, slice]]:
    """Where the samples of a block of the padded canvas come from: (part of the block, part of the canvas).

    Args:
        count: samples of the canvas.
        start: first sample of the block, counted in the padded canvas.
        stop: the one after its last.
        margin: the padding, at most ``count``.
        loop: the padding is the other end; else it comes from nowhere, and is silence.
    """
    places = []
    for shift in (-count, 0, count) if loop else (0,):
        first, last = max(start - margin, shift), min(stop - margin, shift + count)
        if first < last:
            inside = slice(first + margin - start, last + margin - start)
            places.append((inside, slice(first - shift, last - shift)))
    return places


class _KnownGradient(torch.autograd.Function):
    """A number whose gradient was worked out before."""

    @staticmethod
    def forward(ctx: Any, canvas: Tensor, value: Tensor, gradient: Tensor) -> Tensor:
        """The value."""
        ctx.save_for_backward(gradient)
        return value.clone()

    @staticmethod
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor, None, None]:
        """The gradient."""
        (gradient,) = ctx.saved_tensors
        return outer * gradient, None, None


def loss_by_blocks(
    canvas: Tensor, rate_hz: int, blocks: Sequence[Block], block_loss: BlockLoss, *, loop: bool = False
) -> tuple[Tensor, dict[str, Tensor]]:
    """Mean of the losses of all blocks, weighted by their length, with the memory of one.

    Where blocks overlap, both count: there is one canvas, so no edge can be heard.

    Args:
        canvas: (1, C, 1, T), a leaf.
        rate_hz: of the canvas.
        blocks: of the padded canvas.
        block_loss: the loss of one.
        loop: as for ``padded``.
    Returns:
        The loss, with gradients, and its parts without.
    """
    total = sum(stop - start for start, stop in blocks)
    if len(blocks) == 1:
        return block_loss(padded(canvas, rate_hz, loop=loop), 0)
    value, parts = canvas.new_zeros(()), dict[str, Tensor]()
    gradient = torch.zeros_like(canvas)
    for number, (start, stop) in enumerate(blocks):
        places = _places(canvas.shape[3], start, stop, padding(rate_hz), loop=loop)
        block = torch.zeros(canvas.shape[1], stop - start).to(canvas)
        for inside, part in places:
            block[:, inside] = canvas.detach()[0, :, 0, part]
        loss, named = block_loss(block.requires_grad_(), number)
        share = (stop - start) / total
        (slope,) = torch.autograd.grad(loss, block)
        for inside, part in places:
            gradient[0, :, 0, part].add_(slope[:, inside], alpha=share)
        value = value + share * loss.detach()
        for name, one in named.items():
            parts[name] = parts.get(name, canvas.new_zeros(())) + share * one
    trim_memory()  # what the blocks leave free does not fit the whole canvas' tensors
    known: Tensor = _KnownGradient.apply(canvas, value, gradient)  # type: ignore[no-untyped-call]
    return known, parts
