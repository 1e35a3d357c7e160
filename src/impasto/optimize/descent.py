"""Optimisers that say only in which direction a canvas moves."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


class Descent(Optimizer):
    """x <- x - rate * d, where a subclass works out the direction d from the gradient.

    Args:
        canvas: a leaf, (1, C, H, W).
        rate: length of a step, in units of the canvas.
    """

    def __init__(self, canvas: Tensor, rate: float) -> None:
        super().__init__([canvas], {"lr": rate})

    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """One step; the closure leaves the gradient in the canvas and returns the loss."""
        loss = None if closure is None else closure()
        for group in self.param_groups:
            for canvas in group["params"]:
                if canvas.grad is not None:
                    with torch.no_grad():
                        canvas.sub_(group["lr"] * self.direction(canvas, canvas.grad))
        return loss

    @abstractmethod
    def direction(self, canvas: Tensor, gradient: Tensor) -> Tensor:
        """(1, C, H, W) of the canvas and of the gradient -> (1, C, H, W), of about unit length a value."""
