"""Write frames as an MP4 file. Needs PyAV: ``pip install "impasto[video]"``."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

from PIL import Image

from impasto.errors import OutputError
from impasto.images.animation import same_size
from impasto.images.atomic_write import atomic_write, check_path

FORMATS = (".mp4",)
"""Endings that ``write_video`` knows."""

ENCODER, QUALITY = "libx264", "18"
"""The encoder and its crf: 0 is lossless, 51 worst; x264's guide calls 17 to 18 visually lossless."""

BT709, LIMITED_RANGE = 1, 1
"""Codes of BT.709 (primaries, transfer and matrix) and of the limited range in ITU-T H.273."""


def check_video(path: str | os.PathLike[str]) -> Path:
    """Check, before any work is done, that a video can be written to ``path``.

    Raises:
        OutputError: PyAV is not installed, an unknown ending, a folder, or a folder that is missing or
            may not be written to.
    """
    path = check_path(path, FORMATS)
    _load_av(path)
    return path


def write_video(
    path: str | os.PathLike[str], frames: Sequence[Image.Image], *, frames_per_s: float = 12.5
) -> None:
    """Write H.264 in MP4, 4:2:0, which every browser and telephone plays.

    Args:
        path: ends in .mp4.
        frames: any modes; scaled to the size of the last one, whose odd sides lose 1 px.
        frames_per_s: frame rate.
    Raises:
        OutputError: no frames, a rate that is not positive, PyAV or its encoder is missing, or it cannot be
            written.
    """
    path = check_path(path, FORMATS)
    if not 0 < frames_per_s <= 1000:
        raise OutputError(
            "frame rate is not possible", got=f"{frames_per_s} frames/s", expected="above 0, at most 1000"
        )
    av = _load_av(path)
    pictures = [_even(picture) for picture in same_size(frames, path)]
    with atomic_write(path) as temporary:
        try:
            _encode(av, temporary, pictures, Fraction(frames_per_s).limit_denominator(1001))
        except (av.FFmpegError, av.codec.codec.UnknownCodecError) as error:
            raise OutputError(
                "video could not be encoded",
                got=f"{path}: {error}",
                expected=f"FFmpeg with {ENCODER}",
                attempt='pip install --upgrade "impasto[video]", or write a .gif',
            ) from error


def _encode(av: ModuleType, path: Path, pictures: list[Image.Image], rate: Fraction) -> None:
    with av.open(str(path), "w", format="mp4", container_options={"movflags": "+faststart"}) as container:
        stream = container.add_stream(ENCODER, rate=rate, options={"crf": QUALITY, "preset": "medium"})
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED_RANGE
        for index, picture in enumerate(pictures):
            frame = _frame(av, picture)
            frame.pts = index
            frame.time_base = 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _frame(av: ModuleType, picture: Image.Image) -> Any:
    return av.VideoFrame.from_image(picture).reformat(format="yuv420p", dst_colorspace=BT709)


def _even(picture: Image.Image) -> Image.Image:
    """Make both sides even, as 4:2:0 needs: cropped by 1 px, or stretched from 1 px to 2."""
    width, height = (max(2, side - side % 2) for side in picture.size)
    if width > picture.width or height > picture.height:
        return picture.resize((width, height), Image.Resampling.NEAREST)
    return picture.crop((0, 0, width, height))


def _load_av(path: Path) -> ModuleType:
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise OutputError(
            "writing .mp4 needs PyAV, which is not installed",
            got=str(path),
            attempt='pip install "impasto[video]", or write a .gif or .webp',
        ) from error
