"""Woodcut: a mountain over the sea, carved in lines that swell with the shade, printed from three blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from impasto.samples.noise import Field, Pixels, as_field, bent, cloud
from impasto.samples.palette import as_pixels, blend, ramp, rgb, step

PAPER = ("#e2cda0", "#efdfba", "#f6ebcf")
INK = rgb("#15110f")
RED = rgb("#c8361f")
BLUE = rgb("#4f8291")
SUN = (0.900, 0.330, 0.185)
"""x, y and radius, in picture heights."""

CRANES = ((0.600, 0.175, 0.120), (0.800, 0.105, 0.080), (0.395, 0.095, 0.055))
"""x, y and half the length, in picture heights."""

BODY = ((-0.62, 0.12), (-0.30, -0.04), (0.05, -0.12), (0.42, -0.09), (0.32, 0.07), (0.0, 0.17), (-0.30, 0.17))
WINGS = (
    ((0.24, -0.05), (0.36, -0.36), (0.50, -0.62), (0.74, -0.90), (0.44, -0.74), (0.22, -0.52), (0.04, -0.06)),
    (
        (0.14, -0.05),
        (0.04, -0.40),
        (-0.10, -0.66),
        (-0.42, -1.00),
        (-0.56, -0.72),
        (-0.56, -0.40),
        (-0.26, -0.02),
    ),
)
"""A crane flying to the right, in half-lengths; of a wing, four points in front and three behind."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A plank being carved: lines to print, and where the scene is seen through.

    Attributes:
        ink: (H, W) in [0, 1], what prints in black.
        ragged: (H, W) in [-0.5, 0.5], slips of the knife.
        swell: (H, W) in [-0.5, 0.5], slow changes of pressure.
    """

    ink: Field
    ragged: Field
    swell: Field


def hatch(phase: Field, tone: Field) -> Field:
    """Lines a unit of phase apart, as wide as the tone asks.

    triangle = |2 * (phase mod 1) - 1|, ink where triangle < tone, softened over the width of a pixel.

    Args:
        phase: (H, W), rises by 1 from line to line.
        tone: (H, W), share that is black: 0 or less is bare wood, 1 or more is solid.
    Returns:
        (H, W) in [0, 1].
    """
    slope_y, slope_x = np.gradient(phase)
    sharpness = 2.0 * np.sqrt(slope_x**2 + slope_y**2) + 1e-4
    triangle = np.abs(2.0 * (phase % 1.0) - 1.0)
    return as_field(np.clip((tone - triangle) / sharpness + 0.5, 0.0, 1.0) * step(tone, 0.03, 0.08))


def carve(block: Block, inside: Field, phase: Field, tone: Field, *, outline_px: float = 0.0) -> Block:
    """One shape cut over what is there.

    Args:
        block: the plank so far.
        inside: (H, W), distance into the shape in px, negative outside.
        phase: (H, W), see ``hatch``.
        tone: (H, W), see ``hatch``.
        outline_px: width of a black line round the shape; it varies with the pressure.
    Returns:
        The plank with the shape on it.
    """
    lines = hatch(
        as_field(phase + 0.22 * block.swell),
        as_field(tone + 0.14 * block.ragged + 0.30 * block.swell * (tone > 0.06)),
    )
    edge = np.clip(outline_px * (1.0 + 0.9 * block.swell) - inside + 0.5, 0.0, 1.0) if outline_px else 0.0
    mask = np.clip(inside + 0.5, 0.0, 1.0)
    ink = block.ink + mask * (np.maximum(lines, edge) - block.ink)
    return Block(ink=as_field(ink), ragged=block.ragged, swell=block.swell)


def rounded(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A closed outline with its corners cut twice, at a quarter and three quarters of each side."""
    line = np.array(points)
    for _ in range(2):
        ahead = np.roll(line, -1, axis=0)
        line = np.stack([0.75 * line + 0.25 * ahead, 0.25 * line + 0.75 * ahead], axis=1).reshape(-1, 2)
    return [(float(px), float(py)) for px, py in line]


def silhouettes(size: tuple[int, int], *, rng: np.random.Generator) -> tuple[Field, Field]:
    """Pines on the near rock, and cranes in the sky.

    Args:
        size: width and height in px.
        rng: where the randomness comes from.
    Returns:
        Two (H, W) in [0, 1]: what is black, and what is cut out round it to set it off.
    """
    width, height = size
    zoom = 2
    picture = Image.new("L", (width * zoom, height * zoom), 0)
    pen = ImageDraw.Draw(picture)
    unit = height * zoom

    def path(points: list[tuple[float, float]], thick: float) -> None:
        scaled = [(x * unit, y * unit) for x, y in points]
        pen.line(scaled, fill=255, width=max(1, round(thick * unit)), joint="curve")

    for foot_x, foot_y, lean, tall in (
        (0.115, 0.800, 0.085, 0.560),
        (0.045, 0.770, -0.030, 0.400),
        (0.225, 0.845, 0.050, 0.250),
    ):
        spine = [
            (foot_x + lean * t**1.5 + 0.022 * tall * np.sin(9.0 * t + tall), foot_y - tall * t)
            for t in np.linspace(0, 1, 24)
        ]
        for k in range(23):
            path(spine[k : k + 2], 0.036 * tall * (1.12 - k / 23))
        for level in np.linspace(0.36, 1.0, 8):
            x, y = spine[int(level * 23)]
            for side in (-1.0, 1.0):
                reach = tall * (0.36 - 0.24 * level) * rng.uniform(0.45, 1.20)
                tip = (x + side * reach, y + reach * rng.uniform(-0.30, 0.12) + 0.03 * tall)
                path([(x, y + 0.02), ((x + tip[0]) / 2, y + 0.012), tip], 0.008 * tall)
                for along in np.linspace(0.25, 1.05, 6):
                    cx, cy = x + (tip[0] - x) * along, y + (tip[1] - y) * along
                    spread = 0.062 * tall * (1.25 - 0.5 * along)
                    for angle in np.linspace(-2.75, -0.40, 13) + rng.normal(0, 0.05, 13):
                        far = spread * rng.uniform(0.8, 1.15)
                        end = (cx + 1.25 * far * np.cos(angle), cy + 0.75 * far * np.sin(angle))
                        path([(cx, cy), end], 0.0024)
    bare = Image.new("L", picture.size, 0)
    for cx, cy, span in CRANES:
        shapes = [[(cx + px * span, cy + py * span) for px, py in shape] for shape in (*WINGS, BODY)]
        for shape in shapes:
            outline = rounded(shape)
            ImageDraw.Draw(bare).polygon([(px * unit, py * unit) for px, py in outline], fill=255)
            path([*outline, outline[0]], 0.0032)
        for wing in shapes[:2]:
            front, back = np.array(wing[:4]), np.array(wing[:3:-1])
            for t in np.linspace(0.06, 1.0, 12):
                start = [float(np.interp(3.0 * t, range(4), front[:, k])) for k in (0, 1)]
                tail = [float(np.interp((len(back) - 1) * t, range(len(back)), back[:, k])) for k in (0, 1)]
                middle = [0.55 * p + 0.45 * q for p, q in zip(start, tail, strict=True)]
                path([(middle[0], middle[1]), (tail[0], tail[1])], 0.0022 + 0.042 * span * t * (t > 0.35))
        head = (cx + 0.98 * span, cy - 0.13 * span)
        path([(cx + 0.36 * span, cy - 0.04 * span), (cx + 0.66 * span, cy - 0.14 * span), head], 0.055 * span)
        path([head, (head[0] + 0.13 * span, head[1] + 0.03 * span)], 0.022 * span)
        path([(cx - 0.55 * span, cy + 0.08 * span), (cx - 1.12 * span, cy + 0.20 * span)], 0.022 * span)
    black = as_field(picture.resize(size, Image.Resampling.BOX)) / 255.0
    cleared = as_field(bare.resize(size, Image.Resampling.BOX)) / 255.0
    near = as_field(
        picture.resize((width // 4, height // 4), Image.Resampling.BOX).resize(size, Image.Resampling.BICUBIC)
    )
    around = np.maximum(step(near / 255.0, 0.03, 0.22) * step(black, 0.5, 0.2) * 0.92, cleared)
    return black, as_field(around)


def engrave(size: tuple[int, int], *, rng: np.random.Generator) -> tuple[Field, Field, Field]:
    """The three blocks: black lines, red sun, blue sea and shade.

    Args:
        size: width and height in px.
        rng: where the randomness comes from.
    Returns:
        Three (H, W) in [0, 1]: how much ink each block leaves.
    """
    width, height = size
    down, across = np.meshgrid(
        np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32), indexing="ij"
    )
    x, y = across / height, down / height
    broad = cloud(size, cell_px=height / 4, rng=rng, octaves=3)
    fine = cloud(size, cell_px=height / 24, rng=rng, octaves=3)
    block = Block(
        ink=np.zeros((height, width), np.float32),
        ragged=cloud(size, cell_px=3, rng=rng, octaves=1) - 0.5,
        swell=cloud(size, cell_px=34, rng=rng, octaves=2) - 0.5,
    )
    everywhere = np.full((height, width), 99.0, np.float32)
    far = as_field(np.hypot(x - SUN[0], y - SUN[1]))
    rays = 0.5 + 0.5 * np.cos(22.0 * np.arctan2(y - SUN[1], x - SUN[0]) + 2.0 * broad)
    mist = step(y, 0.60, 0.40)
    tone = (0.10 + 0.55 * step(far, 0.20, 1.15) * (0.35 + 0.65 * rays) + 0.30 * step(y, 0.16, -0.05)) * mist
    block = carve(block, everywhere, as_field((far + 0.012 * (fine - 0.5)) * height / 8.5), as_field(tone))
    cut_sun = far - SUN[2]
    block = carve(block, as_field(-cut_sun * height), y * height / 15.0, np.zeros_like(y), outline_px=2.2)

    peak_x, peak_y = 0.470, 0.185
    rough = cloud(size, cell_px=(18, 900), rng=rng, octaves=3) - 0.5
    ridge_x = x - peak_x
    crest = peak_y + 0.52 * np.abs(ridge_x) ** 0.86 * np.where(ridge_x < 0, 1.0, 0.92) + 0.028 * rough
    gully = ridge_x / (y - peak_y + 0.10) + 0.045 * (fine - 0.5)  # lines that run down from the peak
    folds = np.sin(19.0 * gully + 2.0 * broad) + 0.6 * np.sin(41.0 * gully + 1.0)
    lit = step(ridge_x + 0.055 * folds * (y - peak_y) * 4.0, -0.03, 0.05)
    snow = step(y - peak_y - 0.165 - 0.045 * folds, 0.012, -0.012)
    tone = np.where(lit > 0.5, 0.16 + 0.14 * (folds < -0.5), 0.78) * (
        1.0 - 0.88 * snow * np.where(lit > 0.5, 1.0, 0.55)
    )
    tone *= step(y, 0.690, 0.520)
    block = carve(
        block, as_field((y - crest) * height * 0.7), as_field(gully * 44.0), as_field(tone), outline_px=2.6
    )

    shade = [as_field(0.55 * (1.0 - lit) * (1.0 - snow) * step(y - crest, 0.0, 0.004))]
    for base, swell, pitch, shift, dark in ((0.600, 0.050, 5.0, 1.2, 0.45), (0.655, 0.045, 6.4, 3.4, 0.66)):
        rim = base - swell * np.sin(pitch * x + shift) - 0.020 * np.sin(14.0 * x + shift)
        trees = np.abs(((x * 46.0 + 0.6 * fine) % 1.0) - 0.5) * 0.022 * step(fine, 0.35, 0.6)
        inside = as_field(y - rim + trees)
        lean = (x + (0.9 if shift < 2 else -0.8) * (y - rim) + 0.03 * fine) * height / 7.0
        tone = dark + 0.25 * np.sin(pitch * 2.3 * x + shift) - 3.6 * (y - rim)
        block = carve(block, inside * height * 0.8, as_field(lean), as_field(tone), outline_px=2.4)
        shade = [s * step(inside, 0.004, 0.0) for s in shade] + [as_field(0.35 * step(inside, 0.0, 0.004))]

    depth = np.clip((y - 0.700) / 0.300, 0.0, 1.0)
    swell_y = y + (0.005 + 0.015 * depth) * np.sin((46.0 - 20.0 * depth) * x + 20.0 * y + 3.0 * broad)
    rows = 30.0 * np.log(1.0 + 4.0 * np.clip(swell_y - 0.690, 0.0, 1.0))
    wave = 0.5 + 0.5 * np.sin(rows * 1.35 + 2.5 * broad)
    glint = np.exp(-(((x - SUN[0]) / (0.06 + 0.25 * depth)) ** 2))
    tone = 0.18 + 0.72 * wave**1.5 - 0.60 * glint * (wave < 0.75)
    block = carve(block, as_field((y - 0.700) * height), as_field(rows * 1.9), as_field(tone), outline_px=1.8)
    shade = [s * step(y, 0.702, 0.698) for s in shade] + [
        as_field(step(y, 0.70, 0.702) * (0.60 + 0.4 * depth - 0.75 * glint))
    ]

    cliff = (
        0.765
        + 0.62 * np.clip(x - 0.16, 0.0, 1.0) ** 1.25
        + 0.030 * (broad - 0.5)
        + 0.05 * np.floor(4 * fine) / 4
    )
    face = as_field(y - cliff)
    strata = (0.8 * x + 0.55 * y + 0.045 * fine) * height / 9.0
    tone = 0.97 - 0.62 * step(fine, 0.50, 0.75) - 0.5 * step(face, 0.03, 0.0)
    block = carve(block, face * height * 0.9, as_field(strata), as_field(tone), outline_px=3.0)
    black, halo = silhouettes(size, rng=rng)
    ink = np.maximum(block.ink * (1.0 - halo), black)
    sun = step(as_field(cut_sun), 0.003, 0.0)
    behind = step(as_field(y - crest), 0.0, -0.003) * step(y, 0.70, 0.69)
    blue = np.maximum.reduce(shade) * step(face, 0.003, 0.0) + 0.45 * step(y, 0.20, -0.02)
    return as_field(ink), as_field(sun * behind), as_field(blue)


def draw(size: tuple[int, int] = (960, 768), *, seed: int = 5) -> Pixels:
    """A mountain, cranes and a red sun: a print from three carved blocks.

    Lines widen where the scene is dark; the blocks are a hair out of register, and the wood's grain shows.

    Args:
        size: width and height in px; the lines keep their distance, so a larger picture has more of them.
        seed: another seed gives another carving, the same motif.
    Returns:
        (H, W, 3), sRGB in [0, 255].
    """
    rng = np.random.default_rng(seed)
    black, red, blue = engrave(size, rng=rng)
    wood = cloud(size, cell_px=(150, 3.0), rng=rng, octaves=3)
    fibre = cloud(size, cell_px=3.5, rng=rng, octaves=2)
    pulp = cloud(size, cell_px=70, rng=rng, octaves=5)
    shift = np.full(black.shape, 1.6, np.float32)
    picture = ramp(as_field(0.6 * pulp + 0.4 * fibre), PAPER)
    worn = step(wood + 0.5 * fibre, 0.38, 0.62)
    for color, amount, keep in (
        (RED, bent(red, shift, -shift), 0.92),
        (BLUE, bent(blue, -shift, shift), 0.80),
    ):
        share = np.clip(amount, 0.0, 1.0) * keep * (0.62 + 0.38 * worn)
        picture = as_field(picture * (1.0 - share[..., None] * (1.0 - color)))
    wander = 1.1 * (cloud(size, cell_px=9, rng=rng, octaves=2) - 0.5)
    cover = (
        bent(black, wander, wander)
        * (0.86 + 0.14 * worn)
        * (1.0 - 0.8 * step(fibre + 0.25 * wood, 0.96, 1.08))
    )
    return as_pixels(blend(picture, INK, as_field(cover)))
