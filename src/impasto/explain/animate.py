"""Animations: frames with a strip of text, and GIFs that stay small."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from impasto.images.animation import write_animation
from impasto.images.grid import Colour

GIF_BYTES = 2_000_000
"""Of one GIF, at most: several stand on a page that is to stay below 15 MB."""

STRIP: Colour = (27, 31, 36)
"""Ground of frames: they have no transparency to fit light and dark pages, so they bring their own."""

TEXT: Colour = (236, 239, 242)
DIM: Colour = (150, 158, 168)

LETTER_PX = 15
LINE_PX = 22

Line = tuple[str, Colour]


def font(size_px: float = LETTER_PX) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The one that Pillow brings."""
    return ImageFont.load_default(size_px)


def side_by_side(
    pictures: Sequence[Image.Image], lines: Sequence[Sequence[Line]], *, height_px: int
) -> Image.Image:
    """Pictures beside each other, each over a strip with its own lines of text.

    Args:
        pictures: brought to one height; the longest side decides for pictures that are wider than high.
        lines: (text, colour) of each picture, from top to bottom.
        height_px: of the pictures.
    Returns:
        A frame; of the same size for pictures of the same proportions.
    """
    gap = 6
    scaled = [p.convert("RGB").resize((max(1, round(p.width * height_px / p.height)), height_px),
                                      Image.Resampling.BICUBIC) for p in pictures]  # fmt: skip
    count = max((len(text) for text in lines), default=0)
    width = sum(p.width for p in scaled) + gap * (len(scaled) + 1)
    frame = Image.new("RGB", (width, height_px + 2 * gap + LINE_PX * count + (gap if count else 0)), STRIP)
    draw, left = ImageDraw.Draw(frame), gap
    for picture, texts in zip(scaled, lines, strict=True):
        frame.paste(picture, (left, gap))
        for index, (text, color) in enumerate(texts):
            y = height_px + 2 * gap + LINE_PX * (index + 0.5)
            draw.text((left + 2, y), text, fill=color, font=font(), anchor="lm")
        left += picture.width + gap
    return frame


def thinned(count: int, frames: int) -> list[int]:
    """Which of some steps to show: closer together at the start, where a picture changes most.

    Args:
        count: of steps.
        frames: at most.
    Returns:
        Indices from 0 to count - 1, rising, the first and the last among them.
    """
    places = np.linspace(0, 1, min(frames, count)) ** 1.6
    return sorted({round(float(place) * (count - 1)) for place in places})


def write_gif(
    path: str | os.PathLike[str],
    frames: Sequence[Image.Image],
    *,
    milliseconds: int = 100,
    limit_bytes: int = GIF_BYTES,
) -> Path:
    """Write a GIF of at most so many bytes: first every other frame goes, then the size shrinks.

    Args:
        path: ends in .gif.
        frames: one or more, of one size.
        milliseconds: how long a frame is shown, before some are left out.
        limit_bytes: of the file.
    Returns:
        The path.
    Raises:
        OutputError: it cannot be written there, or there are no frames.
    """
    path, kept = Path(path), list(frames)
    write_animation(path, kept, milliseconds=milliseconds)
    while path.stat().st_size > limit_bytes and max(kept[-1].size) > 64:
        if len(kept) > 24:
            kept, milliseconds = kept[:-1:2] + kept[-1:], milliseconds * 2
        else:
            share = max(0.5, 0.95 * (limit_bytes / path.stat().st_size) ** 0.5)
            size = (round(kept[-1].width * share), round(kept[-1].height * share))
            kept = [frame.resize(size, Image.Resampling.LANCZOS) for frame in kept]
        write_animation(path, kept, milliseconds=milliseconds)
    return path
