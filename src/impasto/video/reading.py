"""Open any video, and choose the frames of it that are wanted."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from impasto.errors import PictureError, SettingError, VideoError
from impasto.video.clip import Clip, ClipInfo, Frame
from impasto.video.container import open_container
from impasto.video.pictures_clip import ANIMATIONS, SERIES_RATE, files_of, open_animation, open_series

ENDLESS_S = float("inf")
"""End of a selection that goes on to the end of the video."""


def open_clip(source: str | os.PathLike[str], *, rate: float | None = None) -> Clip:
    """Open a video.

    Args:
        source: a video file; an animated GIF, PNG or WebP; a folder of frames; or a pattern such as
            ``frame_%05d.png``.
        rate: frames a second of a series of pictures.
    Raises:
        VideoError: it is missing, has no video, or cannot be read.
        SettingError: it is no path.
    """
    if not isinstance(source, (str, os.PathLike)):
        raise SettingError(
            "this cannot be used as a video",
            got=f"{type(source).__module__}.{type(source).__qualname__}",
            expected="a path",
        )
    path = Path(source)
    files = files_of(path)
    if files is not None:
        return open_series(
            files, path, SERIES_RATE if rate is None else Fraction(rate).limit_denominator(1001)
        )
    if not path.exists():
        raise VideoError("the video is missing", got=str(path), attempt="another path")
    if path.stat().st_size == 0:
        raise VideoError("the video is an empty file", got=str(path))
    if path.suffix.lower() in ANIMATIONS:
        return open_animation(path)
    if path.suffix.lower() in (".jpg", ".jpeg", ".tif", ".tiff", ".bmp"):
        raise PictureError(
            "this is a picture, not a video",
            got=str(path),
            expected="a video, an animation, a folder of frames, or a pattern such as frame_%05d.png",
            attempt=f"impasto stylize {path} STYLE",
        )
    return open_container(path)


def selected(
    clip: Clip, *, start_s: float = 0.0, end_s: float | None = None, rate: float | None = None
) -> tuple[ClipInfo, Iterator[Frame]]:
    """The frames of a part of a video, at its own rate or at another.

    At its own rate time stamps are those of the file. At another rate each frame is the last one that is
    shown at its time, and the time stamps are evenly spaced.

    Args:
        clip: the video.
        start_s: seconds after its first frame.
        end_s: seconds after its first frame; None: the end.
        rate: frames a second; None: its own.
    Returns:
        What is known of the part, and its frames, numbered from 0.
    Raises:
        SettingError: the part ends before it starts.
    """
    end = ENDLESS_S if end_s is None else end_s
    if end <= start_s:
        raise SettingError(
            "the part ends before it starts",
            got=f"{start_s:g} s to {end:g} s",
            expected="--end after --start",
        )
    info = clip.info
    if end_s is not None or start_s > 0:
        total = info.count / info.rate if info.count else None
        count = None if total is None else max(1, round((min(end, float(total)) - start_s) * info.rate))
        info = replace(info, count=count)
    chosen = _between(clip, start_s, end)
    if rate is not None:
        exact = Fraction(rate).limit_denominator(1001)
        count = None if info.count is None else max(1, round(info.count / info.rate * exact))
        chosen = _at_rate(chosen, info.time_base, exact)
        info = replace(info, rate=exact, time_base=1 / exact, count=count)
    return info, (replace(frame, number=number) for number, frame in enumerate(chosen))


def _between(clip: Clip, start_s: float, end_s: float) -> Iterator[Frame]:
    """The frames that are shown in a stretch of time; half a frame's length of tolerance."""
    base, slack = float(clip.info.time_base), 0.5 / float(clip.info.rate)
    frames = clip.frames(start_s)
    first = next(iter(clip.frames())).pts if start_s > 0 else None
    empty = True
    for frame in frames:
        first = frame.pts if first is None else first
        time_s = (frame.pts - first) * base
        if time_s < start_s - slack:
            continue
        if time_s >= end_s - slack:
            break
        empty = False
        yield frame
    if empty:
        raise VideoError(
            "there is no frame in that part of the video",
            got=f"{start_s:g} s to {end_s:g} s of {clip.info.path}",
            attempt="an earlier --start",
        )


def _at_rate(frames: Iterator[Frame], time_base: Fraction, rate: Fraction) -> Iterator[Frame]:
    """Frames at an even rate: each the last one that is shown at its time."""
    ahead = next(frames)
    first = ahead.pts
    current, following = ahead, next(frames, None)
    for index in itertools.count():
        time = Fraction(index) / rate
        while following is not None and (following.pts - first) * time_base <= time:
            current, following = following, next(frames, None)
        last_s = (current.pts - first + max(current.duration, 1)) * time_base
        if following is None and time >= last_s and index > 0:
            return
        yield replace(current, pts=index + round(first * time_base * rate), duration=1)
