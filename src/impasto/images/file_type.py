"""Detect the format of a file by its first bytes."""

from __future__ import annotations

from impasto.errors import PictureError
from impasto.images.iso_media import iso_kind

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WebP", "AVIF", "HEIC")
"""The formats that can be read."""

SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}
"""First bytes of the formats that can be read; WebP is a RIFF file."""

OTHER_SIGNATURES = {
    b"%PDF": "a PDF",
    b"8BPS": "a Photoshop file",
    b"<svg": "an SVG drawing",
    b"<?xml": "XML, perhaps an SVG drawing",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
    b"PK\x03\x04": "a zip archive",
    b"gimp xcf": "a GIMP file",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
    b"\0\0\x01\0": "an icon",
}
"""First bytes of other files -> their names in errors."""


def detect_format(data: bytes, *, what: str) -> str:
    """The format of a file by its first bytes.

    Returns:
        an entry of ``FORMATS``.
    Raises:
        PictureError: empty, or none of these.
    """
    if not data:
        raise PictureError("file is empty", got=f"{what} (0 bytes)", attempt="copy or download it again")
    for start, kind in SIGNATURES.items():
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if kind := iso_kind(data):
        return kind
    raise PictureError(
        "file is not a picture that can be read",
        got=f"{what}, which holds {_guess(data)}",
        expected=", ".join(FORMATS),
        attempt="open it in an image viewer and save it as PNG or JPEG",
    )


def _guess(data: bytes) -> str:
    for start, kind in OTHER_SIGNATURES.items():
        if data.lstrip()[: len(start)].lower() == start.lower() or data.startswith(start):
            return kind
    if data[4:8] == b"ftyp":
        return "a film or another kind of picture"
    sample = data[:512]
    if b"\0" not in sample and sample.isascii():
        return "text"
    return "something else"
