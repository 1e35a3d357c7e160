"""Read videos with PyAV: mp4, mov, mkv, webm, avi and all that FFmpeg knows."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch

from impasto.errors import VideoError
from impasto.video.clip import ClipInfo, Frame
from impasto.video.frame_colors import to_pixels
from impasto.video.optional_imports import load

log = logging.getLogger(__name__)

HDR = (16, 18)
"""Transfer curves of high dynamic range: PQ and HLG (ITU-T H.273)."""


@dataclass(frozen=True)
class ContainerClip:
    """A video file.

    Attributes:
        info: what is known of it.
        storage: (width, height) to which a decoded frame is scaled, so that its pixels are square; px.
        quarter_turns: by how many quarters a decoded frame is turned to the left to be upright.
    """

    info: ClipInfo
    storage: tuple[int, int]
    quarter_turns: int

    def frames(self, start_s: float = 0.0) -> Iterator[Frame]:
        """The frames, as ``Clip.frames`` says; damaged ones are left out and told by their number."""
        av = load("av")
        number = 0
        with _opened(self.info.path) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            base = stream.start_time or 0
            if start_s > 0:
                container.seek(base + int(start_s / stream.time_base), stream=stream, backward=True)
            try:
                for packet in container.demux(stream):
                    try:
                        decoded = packet.decode()
                    except av.error.InvalidDataError as error:
                        log.warning("%s: frame %d is damaged and left out (%s)", self._name, number, error)
                        continue
                    for frame in decoded:
                        if frame.is_corrupt:
                            log.warning("%s: frame %d is damaged", self._name, number)
                        yield self._frame(frame, number)
                        number += 1
            except av.FFmpegError as error:
                if number == 0:
                    raise _unreadable(self.info.path, error) from error
                log.warning("%s breaks off after frame %d (%s)", self._name, number - 1, error)
                return
        if number == 0:
            raise VideoError("the video has no frame that can be decoded", got=str(self.info.path))
        if start_s <= 0 and self.info.count is not None and number < self.info.count:
            log.warning("%s breaks off: it has %d of %d frames", self._name, number, self.info.count)

    @property
    def _name(self) -> str:
        return self.info.path.name

    def _frame(self, frame: Any, number: int) -> Frame:
        pixels = torch.rot90(to_pixels(frame, self.storage), self.quarter_turns, (2, 3)).contiguous()
        pts = frame.pts if frame.pts is not None else frame.dts
        if pts is None:
            pts = round(number / self.info.rate / self.info.time_base)
        return Frame(number, pixels, pts, frame.duration or 0)


def open_container(path: Path) -> ContainerClip:
    """Open a video file; its first frame tells size and rotation.

    Raises:
        VideoError: it cannot be read, or has no video.
    """
    with _opened(path) as container:
        if not container.streams.video:
            kinds = sorted({stream.type for stream in container.streams})
            raise VideoError(
                "the file has no video", got=f"{path}: {', '.join(kinds) or 'nothing'}", expected="a video"
            )
        stream = container.streams.video[0]
        first = _first_frame(container, path)
        ratio = stream.sample_aspect_ratio or Fraction(1)
        width = max(1, round(first.width * ratio))
        turns, notes = round(first.rotation / 90) % 4, []
        if width != first.width:
            notes.append(f"its pixels are {ratio} as wide as high; painted at {width} x {first.height} px")
        if turns:
            notes.append(f"turned by {90 * turns} degrees to be upright")
        if first.color_trc in HDR:
            notes.append("high dynamic range is read as if it were ordinary; colours will look pale")
        rate = stream.average_rate or stream.guessed_rate or Fraction(25)
        shown = (first.height, width) if turns % 2 else (width, first.height)
        info = ClipInfo(
            path=path,
            width=shown[0],
            height=shown[1],
            rate=Fraction(rate),
            time_base=Fraction(stream.time_base),
            count=stream.frames or None,
            notes=tuple(notes),
        )
    return ContainerClip(info, (width, first.height), turns)


def _first_frame(container: Any, path: Path) -> Any:
    av = load("av")
    try:
        for packet in container.demux(video=0):
            try:
                for frame in packet.decode():
                    return frame
            except av.error.InvalidDataError:
                continue
    except av.FFmpegError as error:
        raise _unreadable(path, error) from error
    raise VideoError("the video has no frame that can be decoded", got=str(path))


def _opened(path: Path) -> Any:
    av = load("av")
    try:
        return av.open(str(path))
    except (av.FFmpegError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> VideoError:
    reason = getattr(error, "strerror", None) or str(error)
    return VideoError(
        "the video cannot be read",
        got=f"{path}: {reason}",
        expected="a video that FFmpeg can decode, such as .mp4 or .webm",
        attempt="another copy of the file: this one may be damaged or incomplete",
    )
