"""One sound to be optimised: the canvas, its loss at each sample rate, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from impasto.audio.result import SoundResult
from impasto.audio.sound import Samples
from impasto.optimize.checkpoint import State
from impasto.optimize.loop import Step
from impasto.optimize.oom_fallback import LossAtScale
from impasto.synthesis.canvas_job import CanvasJob, expect_step


@dataclass(frozen=True, kw_only=True, eq=False)
class SoundJob(CanvasJob):
    """One sound to be optimised; what ``synthesis.job.Job`` is for a picture.

    The scales are lengths of the canvas, the lowest sample rate first; the loop has no bounds.

    Attributes:
        start: (1, C, h, w), the canvas before the first step.
        loss_at: Scale -> the loss of a canvas.
        finish: canvas of the last scale -> samples (C, T), with a true peak of at most ``TRUE_PEAK_DB``; and
            by how many dB they are quieter than wanted because of it.
        rate_hz: of the result.
        tags: of the content's file, for that of the result.
        cover: the picture in the content's file.
    """

    start: Tensor
    loss_at: LossAtScale
    finish: Callable[[Tensor], tuple[Samples, float]]
    rate_hz: int
    tags: Mapping[str, str] = field(default_factory=dict)
    cover: bytes | None = field(default=None, repr=False)

    def steps(self, state: State | None = None) -> Iterator[Step]:
        """Optimise; with a state, continue from there. Snapshots are of the canvas."""
        return self.loop.run(self.start, self.scales, self.loss_at, state=state)

    def preview(self, canvas: Tensor) -> Tensor:
        """The finished sound, (1, C, 1, T) at the rate of the result."""
        return torch.from_numpy(self._finished(canvas)[0])[None, :, None]

    def _finished(self, canvas: Tensor) -> tuple[Samples, float]:
        return self.finish(self.loop.resize(canvas, self.shape).detach().cpu())

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
        step = expect_step(last)
        samples, quieter_db = self._finished(step.snapshot())
        about = {
            "samples": samples.shape[1],
            "channels": samples.shape[0],
            "rate_hz": self.rate_hz,
            "quieter_db": round(quieter_db, 2),
        }
        losses, record = self.told(step, history, interrupted=interrupted, **about)
        rows = [dict(row) for row in history]
        return SoundResult(samples, self.rate_hz, losses, record, rows, tags=self.tags, cover=self.cover)
