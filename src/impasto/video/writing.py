"""Write a video in pieces: closed parts that are encoded as they are finished, and joined at the end."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from impasto.errors import OutputError, SettingError
from impasto.images.atomic_write import check_path, make_parent
from impasto.video.frame_colors import to_frame
from impasto.video.optional_imports import load
from impasto.video.pictures_clip import is_pattern

log = logging.getLogger(__name__)

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
"""(H, W, 3) sRGB of 8 bits."""

CONTAINERS = (".mp4", ".mov", ".mkv", ".webm")
"""Endings of videos with sound."""

ANIMATIONS = (".gif", ".webp", ".png", ".apng")
"""Endings of animations."""

FORMATS = (*CONTAINERS, *ANIMATIONS)
"""Endings that can be written; a pattern such as frame_%05d.png writes one file a frame."""

PART_SUFFIX = ".nut"
"""Format of the parts: NUT keeps time stamps of any time base."""


@dataclass(frozen=True)
class Encoding:
    """How frames are compressed.

    Attributes:
        codec: name of FFmpeg's encoder.
        options: of the encoder.
        pixel_formats: for even sizes, and for odd ones.
    """

    codec: str
    options: dict[str, str]
    pixel_formats: tuple[str, str]


H264 = Encoding("libx264", {"crf": "18", "preset": "medium"}, ("yuv420p", "yuv444p"))
"""x264's guide calls a crf of 17 to 18 visually lossless."""

VP9 = Encoding(
    "libvpx-vp9",
    {"crf": "24", "b": "0", "deadline": "good", "cpu-used": "3", "row-mt": "1"},
    ("yuv420p", "yuv420p"),
)
"""crf 24 of 63; chosen by eye beside H.264."""

LOSSLESS = Encoding("ffv1", {"level": "3"}, ("bgr0", "bgr0"))
"""For what is no video in the end."""


def encoding_of(target: Path) -> Encoding:
    """How the frames of a result are compressed on the way to it."""
    suffix = target.suffix.lower()
    if suffix == ".webm":
        return VP9
    return H264 if suffix in CONTAINERS and not is_pattern(target) else LOSSLESS


def check_video_output(path: str | os.PathLike[str]) -> Path:
    """Check, before any work is done, that a video can be written.

    Returns:
        The path.
    Raises:
        OutputError: an unknown ending, a folder that is missing or closed, or FFmpeg without the encoder.
    """
    target = Path(path)
    if is_pattern(target):
        check_path(target, (".png", ".jpg", ".jpeg"))
    else:
        check_path(target, FORMATS)
    av, codec = load("av"), encoding_of(target).codec
    try:
        av.codec.Codec(codec, "w")
    except (av.FFmpegError, av.codec.codec.UnknownCodecError, ValueError) as error:
        raise OutputError(
            f"this FFmpeg has no encoder {codec}",
            got=str(path),
            attempt='pip install --upgrade "impasto[video]", or another ending, such as .gif',
        ) from error
    return target


def check_every_frame(pattern: Path) -> None:
    """Check that a picture of every frame can be written, and make the folder.

    Raises:
        SettingError: the name has no place for the frame's number.
        OutputError: as ``check_video_output``.
    """
    if not is_pattern(pattern):
        raise SettingError(
            "the name for every frame has no place for its number",
            got=str(pattern),
            expected="%d or %05d in it",
            attempt=str(pattern.with_name(f"{pattern.stem}_%05d{pattern.suffix or '.png'}")),
        )
    check_video_output(pattern)
    make_parent(pattern)


def write_part(
    path: Path,
    frames: Sequence[tuple[Bytes, int]],
    *,
    time_base: Fraction,
    rate: Fraction,
    encoding: Encoding,
) -> None:
    """Encode frames as one closed part.

    Args:
        path: ends in ``PART_SUFFIX``.
        frames: (pixels, time stamp) of each, in order.
        time_base: seconds of one unit of the time stamps.
        rate: frames a second, for the encoder's estimate.
        encoding: codec, options and pixel format.
    Raises:
        OutputError: it cannot be encoded or written.
    """
    av = load("av")
    height, width = frames[0][0].shape[:2]
    pixel_format = encoding.pixel_formats[width % 2 or height % 2]
    try:
        # Time stamps stay as they are: NUT keeps those of display, and ``joining`` makes those of decoding.
        with av.open(
            str(path), "w", format="nut", container_options={"avoid_negative_ts": "disabled"}
        ) as container:
            stream = container.add_stream(encoding.codec, rate=rate, options=dict(encoding.options))
            stream.width, stream.height, stream.pix_fmt = width, height, pixel_format
            stream.codec_context.time_base = time_base
            if pixel_format.startswith("yuv"):
                context = stream.codec_context
                context.color_primaries = context.color_trc = context.colorspace = 1  # BT.709
                context.color_range = 1  # limited
            for pixels, pts in frames:
                frame = to_frame(pixels, pixel_format)
                frame.pts, frame.time_base = pts, time_base
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except (av.FFmpegError, OSError) as error:
        raise OutputError(
            "the video could not be encoded",
            got=f"{path}: {error}",
            attempt="look for free space, or another ending",
        ) from error


def frames_of_parts(parts: Sequence[Path]) -> Iterator[tuple[Bytes, Fraction]]:
    """The frames of lossless parts with the times at which they are shown, in seconds."""
    av = load("av")
    for part in parts:
        with av.open(str(part)) as container:
            for frame in container.decode(video=0):
                yield frame.to_ndarray(format="rgb24"), frame.pts * Fraction(frame.time_base)


def numbered(pattern: Path, number: int) -> Path:
    """The file of one frame: ``frame_%05d.png`` -> ``frame_00012.png``."""
    return pattern.with_name(re.sub(r"%0?\d*d", lambda found: found[0] % number, pattern.name))
