"""Two filters that fire together: a line moves over the picture, and an entry of the Gram matrix adds up."""

from __future__ import annotations

from typing import Unpack

import numpy as np
from PIL import Image, ImageDraw
from torch import Tensor

from impasto.explain.animate import DIM, STRIP, TEXT, font
from impasto.explain.context import NetworkView
from impasto.explain.figure_style import LINES, Array, load
from impasto.explain.pairs import Pair, bright_product, pairs, shown_layer
from impasto.images import io
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions, ExplainSettings

SWEEP_FRAMES = 36
"""Of the animation, while the line moves over the picture."""

END_FRAMES = 10
"""That hold the end."""

TILE_PX, TALLEST_PX = 176, 264
"""Width of a map in the animation, and its height at most."""


def fire_together(picture: PictureSource, **options: Unpack[ExplainOptions]) -> list[Image.Image]:
    """Two filters that fire together, and two that do not: a line moves over the picture, and G adds up.

    Args:
        picture: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; the second of ``layers`` is drawn.
    Returns:
        The frames of an animation.
    Raises:
        ImpastoError: as ``Scene.read``; an OutputError if matplotlib is not installed.
    """
    lens = NetworkView.of(ExplainSettings.from_mapping(dict(options)))
    return draw_fire_together(lens, lens.read(picture).pixels)


def draw_fire_together(lens: NetworkView, pixels: Tensor) -> list[Image.Image]:
    """The frames of a picture, (1, 3, H, W) in [0, 1]."""
    layer = shown_layer(lens.settings)
    both = pairs(lens.look(pixels, [layer])[layer])
    rows, columns = pixels.shape[2:]
    width = min(TILE_PX, round(TALLEST_PX * columns / rows))
    height = round(width * rows / columns)
    photo = io.to_pil(pixels).resize((width, height), Image.Resampling.LANCZOS)
    tops = [float(found.maps.max()) for found in both]
    most = max(found.number for found in both) or 1.0
    bright = bright_product(both)
    tiles = [
        [colored(found.maps[0], top, (width, height)), colored(found.maps[1], top, (width, height)),
         colored(found.product, bright, (width, height))]
        for found, top in zip(both, tops, strict=True)
    ]  # fmt: skip
    frames = []
    rows = both[0].product.shape[0]
    for frame in (*range(1, SWEEP_FRAMES + 1), *[SWEEP_FRAMES] * END_FRAMES):
        seen = round(rows * frame / SWEEP_FRAMES)
        sums = [counted(found, seen) for found in both]
        frames.append(_frame(photo, both, tiles, sums, most, seen / rows))
    return frames


def counted(found: Pair, rows: int) -> float:
    """What the first rows of a pair's product add to its entry of the Gram matrix."""
    return float(found.product[:rows].sum() / found.product.size)


def colored(values: Array, top: float, size: tuple[int, int]) -> Image.Image:
    """A map in the colours of the figures, (h, w) from 0 to ``top``."""
    colors = load("matplotlib").colormaps["magma"](np.clip(values / max(top, 1e-12), 0, 1), bytes=True)
    return Image.fromarray(np.ascontiguousarray(colors[:, :, :3])).resize(size, Image.Resampling.NEAREST)


def _frame(
    photo: Image.Image,
    both: tuple[Pair, Pair],
    tiles: list[list[Image.Image]],
    sums: list[float],
    most: float,
    share: float,
) -> Image.Image:
    """One moment: what lies above the moving line has been counted."""
    width, height = photo.size
    gap, line, bar = 8, 22, 12
    block = line + height + line + bar + 2 * gap
    frame = Image.new("RGB", (3 * width + 4 * gap, 2 * block + gap), STRIP)
    draw = ImageDraw.Draw(frame)
    down = round(height * share)
    for index, (found, row) in enumerate(zip(both, tiles, strict=True)):
        top = gap + index * block
        title = ("two filters that fire together", "two filters that do not")[index]
        draw.text((gap, top + line / 2 - 2), title, fill=TEXT, font=font(16), anchor="lm")
        for column, (tile, text) in enumerate(
            zip(row, (f"channel {found.i}", f"channel {found.j}", "product"), strict=True)
        ):
            left = gap + column * (width + gap)
            dim = Image.blend(photo.convert("L").convert("RGB"), Image.new("RGB", photo.size, STRIP), 0.6)
            dim.paste(tile.crop((0, 0, width, down)), (0, 0))
            frame.paste(dim, (left, top + line))
            if share < 1:
                draw.line([(left, top + line + down), (left + width - 1, top + line + down)], fill=TEXT)
            draw.text((left, top + line + height + line / 2), text, fill=DIM, font=font(), anchor="lm")
        low, right = top + line + height + line, frame.width - gap
        draw.rectangle([gap, low, right, low + bar - 1], fill=(52, 58, 66))
        filled = gap + round((right - gap) * min(1.0, sums[index] / most))
        draw.rectangle([gap, low, filled, low + bar - 1], fill=LINES[index])
        number = f"G = {sums[index]:.3f}"
        draw.text((right, top + line + height + line / 2), number, fill=TEXT, font=font(), anchor="rm")
    return frame
