"""The animation of a run: which steps to keep, and the file they become."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from impasto.images import animation, io

if TYPE_CHECKING:
    from PIL.Image import Image

    from impasto.optimize.loop import Step

FRAMES = 48
"""Frames of an animation, at most; chosen by eye: four seconds."""

SIZE_PX = 384
"""Long side of a GIF or WebP; more makes files of tens of megabytes."""


class Film:
    """Frames of a run, all at one size.

    Early steps change the picture most, so frames lie closer together there: the k-th is taken at the step
    nearest to (k / FRAMES)^2 of the run.

    Args:
        path: .gif, .webp or .mp4.

    Raises:
        OutputError: the folder is missing, the format is unknown, or its encoder is not installed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.frames: list[Image] = []
        self._size: tuple[int, int] | None = None
        if path.suffix.lower() == ".mp4":
            from impasto.video.io import check_video

            check_video(path)
        else:
            animation.check_animation(path)

    def see(self, step: Step) -> None:
        """Keep the picture of a step if its time has come."""
        done = step.seconds / max(step.seconds + step.seconds_left, 1e-9)
        if len(self.frames) <= FRAMES * done**0.5:
            self.frames.append(self._frame(step))

    def _frame(self, step: Step) -> Image:
        from PIL.Image import Resampling

        if self._size is None:
            shrink = min(1.0, SIZE_PX / max(step.width, step.height))
            grow = max(shrink, SIZE_PX / max(step.width, step.height))
            self._size = (2 * round(step.width * grow / 2), 2 * round(step.height * grow / 2))
        return io.to_pil(step.snapshot()).resize(self._size, Resampling.BICUBIC)

    def write(self) -> None:
        """Write the file."""
        if self.path.suffix.lower() == ".mp4":
            from impasto.video.io import write_video

            write_video(self.path, self.frames, frames_per_s=12)
        else:
            animation.write_animation(self.path, self.frames)
