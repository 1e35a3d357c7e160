"""Watercolour: transparent layers of paint on rough paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from impasto.samples.noise import Field, as_field, cloud
from impasto.samples.palette import rgb, step


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Paper, water and the paint that has dried.

    Attributes:
        x: (H, W), picture widths from the left, disturbed so that drawn lines waver.
        y: (H, W), picture widths from the top, disturbed too.
        grain: (H, W) in [0, 1], tooth of the paper; paint settles where it is low.
        pool: (H, W) in [0, 1], where water gathered before it dried.
        dry: (H, W) in [0, 1], what is kept free for later layers (see ``avoid_dry``).
        density: (H, W, 3), optical density of the paint for red, green and blue light, 0 or more.
    """

    x: Field
    y: Field
    grain: Field
    pool: Field
    dry: Field
    density: Field


def clean_sheet(size: tuple[int, int], *, rng: np.random.Generator) -> Sheet:
    """A clean sheet.

    Args:
        size: width and height in px.
        rng: where the randomness comes from.
    Returns:
        The sheet, without paint.
    """
    width, height = size
    down, across = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    broad = [cloud(size, cell_px=width / 7, rng=rng, octaves=3) - 0.5 for _ in range(2)]
    fine = [cloud(size, cell_px=14, rng=rng, octaves=3) - 0.5 for _ in range(2)]
    return Sheet(
        x=as_field((across + 0.035 * width * broad[0] + 5.0 * fine[0]) / width),
        y=as_field((down + 0.035 * width * broad[1] + 5.0 * fine[1]) / width),
        grain=as_field(
            0.6 * cloud(size, cell_px=5, rng=rng, octaves=2)
            + 0.4 * cloud(size, cell_px=11, rng=rng, octaves=2)
        ),
        pool=cloud(size, cell_px=width / 11, rng=rng, octaves=2),
        dry=np.zeros((height, width), np.float32),
        density=np.zeros((height, width, 3), np.float32),
    )


def wash(
    sheet: Sheet,
    inside: Field,
    color: str,
    *,
    strength: float = 1.0,
    rim: float = 0.7,
    soft_px: float = 1.2,
    fade: Field | float = 1.0,
    avoid_dry: float = 0.0,
) -> Sheet:
    """One transparent layer of paint.

    density += -log(colour) * strength * cover * (0.7 + rim * exp(-inside / 3 px) + pools + grain):
    paint creeps to the edge of a drying puddle, gathers in pools, and sinks into the paper's tooth.

    Args:
        sheet: what it is painted on.
        inside: (H, W), distance into the puddle in px, negative outside.
        color: what a layer of strength 1 looks like on white.
        strength: amount of paint; 0 is water.
        rim: how much darker the edge dries; 0 for paint laid on wet paper.
        soft_px: width of the edge; large on wet paper.
        fade: (H, W) or one number in [0, 1], amount of paint from place to place.
        avoid_dry: how well the dry places are kept free, 0 to 1.
    Returns:
        The sheet with the layer on it.

    Source: Curtis et al. 1997, "Computer-generated watercolor", section 2.1 (the effects);
        layers multiply after Beer and Lambert.
    Differs: each effect is a formula of the distance to the edge, no fluid is simulated.
    """
    rows, columns = (np.nonzero(np.any(inside > -2.0 * soft_px, axis=axis))[0] for axis in (1, 0))
    if not len(rows):
        return sheet
    area = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    into = inside[area]
    cover = step(into, -soft_px, soft_px)
    edge = rim * (np.exp(-np.clip(into, 0.0, None) / 2.2) + 0.35 * np.exp(-np.clip(into, 0.0, None) / 9.0))
    settle = 0.9 * (sheet.pool[area] - 0.5) + 0.55 * (0.5 - sheet.grain[area])
    share = fade if isinstance(fade, float) else fade[area]
    amount = (
        strength
        * cover
        * share
        * (1.0 - avoid_dry * sheet.dry[area])
        * np.clip(0.72 + edge + settle, 0.05, None)
    )
    density = sheet.density.copy()
    density[area] += amount[..., None] * -np.log(np.clip(rgb(color), 0.02, 0.995))
    return replace(sheet, density=as_field(density))


def backrun(sheet: Sheet, x: float, y: float, radius: float, *, width_px: int) -> Sheet:
    """A drop of clean water that pushes the paint aside and leaves a crinkled rim.

    Args:
        sheet: what it falls on.
        x: picture widths from the left.
        y: picture widths from the top.
        radius: picture widths.
        width_px: of the picture.
    Returns:
        The sheet after it.
    """
    crinkle = 0.42 * (sheet.pool - 0.5) + 0.10 * (sheet.grain - 0.5)
    into = (1.0 - np.hypot(sheet.x - x, sheet.y - y) / radius + crinkle) * radius * width_px
    washed = 0.45 * step(into, -1.0, 0.4 * radius * width_px)
    crust = 0.55 * np.exp(-((np.clip(into, -6.0, None) / 3.5) ** 2)) * (into > -5.0)
    density = sheet.density * (1.0 - washed + crust)[..., None]
    return replace(sheet, density=as_field(density))


def within(
    sheet: Sheet, x: float, y: float, reach: float, *, width_px: int, change: Callable[[Sheet], Sheet]
) -> Sheet:
    """Change a small part of the sheet, which is quicker than working on all of it.

    Args:
        sheet: the whole.
        x: middle of the part, in picture widths from the left.
        y: middle of the part, in picture widths from the top.
        reach: half its side, in picture widths.
        width_px: of the picture.
        change: applied to the part.
    Returns:
        The whole with the part changed.
    """
    spare = reach + 0.03  # the coordinates waver by that much
    top, left = max(0, int((y - spare) * width_px)), max(0, int((x - spare) * width_px))
    bottom, right = max(0, int((y + spare) * width_px)), max(0, int((x + spare) * width_px))
    area = (slice(top, bottom), slice(left, right))
    if sheet.x[area].size == 0:
        return sheet
    part = change(Sheet(**{name: field[area] for name, field in vars(sheet).items()}))
    density = sheet.density.copy()
    density[area] = part.density
    return replace(sheet, density=density)
