"""Text inside picture files: PNG text chunks, or JSON inside EXIF."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from PIL import ExifTags, Image, PngImagePlugin

log = logging.getLogger(__name__)

ASCII = b"ASCII\0\0\0"
"""Character code of a UserComment, its first 8 bytes (EXIF 2.3)."""

MAX_BYTES = 60_000
"""Longest text; an EXIF block in JPEG holds 65,533 bytes, with its directories."""


def save_options(suffix: str, metadata: Mapping[str, str]) -> dict[str, Any]:
    """Arguments for ``Image.save`` that put metadata into a picture.

    PNG: a text chunk for each key. JPEG, WebP, AVIF and HEIC: EXIF UserComment holds a JSON object, and the
    keys Description and Software fill the EXIF fields of that name. TIFF: ImageDescription holds
    the JSON object.

    Args:
        suffix: the ending of the file, in lower case.
        metadata: keys of 1 to 79 Latin letters; values of any text.
    """
    if not metadata:
        return {}
    if suffix == ".png":
        info = PngImagePlugin.PngInfo()
        for key, value in metadata.items():
            info.add_itxt(key, value)
        return {"pnginfo": info}
    text = json.dumps(dict(metadata))  # ASCII, as EXIF wants it
    exif = Image.Exif()
    if len(text) > MAX_BYTES:
        log.warning("metadata of %d bytes does not fit into a %s file and was left out", len(text), suffix)
        return {}
    if suffix in (".tif", ".tiff"):
        exif[ExifTags.Base.ImageDescription] = text
        return {"exif": exif}
    for key, tag in (("Description", ExifTags.Base.ImageDescription), ("Software", ExifTags.Base.Software)):
        if metadata.get(key, "").isascii() and metadata.get(key):
            exif[tag] = metadata[key]
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = ASCII + text.encode("ascii")
    return {"exif": exif}


def extract(picture: Image.Image) -> dict[str, str]:
    """The metadata that ``save_options`` put into an opened picture but a PNG; empty if there is none."""
    exif = picture.getexif()
    comment = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment, b"")
    text = comment[len(ASCII) :] if isinstance(comment, bytes) and comment.startswith(ASCII) else b""
    return _parse(text or exif.get(ExifTags.Base.ImageDescription, ""))


def _parse(text: str | bytes) -> dict[str, str]:
    try:
        metadata = json.loads(text)
    except ValueError:
        return {}
    ours = isinstance(metadata, dict) and all(isinstance(value, str) for value in metadata.values())
    return metadata if ours else {}
