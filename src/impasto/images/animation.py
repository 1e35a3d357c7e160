"""A run as a film strip: GIF and WebP. MP4 is written by the video room."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from impasto.errors import OutputError
from impasto.images.atomic_write import check_path, whole_file

#: Endings that ``write_animation`` knows.
FORMATS = (".gif", ".webp")

_COLORS = 255  # one of the 256 is left for "as before", which keeps the file small
_PALETTE_FRAMES = 8  # chosen by eye: more do not change the palette
_PALETTE_SIDE_PX = 128


def check_animation(path: str | os.PathLike[str], *, formats: Sequence[str] = FORMATS) -> Path:
    """Look, before any work is done, whether an animation can be written to ``path``.

    Args:
        path: the file, there or not.
        formats: the endings that the caller can write.
    Raises:
        OutputError: an unknown ending, a folder, or a folder that is missing or may not be written to.
    """
    return check_path(path, formats)


def write_animation(
    path: str | os.PathLike[str],
    frames: Sequence[Image.Image],
    *,
    milliseconds: int = 80,
    hold_last_ms: int = 1500,
) -> None:
    """Write an animation that repeats for ever, whole or not at all.

    Args:
        path: ends in .gif or .webp.
        frames: any modes; those of another size are scaled to the size of the last one.
        milliseconds: how long a frame is shown; GIF rounds to 10.
        hold_last_ms: how long the last frame is shown.
    Raises:
        OutputError: no frames, another ending, or it cannot be written.
    """
    path = check_animation(path)
    pictures = same_size(frames, path)
    durations = [milliseconds] * (len(pictures) - 1) + [hold_last_ms]
    options: dict[str, Any]
    if path.suffix.lower() == ".gif":
        palette = _shared_palette(pictures)
        # An ordered (Bayer) dither was tried: no smaller, and twice the error after a blur of 1.5 px.
        first, *rest = [
            picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for picture in pictures
        ]
        options = {"format": "GIF", "optimize": False, "disposal": 1}
    else:
        first, *rest = pictures
        options = {"format": "WEBP", "quality": 85, "method": 4}
    with whole_file(path) as temporary, temporary.open("wb") as file:
        first.save(file, save_all=True, append_images=rest, duration=durations, loop=0, **options)


def same_size(frames: Sequence[Image.Image], path: Path) -> list[Image.Image]:
    """The frames as RGB in the size of the last one, the sharpest of a run from coarse to fine.

    Raises:
        OutputError: there are none.
    """
    if not frames:
        raise OutputError("an animation needs at least one frame", got=f"0 frames for {path}")
    size = frames[-1].size
    return [
        frame.convert("RGB")
        if frame.size == size
        else frame.convert("RGB").resize(size, Image.Resampling.BICUBIC)
        for frame in frames
    ]


def _shared_palette(frames: Sequence[Image.Image]) -> Image.Image:
    """255 colours for all frames, so that nothing flickers; a sample of frames, the last one twice."""
    chosen = np.linspace(0, len(frames) - 1, min(_PALETTE_FRAMES, len(frames))).round().astype(int)
    samples = [_thumbnail(frames[index]) for index in [*chosen, len(frames) - 1]]
    width, height = samples[0].size
    strip = Image.new("RGB", (width, height * len(samples)))
    for index, sample in enumerate(samples):
        strip.paste(sample, (0, height * index))
    return strip.quantize(_COLORS, method=Image.Quantize.MEDIANCUT, kmeans=1)


def _thumbnail(frame: Image.Image) -> Image.Image:
    small = frame.copy()
    small.thumbnail((_PALETTE_SIDE_PX, _PALETTE_SIDE_PX))
    return small
