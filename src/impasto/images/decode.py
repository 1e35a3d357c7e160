"""The bytes of a picture file become pixels, whatever they hold.

Pillow's decoders are called by format, after a look at the first bytes. ``Image.open`` would try every plugin
and compare the size with a limit that is global to the process; ours is an argument.
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
from impasto.images import srgb
from impasto.images.file_type import sniff
from impasto.images.strips import strips

#: What Pillow and tifffile raise for files that are damaged or made to do harm.
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

Opener = Callable[[io.BytesIO], ImageFile.ImageFile]

_OPENERS: dict[str, Opener] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
}
_MOST_SAMPLES, _MOST_SEGMENTS = 8, 200_000  # a header made to do harm would keep tifffile busy for a minute
_LOCK = threading.Lock()
_DEEP_MODES = ("RGB;16", "RGBA;16", "RGBX;16")
_BITS_PER_SAMPLE, _PHOTOMETRIC, _ORIENTATION, _PLANES, _ICC = 258, 262, 274, 284, 34675


def decode(data: bytes, *, what: str, max_megapixels: float) -> srgb.Raw:
    """The first frame of a picture file.

    Args:
        data: the file.
        what: what errors call it.
        max_megapixels: the size that the header may claim.
    Returns:
        Pixels as they are stored, at full precision, and notes.
    Raises:
        PictureError: no picture, another format, larger than allowed, damaged or cut short.
    """
    kind = sniff(data, what=what)
    with _hushed(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            raw = _decode_past_pillow(data, kind, what=what, max_megapixels=max_megapixels)
        except Image.DecompressionBombError as error:
            raise _too_large(f"{what}: {error}", max_megapixels, attempt="make it smaller first") from error
        except DAMAGE as error:
            raise damaged(what, kind=kind, size_bytes=len(data), error=error) from error
    told = dict.fromkeys(
        f"decoder: {str(warning.message).strip()}"
        for warning in caught
        if not issubclass(warning.category, Image.DecompressionBombWarning)
    )
    return replace(raw, notes=(*raw.notes, *told))


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep what decoders log about damaged files off the terminal of whoever has not set up logging."""
    silence = logging.NullHandler()
    loggers = [logging.getLogger(name) for name in ("PIL", "tifffile")]
    for logger in loggers:
        logger.addHandler(silence)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(silence)


def open_header(data: bytes, kind: str) -> ImageFile.ImageFile:
    """Read a file's header; pixels are decoded later, by ``load``."""
    return _OPENERS[kind](io.BytesIO(data))


def check_size(width: int, height: int, *, what: str, max_megapixels: float) -> None:
    """Compare the size that a header claims with the limit, before any pixel is decoded.

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
    """The error for a file that starts like a picture and does not go on like one."""
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


def _decode_past_pillow(data: bytes, kind: str, *, what: str, max_megapixels: float) -> srgb.Raw:
    """As ``_decode``; Pillow's own limit, which three of its decoders look at, gives way to ours."""
    try:
        return _decode(data, kind, what=what, max_megapixels=max_megapixels)
    except Image.DecompressionBombError:
        with _LOCK:
            before = Image.MAX_IMAGE_PIXELS
            # Pillow refuses what is more than twice its limit.
            Image.MAX_IMAGE_PIXELS = None if math.isinf(max_megapixels) else math.ceil(max_megapixels * 5e5)
            try:
                return _decode(data, kind, what=what, max_megapixels=max_megapixels)
            finally:
                Image.MAX_IMAGE_PIXELS = before


def _decode(data: bytes, kind: str, *, what: str, max_megapixels: float) -> srgb.Raw:
    try:
        picture = open_header(data, kind)
    except SyntaxError:
        if kind == "TIFF":
            return _decode_tiff(data, what=what, max_megapixels=max_megapixels)
        raise
    if _has_deep_planes(picture):
        return _decode_tiff(data, what=what, max_megapixels=max_megapixels)
    check_size(*picture.size, what=what, max_megapixels=max_megapixels)
    notes = _frames(picture, kind)
    low_mode = _low_byte_mode(picture)
    picture.load()
    raw = srgb.raw_from_pil(picture, notes=notes, grey_bits=_grey_bits(picture))
    if low_mode:
        return replace(raw, pixels=_sixteen_bits(picture, _low_bytes(data, kind, low_mode)))
    if isinstance(raw.pixels, np.ndarray) and _white_is_zero(picture):
        return replace(raw, pixels=1 - srgb.unit(raw.pixels))
    return raw


def _frames(picture: ImageFile.ImageFile, kind: str) -> tuple[str, ...]:
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
    """Pillow's name for the half of each 16-bit number that it leaves out; empty if it leaves none out.

    Pillow 13 has no mode for 16-bit colour and keeps the high bytes, which it calls 16B or 16L by byte order.
    Asked for the other order it gives the low bytes.
    """
    if not picture.tile:
        return ""
    args = picture.tile[0].args
    mode = args if isinstance(args, str) else args[0] if isinstance(args, tuple) else ""
    if not isinstance(mode, str) or mode[:-1] not in _DEEP_MODES:
        return ""
    native = "B" if sys.byteorder == "little" else "L"
    return mode[:-1] + {"B": "L", "L": "B", "N": native}[mode[-1]]


def _low_bytes(data: bytes, kind: str, mode: str) -> Image.Image:
    picture = open_header(data, kind)
    picture.tile = [
        tile._replace(args=mode if isinstance(tile.args, str) else (mode, *(tile.args or ())[1:]))
        for tile in picture.tile
    ]
    picture.load()
    return picture


def _sixteen_bits(high: Image.Image, low: Image.Image) -> srgb.Samples:
    values = np.empty((high.height, high.width, len(high.getbands())), dtype=np.uint16)
    for rows in strips(high.height, high.width):
        values[rows] = srgb.rows_of(high, rows)
        values[rows] *= np.uint16(256)
        values[rows] += srgb.rows_of(low, rows)
    key = high.info.get("transparency")
    if isinstance(key, tuple) and values.shape[2] == 3:
        opaque = (values != np.array(key, dtype=np.uint16)).any(axis=2, keepdims=True)
        return np.concatenate([values, opaque * np.uint16(65535)], axis=2)
    return values


def _has_deep_planes(picture: ImageFile.ImageFile) -> bool:
    # Pillow 13 reads separate planes of 16 bits as if they had 8.
    if not isinstance(picture, TiffImagePlugin.TiffImageFile):
        return False
    return picture.tag_v2.get(_PLANES) == 2 and max(picture.tag_v2.get(_BITS_PER_SAMPLE, (8,))) > 8


def _grey_bits(picture: ImageFile.ImageFile) -> int:
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        bits = picture.tag_v2.get(_BITS_PER_SAMPLE, (16,))
        return int(bits[0]) if picture.mode.startswith("I;16") else 16
    return 16


def _white_is_zero(picture: ImageFile.ImageFile) -> bool:
    # Pillow inverts such pictures at 8 bits and less, not deeper ones.
    return isinstance(picture, TiffImagePlugin.TiffImageFile) and picture.tag_v2.get(_PHOTOMETRIC) == 0


def _decode_tiff(data: bytes, *, what: str, max_megapixels: float) -> srgb.Raw:
    """TIFF that Pillow has no mode for: colour in floating point, 16 bits with alpha, separate planes."""
    # The pages know their file and the file its pages: closed, at least they do not keep its bytes.
    with io.BytesIO(data) as stream, tifffile.TiffFile(stream) as file:
        page = file.pages.first
        check_size(page.imagewidth, page.imagelength, what=what, max_megapixels=max_megapixels)
        if page.samplesperpixel > _MOST_SAMPLES or math.prod(page.chunked) > _MOST_SEGMENTS:
            raise ValueError(f"{page.samplesperpixel} channels in {math.prod(page.chunked)} pieces")
        pixels = page.asarray()
        if page.axes == "SYX":
            pixels = np.moveaxis(pixels, 0, -1)
        if page.photometric not in (0, 1, 2) or pixels.ndim not in (2, 3):
            raise ValueError(f"TIFF of an unknown kind: photometric {page.photometric}, axes {page.axes}")
        values = srgb.check(pixels[:, :, None] if pixels.ndim == 2 else pixels[:, :, :4])
        orientation = page.tags.valueof(_ORIENTATION, default=1)
        return srgb.Raw(
            pixels=1 - srgb.unit(values) if page.photometric == 0 else values,
            icc=page.tags.valueof(_ICC, default=None),
            orientation=orientation if orientation in range(1, 9) else 1,
            notes=(f"first of {len(file.pages)} pages used",) if len(file.pages) > 1 else (),
        )
