"""A camera or a video, painted while it is seen, from the first frame to the last."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from impasto.settings.live import LiveSettings
from impasto.video.camera import Camera
from impasto.video.frame_colors import to_bytes
from impasto.video.live import LiveFrame, ahead, even_fit, painted_frames, seen_frames
from impasto.video.live_output import LiveOutput, check_live_output, open_live_output
from impasto.video.live_painter import LivePainter
from impasto.video.reading import open_clip
from impasto.video.writing import Bytes

CAMERA_RATE = Fraction(30)
"""Frames a second that the reader of a pipe is told where the camera does not say."""


class LiveRun:
    """Reads, paints and writes, each in a thread of its own, so that frames are worked on side by side.

    Args:
        style: a painting or a trained style.
        settings: how to paint.
        camera: number of the camera.
        video: a video in place of the camera.
        out: "-", or a file; None: nowhere.
        seconds: of the picture after which it ends; None: when the video ends.
    Raises:
        VideoError: the camera or the video is not there.
        OutputError: the frames cannot be written there.
        ImpastoError: the style cannot be read.
    """

    def __init__(
        self,
        style: Path,
        settings: LiveSettings,
        *,
        camera: int = 0,
        video: Path | None = None,
        out: str | None = None,
        seconds: float | None = None,
    ) -> None:
        self.settings, self.out, self.seconds = settings, out, seconds
        if out is not None:
            check_live_output(out)
        self._camera = None
        if video is None:
            self._camera = Camera(camera, (settings.size, settings.size * 9 // 16))
            self._frames, self.rate = self._camera.frames(), CAMERA_RATE
        else:
            clip = open_clip(video)
            base = clip.info.time_base
            self.rate = clip.info.rate
            self._frames = ((to_bytes(frame.pixels), float(frame.pts * base)) for frame in clip.frames())
        self.painter = LivePainter(style, settings)

    def frames(self) -> Iterator[LiveFrame]:
        """Paint and write; each frame is given when it is painted.

        Yields:
            The painted frames.
        """
        s, output = self.settings, None
        first = next(self._frames)
        shape = even_fit(first[0].shape[0], first[0].shape[1], s.size)
        small = even_fit(shape[0], shape[1], min(s.paint_size, s.size))
        seen = ahead(seen_frames(self._all(first), small, s))
        painted = painted_frames(seen, self.painter, shape, steady=s.steady, restart=self.painter.restart)
        if self.out is not None:
            output = open_live_output(self.out, (shape[1], shape[0]), self.rate)
        try:
            yield from painted if output is None else _written(painted, output)
        finally:
            if self._camera is not None:
                self._camera.close()

    def _all(self, first: tuple[Bytes, float]) -> Iterator[tuple[Bytes, float]]:
        for pixels, time_s in itertools.chain([first], self._frames):
            if self.seconds is not None and time_s - first[1] >= self.seconds:
                return
            yield pixels, time_s - first[1]


def _written(frames: Iterator[LiveFrame], output: LiveOutput) -> Iterator[LiveFrame]:
    """The frames, each written in a thread while the next is painted."""
    with ThreadPoolExecutor(1) as pool:
        writing: Future[None] | None = None
        try:
            for frame in frames:
                if writing is not None:
                    writing.result()
                writing = pool.submit(output.write, frame.pixels, frame.time_s)
                yield frame
            if writing is not None:
                writing.result()
        finally:
            pool.shutdown()
            output.close()
