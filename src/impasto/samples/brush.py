"""Brush strokes: loaded bristles that leave colour and ridges behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from impasto.samples.noise import Field, as_field, cloud
from impasto.samples.palette import step


@dataclass(frozen=True, kw_only=True)
class Strokes:
    """Many strokes, in the order of painting: the last lies on top.

    Attributes:
        x: (N,), centre in px from the left.
        y: (N,), centre in px from the top.
        angle: (N,), direction in radians, clockwise from right.
        bend: (N,), curvature in radians a px.
        length_px: (N,), from end to end.
        width_px: (N,), of the brush.
        color: (N, 3), sRGB in [0, 1].
    """

    x: Field
    y: Field
    angle: Field
    bend: Field
    length_px: Field
    width_px: Field
    color: Field

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, kw_only=True)
class Stamps:
    """Prints of a brush, straightened to rectangles.

    Attributes:
        cover: (K, V * U) in [0, 1], how much of the ground is hidden.
        height: (K, V * U) in [0, 1.5], how thick the paint lies.
        tint: (K, V * U) in [-1, 1], darker and lighter hairs.
        shape: V across the stroke and U along it.
    """

    cover: Field
    height: Field
    tint: Field
    shape: tuple[int, int]


def bristle_stamps(count: int, *, rng: np.random.Generator, dryness: float = 0.55) -> Stamps:
    """Prints of a brush whose hairs hold different amounts of paint and run dry towards the end.

    Args:
        count: number of different prints.
        rng: where the randomness comes from.
        dryness: share of the hairs that have run out at the end of a stroke, 0 to 1.
    Returns:
        The prints; all their borders are empty.
    """
    across, along = 40, 96
    v = np.linspace(-1.0, 1.0, across, dtype=np.float32)[:, None]
    u = np.linspace(0.0, 1.0, along, dtype=np.float32)[None, :]
    cover, height, tint = [], [], []
    for _ in range(count):
        hairs = cloud((along, across), cell_px=(along * 0.8, 3.4), rng=rng, octaves=2)
        clumps = cloud((along, across), cell_px=(along * 1.0, 9.0), rng=rng, octaves=2)
        ragged = 0.16 * (cloud((across, 4), cell_px=5, rng=rng, octaves=2)[:1].T - 0.5)
        ends = step(u + ragged, 0.03, 0.12) * step(u + ragged, 0.97, 0.84)
        round_v = np.abs(v) * (1.0 + 0.35 * np.abs(2.0 * u - 1.0) ** 3)
        sides = step(round_v + 0.22 * (hairs - 0.5), 0.96, 0.74)
        dry = step(hairs + clumps, dryness * 1.5 * u**2 - 0.10, dryness * 1.5 * u**2 + 0.25)
        paint_cover = ends * sides * dry
        ridge = 0.5 * np.exp(-(((round_v - 0.74) / 0.14) ** 2)) + 0.6 * np.exp(-(((u - 0.88) / 0.06) ** 2))
        body = (0.35 + 0.65 * hairs + 0.35 * clumps + 0.4 * ridge) * paint_cover
        paint_cover[[0, -1], :] = paint_cover[:, [0, -1]] = 0.0
        body[[0, -1], :] = body[:, [0, -1]] = 0.0
        cover.append(paint_cover.ravel())
        height.append(body.ravel())
        tint.append((hairs + 0.7 * clumps - 0.85).ravel())
    return Stamps(cover=as_field(cover), height=as_field(height), tint=as_field(tint), shape=(across, along))


def reach(strokes: Strokes) -> NDArray[np.float64]:
    """Half the sides of the upright boxes that the strokes fit in.

    Args:
        strokes: N strokes.
    Returns:
        (N, 2), to the right and down, in px.
    """
    half_u = strokes.length_px / 2.0
    half_v = strokes.width_px / 2.0 + np.abs(strokes.bend) * half_u**2 / 2.0
    cos, sin = np.abs(np.cos(strokes.angle)), np.abs(np.sin(strokes.angle))
    return np.stack([cos * half_u + sin * half_v, sin * half_u + cos * half_v], axis=1).astype(np.float64)


def paint(
    ground: Field,
    thickness: Field,
    strokes: Strokes,
    *,
    stamps: Stamps,
    rng: np.random.Generator,
    tint: float = 0.08,
    opacity: float = 1.0,
) -> tuple[Field, Field]:
    """Paint strokes on a ground, one after the other.

    Args:
        ground: (H, W, 3), sRGB in [0, 1], what is there already.
        thickness: (H, W), how thick its paint lies.
        strokes: what to paint.
        stamps: the prints of the brush.
        rng: picks the print of each stroke.
        tint: how much lighter and darker the hairs of one stroke are.
        opacity: 1 hides the ground, less lets it through.
    Returns:
        Colour (H, W, 3) in about [0, 1], and thickness (H, W).
    """
    color, relief = ground.copy(), thickness.copy()
    height, width = relief.shape
    rows, columns = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
    across, along = stamps.shape
    picks = rng.integers(len(stamps.cover), size=len(strokes))
    boxes = reach(strokes)
    cosines, sines = np.cos(strokes.angle), np.sin(strokes.angle)
    for i in range(len(strokes)):
        x, y, box = strokes.x[i], strokes.y[i], boxes[i]
        left, right = max(0, int(x - box[0])), min(width, int(x + box[0]) + 2)
        top, bottom = max(0, int(y - box[1])), min(height, int(y + box[1]) + 2)
        if left >= right or top >= bottom:
            continue
        dx, dy = columns[None, left:right] - x, rows[top:bottom, None] - y
        u = cosines[i] * dx + sines[i] * dy
        v = cosines[i] * dy - sines[i] * dx - (0.5 * strokes.bend[i]) * u * u
        place_u = np.clip((u / strokes.length_px[i] + 0.5) * along, 0, along - 1).astype(np.intp)
        place_v = np.clip((v / strokes.width_px[i] + 0.5) * across, 0, across - 1).astype(np.intp)
        place = place_v * along + place_u
        cover = opacity * stamps.cover[picks[i]][place]
        paint_here = strokes.color[i] + tint * stamps.tint[picks[i]][place][..., None]
        area = (slice(top, bottom), slice(left, right))
        color[area] += cover[..., None] * (paint_here - color[area])
        relief[area] += cover * (0.35 * relief[area] + stamps.height[picks[i]][place] - relief[area])
    return color, relief
