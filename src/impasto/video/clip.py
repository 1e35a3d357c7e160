"""What is known of a video, and its frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from torch import Tensor


@dataclass(frozen=True)
class ClipInfo:
    """What is known of a video before its frames are read.

    Attributes:
        path: of the file, or of the folder or pattern of a series of pictures.
        width: of a frame as it is shown: upright, with square pixels; px.
        height: as ``width``.
        rate: frames a second, on average.
        time_base: seconds of one unit of ``Frame.pts``.
        count: number of frames as the file says, which may be wrong; None: unknown.
        notes: what is done to the frames when they are read, for people.
    """

    path: Path
    width: int
    height: int
    rate: Fraction
    time_base: Fraction
    count: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame.

    Attributes:
        number: from 0, in the video.
        pixels: (1, 3, H, W), float32, sRGB in [0, 1].
        pts: when it is shown, in units of the time base; the file's own time stamp.
        duration: how long it is shown, in units of the time base; 0: unknown.
    """

    number: int
    pixels: Tensor = field(repr=False)
    pts: int
    duration: int = 0


class Clip(Protocol):
    """A video that can be read from its beginning, as often as needed."""

    @property
    def info(self) -> ClipInfo:
        """What is known of it."""
        ...

    def frames(self, start_s: float = 0.0) -> Iterator[Frame]:
        """Its frames in the order they are shown, one in memory at a time.

        Args:
            start_s: frames that end before that time may be left out, in seconds after the first.
        Yields:
            The frames.
        Raises:
            VideoError: none can be decoded.
        """
        ...
