"""The animation of a run: which steps to keep, and the file they become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from impasto.images import animation, io
from impasto.images.atomic_write import check_path

if TYPE_CHECKING:
    from PIL.Image import Image

    from impasto.optimize.loop import Step

FRAMES = 48
"""Frames of an animation, at most; chosen by eye: four seconds."""

SIZE_PX = 384
"""Long side of an animation; larger GIFs are tens of megabytes."""


def check_animation_file(path: Path) -> Path:
    """Look, before any work is done, whether an animation can be written.

    Args:
        path: .gif, .webp or .mp4.
    Returns:
        The same path.
    Raises:
        OutputError: the folder is missing, the format is unknown, or its encoder is not installed.
    """
    from impasto.video.io import FORMATS, check_video

    check_path(path, (*animation.FORMATS, *FORMATS))
    if path.suffix.lower() in FORMATS:
        check_video(path)
    return path


def write_animation_file(
    path: Path, frames: Sequence[Image], *, milliseconds: int = 80, hold_last_ms: int | None = None
) -> None:
    """Write the animation, whole or not at all.

    Args:
        path: .gif, .webp or .mp4.
        frames: of one size.
        milliseconds: how long a frame is shown.
        hold_last_ms: how long the last one is shown, where the file repeats; None for no longer than others.
    """
    from impasto.video.io import FORMATS, write_video

    if path.suffix.lower() in FORMATS:
        write_video(path, frames, frames_per_s=1000 / milliseconds)
    else:
        hold_ms = milliseconds if hold_last_ms is None else hold_last_ms
        animation.write_animation(path, frames, milliseconds=milliseconds, hold_last_ms=hold_ms)


def frame_size(picture: Image) -> tuple[int, int]:
    """(width, height) of an animation of such pictures, px; even, as videos need."""
    scale = SIZE_PX / max(picture.size)
    width, height = (max(2, 2 * round(side * scale / 2)) for side in picture.size)
    return width, height


def resized(picture: Image, size: tuple[int, int]) -> Image:
    """The picture as a frame of that size."""
    from PIL.Image import Resampling

    return picture.resize(size, Resampling.BICUBIC)


class AnimationRecorder:
    """Frames of a run, all at one size; the last is the finished picture.

    Early steps change the picture most, so frames lie closer together there: frame k is taken once
    (k / FRAMES)^2 of the expected time is over.

    Args:
        path: .gif, .webp or .mp4.

    Raises:
        OutputError: the folder is missing, the format is unknown, or its encoder is not installed.
    """

    def __init__(self, path: Path) -> None:
        self.path = check_animation_file(path)
        self.frames: list[Image] = []
        self._size: tuple[int, int] | None = None

    def see(self, step: Step) -> None:
        """Keep the picture of a step if its time has come."""
        done = step.seconds / max(step.seconds + step.seconds_left, 1e-9)
        if len(self.frames) < min(FRAMES - 1, 1 + FRAMES * done**0.5):
            self._keep(io.to_pil(step.snapshot()))

    def finish(self, picture: Image) -> None:
        """Add the finished picture and write the file."""
        self.writer(picture)(self.path)

    def writer(self, picture: Image) -> Callable[[Path], None]:
        """Add the finished picture; returns what writes the file."""
        self._keep(picture)
        return lambda path: write_animation_file(path, self.frames, hold_last_ms=1500)

    def _keep(self, picture: Image) -> None:
        if self._size is None:
            self._size = frame_size(picture)
        self.frames.append(resized(picture, self._size))
