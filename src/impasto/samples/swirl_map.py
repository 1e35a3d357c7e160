"""Label maps for the swirl: of the picture itself, and a doodle in the same colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from impasto.samples.noise import Field, Pixels, as_field
from impasto.samples.swirl import (
    HILLS,
    MOON,
    SHORE,
    STARS,
    cape_and_tower,
    field_brow,
    hill_crest,
)

LABELS = {
    "sky": (0, 0, 255),
    "lights": (255, 255, 0),
    "hills": (0, 150, 0),
    "water": (0, 255, 255),
    "lighthouse": (255, 0, 0),
    "rock": (70, 70, 70),
    "wheat": (255, 160, 110),
}
"""Label -> colour."""

HALO = 1.6
"""Radius of the yellow light of moon and stars, in their radii; chosen by eye."""


def draw_map(size: tuple[int, int] = (960, 768)) -> Pixels:
    """The label map of ``swirl.draw``: sky, lights, hills, water, the lighthouse on its rock, wheat.

    Args:
        size: width and height in px, of the same proportions as the picture.
    Returns:
        (H, W, 3), the colours of LABELS.
    """
    x, y = _positions(size, width=1.25)
    cape, tower = cape_and_tower(x, y, edge=1.5 / size[1])
    areas = [("lights", as_field(np.hypot(x - cx, y - cy)) < HALO * r) for cx, cy, r in (MOON, *STARS)]
    for base, swell, pitch, shift in HILLS:
        areas += [("hills", y > hill_crest(x, base=base, swell=swell, pitch=pitch, shift=shift))]
    areas += [
        ("water", y > SHORE),
        ("rock", cape > 0.5),
        ("lighthouse", tower > 0.5),
        ("lights", as_field(np.hypot(x - 1.045, y - 0.362)) < 0.03),
        ("wheat", y > field_brow(x)),
    ]
    return _label(size, areas)


def draw_doodle(size: tuple[int, int] = (960, 640)) -> Pixels:
    """A sketch of another scene: a low moon, a lake among hills, two lighthouses, a path of wheat.

    Args:
        size: width and height in px.
    Returns:
        (H, W, 3), the colours of LABELS.
    """
    x, y = _positions(size, width=1.5)
    stars = ((1.12, 0.22, 0.135), (0.62, 0.12, 0.05), (0.82, 0.33, 0.045), (0.13, 0.10, 0.06))
    lake = ((x - 0.85) / 0.75) ** 2 + ((y - 0.80) / 0.19) ** 2 < 1 + 0.05 * np.sin(19.0 * x)
    areas = [("lights", as_field(np.hypot(x - cx, y - cy)) < radius) for cx, cy, radius in stars]
    areas += [
        ("hills", y > 0.60 - 0.30 * np.exp(-(((x - 0.30) / 0.24) ** 2)) + 0.01 * np.sin(23.0 * x)),
        ("hills", y > 0.61 - 0.14 * np.exp(-(((x - 1.38) / 0.20) ** 2))),
        ("water", lake),
    ]
    for cx, foot, top in ((0.62, 0.70, 0.40), (1.30, 0.66, 0.36)):
        girth = 0.028 + 0.05 * (y - top)
        mound = ((x - cx) / 0.13) ** 2 + ((y - foot) / 0.06) ** 2 < 1 + 0.1 * np.sin(31.0 * x)
        areas += [
            ("rock", mound & (y < foot + 0.03)),
            ("lighthouse", (np.abs(x - cx) < girth) & (y > top) & (y < foot)),
            ("lights", as_field(np.hypot(x - cx, y - top)) < 0.035),
        ]
    wheat = y > 0.93 - 0.20 * np.exp(-(((x - 0.10) / 0.35) ** 2)) + 0.02 * np.sin(9.0 * x)
    return _label(size, [*areas, ("wheat", wheat)])


def _positions(size: tuple[int, int], *, width: float) -> tuple[Field, Field]:
    """(x, y), (H, W) each, in picture heights from the upper left."""
    down, across = np.meshgrid(np.arange(size[1]), np.arange(size[0]), indexing="ij")
    return as_field(across / size[0] * width), as_field(down / size[1])


def _label(size: tuple[int, int], areas: Sequence[tuple[str, NDArray[np.bool_]]]) -> Pixels:
    """Areas (label, (H, W)) on sky, each on top of those before: (H, W, 3)."""
    labels = np.full((size[1], size[0], 3), LABELS["sky"], np.uint8)
    for name, inside in areas:
        labels[inside] = LABELS[name]
    return labels
