"""Convert a decoded picture to sRGB in [0, 1], upright and opaque, with notes on what was done."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from impasto.images.decoded import DecodedPicture, Floats, Samples, to_unit_range
from impasto.images.icc import lab_to_srgb, precise, to_srgb
from impasto.images.strips import strips

NAMED_MODES = {"CMYK": "CMYK", "LAB": "CIELAB", "HSV": "HSV"}
"""Modes whose conversion is noted -> their names in notes."""

ESTIMATE = "converted from CMYK without a profile: its colours are an estimate"

Converter = Callable[[Floats], Floats]
"""Pixels (h, W, C) in [0, 1] to sRGB."""


def convert(picture: DecodedPicture) -> tuple[Floats, Floats | None, tuple[str, ...]]:
    """Convert a picture to sRGB, flatten it on white and turn it upright.

    Transparency is mixed as browsers do, in sRGB values: c * a + (1 - a).

    Returns:
        (3, H, W) float32 in [0, 1], a new array; the opacity (1, H, W) in [0, 1], or None if all is opaque;
        and all notes.
    """
    color, alpha, converter, notes = (
        _color_of_array(picture)
        if isinstance(picture.pixels, np.ndarray)
        else _color_of_pil(picture, picture.pixels)
    )
    if alpha is not None and _is_opaque(alpha):
        alpha = None
    if alpha is not None:
        notes.append("transparency was flattened on white")
    if picture.orientation != 1:
        notes.append("turned upright")
    height, width = color.shape[:2] if isinstance(color, np.ndarray) else color.size[::-1]
    shape = (height, width) if picture.orientation < 5 else (width, height)
    upright = np.empty((3, *shape), dtype=np.float32)
    stored = stored_view(upright, picture.orientation)
    opacity = None if alpha is None else np.empty((1, *shape), dtype=np.float32)
    for rows in strips(height, width):
        values = to_unit_range(read_rows(color, rows))
        if converter is not None:
            values = converter(values)
        if alpha is not None and opacity is not None:
            part = to_unit_range(read_rows(alpha, rows))
            values = values * part + (1 - part)
            stored_view(opacity, picture.orientation)[:, rows] = np.moveaxis(part, 2, 0)
        stored[:, rows] = np.moveaxis(values, 2, 0)  # (3 or 1, h, W)
    return upright, opacity, picture.notes + tuple(note for note in notes if note)


def stored_view(upright: Floats, orientation: int) -> Floats:
    """View an upright picture in the order in which a file of an EXIF orientation stores it.

    Args:
        upright: (C, H, W).
        orientation: 1 to 8.
    Returns:
        (C, H, W) or (C, W, H), a view: rows written to it in the file's order appear upright.

    Source: EXIF 2.3, tag 0x0112.
    """
    view = upright
    if orientation in (2, 3, 6, 7):
        view = view[:, :, ::-1]
    if orientation in (3, 4, 7, 8):
        view = view[:, ::-1]
    if orientation in (5, 6, 7, 8):
        view = view.swapaxes(1, 2)
    return view


def read_rows(source: Image.Image | Samples, rows: slice) -> Samples:
    """Some rows of a picture as an array (h, W, C), without a copy of the others."""
    if isinstance(source, np.ndarray):
        return source[rows]
    # Not crop(): Pillow compares the size of the crop with its own limit (tested with 12.3.0).
    box = (0, rows.start, source.width, rows.stop)
    size = (source.width, rows.stop - rows.start)
    values = np.asarray(source.resize(size, Image.Resampling.NEAREST, box))
    return values if values.ndim == 3 else values[:, :, None]


def _is_opaque(alpha: Image.Image | Samples) -> bool:
    if isinstance(alpha, np.ndarray):
        return bool(to_unit_range(alpha.min()[None]) == 1)
    return alpha.getextrema()[0] == 255


Color = tuple[Image.Image | Samples, Image.Image | Samples | None, Converter | None, list[str]]
"""Colours; alpha if there is any; what brings the colours to sRGB, if they are not; and notes."""


def _color_of_pil(decoded: DecodedPicture, picture: Image.Image) -> Color:
    base, alpha = _without_alpha(picture)
    notes = []
    converted: Image.Image | None = None
    if decoded.icc:
        converted, note = to_srgb(base, decoded.icc)
        notes.append(note)
    if base.mode == "CMYK" and converted is None:
        notes.insert(0, ESTIMATE)
    elif base.mode in NAMED_MODES:
        notes.insert(0, f"converted from {NAMED_MODES[base.mode]}")
    if converted is None and base.mode in ("RGB", "L"):
        converted = base
    if converted is None:
        converted = lab_to_srgb(base) if base.mode == "LAB" else base.convert("RGB")
    if decoded.space is None or base.mode in NAMED_MODES:
        return converted, alpha, None, notes
    notes.append(f"converted from {decoded.space.name} to sRGB")
    return converted, alpha, decoded.space.to_srgb, notes


def _color_of_array(decoded: DecodedPicture) -> Color:
    values = np.asarray(decoded.pixels)
    channels = values.shape[2]
    notes = []
    converter: Converter | None = None
    if decoded.icc:
        converter, note = precise(decoded.icc, channels=channels)
        notes.append(note)
    if channels == 4:
        notes.append("converted from CMYK" if converter else ESTIMATE)
        return values, decoded.alpha, converter or _rgb_of_inks, notes
    if converter is None and decoded.space is not None:
        converter = decoded.space.to_srgb
        notes.append(f"converted from {decoded.space.name} to sRGB")
    return values, decoded.alpha, converter, notes


def _rgb_of_inks(values: Floats) -> Floats:
    """CMYK in [0, 1] as if inks were perfect filters: (1 - c) (1 - k)."""
    return (1 - values[..., :3]) * (1 - values[..., 3:])


def _without_alpha(picture: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    if not picture.has_transparency_data:
        return picture, None
    mode = "LA" if picture.mode in ("LA", "La") else "RGBA"
    both = picture if picture.mode == mode else picture.convert(mode)
    return (both.getchannel("L") if mode == "LA" else both.convert("RGB")), both.getchannel("A")
