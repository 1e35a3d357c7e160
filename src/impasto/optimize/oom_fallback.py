"""The loss of a canvas and its gradient; when memory runs out, computed again in a way that needs less."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor

from impasto.errors import OutOfMemoryError
from impasto.optimize.schedule import Scale
from impasto.runtime import out_of_memory

log = logging.getLogger(__name__)

CanvasLoss = Callable[[Tensor, int], tuple[Tensor, dict[str, Tensor]]]
"""(canvas (1, C, H, W), number of evaluations before this one at this scale) -> (loss, its parts by name).

All are scalars; the loss has gradients. The same canvas and number give the same loss in any order of calls.
"""

LossAtScale = Callable[[Scale], CanvasLoss]
"""Makes the loss of a scale."""

SmallerLoss = Callable[[Scale, int], CanvasLoss | None]
"""(scale, how often memory has run out, from 1) -> a loss that needs less memory; None if there is none."""

T = TypeVar("T")


class LossWithFallback:
    """The loss of one scale; when memory runs out, one that needs less memory takes its place.

    Args:
        loss_at: makes the loss.
        smaller: makes a loss that needs less memory; None: there is none.
        scale: the scale.
        fallbacks: how often memory has run out before.

    Raises:
        OutOfMemoryError: memory ran out, and there is no loss that needs less.
    """

    def __init__(
        self, loss_at: LossAtScale, smaller: SmallerLoss | None, scale: Scale, *, fallbacks: int = 0
    ) -> None:
        self.fallbacks = fallbacks
        self._loss_at, self._smaller, self._scale = loss_at, smaller, scale
        self._canvas_loss: CanvasLoss | None = None
        self._reason = ""
        self._retry(self._current)

    def __call__(self, canvas: Tensor, evaluation: int) -> tuple[float, dict[str, float]]:
        """Evaluate the loss, and leave its gradient in ``canvas.grad`` if it is finite.

        Args:
            canvas: (1, C, H, W), a leaf.
            evaluation: number of evaluations before this one at this scale.
        Returns:
            The loss and its parts.
        Raises:
            OutOfMemoryError: memory ran out, and there is no loss that needs less.
        """

        def evaluated() -> tuple[float, dict[str, float]]:
            canvas.grad = None  # a failed attempt may have left a part of it
            loss, parts = self._current()(canvas, evaluation)
            # All numbers in one transfer: on a GPU each transfer waits for all pending work.
            total, *values = torch.stack([loss.detach(), *parts.values()]).tolist()
            if math.isfinite(total):
                loss.backward()  # type: ignore[no-untyped-call]
            return total, dict(zip(parts, values, strict=True))

        return self._retry(evaluated)

    def _retry(self, work: Callable[[], T]) -> T:
        """Call ``work``; when memory runs out, call it again with the next smaller loss."""
        while True:
            try:
                return work()
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                self._reason = str(error).strip().partition("\n")[0] or type(error).__name__
            # Outside of the except block, where the traceback no longer holds the tensors.
            self._canvas_loss = None
            self.fallbacks += 1
            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def _current(self) -> CanvasLoss:
        """The loss in use; made on first use and after memory ran out."""
        if self._canvas_loss is None:
            self._canvas_loss = self._loss_at(self._scale) if self.fallbacks == 0 else self._make_smaller()
        return self._canvas_loss

    def _make_smaller(self) -> CanvasLoss:
        size = f"{self._scale.width} x {self._scale.height} px"
        canvas_loss = None if self._smaller is None else self._smaller(self._scale, self.fallbacks)
        if canvas_loss is None:
            raise OutOfMemoryError(
                "the memory does not suffice for a picture of this size",
                got=f"{size}: {self._reason[:200]}" if self._reason else size,
                attempt="a smaller --size, or close other programs",
            )
        if self._reason:
            log.warning("out of memory at %s; going on in tiles", size)
        return canvas_loss
