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
"""Long side of an animation; larger GIFs are tens of megabytes."""


class Film:
    """Frames of a run, all at one size; the last is the finished picture.

    Early steps change the picture most, so frames lie closer together there: frame k is taken once
    (k / FRAMES)^2 of the expected time is over.

    Args:
        path: .gif, .webp or .mp4.

    Raises:
        OutputError: the folder is missing, the format is unknown, or its encoder is not installed.
    """

    def __init__(self, path: Path) -> None:
        from impasto.video.io import FORMATS, check_video

        self.path = path
        self.frames: list[Image] = []
        self._size: tuple[int, int] | None = None
        animation.check_animation(path, formats=(*animation.FORMATS, *FORMATS))
        self._is_video = path.suffix.lower() in FORMATS
        if self._is_video:
            check_video(path)

    def see(self, step: Step) -> None:
        """Keep the picture of a step if its time has come."""
        done = step.seconds / max(step.seconds + step.seconds_left, 1e-9)
        if len(self.frames) < min(FRAMES - 1, 1 + FRAMES * done**0.5):
            self._keep(io.to_pil(step.snapshot()))

    def finish(self, picture: Image) -> None:
        """Add the finished picture and write the file."""
        self._keep(picture)
        if self._is_video:
            from impasto.video.io import write_video

            write_video(self.path, self.frames, frames_per_s=12)
        else:
            animation.write_animation(self.path, self.frames)

    def _keep(self, picture: Image) -> None:
        from PIL.Image import Resampling

        if self._size is None:
            scale = SIZE_PX / max(picture.size)
            self._size = (2 * round(picture.width * scale / 2), 2 * round(picture.height * scale / 2))
        self.frames.append(picture.resize(self._size, Resampling.BICUBIC))
