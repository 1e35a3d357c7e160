"""A look at the canvas: its loss and the gradient; if memory runs out, again in a way that needs less."""

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

Measure = Callable[[Tensor, int], tuple[Tensor, dict[str, Tensor]]]
"""(canvas (1, 3, H, W), how many looks came before at this size) -> (loss with gradients, its parts).

The same canvas and the same count give the same loss, whatever was measured in between.
"""

Problem = Callable[[Scale], Measure]
"""Makes the measure of a size."""

Smaller = Callable[[Scale, int], Measure | None]
"""Makes the measure of a size that needs less memory; the count says how often memory has run out, from 1.

None where there is no smaller one.
"""

T = TypeVar("T")


class LossWithFallback:
    """The measure of one size; when memory runs out, one that needs less of it takes its place.

    Args:
        problem: makes the measure.
        smaller: makes one that needs less memory; None if nobody can.
        scale: the size.
        times: how often memory has run out before.

    Raises:
        OutOfMemoryError: there is no smaller measure.
    """

    def __init__(self, problem: Problem, smaller: Smaller | None, scale: Scale, *, times: int = 0) -> None:
        self.times = times
        self._problem, self._smaller, self._scale = problem, smaller, scale
        self._measure: Measure | None = None
        self._reason = ""
        self._patiently(self._prepared)

    def __call__(self, canvas: Tensor, look: int) -> tuple[float, dict[str, float]]:
        """Measure a canvas, and leave the gradient in ``canvas.grad`` if the loss is finite.

        Args:
            canvas: (1, 3, H, W), a leaf.
            look: how many came before at this size.
        Returns:
            The loss and its parts.
        Raises:
            OutOfMemoryError: there is no smaller measure.
        """

        def measured() -> tuple[float, dict[str, float]]:
            canvas.grad = None  # a failed attempt may have left a part
            loss, parts = self._prepared()(canvas, look)
            # One transfer for all numbers: on a GPU each would wait for all that is under way.
            total, *told = torch.stack([loss.detach(), *parts.values()]).tolist()
            if math.isfinite(total):
                loss.backward()  # type: ignore[no-untyped-call]
            return total, dict(zip(parts, told, strict=True))

        return self._patiently(measured)

    def _patiently(self, work: Callable[[], T]) -> T:
        """Do something, and when memory runs out do it again with a smaller measure."""
        while True:
            try:
                return work()
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                self._reason = str(error).strip().partition("\n")[0] or type(error).__name__
            # The error is gone by now, and with it the tensors that its traceback held.
            self._measure = None
            self.times += 1
            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def _prepared(self) -> Measure:
        """The measure in use, made if need be."""
        if self._measure is None:
            self._measure = self._problem(self._scale) if self.times == 0 else self._made_smaller()
        return self._measure

    def _made_smaller(self) -> Measure:
        where = f"{self._scale.width} x {self._scale.height} px"
        measure = self._smaller(self._scale, self.times) if self._smaller is not None else None
        if measure is None:
            raise OutOfMemoryError(
                "the memory does not suffice for a picture of this size",
                got=f"{where}: {self._reason[:200]}" if self._reason else where,
                attempt="a smaller --size, or close other programs",
            )
        if self._reason:
            log.warning("out of memory at %s; going on in tiles", where)
        return measure
