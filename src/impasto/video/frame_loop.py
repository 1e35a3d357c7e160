"""Paint the frames of a video one after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from torch import Tensor

from impasto.images.resize import resize
from impasto.settings.video import VideoSettings
from impasto.video.clip import Frame
from impasto.video.engine import FrameEngine, Past
from impasto.video.flow import Motion
from impasto.video.steady import Before, steadied

log = logging.getLogger(__name__)

UNCERTAIN = 0.5
"""Certainty below which a pixel counts as not found in the frame before."""


@dataclass(frozen=True)
class VideoStep:
    """What is reported after each frame.

    Attributes:
        frame: its number, from 1.
        frames: how many there are, as the file says; None: unknown.
        height: px.
        width: px.
        is_cut: it begins a new scene.
        seconds: since the run began.
        seconds_left: estimate; None: unknown.
        snapshot: gives the painted frame, (1, 3, H, W) in [0, 1].
        pass_number: of several passes, the one that has just painted the frame; None: the frame is done.
        fraction: of the work of all passes that is done, or of the frames after them; None: unknown.
    """

    frame: int
    frames: int | None
    height: int
    width: int
    is_cut: bool
    seconds: float
    seconds_left: float | None
    snapshot: Callable[[], Tensor] = field(repr=False)
    pass_number: int | None = None
    fraction: float | None = None


@dataclass(frozen=True)
class Painted:
    """A frame and all that was found out about it.

    Attributes:
        frame: the original, as it was read.
        time_base: seconds of one unit of the frames' time stamps.
        origin: time stamp of the first frame of the result.
        past: what is kept of it.
        scene_start: number of the first frame of its scene.
        seconds: it took.
    """

    frame: Frame
    past: Past
    scene_start: int
    seconds: float

    @property
    def is_cut(self) -> bool:
        """Whether it begins a new scene."""
        return self.past.number == self.scene_start and self.past.number > 0


@dataclass
class FrameLoop:
    """Paints frames: motion, cuts, engine, then the filter that takes flicker out.

    Attributes:
        settings: of the video.
        engine: paints.
        shape: (height, width) of the result, px.
        past: what is kept of the frames before, the newest first.
        scene_start: number of the first frame of the scene.
    """

    settings: VideoSettings
    engine: FrameEngine
    shape: tuple[int, int]
    time_base: float = 1.0
    origin: int = 0
    past: tuple[Past, ...] = ()
    scene_start: int = 0

    def run(self, frames: Iterator[Frame], *, offset: int = 0) -> Iterator[Painted]:
        """Paint frames in order.

        Args:
            frames: numbered from 0.
            offset: added to their numbers; those of a second round follow those of the first.
        Yields:
            Each frame when it is painted.
        """
        for frame in frames:
            begin = time.monotonic()
            self.engine.time_s = (frame.pts - self.origin) * self.time_base
            past = self._painted(frame.number + offset, resize(frame.pixels, self.shape))
            yield Painted(frame, past, self.scene_start, time.monotonic() - begin)

    def _painted(self, number: int, frame: Tensor) -> Past:
        motion: dict[int, Motion] = {}
        before = self.past[0] if self.past else None
        if before is not None and self._needs_motion:
            found = self.engine.flows.between(frame, before.frame, (number, before.number))
            motion[before.number] = found
            if is_cut(found, self.settings.scene_cut):
                log.info("frame %d begins a new scene", number + 1)
                self.past, self.scene_start, before = (), number, None
                self.engine.anchors = ()
        canvas, painted = self.engine.paint(number, frame, self.past, motion)
        shown = painted
        if before is not None and self.settings.steadiness > 0:
            shown = steadied(
                painted,
                frame,
                Before(before.frame, before.shown),
                motion[before.number],
                steady=self.settings.steadiness,
            )
        past = Past(number, frame, shown if canvas is painted else canvas, shown)
        kept = (earlier for earlier in self.past if self._is_needed(earlier.number, number))
        self.past = (past, *kept)
        return past

    def _is_needed(self, earlier: int, number: int) -> bool:
        return number - earlier < self.engine.reach or earlier in self.engine.anchors

    @property
    def _needs_motion(self) -> bool:
        s = self.settings
        return s.steadiness > 0 or s.scene_cut < 1 or self.engine.reach > 1


def is_cut(motion: Motion, scene_cut: float) -> bool:
    """Whether hardly anything of one frame is in another.

    Args:
        motion: from one to the other.
        scene_cut: fraction of the frame that must be lost; 1: there are no cuts.
    """
    lost = float((motion.certainty < UNCERTAIN).mean())
    return scene_cut < 1 and lost > scene_cut
