"""A canvas at one size, and everything that changes with it from step to step."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from impasto.optimize.canvas import Average
from impasto.optimize.checkpoint import State
from impasto.optimize.timing import Cost

WINDOW = 8
"""Steps over which the fall of the loss is judged; chosen by eye."""


@dataclass(eq=False)
class LoopState:
    """A canvas at one size, and everything that changes with it from step to step.

    Attributes:
        scale: which size this is, from 1.
        canvas: (1, 3, H, W), a leaf.
        optimizer: of the canvas.
        average: of its states.
        rate: length of a step.
        smaller: how often memory ran out.
        step: the last one made, from 1; 0 before the first.
        looks: how often the canvas was measured.
        recent: the last losses, oldest first.
        losses: parts of the last one.
        settled: False while a step changes one after the other what belongs together; Ctrl-C may come then.
    """

    scale: int
    canvas: Tensor
    optimizer: Optimizer
    average: Average
    rate: float
    smaller: int = 0
    step: int = 0
    looks: int = 0
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=2 * WINDOW))
    losses: dict[str, float] = field(default_factory=dict)
    settled: bool = True

    def state(self, step: int, *, seconds: float, costs: Sequence[Cost]) -> State | None:
        """What the run can be continued from; the tensors are those that the next step changes.

        Args:
            step: the one that is asked for.
            seconds: used by then.
            costs: of the sizes by then.
        Returns:
            None if the canvas has moved on since.
        """
        if not self.settled or self.step != step:
            return None
        mean, mean_steps = self.average.taken_in()
        return State(
            scale=self.scale, step=step, looks=self.looks, smaller=self.smaller, rate=self.rate,
            recent=tuple(self.recent), losses=self.losses, seconds=seconds, costs=tuple(costs),
            mean_steps=mean_steps, canvas=self.canvas.detach(), mean=mean,
            optimizer=self.optimizer.state[self.canvas],
        )  # fmt: skip

    @classmethod
    def restored(
        cls,
        state: State,
        *,
        device: torch.device,
        make_optimizer: Callable[[Tensor, float], Optimizer],
        decay: float,
    ) -> LoopState:
        """The progress that a state was taken from.

        Args:
            state: left alone.
            device: where the canvas is to lie.
            make_optimizer: (canvas, rate) -> optimiser, of the same kind as then.
            decay: of the running mean.
        """
        canvas = copied(state.canvas, device).requires_grad_()
        optimizer = make_optimizer(canvas, state.rate)
        memory = {name: copied(value) for name, value in state.optimizer.items()}
        groups = optimizer.state_dict()["param_groups"]
        # Through torch's own door: it knows what belongs on the canvas' device and what on the CPU.
        optimizer.load_state_dict({"state": {0: memory}, "param_groups": groups})
        average = Average(decay, taken_in=(copied(state.mean, device), state.mean_steps))
        return cls(
            state.scale, canvas, optimizer, average, state.rate, state.smaller, state.step, state.looks,
            deque(state.recent, maxlen=2 * WINDOW), dict(state.losses),
        )  # fmt: skip


def copied(value: Any, device: torch.device | None = None) -> Any:
    """Tensors, and lists of them, in memory of their own and on a device; other values as they are."""
    if isinstance(value, Tensor):
        return value.detach().to(device or value.device, copy=True)
    return [copied(item, device) for item in value] if isinstance(value, list) else value
