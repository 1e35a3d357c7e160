"""Animations: frames with lines of text below, small GIFs, and WebP for the page."""

from __future__ import annotations

import io as streams
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from impasto.explain.context import RecordedRun
from impasto.images.animation import write_animation

GIF_BYTES = 2_000_000
"""Largest size of a GIF: several stand on a page that is to stay below 15 MB."""

FRAME_POWER = 1.6
"""Power by which steps are spread over frames: 1 is evenly, more shows early steps more closely; by eye."""

FEWEST_FRAMES = 24
"""At or below which a GIF shrinks instead of losing frames: fewer would jerk."""

SMALLEST_PX = 16
"""Long side below which a GIF is not shrunk any more."""

BACKGROUND, TEXT, DIM_TEXT = (27, 31, 36), (236, 239, 242), (150, 158, 168)
"""Colours: frames are not transparent, so they have their own background on light and dark pages."""

ANIMATION_QUALITY = 70
"""Of WebP on the page, 0 to 100; chosen by eye: strokes stay, noise is smoothed."""

LAST_MS = 1500
"""How long the last frame is shown."""

FONT_PX, LINE_PX = 17, 24

TILE_PIXELS = 54_000
"""Area of one picture in a frame; two of them in forty frames make a GIF of 2 MB."""

Line = tuple[str, tuple[int, int, int]]
"""Text, and its colour in RGB, 0 to 255."""


def font(size_px: float = FONT_PX) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that Pillow brings."""
    return ImageFont.load_default(size_px)


def run_frames(
    runs: Sequence[RecordedRun], lines: Callable[[int, int], Sequence[Line]], *, most: int
) -> list[Image.Image]:
    """Recorded runs side by side, step by step.

    Args:
        runs: with frames.
        lines: (number of the run, number of the step), from 0 -> the text below its picture.
        most: frames, at most.
    Returns:
        The frames.
    """
    return [
        side_by_side([run.frames[step] for run in runs], [lines(number, step) for number in range(len(runs))])
        for step in shown_steps(min(len(run.frames) for run in runs), most)
    ]


def side_by_side(pictures: Sequence[Image.Image], lines: Sequence[Sequence[Line]]) -> Image.Image:
    """Pictures beside each other, each above its own lines of text.

    Args:
        pictures: of the same proportions; each is scaled to TILE_PIXELS.
        lines: for each picture, from top to bottom; long ones are written smaller.
    Returns:
        A frame; always of the same size for pictures of the same proportions.
    """
    gap, (width, height) = 6, pictures[0].size
    scale = (TILE_PIXELS / (width * height)) ** 0.5
    tile = (max(1, round(width * scale)), max(1, round(height * scale)))
    strip = LINE_PX * max((len(texts) for texts in lines), default=0)
    size = ((tile[0] + gap) * len(pictures) + gap, tile[1] + strip + 2 * gap + (gap if strip else 0))
    frame = Image.new("RGB", size, BACKGROUND)
    draw = ImageDraw.Draw(frame)
    for column, (picture, texts) in enumerate(zip(pictures, lines, strict=True)):
        left = gap + column * (tile[0] + gap)
        frame.paste(picture.convert("RGB").resize(tile, Image.Resampling.BICUBIC), (left, gap))
        for index, (text, color) in enumerate(texts):
            excess = font().getlength(text) / (tile[0] - 4)
            y = tile[1] + 2 * gap + LINE_PX * (index + 0.5)
            draw.text((left + 2, y), text, fill=color, font=font(FONT_PX / max(1.0, excess)), anchor="lm")
    return frame


def shown_steps(count: int, frames: int) -> list[int]:
    """Which steps to show: closer together at the start, where a picture changes most.

    Args:
        count: of steps.
        frames: at most.
    Returns:
        Indices from 0 to count - 1, rising, the first and the last among them.
    """
    positions = np.linspace(0, 1, min(frames, count)) ** FRAME_POWER
    return sorted({round(float(position) * (count - 1)) for position in positions})


def write_gif(
    path: str | os.PathLike[str],
    frames: Sequence[Image.Image],
    *,
    milliseconds: int = 100,
    limit_bytes: int = GIF_BYTES,
) -> Path:
    """Write a GIF of limited size: first every other frame is left out, then the frames shrink.

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
    while path.stat().st_size > limit_bytes and max(kept[-1].size) > SMALLEST_PX:
        if len(kept) > FEWEST_FRAMES:
            kept, milliseconds = kept[:-1:2] + kept[-1:], milliseconds * 2
        else:
            scale = max(0.5, 0.95 * (limit_bytes / path.stat().st_size) ** 0.5)
            size = (round(kept[-1].width * scale), round(kept[-1].height * scale))
            kept = [frame.resize(size, Image.Resampling.LANCZOS) for frame in kept]
        write_animation(path, kept, milliseconds=milliseconds)
    return path


def webp_animation(frames: Sequence[Image.Image], *, milliseconds: int = 100) -> bytes:
    """The same animation as WebP: all frames, all colours, and less than half of a GIF's bytes.

    Args:
        frames: one or more, of one size.
        milliseconds: how long a frame is shown.
    Returns:
        A file that repeats for ever.
    """
    buffer = streams.BytesIO()
    first, *rest = [frame.convert("RGB") for frame in frames]
    first.save(
        buffer,
        format="WEBP",
        save_all=True,
        append_images=rest,
        loop=0,
        quality=ANIMATION_QUALITY,
        method=2,
        duration=[milliseconds] * len(rest) + [LAST_MS],
    )
    return buffer.getvalue()
