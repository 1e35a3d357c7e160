"""Convert any picture or array to sRGB in [0, 1], upright and opaque, with notes on what was done."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

from impasto.errors import PictureError
from impasto.images.icc import lab_to_srgb, to_srgb
from impasto.images.strips import strips

Floats = npt.NDArray[np.float32]
Samples = npt.NDArray[Any]
"""Numbers of a type that ``to_unit_range`` takes."""

GREY_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
"""Pillow's modes of grey with more than 8 bits."""

NAMED_MODES = {"CMYK": "CMYK", "LAB": "CIELAB", "HSV": "HSV"}
"""Modes whose conversion is noted -> their names in notes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DecodedPicture:
    """A decoded picture before its colours, transparency and orientation are converted.

    Attributes:
        pixels: a Pillow picture of at most 8 bits a channel, or an array (H, W, C) that passed
            ``check_range``: grey, grey and alpha, RGB, or RGB and alpha.
        icc: ICC profile of the colours, if any.
        orientation: EXIF orientation, 1 to 8; 1 is upright.
        notes: what was done so far.
    """

    pixels: Image.Image | Samples
    icc: bytes | None = None
    orientation: int = 1
    notes: tuple[str, ...] = ()


def from_pil(picture: Image.Image, *, notes: tuple[str, ...] = (), grey_bits: int = 16) -> DecodedPicture:
    """A loaded Pillow picture with its profile and orientation.

    Args:
        picture: any mode.
        notes: what was done so far.
        grey_bits: number of bits that a 16-bit grey picture uses.
    Raises:
        PictureError: numbers outside the range of a picture, in the modes I and F.
    """
    orientation, problems = _orientation(picture)
    icc = picture.info.get("icc_profile")
    return DecodedPicture(
        pixels=_grey_array(picture, grey_bits) if picture.mode in GREY_MODES else picture,
        icc=icc if isinstance(icc, bytes) else None,
        orientation=orientation,
        notes=notes + problems,
    )


def from_array(array: Samples) -> DecodedPicture:
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
    return DecodedPicture(pixels=check_range(array if array.ndim == 3 else array[:, :, None]))


def check_range(values: Samples) -> Samples:
    """Check that ``to_unit_range`` can bring numbers to the range from 0 to 1.

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


def to_unit_range(values: Samples) -> Floats:
    """Scale numbers of any picture type to the range from 0 to 1.

    Args:
        values: any shape; checked by ``check_range``.
    Returns:
        The same shape, float32 in [0, 1]; a new array.
    """
    scaled = values.astype(np.float32)
    if values.dtype in (np.dtype(np.uint8), np.dtype(np.uint16)):
        scaled /= np.float32(np.iinfo(values.dtype).max)
    return scaled


def convert(picture: DecodedPicture) -> tuple[Floats, tuple[str, ...]]:
    """Convert a picture to sRGB, flatten it on white and turn it upright.

    Transparency is mixed as browsers do, in sRGB values: c * a + (1 - a).

    Returns:
        (3, H, W) float32 in [0, 1], a new array; and all notes.
    """
    color, alpha, notes = (
        _color_of_array(picture.pixels, picture.icc)
        if isinstance(picture.pixels, np.ndarray)
        else _color_of_pil(picture.pixels, picture.icc)
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
    for rows in strips(height, width):
        values = to_unit_range(read_rows(color, rows))
        if alpha is not None:
            opacity = to_unit_range(read_rows(alpha, rows))
            values = values * opacity + (1 - opacity)
        stored[:, rows] = np.moveaxis(values, 2, 0)  # (3 or 1, h, W)
    return upright, picture.notes + tuple(note for note in notes if note)


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


def _color_of_pil(
    picture: Image.Image, icc: bytes | None
) -> tuple[Image.Image | Samples, Image.Image | Samples | None, list[str]]:
    """Colours in sRGB or grey, alpha if there is any, and notes."""
    base, alpha = _without_alpha(picture)
    notes = []
    if base.mode in NAMED_MODES:
        notes.append(f"converted from {NAMED_MODES[base.mode]}")
    converted: Image.Image | None = None
    if icc:
        converted, note = to_srgb(base, icc)
        notes.append(note)
    if converted is None and base.mode in ("RGB", "L"):
        converted = base
    if converted is None:
        converted = lab_to_srgb(base) if base.mode == "LAB" else base.convert("RGB")
    return converted, alpha, notes


def _color_of_array(
    values: Samples, icc: bytes | None
) -> tuple[Image.Image | Samples, Image.Image | Samples | None, list[str]]:
    """The same of (H, W, C); a profile is applied at 8 bits."""
    channels = values.shape[2]
    color = values[:, :, :3] if channels >= 3 else values[:, :, :1]
    alpha = values[:, :, -1:] if channels in (2, 4) else None
    if not icc:
        return color, alpha, []
    probe, note = to_srgb(Image.new("RGB" if channels >= 3 else "L", (1, 1)), icc)
    converted = None if probe is None else to_srgb(_eight_bits(color), icc)[0]
    if converted is None:
        return color, alpha, [note]
    return converted, alpha, [f"{note} (at 8 bits)"]


def _eight_bits(color: Samples) -> Image.Image:
    levels = np.empty(color.shape, dtype=np.uint8)
    for rows in strips(color.shape[0], color.shape[1]):
        levels[rows] = np.rint(to_unit_range(color[rows]) * 255)
    return Image.fromarray(levels.squeeze(2) if color.shape[2] == 1 else levels)


def _without_alpha(picture: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    if not picture.has_transparency_data:
        return picture, None
    mode = "LA" if picture.mode in ("LA", "La") else "RGBA"
    both = picture if picture.mode == mode else picture.convert(mode)
    return (both.getchannel("L") if mode == "LA" else both.convert("RGB")), both.getchannel("A")


def _grey_array(picture: Image.Image, bits: int) -> Floats:
    """Grey of more than 8 bits: (H, W, 1) in [0, 1], or (H, W, 2) with alpha."""
    values = np.asarray(picture)
    if values.dtype.kind == "f":
        return to_unit_range(check_range(values))[:, :, None]
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
    """EXIF orientation, 1 to 8, and notes."""
    try:
        value = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error):
        return 1, ("unreadable EXIF data was ignored",)
    return (value if value in range(1, 9) else 1), ()
