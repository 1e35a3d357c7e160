"""Stained glass: a sun over a lake and irises, in coloured panes held by lead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter

from impasto.samples.noise import Field, Pixels, as_field, bent, cloud
from impasto.samples.palette import as_pixels, light, ramp, rgb, step

SUN = (0.500, 0.430)
RAYS = ("#fff2a8", "#ffd23c", "#ff9a1f", "#f2542a", "#d8285f", "#8a2a9a", "#4030b0", "#1a3fae", "#0f2f8a")
HILLS = (("#1fa08a", "#0f6f7f"), ("#2f9f4a", "#7fc03a"), ("#0f7a50", "#0a5a4a"))
LAKE = ("#0f4fb8", "#2f9fe0", "#7fd8e8", "#ffd07a", "#1f6fd0")
MEADOW = ("#0f5a2a", "#3f9a2a", "#9ac82a", "#0a4a3a")
IRIS = (
    ("#5a1fb0", "#8a4fe0", "#c9a0f4"),
    ("#1f3fc8", "#4f7ff0", "#a8c8ff"),
    ("#a01f9a", "#d84fc8", "#f4a8e8"),
)
BORDER = ("#b0122a", "#1230a0", "#0f7a4a", "#d89a1a")
IRISES = ((0.285, 0.900, 0.150, -0.10, 0), (0.690, 0.860, 0.165, 0.12, 1), (0.485, 1.020, 0.135, 0.00, 2))
"""x, y and height of the blooms in picture widths, lean in radians, number of the colours."""

LEAVES = (
    (0.10, 1.26, 0.80, 0.17), (0.22, 1.26, 0.93, 0.24), (0.36, 1.26, 0.96, 0.37), (0.44, 1.26, 1.09, 0.42),
    (0.56, 1.26, 1.06, 0.56), (0.66, 1.26, 0.98, 0.62), (0.78, 1.26, 0.90, 0.79), (0.90, 1.26, 0.78, 0.86),
)  # fmt: skip
"""x and y of the root, y and x of the tip, in picture widths."""

SWALLOWS = ((0.235, 0.215, 0.125, 0.25), (0.775, 0.185, 0.115, -0.40))
"""x, y and half the length in picture widths, lean in radians."""


@dataclass(frozen=True, kw_only=True)
class Panes:
    """Pieces of glass, before the lead.

    Attributes:
        number: (H, W), which pane each pixel belongs to.
        color: (H, W, 3), sRGB in [0, 1], of the glass.
    """

    number: NDArray[np.int64]
    color: Field

    def cut(self, inside: NDArray[np.bool_], part: NDArray[np.int64] | int, color: Field) -> Panes:
        """Add a shape, divided into parts, on top of the panes.

        Args:
            inside: (H, W), the shape.
            part: (H, W) or one number from 0 to 999, its parts.
            color: (H, W, 3) or (3,), sRGB in [0, 1].
        Returns:
            The panes with the shape.
        """
        first = (int(self.number.max()) // 1000 + 1) * 1000
        return Panes(
            number=np.where(inside, first + part, self.number),
            color=np.where(inside[..., None], color, self.color),
        )


def floored(values: Field) -> NDArray[np.int64]:
    """Numbers rounded down, to number the parts of a shape."""
    return np.floor(values).astype(np.int64)


def random_by_pane(number: NDArray[np.int64], *, salt: int) -> Field:
    """A pseudo-random number in [0, 1) for each pane; the same for the same pane and salt."""
    return as_field(((number * 7919 + salt * 104729) * 2654435761 % 4294967296) / 4294967296.0)


def sky(panes: Panes, x: Field, y: Field) -> Panes:
    """Rays and rings about the sun, from yellow to deep blue; every other joint is staggered."""
    far, turn = np.hypot(x - SUN[0], y - SUN[1]), np.arctan2(y - SUN[1], x - SUN[0])
    rings = np.digitize(
        far + 0.012 * np.sin(8.0 * turn), [0.098, 0.175, 0.255, 0.345, 0.450, 0.570, 0.710]
    ).astype(np.int64)
    count = np.array([1, 16, 16, 32, 32, 32, 32, 32])[rings]
    sector = floored(((turn + 0.16 * far) / (2.0 * np.pi) + 0.5) * count + 0.5 * (rings % 2)) % count
    part = rings * 100 + sector
    ray = 0.5 + 0.5 * (-1.0) ** floored(((turn + 0.16 * far) / (2.0 * np.pi) + 0.5) * 16 + 0.5)
    place = (rings - 0.5 + 0.9 * (random_by_pane(part, salt=1) - 0.5)) / 6.6 - 0.10 * ray
    color = ramp(as_field(place), RAYS)
    panes = panes.cut(np.ones(far.shape, bool), part, color)
    disc = ramp(as_field(far / 0.12), ("#fffce0", "#ffe66a", "#ffb81f"))
    petal = floored((turn / (2.0 * np.pi) + 0.5) * 8) + 1
    return panes.cut(far < 0.098, np.where(far < 0.042, 0, petal), disc)


def land(panes: Panes, x: Field, y: Field) -> Panes:
    """Three hills, a lake with the sun in it, and a meadow."""
    for number, (base, swell, pitch, shift) in enumerate(
        ((0.600, 0.060, 6.0, 0.4), (0.650, 0.050, 7.4, 2.6), (0.690, 0.032, 9.0, 4.4))
    ):
        crest = base - swell * np.sin(pitch * x + shift)
        part = floored(
            x * 6.0 + 1.1 * np.sin(9.0 * (y - crest) + number) + 0.37 * number + 3.0
        ) + 20 * floored((y - crest) / 0.060 + 2.0)
        tone = random_by_pane(part, salt=number + 3)
        panes = panes.cut(y > crest, part, ramp(tone, HILLS[number]))
    shore = 0.735 + 0.012 * np.sin(8.0 * x)
    bands = (y - shore) / 0.042 + 0.45 * np.sin(7.0 * x + 16.0 * y)
    part = (
        floored(as_field(bands)) * 16
        + floored(as_field(x * 5.0 + 0.5 * (floored(as_field(bands)) % 2) + 0.5 * np.sin(14.0 * y)))
        + 40
    )
    glint = np.exp(-(((x - SUN[0]) / 0.13) ** 2)) * (0.4 + 0.6 * random_by_pane(part, salt=5))
    color = ramp(as_field(0.55 * random_by_pane(part, salt=6)), LAKE)
    color = as_field(color + glint[..., None] * (rgb("#ffcf6a") - color))
    panes = panes.cut(y > shore, part, color)
    bank = 0.995 - 0.10 * (2.0 * x - 1.0) ** 2 + 0.014 * np.sin(17.0 * x)
    part = floored(as_field(x * 9.0 + 1.6 * np.sin(5.0 * y))) + 20 * floored(
        as_field((y - bank) / 0.075 + 0.6 * np.sin(8.0 * x) + 2.0)
    )
    return panes.cut(y > bank, part, ramp(random_by_pane(part, salt=8), MEADOW))


def blade(x: Field, y: Field, leaf: tuple[float, float, float, float]) -> tuple[NDArray[np.bool_], Field]:
    """Inside of a sword-shaped leaf, and on which side of its rib each pixel lies (negative left)."""
    root_x, root_y, tip_y, tip_x = leaf
    t = np.clip((root_y - y) / (root_y - tip_y), -0.5, 1.0)
    across = x - root_x - (tip_x - root_x) * np.sign(t) * np.abs(t) ** 1.8
    girth = 0.024 * np.clip(1.0 - t, 0.0, 1.0) ** 0.55
    return np.abs(across) < girth, as_field(across)


def iris(panes: Panes, x: Field, y: Field, bloom: tuple[float, float, float, float, int]) -> Panes:
    """An iris: three petals that stand, three that fall, each in two panes, with a flame of yellow."""
    cx, cy, size, lean, kind = bloom
    dark, middle, pale = (rgb(name) for name in IRIS[kind])
    u = (np.cos(lean) * (x - cx) + np.sin(lean) * (y - cy)) / size
    v = (np.cos(lean) * (y - cy) - np.sin(lean) * (x - cx)) / size
    stalk = np.abs(x - cx - 0.03 * np.sin(4.0 * (y - cy))) < 0.011
    panes = panes.cut(stalk & (y > cy), floored(as_field((y - cy) / 0.12)), rgb("#3f9a3a"))
    for angle, long, wide, bow in (
        (-0.62, 0.92, 0.30, 0.25),
        (0.62, 0.92, 0.30, -0.25),
        (0.0, 1.02, 0.36, 0.0),
        (2.02, 0.98, 0.30, 0.42),
        (-2.02, 0.98, 0.30, -0.42),
        (np.pi, 0.88, 0.36, 0.0),
    ):
        along = np.sin(angle) * u - np.cos(angle) * v
        across = np.cos(angle) * u + np.sin(angle) * v - bow * along**2
        girth = wide * np.maximum(np.sin(np.pi * np.clip(along / long, 0.0, 1.0) ** 1.35), 0.0) ** 0.65
        inside = (np.abs(across) < girth) & (along > 0.0) & (along < long)
        tone = np.clip(1.25 * along / long, 0.0, 1.0)[..., None]
        glass = dark + tone * (middle - dark) if abs(angle) < 1.0 else middle + tone * (pale - middle)
        panes = panes.cut(inside, (across > 0.0).astype(np.int64), as_field(glass))
        if abs(angle) > 1.0:
            flame = (
                np.abs(across)
                < 0.085 * np.maximum(np.sin(np.pi * np.clip(along / (0.62 * long), 0.0, 1.0)), 0.0) ** 0.8
            ) & (along < 0.62 * long)
            panes = panes.cut(flame & (along > 0.0), 0, rgb("#ffc21f"))
    return panes


def swallow(panes: Panes, x: Field, y: Field, bird: tuple[float, float, float, float]) -> Panes:
    """A swallow in white glass: two wings, a body and a forked tail."""
    cx, cy, size, lean = bird
    u = (np.cos(lean) * (x - cx) + np.sin(lean) * (y - cy)) / size
    v = (np.cos(lean) * (y - cy) - np.sin(lean) * (x - cx)) / size
    for side in (-1.0, 1.0):
        out = side * v
        sweep = u + 0.75 * out**1.0 * (out > 0) - 0.20
        wing = (out > 0.0) & (out < 1.0) & (np.abs(sweep) < 0.36 * np.clip(1.0 - out, 0.0, 1.0) ** 0.7)
        panes = panes.cut(wing, floored(as_field(out * 1.6)), rgb("#e8f0ff") if side < 0 else rgb("#b8d0f4"))
    body = (np.abs(v) < 0.19 * np.clip(1.0 - ((u - 0.05) / 0.62) ** 2, 0.0, 1.0)) | (
        (u < -0.35) & (u > -1.0) & (np.abs(np.abs(v) - 0.25 * (-0.35 - u)) < 0.085)
    )
    return panes.cut(body, 0, rgb("#fff6e0"))


def draw_panes(size: tuple[int, int]) -> Panes:
    """All panes of the window: sky, land, swallows, leaves, irises and the border.

    Args:
        size: width and height in px.
    Returns:
        The panes.
    """
    width, height = size
    down, across = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    x, y = as_field((across + 0.5) / width), as_field((down + 0.5) / height * 1.25)
    panes = Panes(number=np.zeros((height, width), np.int64), color=np.zeros((height, width, 3), np.float32))
    panes = land(sky(panes, x, y), x, y)
    for bird in SWALLOWS:
        panes = swallow(panes, x, y, bird)
    for number, leaf in enumerate(LEAVES):
        inside, side = blade(x, y, leaf)
        part = (side > 0.0).astype(np.int64) + 2 * floored(as_field((1.26 - y) / 0.15 + 0.3 * number))
        panes = panes.cut(
            inside, part, ramp(random_by_pane(part, salt=number), ("#2f9a3a", "#a8d83a", "#0f7a4a"))
        )
    for bloom in IRISES:
        panes = iris(panes, x, y, bloom)
    margin = np.minimum(np.minimum(x, 1.0 - x), np.minimum(y, 1.25 - y))
    sideways = np.minimum(x, 1.0 - x) < np.minimum(y, 1.25 - y)
    along = floored(np.where(sideways, y, x) * 12.8 + 0.5)
    part = (
        np.where(sideways, 0, 100)
        + np.where((sideways & (x > 0.5)) | (~sideways & (y > 0.6)), 200, 0)
        + along
    )
    colors = np.stack([rgb(name) for name in BORDER])
    corner = (np.minimum(x, 1.0 - x) < 0.062) & (np.minimum(y, 1.25 - y) < 0.062)
    panes = panes.cut(margin < 0.050, part, colors[np.where(along % 2 == 0, 0, 1)])
    panes = panes.cut((margin < 0.062) & (margin >= 0.050), part // 3, rgb("#ffe9a0"))
    return panes.cut(corner, 0, colors[3])


def draw(size: tuple[int, int] = (768, 960), *, seed: int = 2) -> Pixels:
    """A sun over a lake and irises: a window with the light behind it.

    Each pane has its own shade, streaks, seeds and ripples; lead came with solder at the joints holds them.

    Args:
        size: width and height in px; the lead keeps its width.
        seed: another seed gives other glass, the same motif.
    Returns:
        (H, W, 3), sRGB in [0, 255].
    """
    rng = np.random.default_rng(seed)
    width, height = size
    panes = draw_panes(size)
    number = np.pad(panes.number, ((0, 1), (0, 1)), mode="edge")
    corners = np.sort(np.stack([number[:-1, :-1], number[1:, :-1], number[:-1, 1:], number[1:, 1:]]), axis=0)
    kinds = 1 + np.count_nonzero(np.diff(corners, axis=0), axis=0)
    to_lead = as_field(distance_transform_edt(kinds < 2))
    to_joint = as_field(distance_transform_edt(kinds < 3)) if np.any(kinds > 2) else to_lead + 99.0
    wobble = cloud(size, cell_px=26, rng=rng, octaves=2) - 0.5
    reach = 3.1 + 1.0 * wobble
    lead = np.maximum(step(to_lead - reach, 0.7, -0.7), step(to_joint - 1.5 * reach, 0.8, -0.8))

    wander = [44.0 * (cloud(size, cell_px=150, rng=rng, octaves=2) - 0.5) for _ in range(2)]
    streak = bent(cloud(size, cell_px=(190, 13), rng=rng, octaves=4), wander[0], wander[1])
    ripple = bent(cloud(size, cell_px=(44, 15), rng=rng, octaves=2), wander[1], wander[0])
    shade = 0.80 + 0.40 * random_by_pane(panes.number, salt=17)
    hue = np.stack([random_by_pane(panes.number, salt=salt) - 0.5 for salt in (21, 22, 23)], axis=-1)
    glass = np.clip(panes.color + 0.14 * hue, 0.0, 1.0) * shade[..., None]
    glass = glass ** (1.30 - 0.75 * streak)[..., None]  # thicker glass is deeper in colour
    seeds = np.full((height, width), True)
    count = int(width * height / 2600)
    seeds[rng.integers(0, height, count), rng.integers(0, width, count)] = False
    bubble = as_field(distance_transform_edt(seeds)) / 2.3
    depth = ripple + 0.10 * np.clip(1.0 - bubble**2, 0.0, 1.0)
    diffuse, shine = light(as_field(depth), depth_px=9.0, gloss=0.25)
    down, across = np.meshgrid(np.arange(height) / height * 1.25, np.arange(width) / width, indexing="ij")
    glow = 0.72 + 0.55 * np.exp(-((across - SUN[0]) ** 2 + (down - SUN[1]) ** 2) / 0.40**2)
    patina = 1.0 - 0.50 * np.exp(-np.clip(to_lead - reach, 0.0, None) / 5.0)
    glass = glass * (glow * patina * (0.35 + 0.65 * diffuse))[..., None] + 0.5 * shine[..., None] * glass

    bead = np.clip(1.0 - (to_lead / (reach + 0.6)) ** 2, 0.0, 1.0) ** 0.5 + 0.5 * step(
        to_joint, 1.7 * 3.1, 1.0
    )
    metal, gleam = light(
        as_field(bead + 0.25 * cloud(size, cell_px=4, rng=rng, octaves=2)), depth_px=2.0, gloss=0.35
    )
    came = rgb("#23242b") * metal[..., None] + 0.8 * gleam[..., None]
    lit = glass * (1.0 - lead[..., None])
    halo = np.stack([gaussian_filter(lit[..., c], 9.0, truncate=2.5) for c in range(3)], axis=-1)
    picture = lit + came * lead[..., None] + 0.16 * halo
    return as_pixels(as_field(picture))
