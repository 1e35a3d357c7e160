"""Two channels that are active together: a line moves down the picture while their Gram entry adds up."""

from __future__ import annotations

from typing import Unpack

import numpy as np
from PIL import Image, ImageDraw
from torch import Tensor

from impasto.explain.animate import BACKGROUND, DIM_TEXT, TEXT, font
from impasto.explain.channel_pairs import ChannelPair, contrasting_pairs, product_limit, shown_layer
from impasto.explain.context import NetworkView
from impasto.explain.figure_style import CURVE_COLORS, Array
from impasto.explain.optional_imports import load
from impasto.images import io
from impasto.images.io import PictureSource
from impasto.settings import ExplainOptions, ExplainSettings

MOVING_FRAMES, STILL_FRAMES = 36, 10
"""Frames while the line moves over the picture, and frames that hold the end."""

TILE_PX, TALLEST_PX = 176, 264
"""Width of a map in the animation, and its height at most."""

TITLES = ("active together", "not active together")


def co_activation_animation(picture: PictureSource, **options: Unpack[ExplainOptions]) -> list[Image.Image]:
    """Two pairs of channels, and their Gram entries as sums that grow with the rows of the picture.

    Args:
        picture: a path, a PIL image, or an array (H, W, 3), of bytes or of floats in [0, 1].
        **options: fields of ``ExplainSettings``; the second of ``layers`` is drawn.
    Returns:
        The frames of an animation.
    Raises:
        ImpastoError: as ``ExplainContext.read``; an OutputError if matplotlib is not installed.
    """
    view = NetworkView.of(ExplainSettings.from_mapping(dict(options)))
    return draw_co_activation(view, view.read(picture).pixels)


def draw_co_activation(view: NetworkView, pixels: Tensor) -> list[Image.Image]:
    """The frames for a picture, (1, 3, H, W) in [0, 1]."""
    layer = shown_layer(view.settings)
    pairs = contrasting_pairs(view.features(pixels, [layer])[layer])
    rows, columns = pixels.shape[2:]
    width = min(TILE_PX, round(TALLEST_PX * columns / rows))
    size = (width, round(width * rows / columns))
    photo = io.to_pil(pixels).resize(size, Image.Resampling.LANCZOS)
    brightest = product_limit(pairs)
    tiles = []
    for pair in pairs:
        top = float(pair.maps.max())
        limits = ((pair.maps[0], top), (pair.maps[1], top), (pair.product, brightest))
        tiles.append([color_map(values, limit, size) for values, limit in limits])
    frames = []
    map_rows = pairs[0].product.shape[0]
    for frame in (*range(1, MOVING_FRAMES + 1), *[MOVING_FRAMES] * STILL_FRAMES):
        counted = round(map_rows * frame / MOVING_FRAMES)
        sums = [partial_entry(pair, counted) for pair in pairs]
        frames.append(_frame(photo, pairs, tiles, sums, counted / map_rows))
    return frames


def partial_entry(pair: ChannelPair, rows: int) -> float:
    """What the first rows of the product add to the pair's entry of the Gram matrix."""
    return float(pair.product[:rows].sum() / pair.product.size)


def color_map(values: Array, top: float, size: tuple[int, int]) -> Image.Image:
    """A map, (h, w), from 0 to ``top`` in the colours of the figures, at a size (width, height)."""
    colors = load("matplotlib").colormaps["magma"](np.clip(values / max(top, 1e-12), 0, 1), bytes=True)
    return Image.fromarray(np.ascontiguousarray(colors[:, :, :3])).resize(size, Image.Resampling.NEAREST)


def _frame(
    photo: Image.Image,
    pairs: tuple[ChannelPair, ChannelPair],
    tiles: list[list[Image.Image]],
    sums: list[float],
    counted: float,
) -> Image.Image:
    """One frame; ``counted`` is the fraction of the rows above the line, which are in the sums."""
    width, height = photo.size
    gap, line, bar = 8, 22, 12
    block = line + height + line + bar + 2 * gap
    frame = Image.new("RGB", (3 * width + 4 * gap, 2 * block + gap), BACKGROUND)
    draw = ImageDraw.Draw(frame)
    down = round(height * counted)
    largest = max(pair.gram_entry for pair in pairs) or 1.0
    grey = Image.blend(photo.convert("L").convert("RGB"), Image.new("RGB", photo.size, BACKGROUND), 0.6)
    for index, pair in enumerate(pairs):
        top = gap + index * block
        below = top + line + height
        draw.text((gap, top + line / 2 - 2), TITLES[index], fill=TEXT, font=font(16), anchor="lm")
        for column, text in enumerate((f"channel {pair.i}", f"channel {pair.j}", "product")):
            left = gap + column * (width + gap)
            frame.paste(grey, (left, top + line))
            frame.paste(tiles[index][column].crop((0, 0, width, down)), (left, top + line))
            if counted < 1:
                draw.line([(left, top + line + down), (left + width - 1, top + line + down)], fill=TEXT)
            draw.text((left, below + line / 2), text, fill=DIM_TEXT, font=font(), anchor="lm")
        low, right = below + line, frame.width - gap
        draw.rectangle([gap, low, right, low + bar - 1], fill=(52, 58, 66))
        filled = gap + round((right - gap) * min(1.0, sums[index] / largest))
        draw.rectangle([gap, low, filled, low + bar - 1], fill=CURVE_COLORS[index])
        number = f"G = {sums[index]:.3f}"
        draw.text((right, below + line / 2), number, fill=TEXT, font=font(), anchor="rm")
    return frame
