"""A picture of how a video changes: one column of its pixels over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from torch import Tensor

from impasto.errors import VideoError
from impasto.video.reading import open_clip


def time_slice(frames: Iterable[Tensor], *, place: float = 0.5, widen: int = 1) -> Tensor:
    """The y-t slice: a column of each frame, side by side in the order of time.

    Lines that go on smoothly are things that move or stand; vertical stripes are flicker.

    Args:
        frames: (1, 3, H, W) of each.
        place: of the column, as a fraction of the width.
        widen: px of the result for each frame.
    Returns:
        (1, 3, H, frames * widen).
    Raises:
        VideoError: there are no frames.
    """
    columns = [_column(frame, place) for frame in frames]
    if not columns:
        raise VideoError("a slice needs at least one frame", got="0 frames")
    return torch.cat(columns, 3).repeat_interleave(widen, 3)


def slice_of_clip(path: Path, *, place: float = 0.5, widen: int = 1) -> Tensor:
    """``time_slice`` of a video file."""

    def frames() -> Iterator[Tensor]:
        for frame in open_clip(path).frames():
            yield frame.pixels

    return time_slice(frames(), place=place, widen=widen)


def _column(frame: Tensor, place: float) -> Tensor:
    width = frame.shape[3]
    column = min(width - 1, int(place * width))
    return frame[:, :, :, column : column + 1]
