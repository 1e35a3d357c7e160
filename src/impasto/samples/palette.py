"""Colours: parsing, blending and lighting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import ImageColor

from impasto.samples.noise import Field, Pixels, as_field


def rgb(name: str) -> Field:
    """A colour written as in HTML.

    Args:
        name: "#rrggbb".
    Returns:
        (3,), sRGB in [0, 1].
    """
    return as_field(ImageColor.getrgb(name)) / 255.0


def ramp(values: Field, colors: Sequence[str]) -> Field:
    """Numbers as colours, blended between evenly spaced stops.

    Args:
        values: any shape, in [0, 1]; beyond, the end colours.
        colors: stops from 0 to 1, each "#rrggbb".
    Returns:
        The shape of ``values`` with a last dimension of 3, sRGB in [0, 1].
    """
    stops = np.stack([rgb(color) for color in colors])  # (stops, 3)
    places = np.linspace(0.0, 1.0, len(colors))
    return as_field(np.stack([np.interp(values, places, stops[:, c]) for c in range(3)], axis=-1))


def blend(under: Field, over: Field, amount: Field | float) -> Field:
    """One layer of colour over another.

    Args:
        under: (H, W, 3), sRGB in [0, 1].
        over: (H, W, 3) or (3,), sRGB in [0, 1].
        amount: (H, W) or one number in [0, 1]; 1 hides what is under.
    Returns:
        (H, W, 3), sRGB in [0, 1].
    """
    share = as_field(amount)[..., None]
    return as_field(under + share * (over - under))


def step(values: Field, low: Field | float, high: Field | float) -> Field:
    """A soft threshold: 0 below ``low``, 1 above ``high``, smooth between (and falling if low > high).

    t = clip((value - low) / (high - low), 0, 1); result = t^2 * (3 - 2 * t).

    Args:
        values: any shape and range.
        low: where it leaves 0; one number, or one for each value.
        high: where it reaches 1, likewise.
    Returns:
        The shape of ``values``, in [0, 1].
    """
    t = np.clip((values - low) / (high - low), 0.0, 1.0)
    return as_field(t * t * (3.0 - 2.0 * t))


def light(thickness: Field, *, depth_px: float, gloss: float) -> tuple[Field, Field]:
    """Light of a lamp at the upper left on a surface.

    normal = (-dz/dx, -dz/dy, 1) / its length, z = depth_px * thickness;
    diffuse = normal . lamp / lamp_z; shine = gloss * (normal . half)^24.

    Args:
        thickness: (H, W), height of the surface in units of ``depth_px``.
        depth_px: how high a thickness of 1 stands; higher gives a rougher look.
        gloss: brightness of the highlights; 0 is matt.
    Returns:
        Diffuse light (H, W), 1 where the surface is flat, and shine (H, W) to be added, 0 or more.

    Source: Blinn 1977, "Models of light reflection", eq. 2 with Lambert's law.
    Differs: lamp and exponent are chosen by eye; flat paint does not shine.
    """
    slope_y, slope_x = np.gradient(depth_px * thickness)
    length = np.sqrt(slope_x**2 + slope_y**2 + 1.0)
    lamp = np.array([-0.45, -0.60, 0.66]) / np.linalg.norm([-0.45, -0.60, 0.66])
    between = lamp + np.array([0.0, 0.0, 1.0])
    half = between / np.linalg.norm(between)
    diffuse = (-slope_x * lamp[0] - slope_y * lamp[1] + lamp[2]) / length / lamp[2]
    mirror = (-slope_x * half[0] - slope_y * half[1] + half[2]) / length
    flat = half[2] ** 24
    shine = gloss * np.clip(np.clip(mirror, 0.0, 1.0) ** 24 - flat, 0.0, None) / (1.0 - flat)
    return as_field(np.clip(diffuse, 0.0, 2.0)), as_field(shine)


def as_pixels(picture: Field) -> Pixels:
    """Floats as bytes.

    Args:
        picture: (H, W, 3), sRGB, 0 is black and 1 is white; values beyond are clipped.
    Returns:
        (H, W, 3), sRGB in [0, 255].
    """
    return np.asarray(np.rint(np.clip(picture, 0.0, 1.0) * 255.0), dtype=np.uint8)
