"""What the loop asks of an optimiser, and optimisers that say only in which direction a canvas moves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Protocol

import torch
from torch import Tensor


class CanvasOptimizer(Protocol):
    """What the loop asks of an optimiser of one canvas; every ``torch.optim.Optimizer`` has it."""

    @property
    def state(self) -> MutableMapping[Any, dict[str, Any]]:
        """Numbers, tensors and lists of tensors, by canvas."""
        ...

    def step(self, closure: Callable[[], float]) -> Any:
        """One step; the closure leaves the gradient in the canvas and returns the loss."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """The state of the canvas under ``["state"][0]``, and the settings under ``["param_groups"]``."""
        ...

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take such a state; its tensors are moved to the canvas' device."""
        ...


STRIP_VALUES = 2**22
"""Values that are worked out at once."""


def canvas_strips(*canvases: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """The same strips of several canvases, as views: what is worked out value by value needs little memory.

    Args:
        canvases: (N, C, H, W) each, of the same H and W. They are cut along the height, a signal along W.
    Returns:
        For every strip, its part of each canvas; together they are the whole.
    """
    along = 3 if canvases[0].shape[2] == 1 else 2
    length = canvases[0].shape[along]
    count = max(1, STRIP_VALUES * length // max(1, canvases[0].numel()))
    return zip(*(torch.split(canvas, count, along) for canvas in canvases), strict=True)


class Descent(ABC):
    """x <- x - rate * d, where a subclass works out the direction d from the gradient.

    It has the methods of ``torch.optim.Optimizer`` that the loop calls, but is not one: the constructor of
    that class imports torch's compiler (torch 2.13), which takes longer than to import torch.

    Args:
        canvas: a leaf, (1, C, H, W).
        rate: length of a step, in units of the canvas.
    """

    def __init__(self, canvas: Tensor, rate: float) -> None:
        self.canvas, self.rate = canvas, rate
        self.state: dict[Any, dict[str, Any]] = {canvas: {}}

    def zero_grad(self) -> None:
        """Forget the gradient of the canvas."""
        self.canvas.grad = None

    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """One step; the closure leaves the gradient in the canvas and returns the loss."""
        loss = None if closure is None else closure()
        if self.canvas.grad is not None:
            with torch.no_grad():
                for part, moved in canvas_strips(self.canvas, self.direction(self.canvas, self.canvas.grad)):
                    part.sub_(self.rate * moved)
        return loss

    def state_dict(self) -> dict[str, Any]:
        """The state of the canvas and the rate, in the form of ``torch.optim.Optimizer.state_dict``."""
        state = self.state[self.canvas]
        return {"state": {0: state} if state else {}, "param_groups": [{"lr": self.rate, "params": [0]}]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take a state of ``state_dict``; its tensors are moved to the canvas' device."""
        self.rate = state_dict["param_groups"][0]["lr"]
        self.state[self.canvas] = {
            name: value.to(self.canvas.device) if isinstance(value, Tensor) else value
            for name, value in state_dict["state"].get(0, {}).items()
        }

    @abstractmethod
    def direction(self, canvas: Tensor, gradient: Tensor) -> Tensor:
        """(1, C, H, W) of the canvas and of the gradient -> (1, C, H, W), of about unit length a value."""
