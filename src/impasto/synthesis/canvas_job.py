"""What jobs of pictures and of sounds have in common: a canvas, its sizes, and what is told of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from torch import Tensor

from impasto.errors import SettingError
from impasto.optimize.loop import Loop, Step
from impasto.optimize.schedule import Scale


@dataclass(frozen=True, kw_only=True, eq=False)
class CanvasJob:
    """One canvas to be optimised.

    Attributes:
        scales: sizes of the canvas, coarsest first; the last is that of the result.
        loop: optimiser, rate, running mean, tolerance, bounds, how to resize.
        record: what the result's record says before the first step.
        identity: () -> what decides the result, ready for JSON; a checkpoint continues only the same.
        notes: what was done to the inputs, for people.
    """

    scales: tuple[Scale, ...]
    loop: Loop
    record: Mapping[str, Any]
    identity: Callable[[], Mapping[str, Any]]
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of the canvas of the last scale."""
        return self.scales[-1].height, self.scales[-1].width

    def shown(self, step: Step) -> Step:
        """The step with a snapshot of what is finished: the picture, or the sound at the result's rate."""
        return replace(step, snapshot=partial(self._shown, step.snapshot))

    def _shown(self, snapshot: Callable[[], Tensor]) -> Tensor:
        return self.preview(snapshot())

    def preview(self, canvas: Tensor) -> Tensor:
        """A canvas of any scale as it is shown meanwhile: the canvas itself, unless a job says otherwise."""
        return canvas

    def told(
        self, last: Step, history: Sequence[Mapping[str, Any]], *, interrupted: bool, **about: Any
    ) -> tuple[dict[str, float], dict[str, Any]]:
        """What a result tells of its run.

        Args:
            last: step.
            history: of every step, as ``history_row`` makes it.
            interrupted: the run was stopped before its end.
            **about: of the result, such as its size.
        Returns:
            Losses of the last step with their "total", and the record.
        """
        losses = {**last.losses, "total": last.loss} if last.step else {}
        return losses, {
            **self.record,
            **about,
            "steps": len(history),
            "seconds": round(last.seconds, 3),
            "losses": losses,
            "interrupted": interrupted,
        }


def expect_step(last: Step | None) -> Step:
    """The last step of a run.

    Raises:
        SettingError: no step was made.
    """
    if last is None:
        raise SettingError("no step was made", got="0 steps", expected="at least 1")
    return last


def history_row(step: Step) -> dict[str, Any]:
    """What a result's history keeps of a step: size, step, loss and its parts."""
    return {"scale": step.scale, "step": step.step, "loss": step.loss, **step.losses}
