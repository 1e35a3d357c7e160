"""The canvas at one scale, and everything that changes with it from step to step."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor

from impasto.optimize.canvas import Bounds, RunningMean
from impasto.optimize.checkpoint import State
from impasto.optimize.descent import CanvasOptimizer
from impasto.optimize.timing import Cost

WINDOW = 8
"""Steps over which the fall of the loss is judged; chosen by eye."""


@dataclass(eq=False)
class LoopState:
    """The canvas at one scale, and everything that changes with it from step to step.

    Scale, rate, fallbacks, step (0 before the first), evaluations, recent and losses are as in ``State``.

    Attributes:
        canvas: (1, C, H, W), a leaf.
        optimizer: of the canvas.
        mean: running mean of the canvas.
        consistent: False in the middle of a step, when canvas, optimiser and mean do not belong together;
            Ctrl-C may come then.
    """

    scale: int
    canvas: Tensor
    optimizer: CanvasOptimizer
    mean: RunningMean
    rate: float
    fallbacks: int = 0
    step: int = 0
    evaluations: int = 0
    recent: deque[float] = field(default_factory=partial(deque, maxlen=2 * WINDOW))
    losses: dict[str, float] = field(default_factory=dict)
    consistent: bool = True

    def state(self, step: int, *, seconds: float, costs: Sequence[Cost]) -> State | None:
        """What the run can be resumed from; the next step changes its tensors.

        Args:
            step: the one whose state is asked for.
            seconds: used until then.
            costs: of the scales until then.
        Returns:
            None if the canvas has changed since that step.
        """
        if not self.consistent or self.step != step:
            return None
        mean, mean_steps = self.mean.accumulated()
        return State(
            scale=self.scale,
            step=step,
            evaluations=self.evaluations,
            fallbacks=self.fallbacks,
            rate=self.rate,
            recent=tuple(self.recent),
            losses=self.losses,
            seconds=seconds,
            costs=tuple(costs),
            mean_steps=mean_steps,
            canvas=self.canvas.detach(),
            mean=mean,
            optimizer=self.optimizer.state[self.canvas],
        )

    @classmethod
    def restored(
        cls,
        state: State,
        *,
        device: torch.device,
        make_optimizer: Callable[[Tensor, float], CanvasOptimizer],
        decay: float,
        bounds: Bounds | None,
    ) -> LoopState:
        """The loop as it was when a state was taken.

        Args:
            state: not changed.
            device: for the canvas.
            make_optimizer: (canvas, rate) -> optimiser, of the same kind as when the state was taken.
            decay: of the running mean.
            bounds: of the running mean.
        """
        canvas = copied(state.canvas, device).requires_grad_()
        optimizer = make_optimizer(canvas, state.rate)
        tensors = {name: copied(value) for name, value in state.optimizer.items()}
        groups = optimizer.state_dict()["param_groups"]
        # load_state_dict moves each tensor to the right device: some belong on the CPU.
        optimizer.load_state_dict({"state": {0: tensors}, "param_groups": groups})
        accumulated = (copied(state.mean, device), state.mean_steps)
        return cls(
            scale=state.scale,
            canvas=canvas,
            optimizer=optimizer,
            mean=RunningMean(decay, bounds=bounds, accumulated=accumulated),
            rate=state.rate,
            fallbacks=state.fallbacks,
            step=state.step,
            evaluations=state.evaluations,
            recent=deque(state.recent, maxlen=2 * WINDOW),
            losses=dict(state.losses),
        )


def copied(value: Any, device: torch.device | None = None) -> Any:
    """Tensors, and lists of tensors, copied to a device (None: their own); other values as they are."""
    if isinstance(value, Tensor):
        return value.detach().to(device or value.device, copy=True)
    return [copied(item, device) for item in value] if isinstance(value, list) else value
