"""TIFF of layouts that Pillow has no mode for: deep colour, extra channels, separate planes, floating point.

tifffile reads the tags, and the pixels where it can without the package imagecodecs; ``tiff_segments`` reads
the others.
"""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
import tifffile
from PIL import ExifTags, Image

from impasto.images.color_tags import UNREADABLE, told_space
from impasto.images.decoded import DecodedPicture, Samples, check_range, to_unit_range
from impasto.images.tiff_segments import read_segments

MAX_SAMPLES, MAX_SEGMENTS = 8, 200_000
"""Channels and pieces of a TIFF; with more, a harmful header would keep tifffile busy for a minute."""

CHANNELS = {0: 1, 1: 1, 2: 3, 5: 4}
"""PhotometricInterpretation (white is 0, black is 0, RGB, CMYK) -> number of colour channels."""

IMAGE_CODECS = (2, 3, 4, 6, 7, 34892, 33003, 33004, 33005, 34712, 34887, 34892, 34933, 34934, 50001, 50002)
"""Compressions of pictures, not of bytes (fax, JPEG, JPEG 2000, WebP ...): left to Pillow."""

NO_COMPRESSION, DEFLATE = 1, (8, 32946)
PREDICTOR_NONE, PREDICTOR_INTEGER = 1, 2

UNSPECIFIED, PREMULTIPLIED, ALPHA, COREL_ALPHA = 0, 1, 2, 999
"""ExtraSamples (TIFF 6.0, section 18); 999 was written by Corel Draw 10."""

TAG = ExifTags.Base


def for_pillow(page: Any) -> bool:
    """Whether Pillow reads a page rightly: 8 bits or less without extra channels, or a code of pictures."""
    bits = page.bitspersample
    if page.compression in IMAGE_CODECS or page.photometric not in CHANNELS:
        return not (_is_float(page) or page.samplesperpixel > MAX_SAMPLES)
    extra = page.samplesperpixel > CHANNELS[page.photometric]
    return bool(not extra and page.planarconfig != 2 and bits in (1, 2, 4, 8) and page.sampleformat in (1, 4))


def _is_float(page: Any) -> bool:
    return bool(page.sampleformat == 3)


def decode_page(data: bytes, file: tifffile.TiffFile, *, notes: tuple[str, ...]) -> DecodedPicture:
    """The first page of a file.

    Args:
        data: the file.
        file: the same, opened.
        notes: what was done so far.
    Raises:
        ValueError: a layout that has no meaning as a picture, or damage; tifffile and numpy raise others.
        PictureError: numbers outside the range of a picture.
    """
    page: Any = file.pages.first
    if page.samplesperpixel > MAX_SAMPLES or math.prod(page.chunked) > MAX_SEGMENTS:
        raise ValueError(f"{page.samplesperpixel} channels in {math.prod(page.chunked)} pieces")
    channels = CHANNELS.get(page.photometric, 0)
    if not channels or page.samplesperpixel < channels or page.imagedepth > 1:
        raise ValueError(f"TIFF of an unknown kind: photometric {page.photometric}, axes {page.axes}")
    values = _in_range(_samples(data, page), bits=page.bitspersample)
    color, extra = values[:, :, :channels], values[:, :, channels:]
    if page.photometric == 0:
        color = 1 - to_unit_range(color)
    kinds = [*page.extrasamples, *[UNSPECIFIED] * extra.shape[2]][: extra.shape[2]]
    alpha = None
    for index, kind in enumerate(kinds):
        if kind in (PREMULTIPLIED, ALPHA, COREL_ALPHA):
            alpha = extra[:, :, index : index + 1]
            color = _straight(color, alpha) if kind == PREMULTIPLIED else color
            break
    left_out = len(kinds) - (alpha is not None)
    if left_out:
        notes = (*notes, f"{left_out} extra channel{'s' if left_out > 1 else ''} of no stated use left out")
    orientation = page.tags.valueof(TAG.Orientation, default=1)
    icc = page.tags.valueof(TAG.InterColorProfile, default=None)
    space, note = (None, "") if icc else _told_space(data)
    return DecodedPicture(
        pixels=color,
        alpha=alpha,
        icc=icc,
        space=space,
        orientation=orientation if orientation in range(1, 9) else 1,
        notes=(*notes, note) if note else notes,
    )


def _samples(data: bytes, page: Any) -> Samples:
    """(H, W, C), as they are stored."""
    whole_bytes = page.bitspersample in (8, 16, 32, 64) or (_is_float(page) and page.bitspersample == 24)
    plain = page.compression == NO_COMPRESSION and page.predictor == PREDICTOR_NONE
    packed = page.compression in DEFLATE and page.predictor in (PREDICTOR_NONE, PREDICTOR_INTEGER)
    if not (whole_bytes and (plain or packed)):
        return read_segments(data, page)
    pixels: Samples = page.asarray()
    if page.axes == "SYX":
        pixels = np.moveaxis(pixels, 0, -1)
    return pixels.reshape(page.imagelength, page.imagewidth, -1)


def _in_range(values: Samples, *, bits: int) -> Samples:
    """Whole numbers of 8 and 16 bits as they are, others in [0, 1]."""
    if values.dtype.kind == "u" and bits not in (8, 16):
        return (values / (2.0**bits - 1)).astype(np.float32)
    return check_range(values)


def _straight(color: Samples, alpha: Samples) -> Samples:
    """Colours that were multiplied by their opacity, divided by it; white where nothing is left of them."""
    opacity = to_unit_range(alpha)
    divided = to_unit_range(color) / np.where(opacity > 0, opacity, 1)
    return np.where(opacity > 0, np.minimum(divided, 1), 1).astype(np.float32)


def _told_space(data: bytes) -> Any:
    exif = Image.Exif()
    try:
        exif.load_from_fp(io.BytesIO(data))  # type: ignore[no-untyped-call, unused-ignore]
        return told_space({}, exif)
    except UNREADABLE:
        return None, ""
