"""Decode the bytes of a picture file to pixels, or refuse them with a PictureError.

Pillow's decoders are called by format. ``Image.open`` compares the size with a limit that is global to the
process, instead of an argument, and gives no reason for a damaged file.
"""

from __future__ import annotations

import io
import logging
import math
import struct
import sys
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import tifffile
from PIL import (
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from impasto.errors import PictureError
from impasto.images import srgb
from impasto.images.file_type import detect_format
from impasto.images.strips import strips

DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow and tifffile raise for files that are damaged or made to do harm."""

OPENERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
}
"""Pillow's decoders by format."""

MAX_SAMPLES, MAX_SEGMENTS = 8, 200_000
"""Channels and pieces of a TIFF; with more, a harmful header would keep tifffile busy for a minute."""

MODES_16_BIT = ("RGB;16", "RGBA;16", "RGBX;16")
"""Pillow's raw modes of 16-bit colour, without the letter of the byte order."""

TAG = ExifTags.Base
LOCK = threading.Lock()
WARNINGS_LOCK = threading.Lock()
"""Held while warnings are recorded: Python's list of filters is one for all threads."""


def decode(data: bytes, *, what: str, max_megapixels: float) -> srgb.DecodedPicture:
    """Decode the first frame of a picture file.

    Args:
        data: the file.
        what: its name in errors.
        max_megapixels: the largest size that the header may state.
    Returns:
        Pixels as they are stored, at full precision, and notes.
    Raises:
        PictureError: not a picture, another format, larger than allowed, damaged or cut short.
    """
    kind = detect_format(data, what=what)
    with WARNINGS_LOCK, _quiet_loggers(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            decoded = _decode_within(data, kind, what=what, max_megapixels=max_megapixels)
        except Image.DecompressionBombError as error:
            raise _too_large(f"{what}: {error}", max_megapixels, attempt="make it smaller first") from error
        except DAMAGE as error:
            raise damaged(what, kind=kind, size_bytes=len(data), error=error) from error
    messages = dict.fromkeys(
        f"decoder: {str(warning.message).strip()}"
        for warning in caught
        if not issubclass(warning.category, Image.DecompressionBombWarning)
    )
    return replace(decoded, notes=(*decoded.notes, *messages))


@contextmanager
def _quiet_loggers() -> Iterator[None]:
    """Keep what decoders log about damaged files off the terminal where logging is not configured."""
    silent = logging.NullHandler()
    loggers = [logging.getLogger(name) for name in ("PIL", "tifffile")]
    for logger in loggers:
        logger.addHandler(silent)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(silent)


def open_header(data: bytes, kind: str) -> ImageFile.ImageFile:
    """Read a file's header; ``load`` decodes the pixels."""
    return OPENERS[kind](io.BytesIO(data))


def check_size(width: int, height: int, *, what: str, max_megapixels: float) -> None:
    """Compare the size that a header states with the limit, before any pixel is decoded.

    Raises:
        PictureError: no pixels, or more than ``max_megapixels``.
    """
    if width < 1 or height < 1:
        raise PictureError(
            "picture has no pixels", got=f"{what}: {width} x {height} px", attempt="copy or download it again"
        )
    megapixels = width * height / 1e6
    if not megapixels <= max_megapixels:
        raise _too_large(
            f"{what}: {width} x {height} px = {megapixels:,.1f} megapixels",
            max_megapixels,
            attempt=f"--max-megapixels {int(megapixels) + 1} if you trust the file, or make it smaller first",
        )


def damaged(what: str, *, kind: str, size_bytes: int, error: BaseException) -> PictureError:
    """The error for a file that only begins like a picture."""
    reason = str(error)
    return PictureError(
        f"{kind} picture is damaged or cut short",
        got=f"{what} ({size_bytes:,} bytes): {reason if ' ' in reason else type(error).__name__}",
        attempt="copy or download it again, or save it anew from an image viewer",
    )


def _too_large(got: str, max_megapixels: float, *, attempt: str) -> PictureError:
    return PictureError(
        "picture is larger than the limit",
        got=got,
        expected=f"at most {max_megapixels:g} megapixels",
        attempt=attempt,
    )


def _decode_within(data: bytes, kind: str, *, what: str, max_megapixels: float) -> srgb.DecodedPicture:
    """``_decode`` with our limit of size in place of Pillow's, which is global to the process."""
    try:
        return _decode(data, kind, what=what, max_megapixels=max_megapixels)
    except Image.DecompressionBombError:
        with LOCK:
            before = Image.MAX_IMAGE_PIXELS
            # Pillow refuses what is more than twice its limit.
            Image.MAX_IMAGE_PIXELS = None if math.isinf(max_megapixels) else math.ceil(max_megapixels * 5e5)
            try:
                return _decode(data, kind, what=what, max_megapixels=max_megapixels)
            finally:
                Image.MAX_IMAGE_PIXELS = before


def _decode(data: bytes, kind: str, *, what: str, max_megapixels: float) -> srgb.DecodedPicture:
    try:
        picture = open_header(data, kind)
    except SyntaxError:
        if kind == "TIFF":
            return _decode_tiff(data, what=what, max_megapixels=max_megapixels)
        raise
    if _has_16_bit_planes(picture):
        return _decode_tiff(data, what=what, max_megapixels=max_megapixels)
    check_size(*picture.size, what=what, max_megapixels=max_megapixels)
    notes = _frames(picture, kind)
    low_mode = _low_byte_mode(picture)
    picture.load()
    decoded = srgb.from_pil(picture, notes=notes, grey_bits=_grey_bits(picture))
    if low_mode:
        return replace(decoded, pixels=_sixteen_bits(picture, _low_bytes(data, kind, low_mode)))
    if isinstance(decoded.pixels, np.ndarray) and _white_is_zero(picture):
        return replace(decoded, pixels=1 - srgb.to_unit_range(decoded.pixels))
    return decoded


def _frames(picture: ImageFile.ImageFile, kind: str) -> tuple[str, ...]:
    """Notes on an animation or a document of several pages, which is set to its first frame."""
    if not getattr(picture, "is_animated", False):
        return ()
    word = "pages" if kind == "TIFF" else "frames"
    try:
        return (f"first of {getattr(picture, 'n_frames', 1)} {word} used",)
    except DAMAGE:
        return (f"first of several {word} used",)
    finally:
        picture.seek(0)


def _low_byte_mode(picture: ImageFile.ImageFile) -> str:
    """The raw mode by which Pillow decodes the low byte of each 16-bit number; empty if it drops none.

    Pillow has no mode for 16-bit colour (tested with 12.3.0): by the raw mode, 16B or 16L by byte order, it
    keeps the high bytes. With the other byte order it gives the low bytes.
    """
    if not picture.tile:
        return ""
    args = picture.tile[0].args
    mode = args if isinstance(args, str) else args[0] if isinstance(args, tuple) else ""
    if not isinstance(mode, str) or mode[:-1] not in MODES_16_BIT:
        return ""
    native = "B" if sys.byteorder == "little" else "L"
    return mode[:-1] + {"B": "L", "L": "B", "N": native}[mode[-1]]


def _low_bytes(data: bytes, kind: str, mode: str) -> Image.Image:
    """The picture decoded with another raw mode."""
    picture = open_header(data, kind)
    picture.tile = [
        tile._replace(args=mode if isinstance(tile.args, str) else (mode, *(tile.args or ())[1:]))
        for tile in picture.tile
    ]
    picture.load()
    return picture


def _sixteen_bits(high: Image.Image, low: Image.Image) -> srgb.Samples:
    """High and low bytes as numbers of 16 bits, (H, W, C); a transparent colour becomes an alpha channel."""
    values = np.empty((high.height, high.width, len(high.getbands())), dtype=np.uint16)
    for rows in strips(high.height, high.width):
        values[rows] = srgb.read_rows(high, rows)
        values[rows] *= np.uint16(256)
        values[rows] += srgb.read_rows(low, rows)
    key = high.info.get("transparency")
    if isinstance(key, tuple) and values.shape[2] == 3:
        opaque = (values != np.array(key, dtype=np.uint16)).any(axis=2, keepdims=True)
        return np.concatenate([values, opaque * np.uint16(65535)], axis=2)
    return values


def _tiff_tag(picture: ImageFile.ImageFile, tag: int, default: Any) -> Any:
    return picture.tag_v2.get(tag, default) if isinstance(picture, TiffImagePlugin.TiffImageFile) else default


def _has_16_bit_planes(picture: ImageFile.ImageFile) -> bool:
    # Pillow reads separate planes of 16 bits as if they had 8 (tested with 12.3.0).
    if _tiff_tag(picture, TAG.PlanarConfiguration, 1) != 2:
        return False
    return bool(max(_tiff_tag(picture, TAG.BitsPerSample, (8,))) > 8)


def _grey_bits(picture: ImageFile.ImageFile) -> int:
    grey = picture.mode.startswith("I;16")
    return int(_tiff_tag(picture, TAG.BitsPerSample, (16,))[0]) if grey else 16


def _white_is_zero(picture: ImageFile.ImageFile) -> bool:
    # Pillow inverts such pictures at 8 bits and less, not deeper ones.
    return bool(_tiff_tag(picture, TAG.PhotometricInterpretation, 1) == 0)


def _decode_tiff(data: bytes, *, what: str, max_megapixels: float) -> srgb.DecodedPicture:
    """TIFF that Pillow has no mode for: colour in floating point, 16 bits with alpha, separate planes."""
    # File and pages refer to each other; closing the stream at least frees its bytes.
    with io.BytesIO(data) as stream, tifffile.TiffFile(stream) as file:
        page = file.pages.first
        check_size(page.imagewidth, page.imagelength, what=what, max_megapixels=max_megapixels)
        if page.samplesperpixel > MAX_SAMPLES or math.prod(page.chunked) > MAX_SEGMENTS:
            raise ValueError(f"{page.samplesperpixel} channels in {math.prod(page.chunked)} pieces")
        pixels = page.asarray()
        if page.axes == "SYX":
            pixels = np.moveaxis(pixels, 0, -1)
        if page.photometric not in (0, 1, 2) or pixels.ndim not in (2, 3):
            raise ValueError(f"TIFF of an unknown kind: photometric {page.photometric}, axes {page.axes}")
        values = srgb.check_range(pixels[:, :, None] if pixels.ndim == 2 else pixels[:, :, :4])
        orientation = page.tags.valueof(TAG.Orientation, default=1)
        return srgb.DecodedPicture(
            pixels=1 - srgb.to_unit_range(values) if page.photometric == 0 else values,
            icc=page.tags.valueof(TAG.InterColorProfile, default=None),
            orientation=orientation if orientation in range(1, 9) else 1,
            notes=(f"first of {len(file.pages)} pages used",) if len(file.pages) > 1 else (),
        )
