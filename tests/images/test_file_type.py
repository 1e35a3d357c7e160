"""Formats by the first bytes of a file."""

from __future__ import annotations

import pytest

from impasto.errors import PictureError
from impasto.images.file_type import FORMATS, detect_format

from . import crafted


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "HEIC"])  # Pillow writes none
def test_every_format_is_detected(kind):
    assert detect_format(crafted.encoded(crafted.photo(), kind.upper()), what="a") == kind


@pytest.mark.parametrize(
    ("data", "kind"), [(b"MM\0*", "TIFF"), (b"II+\0", "TIFF"), (b"MM\0+", "TIFF"), (b"GIF87a", "GIF")]
)
def test_variants(data, kind):
    assert detect_format(data, what="a") == kind


@pytest.mark.parametrize(
    ("brands", "kind"),
    [
        (b"heic\0\0\0\0mif1heic", "HEIC"),
        (b"mif1\0\0\0\0mif1heic", "HEIC"),
        (b"mif1\0\0\0\0mif1avif", "AVIF"),
        (b"avif\0\0\0\0avifmif1", "AVIF"),
    ],
)
def test_brands_of_iso_media(brands, kind):
    data = (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands + b"\0\0\0\x08meta"
    assert detect_format(data, what="a") == kind


def test_empty_file():
    with pytest.raises(PictureError, match=r"file is empty\n  got +a.png \(0 bytes\)"):
        detect_format(b"", what="a.png")


@pytest.mark.parametrize(
    ("data", "guess"),
    [
        (b"just some words", "text"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"  <svg xmlns=", "an SVG drawing"),
        (b"<!doctype html>", "a web page"),
        (b"8BPS\0\x01", "a Photoshop file"),
        (b"\0\0\0\x18ftypisom\0\0", "a film or another kind of picture"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "something else"),
        (b"\x80\x81\x82", "something else"),
    ],
)
def test_not_a_picture(data, guess):
    with pytest.raises(PictureError, match="not a picture that can be read") as caught:
        detect_format(data, what="a.png")
    assert caught.value.got == f"a.png, which holds {guess}"
    assert caught.value.expected == "PNG, JPEG, GIF, BMP, TIFF, WebP, AVIF, HEIC"
    assert "save it as PNG" in caught.value.attempt
