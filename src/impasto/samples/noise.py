"""Random fields, for the irregularity of paint, paper and glass."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import map_coordinates

Field = NDArray[np.floating[Any]]
"""Floats with one value, or one colour, for each pixel; float32 wherever size matters."""

Pixels = NDArray[np.uint8]
"""(H, W, 3) sRGB in [0, 255]."""


def as_field(values: Any) -> Field:
    """Any numbers as float32, the type in which drawings are computed."""
    return np.asarray(values, dtype=np.float32)


def enlarge(grid: Field, size: tuple[int, int]) -> Field:
    """A coarse grid stretched smoothly to a picture's size.

    Args:
        grid: (h, w), any range.
        size: width and height in px.
    Returns:
        (H, W), the range of the grid give or take the overshoot of cubic interpolation.
    """
    return as_field(Image.fromarray(as_field(grid)).resize(size, Image.Resampling.BICUBIC))


def cloud(
    size: tuple[int, int],
    *,
    cell_px: float | tuple[float, float],
    rng: np.random.Generator,
    octaves: int = 4,
) -> Field:
    """Soft random hills: smooth noise plus finer and fainter copies of itself.

    value = sum over k < octaves of 2^-k * noise with cells of cell_px / 2^k, stretched to [0, 1].

    Args:
        size: width and height in px.
        cell_px: distance between hills; a pair gives width and height, for streaks.
        rng: where the randomness comes from.
        octaves: how many copies; more gives a rougher field.
    Returns:
        (H, W) in [0, 1], both ends reached.

    Source: value noise after Perlin 1985, "An image synthesizer", section 5.
    Differs: cubic interpolation of values instead of gradients.
    """
    width, height = size
    cell_w, cell_h = cell_px if isinstance(cell_px, tuple) else (cell_px, cell_px)
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        shrink = 0.5**octave
        across = max(2, round(width / (cell_w * shrink))) + 3
        down = max(2, round(height / (cell_h * shrink))) + 3
        total += shrink * enlarge(as_field(rng.random((down, across))), size)
    low, high = float(total.min()), float(total.max())
    return as_field((total - low) / max(high - low, 1e-6))


def bent(field: Field, dx: Field, dy: Field) -> Field:
    """A field read at displaced positions.

    Args:
        field: (H, W), any range.
        dx: (H, W), how far to the right each pixel reads, in px.
        dy: (H, W), how far below, in px.
    Returns:
        (H, W), the range of ``field``; outside, the edge is repeated.
    """
    down, across = np.indices(field.shape, dtype=np.float32)
    return as_field(map_coordinates(field, [down + dy, across + dx], order=1, mode="nearest"))


def streaks(noise: Field, angle: Field, *, reach_px: int) -> Field:
    """Noise smeared along a flow, so that it shows the flow's lines.

    value = mean of the noise at the 2 * reach_px + 1 places, a pixel apart, up and down the flow.

    Args:
        noise: (H, W), any range.
        angle: (H, W), direction of the flow in radians, clockwise from right.
        reach_px: how far to follow the flow each way; longer gives longer streaks.
    Returns:
        (H, W) in [0, 1], each value as common as any other, so that a ramp is used evenly.

    Source: Cabral and Leedom 1993, line integral convolution, section 3.
    Differs: Euler steps of one pixel, a box kernel, and ranks instead of means.
    """
    down, across = np.indices(noise.shape, dtype=np.float32)
    cos, sin = np.cos(angle), np.sin(angle)
    total = noise.copy()
    for sign in (1.0, -1.0):
        y, x = down.copy(), across.copy()
        for _ in range(reach_px):
            step_x = map_coordinates(cos, [y, x], order=1, mode="nearest")
            step_y = map_coordinates(sin, [y, x], order=1, mode="nearest")
            x, y = x + sign * step_x, y + sign * step_y
            total += map_coordinates(noise, [y, x], order=1, mode="nearest")
    order = np.argsort(total, axis=None, kind="stable")
    ranks = np.empty(total.size, np.float32)
    ranks[order] = np.linspace(0.0, 1.0, total.size, dtype=np.float32)
    return as_field(ranks.reshape(total.shape))
