"""Gathers sets of positions from a layer, with a fast gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def split(features: Tensor, indices: Sequence[Tensor], rows: Mapping[str, Tensor]) -> tuple[Tensor, ...]:
    """Activations of several sets of positions.

    Args:
        features: (N, C, h, w).
        indices: (P_r,) each, counted row by row.
        rows: of the indices, as ``rows_of`` returns them.
    Returns:
        (N, C, 1, P_r) each, with gradients to ``features``.
    """
    if not indices:
        return ()
    pieces: tuple[Tensor, ...] = _Split.apply(features, *rows.values(), *indices)  # type: ignore[no-untyped-call]
    return pieces


def rows_of(indices: Sequence[Tensor], count: int) -> dict[str, Tensor]:
    """Where each position of a layer is when several sets of positions are laid end to end.

    Args:
        indices: (P_r,) each, the positions of each set.
        count: of positions in the layer.
    Returns:
        {"rows": (count,), "again": (Q,), "again_at": (Q,)}: the row of each position, sum P_r for a position
        in no set; the further rows of positions that are in several sets, and which positions these are.
    """
    together = torch.cat(list(indices))
    order = torch.arange(len(together), device=together.device)
    rows = torch.full((count,), len(together), device=together.device)
    for index, places in zip(indices, torch.split(order, [len(index) for index in indices]), strict=True):
        rows[index] = places  # the last set wins, so that every run has the same rows
    again = order[rows[together] != order]
    return {"rows": rows, "again": again, "again_at": together[again]}


class _Split(torch.autograd.Function):
    """Gathers forward, and gathers backward.

    Autograd would fill and add an array of the layer's size for every region; adding rows at an index is
    slow as well. Nearly every position is in one region, so its gradient can be fetched from that region.
    """

    @staticmethod
    def forward(
        ctx: Any, features: Tensor, rows: Tensor, again: Tensor, again_at: Tensor, *indices: Tensor
    ) -> tuple[Tensor, ...]:
        """(N, C, h, w) -> (N, C, 1, P_r) each."""
        ctx.save_for_backward(rows, again, again_at)
        ctx.shape = features.shape
        flat = features.permute(0, 2, 3, 1).flatten(1, 2)  # (N, P, C), a view of channels-last memory
        return tuple(flat.index_select(1, index).mT[:, :, None] for index in indices)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """(N, C, 1, P_r) each -> (N, C, h, w)."""
        rows, again, again_at = ctx.saved_tensors
        n, c, h, w = ctx.shape
        zero = gradients[0].new_zeros(n, 1, c)
        together = torch.cat([*(gradient[:, :, 0].mT for gradient in gradients), zero], 1)
        gradient = together.index_select(1, rows)
        if len(again):
            gradient.index_add_(1, again_at, together.index_select(1, again))
        return gradient.view(n, h, w, c).permute(0, 3, 1, 2), *([None] * (3 + len(gradients)))
