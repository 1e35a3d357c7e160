"""Write animations as GIF and WebP; ``video.io`` writes MP4."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from impasto.errors import OutputError
from impasto.images.atomic_write import atomic_write, check_path

FORMATS = (".gif", ".webp")
"""Endings that ``write_animation`` knows."""

COLORS = 255
"""Colours of a GIF; the last of 256 means "as in the frame before", which keeps the file small."""

PALETTE_FRAMES, PALETTE_SIDE_PX = 8, 128
"""Number and long side of the frames that the palette is taken from; chosen by eye: more do not change it."""


def write_animation(
    path: str | os.PathLike[str],
    frames: Sequence[Image.Image],
    *,
    milliseconds: int = 80,
    hold_last_ms: int = 1500,
) -> None:
    """Write an animation that repeats for ever; a failure leaves no incomplete file.

    Args:
        path: ends in .gif or .webp.
        frames: any modes; those of another size are scaled to the size of the last one.
        milliseconds: how long a frame is shown; GIF rounds to 10.
        hold_last_ms: how long the last frame is shown.
    Raises:
        OutputError: no frames, another ending, or it cannot be written.
    """
    path = check_path(path, FORMATS)
    pictures = same_size(frames, path)
    durations = [milliseconds] * (len(pictures) - 1) + [hold_last_ms]
    options: dict[str, Any]
    if path.suffix.lower() == ".gif":
        palette = shared_palette(pictures)
        # An ordered (Bayer) dither was tried: no smaller, and twice the error after a blur of 1.5 px.
        first, *rest = [
            picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for picture in pictures
        ]
        options = {"format": "GIF", "optimize": False, "disposal": 1}
    else:
        first, *rest = pictures
        options = {"format": "WEBP", "quality": 85, "method": 4}
    with atomic_write(path) as temporary, temporary.open("wb") as file:
        first.save(file, save_all=True, append_images=rest, duration=durations, loop=0, **options)


def same_size(frames: Sequence[Image.Image], path: Path) -> list[Image.Image]:
    """The frames as RGB in the size of the last one, which is the largest of a run from coarse to fine.

    Raises:
        OutputError: there are none.
    """
    if not frames:
        raise OutputError("an animation needs at least one frame", got=f"0 frames for {path}")
    size = frames[-1].size
    return [frame.convert("RGB").resize(size, Image.Resampling.BICUBIC) for frame in frames]


def shared_palette(frames: Sequence[Image.Image]) -> Image.Image:
    """One palette for all frames, so that nothing flickers; the last frame counts twice."""
    chosen = np.linspace(0, len(frames) - 1, min(PALETTE_FRAMES, len(frames))).round().astype(int)
    samples = [frames[index].copy() for index in [*chosen, len(frames) - 1]]
    for sample in samples:
        sample.thumbnail((PALETTE_SIDE_PX, PALETTE_SIDE_PX))
    width, height = samples[0].size
    strip = Image.new("RGB", (width, height * len(samples)))
    for index, sample in enumerate(samples):
        strip.paste(sample, (0, height * index))
    return strip.quantize(COLORS, method=Image.Quantize.MEDIANCUT, kmeans=1)
