"""One sound to be optimised: the canvas, its loss at each sample rate, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from impasto.audio.result import SoundResult
from impasto.audio.sound import Samples
from impasto.errors import SettingError
from impasto.optimize.checkpoint import State
from impasto.optimize.loop import Loop, Step
from impasto.optimize.oom_fallback import LossAtScale
from impasto.optimize.schedule import Scale
from impasto.synthesis.job import history_row

__all__ = ["SoundJob", "history_row"]


@dataclass(frozen=True, kw_only=True, eq=False)
class SoundJob:
    """One sound to be optimised; what ``synthesis.job.Job`` is for a picture.

    Attributes:
        scales: lengths of the canvas, the lowest sample rate first; the last is that of the result.
        start: (1, C, h, w), the canvas before the first step.
        loss_at: Scale -> the loss of a canvas.
        loop: optimiser, rate, running mean, how to resize; no bounds.
        finish: canvas of the last scale -> samples (C, T), at most ``TRUE_PEAK_DB``.
        rate_hz: of the result.
        record: what the result's record says before the first step.
        identity: () -> what decides the samples, ready for JSON; a checkpoint continues only the same.
        notes: what was done to the inputs, for people.
        tags: of the content's file, for that of the result.
    """

    scales: tuple[Scale, ...]
    start: Tensor
    loss_at: LossAtScale
    loop: Loop
    finish: Callable[[Tensor], Samples]
    rate_hz: int
    record: Mapping[str, Any]
    identity: Callable[[], Mapping[str, Any]]
    notes: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def steps(self, state: State | None = None) -> Iterator[Step]:
        """Optimise; with a state, continue from there. Snapshots are of the canvas."""
        return self.loop.run(self.start, self.scales, self.loss_at, state=state)

    def shown(self, step: Step) -> Step:
        """The step with a snapshot of the finished sound, (1, C, 1, T) at the rate of the result."""
        return replace(step, snapshot=partial(self._finished, step.snapshot))

    def _finished(self, snapshot: Callable[[], Tensor]) -> Tensor:
        return torch.from_numpy(self._made(snapshot()))[None, :, None]

    def _made(self, canvas: Tensor) -> Samples:
        last = self.scales[-1]
        return self.finish(self.loop.resize(canvas, (last.height, last.width)).detach().cpu())

    def result(
        self, last: Step | None, history: Sequence[Mapping[str, Any]], *, interrupted: bool = False
    ) -> SoundResult:
        """The sound and its record; a run that was stopped at a low rate has the content's high tones.

        Args:
            last: of ``steps``.
            history: of every step, as ``history_row`` makes it.
            interrupted: the run was stopped before its end.
        Raises:
            SettingError: no step was made.
        """
        if last is None:
            raise SettingError("no step was made", got="0 steps", expected="at least 1")
        samples = self._made(last.snapshot())
        losses = {**last.losses, "total": last.loss} if last.step else {}
        record = {
            **self.record,
            "samples": samples.shape[1],
            "channels": samples.shape[0],
            "rate_hz": self.rate_hz,
            "steps": len(history),
            "seconds": round(last.seconds, 3),
            "losses": losses,
            "interrupted": interrupted,
        }
        rows = [dict(row) for row in history]
        return SoundResult(samples, self.rate_hz, losses, record, rows, tags=self.tags)
