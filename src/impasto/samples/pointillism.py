"""Pointillism: a summer river in dots of pure colour that mix in the eye."""

from __future__ import annotations

import numpy as np

from impasto.samples.noise import Field, Pixels, as_field, cloud, enlarge
from impasto.samples.palette import as_pixels, blend, light, ramp, rgb, step

SKY = ("#fff0b8", "#ffd98a", "#f6b99a", "#c7b6e0", "#8fb4ea", "#5b8fe0")
RIVER = ("#1f4fa8", "#2f7fc4", "#5fb3d8", "#f3c79a", "#7d8fd6", "#2a62b4")
GRASS = ("#1d5b34", "#3f8f3a", "#86b83a", "#d8d24a", "#f4e27a")
SHADE = ("#14285c", "#1c4a6a", "#1f5f4c", "#3a2f78")
LEAVES = ("#163f3a", "#23703c", "#5aa03c", "#a9c63e", "#f0dc5a")
BANK = ("#2c4a8a", "#3f7f7a", "#6fae6a", "#c9b86a")
PURE = (
    "#f6e03a", "#f9b82a", "#f2762a", "#e0342c", "#d62f7a", "#8a3fb0",
    "#3d3fb8", "#2368cc", "#25a0d0", "#22a58a", "#3fa83f", "#a8cc30",
)  # fmt: skip
"""The painter's box: a wheel of twelve; the opposite of number k is k + 6."""

SUN = (0.345, 0.270)
TREES = (
    (1.085, 0.310, 0.225), (0.985, 0.205, 0.150), (1.205, 0.190, 0.185), (1.000, 0.415, 0.130),
    (1.200, 0.425, 0.130), (0.060, 0.385, 0.105), (0.130, 0.430, 0.080), (0.005, 0.450, 0.095),
)  # fmt: skip
"""x, y and radius of the crowns, in picture heights."""

BOATS = ((0.420, 0.560, 0.135, "#fff6e4"), (0.635, 0.535, 0.085, "#f2762a"), (0.780, 0.520, 0.050, "#fdf0d0"))
"""x and y of the hull, height of the sail, its colour."""


def scene(size: tuple[int, int], *, rng: np.random.Generator) -> tuple[Field, Field]:
    """A river in the evening: sun, far bank, sails, trees, a meadow with poppies and a parasol.

    Args:
        size: width and height in px.
        rng: where the randomness comes from.
    Returns:
        Colour (H, W, 3), sRGB in [0, 1], and how small the dots must be (H, W) in [0, 1].
    """
    width, height = size
    down, across = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    x, y = as_field(across / width * 1.25), as_field(down / height)
    broad, fine = (
        cloud(size, cell_px=height / 4, rng=rng),
        cloud(size, cell_px=height / 30, rng=rng, octaves=3),
    )
    flat = cloud(size, cell_px=(height / 5, height / 40), rng=rng, octaves=3)
    edge = 2.0 / height
    detail = np.zeros_like(x)

    far = as_field(np.hypot(x - SUN[0], (y - SUN[1]) * 1.15))
    color = ramp(as_field(0.95 * far + 0.40 * (flat - 0.5) + 0.10 * (broad - 0.5)), SKY)
    color = blend(color, rgb("#fff4dc"), 0.75 * step(flat + 0.6 * broad, 0.92, 1.15) * step(far, 0.12, 0.35))
    color = blend(color, rgb("#fffbe0"), step(far, 0.062, 0.048))

    hills = y - 0.452 + 0.030 * np.sin(5.0 * x + 0.5) + 0.014 * np.sin(13.0 * x) + 0.018 * fine
    color = blend(
        color, ramp(as_field(9.0 * hills + 0.6 * fine - 0.2), BANK), step(as_field(hills), 0.0, edge)
    )

    depth = np.clip((y - 0.485) / 0.30, 0.0, 1.0)
    waves = np.sin(260.0 * np.clip(y - 0.40, 0.0, 1.0) ** 1.4 + 6.0 * flat + 2.0 * broad) * 0.5 + 0.5
    water = ramp(as_field(0.10 + 0.45 * waves + 0.35 * flat), RIVER)
    track = np.exp(-(((x - SUN[0]) / (0.045 + 0.16 * depth)) ** 2)) * step(waves + flat, 0.65, 1.05)
    water = blend(water, rgb("#fff0b0"), as_field(track))
    mirrored = step(np.abs(x - 1.10) - 0.20 + 0.25 * depth + 0.05 * (waves - 0.5), 0.02, -0.02) * step(
        depth, 0.95, 0.5
    )
    water = blend(water, ramp(as_field(waves), ("#1a4a5a", "#2f7a4a", "#3d4fa0")), 0.8 * mirrored)
    color = blend(color, water, step(y, 0.485 - edge, 0.485 + edge))

    for cx, cy, tall, cloth in BOATS:
        rise = (cy - y) / tall
        sail = (rise > 0.06) & (rise < 1.0) & (x > cx - 0.42 * tall * (1.0 - rise)) & (x < cx + 0.02 * tall)
        jib = (
            (rise > 0.12)
            & (rise < 0.86)
            & (x > cx + 0.05 * tall)
            & (x < cx + 0.05 * tall + 0.36 * tall * (0.86 - rise))
        )
        hull = (np.abs(y - cy) < 0.06 * tall) & (np.abs(x - cx) < 0.46 * tall - 1.2 * (y - cy))
        image = (
            (rise < -0.06)
            & (rise > -0.85)
            & (np.abs(x - cx + 0.12 * tall) < 0.26 * tall * (1.0 + rise))
            & (waves > 0.4)
        )
        white = ramp(as_field((x - cx) / (0.42 * tall) + 1.0), (cloth, "#ffe7b0", "#b8a8e0"))
        color = np.where(
            sail[..., None], white, np.where(jib[..., None], ramp(rise, ("#a89ae0", cloth)), color)
        )
        color = np.where(image[..., None], 0.75 * rgb(cloth) + 0.25 * color, color)
        color = np.where(hull[..., None], rgb("#7a1f3a"), color)
        detail = np.where(sail | jib | hull, 1.0, detail)

    shore = 0.735 - 0.075 * np.sin(1.7 * x + 2.4) + 0.010 * np.sin(11.0 * x) - 0.11 * step(x, 0.95, 1.20)
    ground = as_field(y - shore)
    sunlit = 0.62 + 0.40 * (fine - 0.5) + 0.7 * (broad - 0.5) - 0.5 * ground
    meadow = ramp(as_field(sunlit), GRASS)
    cast = step(np.abs(y - 0.845 + 0.13 * (x - 1.05) + 0.05 * (broad - 0.5)), 0.085, 0.055) * step(
        x + 0.2 * fine, 0.42, 0.66
    )
    meadow = blend(meadow, ramp(as_field(fine), SHADE), 0.88 * cast)
    poppies = step(fine + 0.7 * broad, 1.06, 1.14) * step(ground, 0.04, 0.10)
    meadow = blend(meadow, ramp(flat, ("#f23a2a", "#f25a8a", "#ffd0c0")), poppies)
    color = blend(color, meadow, step(ground, -edge, edge))

    for foot, top, lean, thick in (
        (1.085, 0.40, 0.02, 0.022),
        (0.060, 0.45, 0.0, 0.010),
        (1.225, 0.40, -0.03, 0.014),
    ):
        trunk = (
            (np.abs(x - foot - lean * np.sin(9.0 * y) - 0.02 * (0.8 - y)) < thick * (0.7 + 0.6 * (y - top)))
            & (y > top)
            & (y < 0.80)
        )
        bark = ramp(as_field((x - foot) / thick * 0.4 + 0.5), ("#f08a4a", "#6a2f5a", "#2a2560"))
        color, detail = np.where(trunk[..., None], bark, color), np.where(trunk, 0.7, detail)
    for cx, cy, radius in TREES:
        r = np.hypot(x - cx, (y - cy) * 1.12) / radius
        crown = step(as_field(r + 0.75 * (fine - 0.5)), 1.02, 0.94)
        toward = 0.52 - 0.42 * (x - cx) / radius - 0.38 * (y - cy) / radius + 1.0 * (fine - 0.5)
        leaves = ramp(as_field(toward), LEAVES)
        leaves = blend(leaves, ramp(fine, SHADE), 0.7 * step(as_field(toward), 0.30, 0.02))
        color = blend(color, leaves, crown)

    hem = np.where(
        y < 0.800,
        0.024 - 0.16 * np.clip(y - 0.755, 0.0, 0.05),
        0.016 + 0.062 * np.clip((y - 0.8) / 0.12, 0.0, 1.0) ** 0.6,
    )
    dress = (np.abs(x - 0.300 + 0.06 * np.clip(y - 0.8, 0.0, 1.0)) < hem) & (y > 0.735) & (y < 0.922)
    head = np.hypot(x - 0.300, y - 0.718) < 0.019
    shadow = np.hypot((x - 0.400) / 0.115, (y - 0.922) / 0.017) < 1.0
    parasol = (np.hypot((x - 0.285) / 0.105, (y - 0.690) / 0.082) < 1.0) & (
        y < 0.690 - 0.010 * np.cos(130.0 * (x - 0.285))
    )
    color = np.where(shadow[..., None], rgb("#1d2f78"), color)
    color = np.where(
        dress[..., None],
        ramp(as_field(0.5 + 0.45 * (x - 0.300) / hem), ("#fff2e0", "#b7b8f0", "#4b52c8", "#2a2a86")),
        color,
    )
    color = np.where(head[..., None], rgb("#e8925a"), color)
    panels = np.cos(48.0 * (x - 0.285) / (0.35 + 8.0 * np.clip(y - 0.608, 0.0, 1.0)))
    color = np.where(parasol[..., None], ramp(as_field(0.5 + 0.5 * panels), ("#e0342c", "#ffc23a")), color)
    detail = np.maximum(np.where(dress | head | parasol, 1.0, detail), 0.5 * step(far, 0.10, 0.05))
    return as_field(color), as_field(detail)


def to_pure_colors(color: Field, *, rng: np.random.Generator) -> Field:
    """Each dot's colour pulled to one of the pure ones, so that neighbours mix to the colour that was meant.

    Three dots in five go half of the way to the nearest hue of the wheel or its neighbours, one in nine to
    the opposite hue, the others a little of the way; lightness is mostly kept.

    Args:
        color: (N, 3), sRGB in [0, 1], what is meant.
        rng: where the randomness comes from.
    Returns:
        (N, 3), sRGB in [0, 1].

    Source: Chevreul 1839, "De la loi du contraste simultané"; the shares are chosen by eye.
    """
    wheel = np.stack([rgb(name) for name in PURE])  # (12, 3)
    chroma = color - color.mean(axis=1, keepdims=True)
    pure = wheel - wheel.mean(axis=1, keepdims=True)
    closeness = chroma @ pure.T / (np.linalg.norm(pure, axis=1) + 1e-6)  # (N, 12)
    hue = np.argmax(closeness, axis=1)
    hue += np.rint(rng.normal(0.0, 0.85, len(hue))).astype(hue.dtype)
    chance = rng.random(len(hue))
    hue = np.where(chance < 0.11, hue + 6, hue) % len(PURE)
    pull = np.where(chance < 0.11, 0.42, np.where(chance < 0.70, 0.48, 0.16))[:, None]
    tone = color.mean(axis=1, keepdims=True)
    target = wheel[hue] + 0.75 * (tone - wheel[hue].mean(axis=1, keepdims=True))
    return as_field(np.clip(color + pull * (target - color) + rng.normal(0.0, 0.025, color.shape), 0.0, 1.0))


def add_dots(owner: Field, x: Field, y: Field, radius: Field, turn: Field, *, first: int) -> Field:
    """Which dot lies on top at each pixel, after more dots have fallen.

    Args:
        owner: (H, W), number of the dot on top so far; -1 for none.
        x: (N,), centre in px.
        y: (N,), centre in px.
        radius: (N,), in px.
        turn: (N,), direction in radians of the longer axis, which is a quarter longer than the other.
        first: number of the first of the new dots; a higher number lies on top.
    Returns:
        (H, W).
    """
    height, width = owner.shape
    half = int(np.ceil(1.15 * float(radius.max()))) + 1
    offset_y, offset_x = np.indices((2 * half + 1, 2 * half + 1), dtype=np.float32).reshape(2, 1, -1) - half
    column, row = np.rint(x)[:, None] + offset_x, np.rint(y)[:, None] + offset_y  # (N, P)
    dx, dy = column - x[:, None], row - y[:, None]
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    u, v = (cos * dx + sin * dy) / 1.12, (cos * dy - sin * dx) * 1.12
    inside = (
        (u**2 + v**2 < radius[:, None] ** 2) & (column >= 0) & (column < width) & (row >= 0) & (row < height)
    )
    number = np.broadcast_to(first + np.arange(len(x))[:, None], inside.shape)[inside]
    top = owner.astype(np.int64).ravel()
    np.maximum.at(top, (row[inside] * width + column[inside]).astype(np.int64), number)
    return as_field(top.reshape(owner.shape))


def draw(size: tuple[int, int] = (960, 768), *, seed: int = 3) -> Pixels:
    """A river on a summer evening, in some forty thousand dots.

    Dots fall in four showers, from coarse to fine; the finest only where the scene has small things.

    Args:
        size: width and height in px; the dots keep their size, so a larger picture has more of them.
        seed: another seed gives other dots, the same motif.
    Returns:
        (H, W, 3), sRGB in [0, 255].
    """
    rng = np.random.default_rng(seed)
    color, detail = scene(size, rng=rng)
    zoom = 2
    width, height = size
    wide, high = width * zoom, height * zoom
    owner = np.full((high, wide), -1.0, np.float32)
    dots: list[Field] = []
    first = 0
    for radius_px, gap_px, needed in ((5.2, 6.6, 0.0), (4.0, 5.6, 0.0), (3.2, 5.2, 0.0), (2.1, 2.9, 0.45)):
        columns, rows = np.meshgrid(np.arange(0, width, gap_px), np.arange(0, height, gap_px))
        places = (
            np.stack([columns.ravel(), rows.ravel()], axis=1)
            + rng.uniform(-0.6, 0.6, (columns.size, 2)) * gap_px
        )
        places = rng.permutation(np.clip(places, 0.0, np.array([width - 1.0, height - 1.0])))
        at = places.astype(np.intp)
        places = places[detail[at[:, 1], at[:, 0]] >= needed]
        at = places.astype(np.intp)
        if not len(places):
            continue
        radius = as_field(radius_px * rng.uniform(0.78, 1.12, len(places)))
        turn = as_field(rng.uniform(0.0, np.pi, len(places)))
        x, y = as_field(places[:, 0] * zoom), as_field(places[:, 1] * zoom)
        owner = add_dots(owner, x, y, radius * zoom, turn, first=first)
        dots.append(
            np.column_stack([x, y, radius * zoom, to_pure_colors(color[at[:, 1], at[:, 0]], rng=rng)])
        )
        first += len(places)
    every = as_field(np.concatenate(dots))  # (N, 6)
    number = owner.astype(np.intp)
    down, across = np.indices(owner.shape, dtype=np.float32)
    mine = every[number]  # (2 H, 2 W, 6)
    inward = 1.0 - ((across - mine[..., 0]) ** 2 + (down - mine[..., 1]) ** 2) / (1.3 * mine[..., 2]) ** 2
    canvas = ramp(cloud((wide, high), cell_px=5, rng=rng, octaves=2), ("#e6d6b4", "#f7edd6"))
    bare = owner < 0
    dome = np.where(bare, 0.0, np.sqrt(np.clip(inward, 0.0, 1.0)) * np.minimum(mine[..., 2], 8.0) * 0.34)
    pigment = np.where(bare[..., None], canvas, mine[..., 3:])
    diffuse, shine = light(
        as_field(dome + 0.5 * enlarge(as_field(rng.random((high // 3, wide // 3))), (wide, high))),
        depth_px=0.5,
        gloss=0.10,
    )
    lit = pigment * (0.60 + 0.40 * diffuse)[..., None] + shine[..., None]
    return as_pixels(as_field(lit.reshape(height, zoom, width, zoom, 3).mean(axis=(1, 3))))
