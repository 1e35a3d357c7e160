"""A picture carries how it was made: in PNG as text, elsewhere as JSON inside EXIF."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from PIL import ExifTags, Image, PngImagePlugin

_LOG = logging.getLogger(__name__)

_ASCII = b"ASCII\0\0\0"  # EXIF 2.3: the character code of a UserComment is its first 8 bytes
_MOST_BYTES = 60_000  # an EXIF block in JPEG holds 65,533 bytes, and its directories need a few


def save_options(suffix: str, metadata: Mapping[str, str]) -> dict[str, Any]:
    """Arguments for ``Image.save`` that put metadata into a picture.

    PNG: a text chunk for each key. JPEG and WebP: EXIF UserComment holds a JSON object, and the keys
    Description and Software fill the EXIF fields of that name. TIFF: ImageDescription holds the JSON object.

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
    if len(text) > _MOST_BYTES:
        _LOG.warning("metadata of %d bytes does not fit into a %s file and was left out", len(text), suffix)
        return {}
    if suffix in (".tif", ".tiff"):
        exif[ExifTags.Base.ImageDescription] = text
        return {"exif": exif}
    for key, tag in (("Description", ExifTags.Base.ImageDescription), ("Software", ExifTags.Base.Software)):
        if metadata.get(key, "").isascii() and metadata.get(key):
            exif[tag] = metadata[key]
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = _ASCII + text.encode("ascii")
    return {"exif": exif}


def extract(picture: Image.Image) -> dict[str, str]:
    """The metadata of an opened picture; empty if it has none that is ours."""
    if isinstance(picture, PngImagePlugin.PngImageFile):
        return {str(key): str(value) for key, value in picture.text.items()}
    exif = picture.getexif()
    comment = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment, b"")
    text = comment[len(_ASCII) :] if isinstance(comment, bytes) and comment.startswith(_ASCII) else b""
    return _parse(text or exif.get(ExifTags.Base.ImageDescription, ""))


def _parse(text: str | bytes) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        return {}
    return found
