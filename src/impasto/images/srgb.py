"""Any picture or array becomes sRGB in [0, 1], upright and opaque; what was done to it is said in notes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from impasto.errors import PictureError
from impasto.images.icc import lab_to_srgb, to_srgb
from impasto.images.strips import strips

Floats = npt.NDArray[np.float32]
Samples = npt.NDArray[Any]
"""Numbers of a type that ``unit`` knows."""

_ORIENTATION = 0x0112
_DEEP_GREY = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
_NAMED_MODES = {"CMYK": "CMYK", "LAB": "CIELAB", "HSV": "HSV"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Raw:
    """A decoded picture before its colours, transparency and orientation are seen to.

    Args:
        pixels: a Pillow picture of at most 8 bits a channel, or an array (H, W, C) that ``check`` has seen:
            grey, grey and alpha, RGB, or RGB and alpha.
        icc: ICC profile of the colours, if any.
        orientation: EXIF orientation, 1 to 8; 1 is upright.
        notes: what was done so far.
    """

    pixels: Image.Image | Samples
    icc: bytes | None = None
    orientation: int = 1
    notes: tuple[str, ...] = ()


def raw_from_pil(picture: Image.Image, *, notes: tuple[str, ...] = (), grey_bits: int = 16) -> Raw:
    """A loaded Pillow picture, with its profile and orientation.

    Args:
        picture: any mode.
        notes: what was done so far.
        grey_bits: how many bits a 16-bit grey picture really uses.
    Raises:
        PictureError: numbers outside the range of a picture, in the modes I and F.
    """
    orientation, trouble = _orientation(picture)
    icc = picture.info.get("icc_profile")
    return Raw(
        pixels=_deep_grey(picture, grey_bits) if picture.mode in _DEEP_GREY else picture,
        icc=icc if isinstance(icc, bytes) else None,
        orientation=orientation,
        notes=notes + trouble,
    )


def raw_from_array(array: Samples) -> Raw:
    """An array of pixels, taken as sRGB.

    Args:
        array: (H, W), (H, W, 3) or (H, W, 4); bool, uint8, uint16, or float in [0, 1].
    Raises:
        PictureError: another shape or type, no pixels, NaN, infinite, or outside [0, 1].
    """
    if array.ndim not in (2, 3) or array.size == 0 or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise PictureError(
            "array does not have the shape of a picture",
            got=f"shape {array.shape}",
            expected="(height, width), (height, width, 3) or (height, width, 4)",
            attempt="np.moveaxis(array, 0, -1) if the channels come first",
        )
    values = array if array.ndim == 3 else array[:, :, None]
    return Raw(pixels=check(values))


def check(values: Samples) -> Samples:
    """Numbers that ``unit`` can bring to the scale from 0 to 1.

    Args:
        values: bool, uint8, uint16, or float in [0, 1]; any shape.
    Returns:
        The same array.
    Raises:
        PictureError: another type, NaN, infinite, or outside [0, 1].
    """
    if values.dtype in (np.dtype(np.bool_), np.dtype(np.uint8), np.dtype(np.uint16)):
        return values
    if not np.issubdtype(values.dtype, np.floating):
        raise PictureError(
            "numbers of this type have no agreed range in a picture",
            got=str(values.dtype),
            expected="uint8, uint16, or float from 0 to 1",
            attempt="array.astype(np.uint8) if the numbers go from 0 to 255",
        )
    low, high = values.min(), values.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise PictureError(
            "picture holds NaN or infinite numbers",
            got=f"{np.count_nonzero(~np.isfinite(values))} of {values.size} numbers",
            expected="finite numbers from 0 to 1",
            attempt="np.nan_to_num(array)",
        )
    if low < 0 or high > 1:
        raise PictureError(
            "picture holds numbers outside 0 to 1",
            got=f"{low:.4g} to {high:.4g}",
            expected="float from 0 to 1, or uint8 from 0 to 255",
            attempt="divide by the largest value, or np.clip(array, 0, 1)",
        )
    return values


def unit(values: Samples) -> Floats:
    """Numbers of any picture type on the scale from 0 to 1.

    Args:
        values: that ``check`` has seen; any shape.
    Returns:
        The same shape, float32 in [0, 1]; a new array.
    """
    scaled = values.astype(np.float32)
    if values.dtype in (np.dtype(np.uint8), np.dtype(np.uint16)):
        scaled /= np.float32(np.iinfo(values.dtype).max)
    return scaled


def finish(raw: Raw) -> tuple[Floats, tuple[str, ...]]:
    """Colours in sRGB, flattened on white and turned upright.

    Transparency is mixed as browsers do, in sRGB values: c * a + (1 - a).

    Returns:
        (3, H, W) float32 in [0, 1], a new array; and all notes.
    """
    color, alpha, notes = (
        _deep_color(raw.pixels, raw.icc)
        if isinstance(raw.pixels, np.ndarray)
        else _color(raw.pixels, raw.icc)
    )
    if alpha is not None and _is_opaque(alpha):
        alpha = None
    if alpha is not None:
        notes.append("transparency was flattened on white")
    if raw.orientation != 1:
        notes.append("turned upright")
    height, width = color.shape[:2] if isinstance(color, np.ndarray) else color.size[::-1]
    shape = (height, width) if raw.orientation < 5 else (width, height)
    upright = np.empty((3, *shape), dtype=np.float32)
    stored = as_stored(upright, raw.orientation)
    for rows in strips(height, width):
        values = unit(rows_of(color, rows))
        if alpha is not None:
            share = unit(rows_of(alpha, rows))
            values = values * share + (1 - share)
        stored[:, rows] = np.moveaxis(values, 2, 0)  # (3 or 1, h, W)
    return upright, raw.notes + tuple(note for note in notes if note)


def as_stored(upright: Floats, orientation: int) -> Floats:
    """A picture as it should be seen, looked at as a file with an EXIF orientation stores it.

    Args:
        upright: (C, H, W).
        orientation: 1 to 8.
    Returns:
        (C, H, W) or (C, W, H), a view: what is written to it lands upright.

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


def rows_of(source: Image.Image | Samples, rows: slice) -> Samples:
    """Some rows of a picture as an array (h, W, C), without a copy of the others."""
    if isinstance(source, np.ndarray):
        return source[rows]
    # Not crop(): Pillow 12 measures what it cuts out against its own limit, which is not ours.
    box = (0, rows.start, source.width, rows.stop)
    size = (source.width, rows.stop - rows.start)
    values = np.asarray(source.resize(size, Image.Resampling.NEAREST, box))
    return values if values.ndim == 3 else values[:, :, None]


def _is_opaque(alpha: Image.Image | Samples) -> bool:
    if isinstance(alpha, np.ndarray):
        return bool(unit(alpha.min()[None]) == 1)
    return alpha.getextrema()[0] == 255


def _color(
    picture: Image.Image, icc: bytes | None
) -> tuple[Image.Image | Samples, Image.Image | Samples | None, list[str]]:
    base, alpha = _without_alpha(picture)
    notes = []
    if base.mode in _NAMED_MODES:
        notes.append(f"converted from {_NAMED_MODES[base.mode]}")
    converted: Image.Image | None = None
    if icc:
        converted, note = to_srgb(base, icc)
        notes.append(note)
    if converted is None and base.mode in ("RGB", "L"):
        converted = base
    if converted is None:
        converted = lab_to_srgb(base) if base.mode == "LAB" else base.convert("RGB")
    return converted, alpha, notes


def _deep_color(
    values: Samples, icc: bytes | None
) -> tuple[Image.Image | Samples, Image.Image | Samples | None, list[str]]:
    channels = values.shape[2]
    color = values[:, :, :3] if channels >= 3 else values[:, :, :1]
    alpha = values[:, :, -1:] if channels in (2, 4) else None
    if not icc:
        return color, alpha, []
    probe, note = to_srgb(Image.new("RGB" if channels >= 3 else "L", (1, 1)), icc)
    whole = None if probe is None else to_srgb(_eight_bits(color), icc)[0]
    if whole is None:
        return color, alpha, [note]
    return whole, alpha, [f"{note} (at 8 bits)"]


def _eight_bits(color: Samples) -> Image.Image:
    levels = np.empty(color.shape, dtype=np.uint8)
    for rows in strips(color.shape[0], color.shape[1]):
        levels[rows] = np.rint(unit(color[rows]) * 255)
    return Image.fromarray(levels.squeeze(2) if color.shape[2] == 1 else levels)


def _without_alpha(picture: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    if not picture.has_transparency_data:
        return picture, None
    mode = "LA" if picture.mode in ("LA", "La") else "RGBA"
    both = picture if picture.mode == mode else picture.convert(mode)
    return (both.getchannel("L") if mode == "LA" else both.convert("RGB")), both.getchannel("A")


def _deep_grey(picture: Image.Image, bits: int) -> Floats:
    values = np.asarray(picture)
    if values.dtype.kind == "f":
        return unit(check(values))[:, :, None]
    highest = 2**bits - 1
    low, high = int(values.min()), int(values.max())
    if low < 0 or high > highest:
        raise PictureError(
            "picture holds integers that have no agreed range",
            got=f"{low} to {high}",
            expected=f"0 to {highest}",
            attempt="save it with 8 or 16 bits a channel",
        )
    grey = (values.astype(np.float32) / np.float32(highest))[:, :, None]
    key = picture.info.get("transparency")
    if isinstance(key, int):
        return np.concatenate([grey, (values != key).astype(np.float32)[:, :, None]], axis=2)
    return grey


def _orientation(picture: Image.Image) -> tuple[int, tuple[str, ...]]:
    try:
        found = picture.getexif().get(_ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error):
        return 1, ("unreadable EXIF data was ignored",)
    return (found if found in range(1, 9) else 1), ()
