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
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from impasto.errors import PictureError
from impasto.images import jpeg_end, srgb, tiff
from impasto.images.decoded import DecodedPicture, Samples, from_pil
from impasto.images.file_type import detect_format
from impasto.images.iso_media import ISO_KINDS, nclx, open_avif, open_heic
from impasto.images.png_chunks import read_chunks
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
    tifffile.TiffFileError,
)
"""What Pillow and tifffile raise for files that are damaged or made to do harm."""

OPENERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "AVIF": open_avif,
    "HEIC": open_heic,
}
"""Pillow's decoders by format."""

MODES_16_BIT = ("RGB;16", "RGBA;16", "RGBX;16")
"""Pillow's raw modes of 16-bit colour, without the letter of the byte order."""

LOCK = threading.Lock()
WARNINGS_LOCK = threading.Lock()
"""Held while warnings are recorded: Python's list of filters is one for all threads."""


def decode(data: bytes, *, what: str, max_megapixels: float) -> DecodedPicture:
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


def _decode_within(data: bytes, kind: str, *, what: str, max_megapixels: float) -> DecodedPicture:
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


def _decode(data: bytes, kind: str, *, what: str, max_megapixels: float) -> DecodedPicture:
    if kind == "TIFF":
        found = _decode_deep_tiff(data, what=what, max_megapixels=max_megapixels)
        if found is not None:
            return found
    chunks = read_chunks(data) if kind == "PNG" else None
    plain = data if chunks is None else chunks.plain
    picture: Image.Image = (opened := open_header(plain, kind))
    check_size(*picture.size, what=what, max_megapixels=max_megapixels)
    notes = _frames(opened, kind)
    if chunks is not None:
        notes = (*notes, *chunks.notes)
        picture.info |= {"icc_profile": chunks.icc, "cicp": chunks.cicp}
    elif kind in ISO_KINDS:
        picture.info["cicp"] = None if picture.info.get("icc_profile") else nclx(data)
    low_mode = _low_byte_mode(opened)
    try:
        picture.load()
    except OSError:
        if kind != "JPEG":
            raise
        picture, note = jpeg_end.complete(data)
        notes = (*notes, note)
    decoded = from_pil(picture, notes=notes)
    if low_mode:
        pixels, alpha = _sixteen_bits(picture, _low_bytes(plain, kind, low_mode))
        return replace(decoded, pixels=pixels, alpha=alpha)
    return decoded


def _decode_deep_tiff(data: bytes, *, what: str, max_megapixels: float) -> DecodedPicture | None:
    """A TIFF that Pillow has no mode for; None if it has one, or if only Pillow can read the tags."""
    # File and pages refer to each other; closing the stream at least frees its bytes.
    with io.BytesIO(data) as stream:
        try:
            file = tifffile.TiffFile(stream)
            page: Any = file.pages.first
            simple = tiff.for_pillow(page)
        except DAMAGE:
            return None
        if simple:
            return None
        check_size(page.imagewidth, page.imagelength, what=what, max_megapixels=max_megapixels)
        count = len(file.pages)
        notes = (f"first of {count} pages used",) if count > 1 else ()
        return tiff.decode_page(data, file, notes=notes)


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


def _sixteen_bits(high: Image.Image, low: Image.Image) -> tuple[Samples, Samples | None]:
    """High and low bytes as numbers of 16 bits: (H, W, 3), and alpha (H, W, 1) or None."""
    values = np.empty((high.height, high.width, len(high.getbands())), dtype=np.uint16)
    for rows in strips(high.height, high.width):
        values[rows] = srgb.read_rows(high, rows)
        values[rows] *= np.uint16(256)
        values[rows] += srgb.read_rows(low, rows)
    if values.shape[2] == 4:
        return values[:, :, :3], values[:, :, 3:]
    key = high.info.get("transparency")
    if isinstance(key, tuple):
        opaque = (values != np.array(key, dtype=np.uint16)).any(axis=2, keepdims=True)
        return values, opaque * np.uint16(65535)
    return values, None
