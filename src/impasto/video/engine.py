"""What paints the frames of a video one after the other, and what it remembers between them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from torch import Tensor

from impasto.settings import StylizeSettings, VideoSettings
from impasto.synthesis.context import Context
from impasto.synthesis.job import Job
from impasto.video.flow import FlowSource, Motion
from impasto.video.running_means import RunningMeans
from impasto.video.style_times import shares_at

StillJob = Callable[[Tensor, StylizeSettings, Context], Job]
"""(frame, (1, 3, H, W), settings, context) -> the job of that frame as a picture of its own."""


@dataclass(frozen=True, eq=False)
class Past:
    """What is kept of a frame that was painted.

    Attributes:
        number: of the frame.
        frame: (1, 3, H, W) in [0, 1], the original at the size of the result.
        canvas: (1, 3, h, w), what the engine carries on; never rounded to 8 bits.
        shown: (1, 3, H, W) in [0, 1], the result.
    """

    number: int
    frame: Tensor = field(repr=False)
    canvas: Tensor = field(repr=False)
    shown: Tensor = field(repr=False)


class FrameEngine(ABC):
    """Paints frames; a subclass writes ``paint``.

    Args:
        settings: of the video.
        still: makes the job of a frame as a picture of its own.
        context: network and targets, shared by all frames.
        flows: motion between frames.

    Attributes:
        means: statistics of the frames, averaged over time.
        time_s: of the frame that is painted, since the first of the result.
        anchors: numbers of frames of the scene that it needs however far back they are.
        reach: how many frames back it needs.
    """

    def __init__(
        self, settings: VideoSettings, *, still: StillJob, context: Context, flows: FlowSource
    ) -> None:
        self.settings, self.still, self.context, self.flows = settings, still, context, flows
        self.means = RunningMeans()
        self.anchors: tuple[int, ...] = ()
        self.time_s = 0.0

    @property
    def reach(self) -> int:
        """How many frames back it needs."""
        return 1

    def of_frame(self, size: int, **changes: object) -> StylizeSettings:
        """The settings of the frame that is painted, as a still.

        Args:
            size: long side of a frame, px.
            **changes: settings that differ.
        """
        if self.settings.style_times is not None:
            changes["style_weights"] = shares_at(self.settings.style_times, self.time_s)
        return self.settings.still(size, **changes)

    @abstractmethod
    def paint(
        self, number: int, frame: Tensor, past: Sequence[Past], motion: Mapping[int, Motion]
    ) -> tuple[Tensor, Tensor]:
        """Paint a frame.

        Args:
            number: of the frame.
            frame: (1, 3, H, W) in [0, 1], at the size of the result.
            past: earlier frames of the scene, the newest first; empty at its begin.
            motion: {number of an earlier frame: motion from this frame to it}, as far as it was needed.
        Returns:
            The canvas to be carried on, (1, 3, h, w), and the painted frame, (1, 3, H, W) in [0, 1].
        """
