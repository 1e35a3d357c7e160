"""A decoded picture before its colours are converted: pixels of any kind, with what its file told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

from impasto.errors import PictureError
from impasto.images.color_space import ColorSpace
from impasto.images.color_tags import UNREADABLE, told_space

Floats = npt.NDArray[np.float32]
Samples = npt.NDArray[Any]
"""Numbers of a type that ``to_unit_range`` takes."""

GREY_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
"""Pillow's modes of grey with more than 8 bits."""

HIGHEST = 2**16 - 1
"""Largest number of such a grey."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DecodedPicture:
    """A decoded picture before its colours, transparency and orientation are converted.

    Attributes:
        pixels: a Pillow picture of at most 8 bits a channel, or an array (H, W, C) that passed
            ``check_range``: C is 1 for grey, 3 for RGB, 4 for CMYK.
        alpha: (H, W, 1) beside an array, of the same kind, not premultiplied; a Pillow picture has its own.
        icc: ICC profile of the colours, if any.
        space: what the colours are where there is no profile; None for sRGB.
        orientation: EXIF orientation, 1 to 8; 1 is upright.
        notes: what was done so far.
    """

    pixels: Image.Image | Samples
    alpha: Samples | None = None
    icc: bytes | None = None
    space: ColorSpace | None = None
    orientation: int = 1
    notes: tuple[str, ...] = ()


def from_pil(picture: Image.Image, *, notes: tuple[str, ...] = ()) -> DecodedPicture:
    """A loaded Pillow picture with its profile or colour space, and its orientation.

    Args:
        picture: any mode.
        notes: what was done so far.
    Raises:
        PictureError: numbers outside the range of a picture, in the modes I and F.
    """
    icc = picture.info.get("icc_profile")
    exif, problem = _exif(picture)
    orientation = 1 if exif is None else exif.get(ExifTags.Base.Orientation, 1)
    space, note = (None, "") if isinstance(icc, bytes) and icc else told_space(picture.info, exif)
    pixels, alpha = _grey_array(picture) if picture.mode in GREY_MODES else (picture, None)
    return DecodedPicture(
        pixels=pixels,
        alpha=alpha,
        icc=icc if isinstance(icc, bytes) else None,
        space=space,
        orientation=orientation if orientation in range(1, 9) else 1,
        notes=tuple(dict.fromkeys([*notes, *problem, *([note] if note else [])])),
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
    values = check_range(array if array.ndim == 3 else array[:, :, None])
    return DecodedPicture(pixels=values[:, :, :3], alpha=values[:, :, 3:] if values.shape[2] == 4 else None)


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


def _grey_array(picture: Image.Image) -> tuple[Floats, Floats | None]:
    """Grey of more than 8 bits: (H, W, 1) in [0, 1], and alpha if one grey is transparent."""
    values = np.asarray(picture)
    if values.dtype.kind == "f":
        return to_unit_range(check_range(values))[:, :, None], None
    low, high = int(values.min()), int(values.max())
    if low < 0 or high > HIGHEST:
        raise PictureError(
            "picture holds integers that have no agreed range",
            got=f"{low} to {high}",
            expected=f"0 to {HIGHEST}",
            attempt="save it with 8 or 16 bits a channel",
        )
    grey = (values.astype(np.float32) / np.float32(HIGHEST))[:, :, None]
    key = picture.info.get("transparency")
    return grey, (values != key).astype(np.float32)[:, :, None] if isinstance(key, int) else None


def _exif(picture: Image.Image) -> tuple[Image.Exif | None, tuple[str, ...]]:
    try:
        return picture.getexif(), ()
    except UNREADABLE:
        return None, ("unreadable EXIF data was ignored",)
