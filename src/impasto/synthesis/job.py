"""One picture to be optimised: everything that is decided before the first step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import torch
from torch import Tensor

from impasto.errors import SettingError
from impasto.optimize.checkpoint import State
from impasto.optimize.loop import Loop, Step
from impasto.optimize.schedule import Scale
from impasto.result import Result
from impasto.synthesis.feature_view import FeatureView
from impasto.synthesis.grid_shift import ShiftRule, no_shift
from impasto.synthesis.memory import MemoryBudget
from impasto.synthesis.objectives import Objectives, Terms


def unfinished(canvas: Tensor) -> Tensor:
    """The canvas as it is: what ``Job.finish`` does unless a recipe says otherwise."""
    return canvas


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One picture to be optimised; a recipe fills it, and the engine runs it.

    Attributes:
        scales: sizes of the canvas, coarsest first; the last is that of the result.
        start: Scale -> (1, C, h, w), the canvas before the first step, of any size.
        terms: (Scale, grid shift, side of the tiles or None) -> the terms of the loss.
        view: the network that reads the canvas, and its layers.
        loop: optimiser, rate, running mean, tolerance, bounds, how to resize.
        budget: decides whether a size is painted in tiles.
        record: what the result's record says before the first step.
        identity: () -> what decides the pixels, ready for JSON; a checkpoint continues only the same.
        shift: where the network's grid lies at each evaluation.
        periodic: the canvas' edges meet.
        finish: (1, C, h, w) of any size -> the picture that is shown and saved.
        notes: what was done to the inputs, for people.
    """

    scales: tuple[Scale, ...]
    start: Callable[[Scale], Tensor]
    terms: Terms
    view: FeatureView
    loop: Loop
    budget: MemoryBudget
    record: Mapping[str, Any]
    identity: Callable[[], Mapping[str, Any]]
    shift: ShiftRule = no_shift
    periodic: bool = False
    finish: Callable[[Tensor], Tensor] = unfinished
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the result, px."""
        return self.scales[-1].height, self.scales[-1].width

    @cached_property
    def objectives(self) -> Objectives:
        """The loss of every size."""
        return Objectives(
            terms=self.terms, view=self.view, shift=self.shift, budget=self.budget, periodic=self.periodic
        )

    def steps(self, state: State | None = None) -> Iterator[Step]:
        """Optimise; with a state, continue from there. Snapshots are of the unfinished canvas."""
        return self.loop.run(
            self.start(self.scales[0]),
            self.scales,
            self.objectives.loss_at,
            smaller=self.objectives.smaller,
            state=state,
        )

    def shown(self, step: Step) -> Step:
        """The step with a snapshot of the finished picture."""
        return replace(step, snapshot=partial(self._finished, step.snapshot))

    def _finished(self, snapshot: Callable[[], Tensor]) -> Tensor:
        return self.finish(snapshot())

    def result(
        self, last: Step | None, history: Sequence[Mapping[str, Any]], *, interrupted: bool = False
    ) -> Result:
        """The picture and its record; a run that was stopped at a coarse size is enlarged.

        Args:
            last: of ``steps``.
            history: of every step, as ``history_row`` makes it.
            interrupted: the run was stopped before its end.
        Raises:
            SettingError: no step was made.
        """
        if last is None:
            raise SettingError("no step was made", got="0 steps", expected="at least 1")
        losses = {**last.losses, "total": last.loss}
        pixels = self.finish(self.loop.resize(last.snapshot(), self.shape))
        pixels = pixels.detach().to("cpu", torch.float32)
        record = {
            **self.record,
            "size": [pixels.shape[3], pixels.shape[2]],
            "steps": len(history),
            "seconds": round(last.seconds, 3),
            "losses": losses,
            "interrupted": interrupted,
        }
        return Result(pixels, losses, record, [dict(row) for row in history])


def history_row(step: Step) -> dict[str, Any]:
    """What a result's history keeps of a step: size, step, loss and its parts."""
    return {"scale": step.scale, "step": step.step, "loss": step.loss, **step.losses}
