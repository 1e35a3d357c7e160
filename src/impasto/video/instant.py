"""Frames in one pass each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from torch import Tensor

from impasto.images.resize import resize
from impasto.video.engine import FrameEngine, Past
from impasto.video.flow import Motion

ONE_PASS = {"init": "instant", "scales": 1, "steps": 0}
"""Settings of a still that is painted by a feed-forward network alone."""


class InstantEngine(FrameEngine):
    """Every frame by a feed-forward network, with statistics that are averaged over the frames of a scene."""

    def paint(
        self, number: int, frame: Tensor, past: Sequence[Past], motion: Mapping[int, Motion]
    ) -> tuple[Tensor, Tensor]:
        """As ``FrameEngine.paint``; the canvas is the painted frame."""
        if not past:
            self.means.restart()
        size = max(frame.shape[2:])
        context = replace(self.context, adjust=self.means)
        job = self.still(frame, self.of_frame(size, **ONE_PASS), context)
        canvas = job.start(job.scales[-1]).detach().cpu()
        painted = job.finish(canvas).cpu()
        shown = resize(painted, (frame.shape[2], frame.shape[3]))
        return shown, shown
