"""ICC profiles applied in floating point, where lcms (through Pillow) has 8 bits only.

Profiles of primaries and curves (Adobe RGB, ProPhoto, Display P3, grey) are computed; profiles that hold
tables are sampled by lcms on a grid of 8-bit numbers, between which is interpolated.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from impasto.images.color_space import ColorSpace, Curve, Floats, power, srgb_from_pcs

Converter = Callable[[Floats], Floats]
"""Pixels (h, W, C) in [0, 1] -> (h, W, 3) sRGB, or (h, W, 1) grey."""

TABLES = (b"A2B0", b"A2B1", b"D2B0", b"D2B1")
"""Tags of tables; where they stand, they go before primaries and curves (ICC.1:2022, section 8.10)."""

GRID_STEP = {1: 1, 3: 5, 4: 15}
"""Levels of 255 between neighbours of the grid, by channels: 256, 52^3 and 18^4 points."""


MAX_BLACK = 1e-5
"""Light of black above which it is not black."""


def matrix_space(profile: bytes, *, channels: int) -> ColorSpace | None:
    """The colour space of a profile that is made of primaries and curves, or of one curve for grey.

    Args:
        profile: its bytes.
        channels: 3 for RGB, 1 for grey.
    Returns:
        The space; None if the profile holds tables, or something this does not read, or a black that is not
        black, which black point compensation would move.

    Source: ICC.1:2022, sections 8.3, 8.4, 9.2, 10.6, 10.18 and F.3.
    Differs: nothing.
    """
    try:
        tags = _tags(profile)
        if any(tag in tags for tag in TABLES) or profile[20:24] != b"XYZ ":
            return None
        if channels == 1:
            return ColorSpace(name="", curve=_curve(tags[b"kTRC"]))
        curves = [_curve(tags[tag]) for tag in (b"rTRC", b"gTRC", b"bTRC")]
        columns = np.stack([_xyz(tags[tag]) for tag in (b"rXYZ", b"gXYZ", b"bXYZ")], axis=1)
    except (struct.error, LookupError, ValueError):
        return None
    if any(float(curve(np.zeros(1, np.float32))[0]) > MAX_BLACK for curve in curves):
        return None
    same = tags[b"rTRC"] == tags[b"gTRC"] == tags[b"bTRC"]
    curve = curves[0] if same else partial(_three_curves, curves=curves)
    return ColorSpace(name="", curve=curve, matrix=srgb_from_pcs() @ columns)


def grid_converter(transform: ImageCms.ImageCmsTransform, mode: str) -> Converter:
    """A transform of lcms, sampled on a grid and interpolated linearly in floating point.

    Args:
        transform: to RGB of 8 bits.
        mode: of the pictures it takes: L, RGB or CMYK.
    """
    channels = {"L": 1, "RGB": 3, "CMYK": 4}[mode]
    levels = np.arange(0, 256, GRID_STEP[channels], dtype=np.uint8)
    points = np.stack(np.meshgrid(*[levels] * channels, indexing="ij"), axis=-1)  # (n, ..., channels)
    flat = points.reshape(-1, channels)
    before = Image.frombytes(mode, (len(flat), 1), flat.tobytes())
    after = ImageCms.applyTransform(before, transform)
    table: Floats = np.asarray(after, dtype=np.float32).reshape(*points.shape[:-1], 3) / np.float32(255)
    return partial(_interpolate, table=table)


def _interpolate(values: Floats, table: Floats) -> Floats:
    """(h, W, C) in [0, 1] -> (h, W, 3)."""
    from scipy import ndimage  # takes 0.2 s to import, for a few pictures only

    places = np.moveaxis(values, -1, 0) * np.float32(table.shape[0] - 1)  # (C, h, W)
    found = [ndimage.map_coordinates(table[..., band], places, order=1, mode="nearest") for band in range(3)]
    return np.stack(found, axis=-1)


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    if count > 200:
        raise ValueError(f"{count} tags")
    entries = [struct.unpack_from(">4sII", profile, 132 + 12 * index) for index in range(count)]
    return {tag: profile[start : start + size] for tag, start, size in entries}


def _xyz(tag: bytes) -> npt.NDArray[Any]:
    if tag[:4] != b"XYZ ":
        raise ValueError("no XYZ")
    return np.array(struct.unpack_from(">3i", tag, 8)) / 65536


def _curve(tag: bytes) -> Curve:
    """A curve: none, a power, a table, or a power with a straight part."""
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        if count == 0:
            return power(1.0)
        values = np.frombuffer(tag, ">u2", count, 12)
        return power(float(values[0]) / 256) if count == 1 else partial(_table, table=values / 65535)
    if tag[:4] != b"para":
        raise ValueError("no curve")
    (kind,) = struct.unpack_from(">H", tag, 8)
    count = (1, 3, 4, 5, 7)[kind]
    g, a, b, c, d, e, f = [value / 65536 for value in struct.unpack_from(f">{count}i", tag, 12)] + [0.0] * (
        7 - count
    )
    if kind == 0:
        return power(g)
    if kind == 1:  # (a x + b)^g above -b / a, else 0
        return partial(_parametric, g=g, a=a, b=b, c=0.0, d=-b / a if a else 0.0, e=0.0, f=0.0)
    if kind == 2:  # (a x + b)^g + c above -b / a, else c
        return partial(_parametric, g=g, a=a, b=b, c=0.0, d=-b / a if a else 0.0, e=c, f=c)
    return partial(_parametric, g=g, a=a, b=b, c=c, d=d, e=e, f=f)


def _parametric(
    values: Floats, *, g: float, a: float, b: float, c: float, d: float, e: float, f: float
) -> Floats:
    """(a x + b)^g + e from d on, and c x + f below."""
    above = np.maximum(a * values + b, 0) ** g + e
    curved: Floats = np.where(values >= d, above, c * values + f).astype(np.float32)
    return curved


def _table(values: Floats, table: npt.NDArray[Any]) -> Floats:
    found: Floats = np.interp(values, np.linspace(0, 1, len(table)), table).astype(np.float32)
    return found


def _three_curves(values: Floats, curves: list[Curve]) -> Floats:
    return np.stack([curve(values[..., band]) for band, curve in enumerate(curves)], axis=-1)
