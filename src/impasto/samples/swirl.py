"""Swirling oil: a night over a bay, laid in thick strokes that follow the wind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impasto.samples.brush import Strokes, bristle_stamps, paint
from impasto.samples.noise import Field, Pixels, as_field, cloud, enlarge, streaks
from impasto.samples.palette import as_pixels, blend, light, ramp, rgb, step

SKY = ("#0a1440", "#10246a", "#1b3f94", "#2c63b4", "#1d4c9f", "#5c9acb", "#2f6fb5", "#a8d0d8", "#e8e7c8")
GLOW = ("#fff8dc", "#fdeaa0", "#f7cf4b", "#e9a92b", "#b5cfae", "#7fb4c4", "#3f7ab6")
SEA = ("#081338", "#0f2b63", "#1a4f86", "#2d7f9f", "#123a74", "#5fb0b4")
FIELD = ("#4a2c14", "#8a5518", "#c58a22", "#e8b83c", "#f3d877", "#7d7a2a", "#b8601c")
HILL = ("#0b1830", "#14344c", "#1f5560", "#2f7068", "#1a2f5e", "#5f9f7c", "#b9b77a")

MOON = (0.255, 0.225, 0.088)
SPIRALS = ((0.735, 0.315, 0.190, 0.30), (0.500, 0.520, 0.090, -0.25), (1.130, 0.520, 0.085, 0.25))
STARS = (
    (0.055, 0.070, 0.034),
    (0.075, 0.400, 0.040),
    (0.465, 0.085, 0.040),
    (0.455, 0.300, 0.028),
    (0.690, 0.055, 0.026),
    (0.930, 0.095, 0.044),
    (1.185, 0.075, 0.030),
    (1.190, 0.300, 0.040),
    (0.290, 0.485, 0.030),
    (0.820, 0.560, 0.026),
)
"""x, y, radius (and inward turn in radians) of what the sky turns about, in picture heights; by eye."""

HILLS = ((0.640, 0.055, 5.1, 0.4), (0.690, 0.045, 7.3, 2.1))
"""Height, swell, pitch and shift of the crests, from far to near."""

SHORE = 0.735
"""Where the water begins, in picture heights from the top."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What the brush copies.

    Attributes:
        color: (H, W, 3), sRGB in [0, 1].
        angle: (H, W), direction of the strokes in radians.
        detail: (H, W) in [0, 1], where small brushes are needed.
    """

    color: Field
    angle: Field
    detail: Field


def wind(x: Field, y: Field, wander: Field) -> Field:
    """Direction of the air: a long wave, turned into rings and spirals round the lights.

    Args:
        x: (H, W), picture heights from the left.
        y: (H, W), picture heights from the top.
        wander: (H, W) in [0, 1], what disturbs it.
    Returns:
        (H, W), radians, clockwise from right.
    """
    angle = 0.55 * np.sin(5.2 * x + 2.0 * y) + 1.1 * (wander - 0.5)
    flow_x, flow_y = np.cos(angle), np.sin(angle)
    rings = [(*MOON, 0.0), *SPIRALS, *((*star, 0.0) for star in STARS)]
    for number, (cx, cy, radius, inward) in enumerate(rings):
        turn = 1.0 if number % 2 == 0 else -1.0
        spin = np.arctan2(y - cy, x - cx) + turn * (np.pi / 2.0 + inward)
        weight = 6.0 * np.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / (1.25 * radius) ** 2))
        flow_x, flow_y = flow_x + weight * np.cos(spin), flow_y + weight * np.sin(spin)
    return as_field(np.arctan2(flow_y, flow_x))


def paint_sky(x: Field, y: Field, *, size: tuple[int, int], rng: np.random.Generator) -> tuple[Field, Field]:
    """Colour (H, W, 3) and direction (H, W) of the sky: streaks of blue, with haloes of yellow."""
    small = (size[0] // 4 + 1, size[1] // 4 + 1)
    wander = cloud(size, cell_px=330, rng=rng, octaves=2)
    angle = wind(x, y, wander)
    rows = np.linspace(0, x.shape[0] - 1, small[1]).astype(np.intp)
    columns = np.linspace(0, x.shape[1] - 1, small[0]).astype(np.intp)
    noise = cloud(small, cell_px=7, rng=rng, octaves=2)
    bands = np.clip(enlarge(streaks(noise, angle[np.ix_(rows, columns)], reach_px=16), size), 0.0, 1.0)
    color = ramp(np.clip(0.82 * bands + 0.22 * y, 0.0, 1.0), SKY)
    for cx, cy, radius, _ in SPIRALS:
        distance = np.hypot(x - cx, y - cy) / radius
        arms = np.sin(2.0 * np.arctan2(y - cy, x - cx) + 5.5 * np.log(distance + 0.12)) * 0.5 + 0.5
        pale = arms * np.exp(-((distance / 1.05) ** 4))
        color = blend(color, ramp(as_field(1.0 - bands), ("#f6f1d6", "#cfe3dc", "#8fc0d4")), 0.85 * pale)
        color = blend(color, rgb("#f6dc86"), 0.9 * step(as_field(distance), 0.34, 0.12))
    for cx, cy, radius in (MOON, *STARS):
        distance = as_field(np.hypot(x - cx, y - cy) / radius)
        rings = distance * 0.40 + 0.13 * np.sin(7.0 * distance) + 0.22 * (bands - 0.5)
        color = blend(color, ramp(as_field(rings), GLOW), step(distance, 2.35, 0.8))
    return color, angle


def hill_crest(x: Field, *, base: float, swell: float, pitch: float, shift: float) -> Field:
    """Height of one of HILLS, (H, W), in picture heights from the top."""
    return as_field(base - swell * np.sin(pitch * x + shift) - 0.016 * np.sin(17.0 * x + shift))


def tower_girth(y: Field) -> Field:
    """Half the width of the lighthouse, (H, W), in picture heights."""
    return as_field(0.019 + 0.030 * (y - 0.36))


def cape_and_tower(x: Field, y: Field, *, edge: float) -> tuple[Field, Field]:
    """Where the cape is, and the lighthouse on it: (H, W) in [0, 1] each, soft over ``edge``."""
    cape = step(y - (0.750 - 0.095 * np.exp(-(((x - 1.09) / 0.13) ** 2))), -edge, edge)
    cape *= step(x, 0.86, 0.90) * step(y, 0.785 + edge, 0.785 - edge)
    tower = step(np.abs(x - 1.045) - tower_girth(y), edge, -edge) * step(y, 0.385, 0.39)
    return cape, tower * step(y, 0.67, 0.665)


def field_brow(x: Field) -> Field:
    """Where the wheat begins, (H, W), in picture heights from the top."""
    return as_field(0.880 - 0.085 * np.sin(1.9 * x + 2.05) + 0.012 * np.sin(13.0 * x))


def compose(size: tuple[int, int], *, rng: np.random.Generator) -> Scene:
    """The bay at night: sky, hills, water with the moon in it, a lighthouse, and a field of wheat.

    Args:
        size: width and height in px.
        rng: where the randomness comes from.
    Returns:
        The scene, before any brush touches it.
    """
    width, height = size
    down, across = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    x, y = as_field(across / width * 1.25), as_field(down / height)
    patches = cloud(size, cell_px=26, rng=rng, octaves=3)
    broad = cloud(size, cell_px=120, rng=rng, octaves=2)
    color, angle = paint_sky(x, y, size=size, rng=rng)
    edge = 1.5 / height

    for base, swell, pitch, shift in HILLS:
        crest = hill_crest(x, base=base, swell=swell, pitch=pitch, shift=shift)
        ridges = 0.5 + 0.35 * np.sin(60.0 * (y - crest) + 9.0 * broad) + 0.5 * (patches - 0.5)
        below = step(y - crest, -edge, edge)
        color = blend(color, ramp(as_field(0.25 + 0.75 * ridges - 1.2 * (y - crest)), HILL), below)
        angle = np.where(below > 0.5, 0.9 * np.cos(pitch * x + shift) + 0.5 * (broad - 0.5), angle)

    water = step(y, SHORE - edge, SHORE + edge)
    ripples = np.sin(150.0 * y**1.6 + 7.0 * broad) * 0.5 + 0.5
    sea = ramp(as_field(0.55 * ripples + 0.45 * patches), SEA)
    for cx, half, glow in ((MOON[0], 0.10, "#f7df8a"), (1.045, 0.035, "#f5c553"), (0.735, 0.10, "#bfe0dc")):
        spread = half * (0.45 + 2.2 * (y - SHORE))
        lit = np.exp(-(((x - cx - 0.03 * (broad - 0.5)) / spread) ** 2)) * step(ripples, 0.35, 0.75)
        sea = blend(sea, rgb(glow), 0.92 * lit)
    color = blend(color, sea, water)
    angle = np.where(water > 0.5, 0.22 * np.sin(19.0 * x + 30.0 * y) + 0.3 * (broad - 0.5), angle)

    cape, tower = cape_and_tower(x, y, edge=edge)
    color = blend(color, ramp(as_field(patches), ("#1c1a24", "#3a3230", "#6d4b2c", "#2c4a48")), cape)
    stripes = step(as_field(np.sin((y - 0.36) * 62.0)), -0.25, 0.25)
    shade = step((x - 1.045) / tower_girth(y), -0.6, 1.0)
    wall = blend(blend(rgb("#f2ead2")[None, None], rgb("#b5392a"), stripes), rgb("#27305f"), 0.65 * shade)
    color = blend(color, wall, tower)
    lamp = step(np.hypot(x - 1.045, y - 0.362), 0.032, 0.024)
    beam = step(np.abs((y - 0.365) - 0.16 * (x - 1.045)) - 0.11 * np.abs(x - 1.045), 0.012, -0.006)
    beam *= np.exp(-np.abs(x - 1.045) / 0.16) * (1.0 - tower)
    color = blend(blend(color, rgb("#fbe9a4"), 0.75 * beam), rgb("#fff3bf"), lamp)

    brow = field_brow(x)
    wheat = step(y - brow, -edge, edge)
    color = blend(color, ramp(as_field(0.75 * patches + 0.8 * (y - brow)), FIELD), wheat)
    stalks = -np.pi / 2.0 + 0.75 * np.sin(6.0 * x) + 0.9 * (broad - 0.3)
    angle = np.where(wheat > 0.5, stalks, np.where((tower > 0.5) | (cape > 0.5), 1.45, angle))
    round_lamp = np.arctan2(y - 0.362, x - 1.045) + np.pi / 2.0
    angle = np.where(np.hypot(x - 1.045, y - 0.362) < 0.034, round_lamp, angle)
    detail = np.maximum.reduce([tower, lamp, 0.7 * cape, 0.45 * wheat, 0.35 * water, 0.5 * beam])
    for cx, cy, radius in (MOON, *STARS):
        detail = np.maximum(detail, 0.7 * step(np.hypot(x - cx, y - cy) / radius, 1.6, 0.8))
    return Scene(color=color, angle=as_field(angle), detail=as_field(detail))


def plan(
    scene: Scene, *, count: int, width_px: float, length_px: float, detail: float, rng: np.random.Generator
) -> Strokes:
    """Strokes of one brush, where the scene asks for it.

    Args:
        scene: what to copy.
        count: strokes to try.
        width_px: of the brush.
        length_px: of a stroke, give or take a third.
        detail: strokes are kept where the scene's detail reaches this (or by chance, if it nearly does).
        rng: where the randomness comes from.
    Returns:
        The strokes, in random order; fewer than ``count`` if ``detail`` is above 0.
    """
    height, width = scene.angle.shape
    x, y = as_field(rng.uniform(0, width, count)), as_field(rng.uniform(0, height, count))
    chance, long, wide, jitter = (as_field(rng.random(count)) for _ in range(4))
    shift = as_field(rng.normal(0.0, 1.0, (count, 3)))
    kept = scene.detail[y.astype(np.intp), x.astype(np.intp)] + 0.15 * chance >= detail
    x, y, long, wide, jitter, shift = (a[kept] for a in (x, y, long, wide, jitter, shift))
    row, column = y.astype(np.intp), x.astype(np.intp)
    angle = scene.angle[row, column]
    ahead_y = np.clip(y + 6.0 * np.sin(angle), 0, height - 1).astype(np.intp)
    ahead_x = np.clip(x + 6.0 * np.cos(angle), 0, width - 1).astype(np.intp)
    turn = scene.angle[ahead_y, ahead_x] - angle
    bend = np.clip(np.arctan2(np.sin(turn), np.cos(turn)) / 6.0, -0.045, 0.045)
    mood = np.array([0.030, 0.030, 0.036], np.float32) * shift + 0.035 * shift[:, :1]
    return Strokes(
        x=x,
        y=y,
        angle=as_field(angle + 0.16 * (jitter - 0.5)),
        bend=as_field(bend),
        length_px=as_field(length_px * (0.67 + 0.66 * long)),
        width_px=as_field(width_px * (0.75 + 0.5 * wide)),
        color=as_field(np.clip(scene.color[row, column] + mood, 0.0, 1.0)),
    )


def draw(size: tuple[int, int] = (960, 768), *, seed: int = 7) -> Pixels:
    """A night over a bay in swirling oil, thick enough to cast shadows.

    Four brushes, from broad to fine, follow the wind; the paint's relief is then lit from the upper left.

    Args:
        size: width and height in px; the brushes keep their size, so a larger picture has finer strokes.
        seed: another seed gives another hand, the same motif.
    Returns:
        (H, W, 3), sRGB in [0, 255].
    """
    rng = np.random.default_rng(seed)
    scene = compose(size, rng=rng)
    stamps = bristle_stamps(24, rng=rng)
    area = size[0] * size[1]
    color = blend(scene.color, rgb("#1b2f6b"), 0.10)
    thickness = np.zeros(scene.angle.shape, np.float32)
    for width_px, length_px, cover, detail in (
        (24.0, 74.0, 2.2, 0.0),
        (14.0, 50.0, 2.4, 0.0),
        (9.0, 36.0, 1.7, 0.0),
        (5.5, 21.0, 1.6, 0.42),
    ):
        count = int(cover * area / (width_px * length_px))
        strokes = plan(scene, count=count, width_px=width_px, length_px=length_px, detail=detail, rng=rng)
        color, thickness = paint(color, thickness, strokes, stamps=stamps, rng=rng, tint=0.11)
    diffuse, shine = light(thickness, depth_px=1.35, gloss=0.26)
    lit = color * (0.30 + 0.70 * diffuse)[..., None] + shine[..., None]
    return as_pixels(as_field(lit))
