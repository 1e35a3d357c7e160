"""Watercolour: poppies and cornflowers in transparent washes on rough paper."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from impasto.samples.noise import Field, Pixels, as_field
from impasto.samples.palette import as_pixels, light, ramp, step
from impasto.samples.washes import Sheet, backrun, clean_sheet, wash, within

POPPIES = (
    (0.400, 0.470, 0.225, 0.30, ("#e8402c", "#d21f26", "#f0702f")),
    (0.715, 0.275, 0.165, -0.35, ("#f2743a", "#e8482c", "#f5a24a")),
    (0.215, 0.200, 0.125, 0.10, ("#e0567c", "#c92a58", "#ee8f8a")),
    (0.755, 0.655, 0.140, 0.55, ("#f0883c", "#e4502a", "#f6bd58")),
    (0.480, 0.140, 0.085, 0.00, ("#e2484a", "#c4283a", "#f08a5a")),
)
"""x, y and radius in picture widths, tilt in radians, and three reds."""

CORNFLOWERS = ((0.165, 0.720, 0.080), (0.890, 0.455, 0.068), (0.555, 0.790, 0.075), (0.065, 0.455, 0.050))
"""x, y and radius, in picture widths."""

FOOT = (0.470, 1.300)
"""Where the stems meet, in picture widths."""

BUDS = ((0.330, 0.060, 0.026), (0.905, 0.130, 0.030), (0.935, 0.760, 0.024))
LEAVES = (
    (0.36, 0.95, -2.55, 0.34), (0.60, 0.98, -0.55, 0.36),
    (0.30, 0.83, -2.95, 0.24), (0.66, 0.86, -0.10, 0.25),
    (0.43, 1.08, -2.20, 0.30), (0.54, 1.10, -0.90, 0.28),
    (0.54, 0.62, -1.10, 0.20), (0.30, 0.70, -2.10, 0.17),
)  # fmt: skip
"""x, y of the root, direction in radians, length in picture widths."""


def leaf_shape(
    sheet: Sheet, root: tuple[float, float], angle: float, length: float, width: float
) -> tuple[Field, Field]:
    """Distance into a pointed oval, in picture widths, and the way along it (0 root, 1 tip)."""
    u = (np.cos(angle) * (sheet.x - root[0]) + np.sin(angle) * (sheet.y - root[1])) / length
    v = (np.cos(angle) * (sheet.y - root[1]) - np.sin(angle) * (sheet.x - root[0])) - 0.16 * length * np.sin(
        np.pi * u
    )
    girth = width * np.clip(np.sin(np.pi * np.clip(u, 0.0, 1.0)), 0.0, None) ** 0.8
    teeth = 0.18 * girth * np.abs(np.sin(24.0 * u))
    return as_field(np.where((u > 0) & (u < 1), girth - teeth - np.abs(v), -1.0)), as_field(u)


def poppy(
    sheet: Sheet,
    x: float,
    y: float,
    radius: float,
    tilt: float,
    reds: tuple[str, str, str],
    *,
    width_px: int,
    rng: np.random.Generator,
) -> Sheet:
    """A poppy: six petals in overlapping layers, dark at the heart, with a crown of stamens."""
    dx, dy = sheet.x - x, sheet.y - y
    for number, spin in enumerate(rng.permutation(6) * np.pi / 3 + tilt + rng.normal(0.0, 0.12, 6)):
        long, wide = radius * rng.uniform(0.82, 1.08), radius * rng.uniform(0.60, 0.78)
        u = np.cos(spin) * dx + np.sin(spin) * dy / (0.80 + 0.05 * tilt)
        v = np.cos(spin) * dy / (0.80 + 0.05 * tilt) - np.sin(spin) * dx
        a = np.arctan2(v, u - 0.50 * long)
        frill = 0.055 * np.sin(5.0 * a + 7.0 * number) + 0.035 * np.sin(11.0 * a + number)
        away = np.hypot((u - 0.52 * long) / (0.50 * long), v / wide)
        into = as_field((1.0 + frill - away) * 0.5 * radius * width_px)
        depth = np.clip(u / long, 0.0, 1.0)
        folds = 0.72 + 0.28 * np.sin(26.0 * np.arctan2(v, u + 0.12 * radius) + 3.0 * sheet.pool)
        sheet = wash(
            sheet,
            into,
            reds[number % 3],
            strength=0.62,
            rim=0.85,
            fade=as_field(0.55 + 0.45 * np.abs(2 * depth - 0.9)),
        )
        sheet = wash(
            sheet,
            into - 0.06 * radius * width_px,
            reds[1],
            strength=0.75,
            rim=0.25,
            soft_px=0.10 * radius * width_px,
            fade=as_field(folds * (1.0 - depth) ** 1.2),
        )
    far = np.hypot(dx, dy / 0.8)
    ink = as_field((0.20 * radius - far + 0.10 * radius * (sheet.pool - 0.5)) * width_px)
    sheet = wash(sheet, ink, "#3a1a4a", strength=1.1, rim=0.1, soft_px=0.13 * radius * width_px)
    sheet = wash(sheet, as_field((0.105 * radius - far) * width_px), "#4a6a3a", strength=1.6, rim=1.0)
    angles, reach = rng.uniform(0.0, 2.0 * np.pi, 34), radius * rng.uniform(0.17, 0.33, 34)
    dots = np.full(far.shape, -9.0, np.float32)
    for angle, long in zip(angles, reach, strict=True):
        ox, oy = dx - long * np.cos(angle), dy - 0.8 * long * np.sin(angle)
        dots = np.maximum(dots, (0.021 * radius - np.hypot(ox, oy)) * width_px)
    return wash(sheet, as_field(dots), "#1c1230", strength=1.3, rim=0.6)


def stem(sheet: Sheet, x: float, y: float, *, thick: float, bow: float, width_px: int) -> Sheet:
    """A stem from a flower to the foot of the bunch, darker on one side."""
    t = (sheet.y - y) / (FOOT[1] - y)
    middle = x + (FOOT[0] - x) * np.clip(t, 0.0, 1.0) ** 1.25 + bow * np.sin(np.pi * np.clip(t, 0.0, 1.0))
    into = as_field(np.where(t > 0, thick - np.abs(sheet.x - middle), -1.0) * width_px)
    sheet = wash(sheet, into, "#8fae55", strength=0.8, rim=0.8, avoid_dry=1.0)
    return wash(
        sheet,
        as_field(into - 0.8 * (sheet.x - middle) * width_px - 0.5 * thick * width_px),
        "#4a7f5a",
        strength=0.55,
        rim=0.2,
        avoid_dry=1.0,
    )


def background(sheet: Sheet, *, width_px: int, tall: float, rng: np.random.Generator) -> Sheet:
    """Wet washes of sky, ochre and violet that leave the paper's edge bare, with backruns and splashes."""
    margin = np.minimum(np.minimum(sheet.x, 1.0 - sheet.x), np.minimum(sheet.y, tall - sheet.y))
    into = as_field((margin - 0.035 + 0.05 * (sheet.pool - 0.5)) * width_px)
    for x, y, radius, color, strength in (
        (0.15, 0.20, 0.42, "#6fc0f0", 0.80),
        (0.85, 0.15, 0.40, "#ffcf4f", 0.80),
        (0.90, 0.70, 0.42, "#b59cf2", 0.85),
        (0.12, 0.75, 0.40, "#8fe0c4", 0.85),
        (0.50, 0.45, 0.50, "#ffe2a6", 0.60),
        (0.45, 1.15, 0.48, "#5fc09a", 0.95),
        (0.60, 0.05, 0.28, "#5fa8f0", 0.80),
        (0.95, 1.05, 0.34, "#4f94e0", 0.85),
        (0.03, 1.10, 0.30, "#f09cc4", 0.75),
    ):
        spot = np.exp(
            -(((sheet.x - x) ** 2 + (sheet.y - y) ** 2) / (0.85 * radius) ** 2)
            * (1.6 + 2.6 * (sheet.pool - 0.5))
        )
        sheet = wash(
            sheet, into, color, strength=0.68 * strength, rim=0.55, fade=as_field(spot), avoid_dry=0.75
        )
    for x, y, radius in (
        (0.13, 0.40, 0.085),
        (0.90, 0.30, 0.10),
        (0.86, 0.90, 0.12),
        (0.12, 0.93, 0.10),
        (0.62, 0.42, 0.08),
    ):
        sheet = backrun(sheet, x, y, radius, width_px=width_px)
    for _ in range(46):
        x, y, radius = (
            rng.uniform(0.05, 0.95),
            rng.uniform(0.05, tall - 0.05),
            0.0022 + 0.009 * rng.random() ** 4,
        )
        color = ("#d8402c", "#5f86b8", "#e8a03c", "#6f9a5a")[rng.integers(4)]

        def splash(part: Sheet, at: tuple[float, float, float, str] = (x, y, radius, color)) -> Sheet:
            drop = (at[2] - np.hypot(part.x - at[0], part.y - at[1])) * width_px
            return wash(part, as_field(drop), at[3], strength=0.8, rim=0.9, avoid_dry=1.0)

        sheet = within(sheet, x, y, radius, width_px=width_px, change=splash)
    return sheet


def leaf(sheet: Sheet, x: float, y: float, angle: float, length: float, *, width_px: int) -> Sheet:
    """A leaf in three layers: all of it, its root, and the half that is turned from the light."""
    into, along = leaf_shape(sheet, (x, y), angle, length, 0.15 * length)
    sheet = wash(sheet, into * width_px, "#a9c86a", strength=0.85, rim=0.8, avoid_dry=1.0)
    root = as_field(step(along, 0.9, 0.1))
    sheet = wash(
        sheet,
        (into - 0.004) * width_px,
        "#4f8f6a",
        strength=0.75,
        rim=0.2,
        soft_px=6.0,
        fade=root,
        avoid_dry=1.0,
    )
    half, _ = leaf_shape(sheet, (x, y), angle + 0.09, length * 0.96, 0.09 * length)
    return wash(sheet, half * width_px, "#5f9a86", strength=0.7, rim=0.7, avoid_dry=1.0)


def bud(sheet: Sheet, x: float, y: float, radius: float, *, width_px: int) -> Sheet:
    """A bud: an oval of green with the red showing through."""
    into = as_field(
        (1.0 - np.hypot((sheet.x - x) / radius, (sheet.y - y) / (1.5 * radius))) * radius * width_px
    )
    sheet = wash(sheet, into, "#8fb054", strength=0.9)
    return wash(sheet, into - 6.0, "#d8606a", strength=0.7, rim=0.2, soft_px=5.0)


def cornflower(
    sheet: Sheet, x: float, y: float, radius: float, *, width_px: int, rng: np.random.Generator
) -> Sheet:
    """A cornflower: eleven ragged blue tongues about a violet heart."""
    for spin in np.arange(11) * 2.0 * np.pi / 11 + rng.normal(0.0, 0.12, 11):
        into, along = leaf_shape(sheet, (x, y), float(spin), radius * rng.uniform(0.85, 1.2), 0.22 * radius)
        pale = as_field(0.5 + 0.5 * np.clip(along, 0.0, 1.0))
        sheet = wash(sheet, into * width_px, "#5f86dc", strength=0.85, rim=0.8, fade=pale)
    heart = as_field((0.26 * radius - np.hypot(sheet.x - x, sheet.y - y)) * width_px)
    return wash(sheet, heart, "#5a2f8a", strength=1.2, rim=0.4, soft_px=4.0)


def draw(size: tuple[int, int] = (768, 960), *, seed: int = 9) -> Pixels:
    """A bunch of poppies and cornflowers in watercolour.

    Some two hundred transparent layers, light to dark: wet washes, backruns, splashes, then the plants.

    Args:
        size: width and height in px.
        seed: another seed gives another day, the same motif.
    Returns:
        (H, W, 3), sRGB in [0, 255].
    """
    rng = np.random.default_rng(seed)
    width, height = size
    sheet = clean_sheet(size, rng=rng)
    dry = np.zeros(sheet.x.shape, np.float32)
    for x, y, radius in [*(flower[:3] for flower in POPPIES), *((x, y, 0.8 * r) for x, y, r in CORNFLOWERS)]:
        dry = np.maximum(dry, step(np.hypot(sheet.x - x, (sheet.y - y) / 0.85), 1.0 * radius, 0.86 * radius))
    sheet = background(replace(sheet, dry=as_field(dry)), width_px=width, tall=height / width, rng=rng)
    for x, y, radius, tilt, _ in POPPIES:
        sheet = stem(
            sheet, x, y + 0.3 * radius, thick=0.0065, bow=0.06 * np.cos(9.0 * x + tilt), width_px=width
        )
    for x, y, radius in (*CORNFLOWERS, *BUDS):
        sheet = stem(sheet, x, y + 0.6 * radius, thick=0.0038, bow=0.08 * (0.5 - x), width_px=width)
    for x, y, angle, length in LEAVES:
        place = (x + 0.5 * length * np.cos(angle), y + 0.5 * length * np.sin(angle), 0.75 * length)
        work = partial(leaf, x=x, y=y, angle=angle, length=length, width_px=width)
        sheet = within(sheet, *place, width_px=width, change=work)
    for x, y, radius in BUDS:
        work = partial(bud, x=x, y=y, radius=radius, width_px=width)
        sheet = within(sheet, x, y, 1.6 * radius, width_px=width, change=work)
    for x, y, radius in CORNFLOWERS:
        work = partial(cornflower, x=x, y=y, radius=radius, width_px=width, rng=rng)
        sheet = within(sheet, x, y, 1.4 * radius, width_px=width, change=work)
    for x, y, radius, tilt, reds in reversed(POPPIES):
        work = partial(poppy, x=x, y=y, radius=radius, tilt=tilt, reds=reds, width_px=width, rng=rng)
        sheet = within(sheet, x, y, 1.3 * radius, width_px=width, change=work)
    paper = ramp(sheet.grain, ("#f6f0e2", "#fffdf6"))
    diffuse, _ = light(sheet.grain, depth_px=2.2, gloss=0.0)
    return as_pixels(as_field(paper * np.exp(-sheet.density) * (0.90 + 0.10 * diffuse)[..., None]))
