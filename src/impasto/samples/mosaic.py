"""Mosaic: two carp circling in a pond, laid in rows of small stones that follow their outlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, maximum_filter
from skimage import measure

from impasto.samples.noise import Field, Pixels, as_field, cloud
from impasto.samples.palette import as_pixels, blend, light, ramp, rgb, step

WATER = ("#0c2f52", "#0f5577", "#138596", "#3fb3ab", "#8fd6c2", "#1c6c8c", "#0e4266")
FIRE = ("#8e1a12", "#c9301a", "#ea5a1f", "#f58a2c", "#fbbf55")
PEARL = ("#b9c3c9", "#e3e2da", "#faf5e6", "#f3d9bd")
INDIGO = ("#161c46", "#26337a", "#3f56a6")
LEAF = ("#12402c", "#1f6b3c", "#4c9a46", "#9cc25a")
PETAL = ("#a8185a", "#d9407e", "#f08fb0", "#fbdce0")
GOLD = ("#8c5f12", "#c8932a", "#eec458", "#fff0b0")
NIGHT = ("#10183c", "#1d2f66", "#5a1d2c")


@dataclass(frozen=True, kw_only=True)
class Cartoon:
    """The drawing that the stones copy; mosaicists call it so.

    Attributes:
        region: (H, W), number of the shape that owns each pixel; rows of stones follow its outline.
        color: (H, W, 3), sRGB in [0, 1].
        gold: (H, W) in [0, 1], share of the stones that are gilded.
        stone_px: side of the stones in each region, by its number.
    """

    region: NDArray[np.int32]
    color: Field
    gold: Field
    stone_px: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Stones:
    """Where the stones lie.

    Attributes:
        x: (N,), centre in px from the left.
        y: (N,), centre in px from the top.
        angle: (N,), direction of their row in radians.
        side_px: (N,), their side.
    """

    x: Field
    y: Field
    angle: Field
    side_px: Field


def sketch(size: tuple[int, int], *, rng: np.random.Generator) -> Cartoon:
    """Two carp about the middle of a pond, lily pads and flowers in its corners, and a gilded frame.

    Args:
        size: width and height in px.
        rng: where the randomness comes from.
    Returns:
        The cartoon.
    """
    width, height = size
    down, across = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    unit = min(size)
    x, y = as_field((across - width / 2) / unit), as_field((down - height / 2) / unit)
    noise, fine = cloud(size, cell_px=unit / 9, rng=rng), cloud(size, cell_px=unit / 26, rng=rng, octaves=2)
    radius, turn = as_field(np.hypot(x, y)), as_field(np.arctan2(y, x))
    region = np.zeros((height, width), np.int32)
    gold = np.full((height, width), 0.01, np.float32)
    rings = 0.5 + 0.5 * np.sin(46.0 * (radius + 0.05 * noise) - 0.6)
    color = ramp(as_field(0.62 * rings + 0.42 * noise - 0.02), WATER)

    pads = (
        (-0.345, -0.33, 0.125, 0.6),
        (0.33, 0.355, 0.13, 3.6),
        (0.37, -0.36, 0.085, 2.2),
        (-0.37, 0.37, 0.08, 5.4),
    )
    for number, (cx, cy, size_pad, notch) in enumerate(pads):
        r, a = np.hypot(x - cx, y - cy), np.arctan2(y - cy, x - cx)
        open_side = np.abs(np.angle(np.exp(1j * (a - notch)))) > 0.30
        inside = (r < size_pad) & open_side
        veins = 0.5 + 0.5 * np.cos(11.0 * (a - notch))
        green = ramp(as_field(0.25 + 0.55 * veins * r / size_pad + 0.3 * (fine - 0.4)), LEAF)
        green = blend(green, rgb("#d4dd86"), step(r, size_pad * 0.86, size_pad * 0.93))
        color = np.where(inside[..., None], green, color)
        region = np.where(inside, 1 + number, region)
    for number, (cx, cy, reach) in enumerate(((-0.27, -0.275, 0.115), (0.255, 0.295, 0.115))):
        r, a = np.hypot(x - cx, y - cy), np.arctan2(y - cy, x - cx)
        for ring, (far, count) in enumerate(((reach, 8), (reach * 0.66, 6))):
            lobe = np.abs(np.cos(0.5 * count * a + ring)) ** 0.6
            inside = r < far * (0.52 + 0.48 * lobe)
            tone = r / far * 0.9 + 0.1 * fine - 0.45 * step(as_field(lobe), 0.55, 0.2)
            pink = ramp(as_field(1.0 - tone if ring else tone), PETAL)
            color = np.where(inside[..., None], pink, color)
            sector = np.floor((0.5 * count * a + ring) / np.pi + 0.5).astype(np.int32) % 8
            region = np.where(inside, 10 + 20 * number + 10 * ring + sector, region)
        heart = r < reach * 0.24
        color = np.where(heart[..., None], ramp(as_field(0.4 + 0.6 * fine), GOLD), color)
        region, gold = np.where(heart, 50 + number, region), np.where(heart, 0.9, gold)

    for number, start in enumerate((-0.15, np.pi - 0.15)):
        t = np.angle(np.exp(1j * (turn - start))) / 1.12  # -1 at the tail, 1 at the nose
        d = radius - 0.245 - 0.012 * np.sin(3.5 * t)
        girth = (
            0.088 * np.clip(1.0 - np.abs(t - 0.2) ** 2.6 / np.where(t > 0.2, 0.62, 1.55), 0.0, 1.0) ** 0.62
        )
        body = (np.abs(d) < np.maximum(girth, 0.021 * (t < -0.4))) & (t > -1.0) & (t < 1.0)
        spread = 0.020 + 0.36 * np.clip(-0.86 - t, 0.0, 1.0)
        fork = t > -1.34 + 0.26 * step(np.abs(d), 0.07, 0.0)
        tail = (np.abs(d) < spread) & (t < -0.80) & fork
        fins = np.zeros_like(body)
        for at, side, long in ((0.42, 1, 0.105), (0.42, -1, 0.105), (-0.28, 1, 0.062), (-0.28, -1, 0.062)):
            u = (t - at) * 0.275 + 0.75 * (side * d - 0.06)
            fins |= (
                (np.abs(u) < 0.10 * np.clip(side * d - 0.03, 0, 1) ** 0.5)
                & (side * d > 0.03)
                & (side * d < 0.05 + long)
            )
        rays = 0.5 + 0.5 * np.sin(210.0 * d + 20.0 * t)
        flesh = FIRE if number == 0 else INDIGO
        ray_ramp = ("#f9a03c", "#fbd68a", "#fff4d8") if number == 0 else ("#8fb0d8", "#d7e3ee", "#ffffff")
        color = np.where((tail | fins)[..., None], ramp(as_field(0.7 * rays + 0.3 * fine), ray_ramp), color)
        region = np.where(fins, 60 + 10 * number, region)
        region = np.where(tail, 61 + 10 * number, region)
        scales = 0.5 + 0.5 * np.sin(64.0 * t) * np.sin(95.0 * d)
        patch = step(noise + 0.30 * fine + 0.16 * np.sin(10.0 * t + 3.0 * number), 0.64, 0.72)
        belly = as_field(0.55 - 4.2 * d + 0.45 * (scales - 0.5))
        skin = blend(ramp(belly, flesh), ramp(belly, PEARL), patch if number == 0 else 1.0 - 0.8 * patch)
        skin = blend(
            skin, rgb("#fff3d0" if number else "#ffd28a"), 0.8 * step(np.abs(d), 0.014, 0.004) * (t < 0.5)
        )
        color = np.where(body[..., None], skin, color)
        region = np.where(body, np.where(t > 0.60, 63, 62) + 10 * number, region)
        gold = np.where(body, 0.05, gold)
        for side in (1, -1):
            eye = np.hypot((t - 0.76) * 0.275, d - side * 0.034)
            color = np.where((eye < 0.021)[..., None], rgb("#f4c95a"), color)
            color = np.where((eye < 0.011)[..., None], rgb("#0d0d18"), color)
            region = np.where(eye < 0.021, 64 + 10 * number + (side > 0), region)

    frame = 0.5 * unit - np.minimum(
        np.minimum(across, width - 1 - across), np.minimum(down, height - 1 - down)
    )
    frame = 0.5 - frame / unit  # distance from the border
    along = np.where(np.abs(x) * height > np.abs(y) * width, y, x)
    teeth = np.abs(((along * 16.0) % 1.0) - 0.5) * 2.0
    border = np.where((frame < 0.052 * teeth + 0.004)[..., None], ramp(fine, NIGHT[1:]), ramp(fine, GOLD))
    outer = frame < 0.062
    color = np.where(outer[..., None], border, color)
    gold = np.where(outer & (frame >= 0.052 * teeth + 0.004), 0.85, np.where(outer, 0.02, gold))
    rim = outer & (frame > 0.049)
    color, gold = np.where(rim[..., None], rgb("#f6ead2"), color), np.where(rim, 0.0, gold)
    region = np.where(outer, np.where(rim, 91, 90), region)
    sides = tuple(10.5 if k == 0 else 8.5 if k < 10 or k >= 90 else 7.0 for k in range(100))
    return Cartoon(region=region.astype(np.int32), color=as_field(color), gold=as_field(gold), stone_px=sides)


def contours(field: Field, level: float) -> list[NDArray[np.float64]]:
    """Lines along which a field has one value, as (points, 2) of row and column."""
    untyped: Any = measure
    return list(untyped.find_contours(field, level))


def place_stones(cartoon: Cartoon, *, rng: np.random.Generator) -> Stones:
    """Rows of stones, each row one stone further inside its shape, and odd stones in the gaps.

    Args:
        cartoon: what to follow.
        rng: where the randomness comes from.
    Returns:
        The stones.

    Source: Hausner 2001, "Simulating decorative mosaics", section 3: stones align with the nearest edge.
    Differs: rows are contours of the distance to the edge, instead of a Voronoi diagram that is relaxed.
    """
    rows: list[NDArray[np.float64]] = []
    side_px = np.zeros(cartoon.region.shape, np.float32)
    for number in np.unique(cartoon.region):
        inside = np.pad(cartoon.region == number, 1)
        distance = as_field(distance_transform_edt(inside))[1:-1, 1:-1]
        side = cartoon.stone_px[number]
        side_px = np.where(cartoon.region == number, side, side_px)
        for level in np.arange(0.5 * side, float(distance.max()), side):
            for path in contours(distance, float(level)):
                steps = np.hypot(*np.diff(path, axis=0).T)
                length = np.concatenate([[0.0], np.cumsum(steps)])
                count = int(length[-1] / (1.08 * side))
                if count < 1:
                    continue
                places = (np.arange(count) + rng.random()) * length[-1] / count
                row, column = (np.interp(places, length, path[:, k]) for k in (0, 1))
                ahead, behind = np.minimum(places + side / 2, length[-1]), np.maximum(places - side / 2, 0.0)
                run = [
                    np.interp(ahead, length, path[:, k]) - np.interp(behind, length, path[:, k])
                    for k in (0, 1)
                ]
                rows.append(np.stack([column, row, np.arctan2(run[0], run[1]), np.full(count, side)], axis=1))
    laid = np.concatenate(rows)
    empty = np.ones(side_px.shape, bool)
    empty[np.rint(laid[:, 1]).astype(np.intp), np.rint(laid[:, 0]).astype(np.intp)] = False
    gap = as_field(distance_transform_edt(empty))
    row, column = np.nonzero((gap > 0.80 * side_px) & (gap == maximum_filter(gap, size=9)))
    odd = np.stack([column, row, rng.uniform(0, np.pi, len(row)), 0.9 * side_px[row, column]], axis=1)
    every = np.concatenate([laid, odd])
    return Stones(
        x=as_field(every[:, 0]),
        y=as_field(every[:, 1]),
        angle=as_field(every[:, 2]),
        side_px=as_field(every[:, 3]),
    )


def set_stones(cartoon: Cartoon, stones: Stones, *, rng: np.random.Generator) -> tuple[Field, Field, Field]:
    """The stones set in grout, cut to fit each other.

    A pixel belongs to the stone whose square reaches it first; where two reach it alike, there is a joint.

    Args:
        cartoon: gives each stone its colour.
        stones: where they lie.
        rng: colour, tilt and roughness of each stone.
    Returns:
        Colour (H, W, 3) in [0, 1], height (H, W) in px, and gilding (H, W) in [0, 1].
    """
    height, width = cartoon.region.shape
    nearest = np.full((height, width), 9.0, np.float32)
    second, owner = nearest.copy(), np.zeros((height, width), np.intp)
    rows, columns = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
    slope = np.zeros((height, width), np.float32)
    tilt = as_field(rng.normal(0.0, 0.11, (len(stones.x), 2)))
    wonky = as_field(rng.uniform(0.90, 1.12, (len(stones.x), 2)))
    for i in range(len(stones.x)):
        x, y, half = stones.x[i], stones.y[i], stones.side_px[i] / 2.0
        left, right = max(0, int(x - 2.8 * half)), min(width, int(x + 2.8 * half) + 2)
        top, bottom = max(0, int(y - 2.8 * half)), min(height, int(y + 2.8 * half) + 2)
        dx, dy = columns[None, left:right] - x, rows[top:bottom, None] - y
        cos, sin = np.cos(stones.angle[i]), np.sin(stones.angle[i])
        u, v = np.abs(cos * dx + sin * dy) / wonky[i, 0], np.abs(cos * dy - sin * dx) / wonky[i, 1]
        far = (np.maximum(u, v) + 0.16 * np.minimum(u, v)) / half
        area = (slice(top, bottom), slice(left, right))
        closer = far < nearest[area]
        second[area] = np.where(closer, nearest[area], np.minimum(second[area], far))
        nearest[area] = np.where(closer, far, nearest[area])
        owner[area] = np.where(closer, i, owner[area])
        slope[area] = np.where(closer, tilt[i, 0] * dx + tilt[i, 1] * dy, slope[area])
    half = stones.side_px[owner] / 2.0
    joint = np.minimum((second - nearest) * half / 2.0, (1.22 - nearest) * half)  # px to the joint
    row, column = np.rint(stones.y).astype(np.intp), np.rint(stones.x).astype(np.intp)
    mood = rng.normal(0.0, 1.0, (len(row), 1)) * 0.060 + rng.normal(0.0, 0.028, (len(row), 3))
    gilt = rng.random(len(row)) < cartoon.gold[row, column]
    leaf = ramp(as_field(rng.beta(1.6, 1.6, len(row))), GOLD)
    stone_color = np.where(gilt[:, None], leaf, np.clip(cartoon.color[row, column] + mood, 0.02, 1.0))
    grain = cloud((width, height), cell_px=5, rng=rng, octaves=2)
    inside = step(joint, 0.12, 0.85)
    grout = ramp(grain, ("#3b342e", "#5f564b", "#7f7566"))
    color = blend(grout, as_field(stone_color[owner] * (0.90 + 0.20 * grain[..., None])), inside)
    dome = step(joint, 0.1, 1.5)
    return color, as_field(1.15 * dome + inside * slope + 0.35 * grain), as_field(gilt[owner] * inside)


def draw(size: tuple[int, int] = (768, 768), *, seed: int = 11) -> Pixels:
    """Two carp in a pond, in glass stones with gold among them.

    The stones lie in rows along the outlines (andamento); each has its own shade, tilt and bevel.

    Args:
        size: width and height in px; the stones keep their size, so a larger picture has more of them.
        seed: another seed gives other stones, the same motif.
    Returns:
        (H, W, 3), sRGB in [0, 255].
    """
    rng = np.random.default_rng(seed)
    cartoon = sketch(size, rng=rng)
    color, height, gilding = set_stones(cartoon, place_stones(cartoon, rng=rng), rng=rng)
    diffuse, shine = light(height, depth_px=1.0, gloss=0.55)
    lit = color * (0.22 + 0.78 * diffuse)[..., None] + shine[..., None] * (0.6 + 1.2 * gilding[..., None]) * (
        0.5 + 0.5 * color
    )
    return as_pixels(as_field(lit))
