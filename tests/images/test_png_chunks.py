"""PNG files with large, damaged or harmful chunks beside the pixels."""

from __future__ import annotations

import io as streams
import random
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from impasto.images import io, png_chunks

from . import crafted

PHOTO = np.asarray(crafted.photo())


def large_profile() -> bytes:
    """Adobe RGB with 1.5 MB of noise behind its tags, as profiles of scanners have tables."""
    profile = crafted.rgb_profile() + random.Random(0).randbytes(3 * 2**19)
    return struct.pack(">I", len(profile)) + profile[4:]


def iccp(profile: bytes) -> bytes:
    return crafted.png_chunk(b"iCCP", b"large\0\0" + zlib.compress(profile, 1))


@pytest.mark.parametrize("bits", [8, 16])
def test_profile_over_a_megabyte(put, bits):
    stored = PHOTO if bits == 8 else PHOTO.astype(int) * 257
    found = io.read(put("x.png", crafted.png(stored, 2, bits=bits, extra=iccp(large_profile()))))
    small = io.read(put("y.png", crafted.encoded(crafted.photo(), "PNG", icc_profile=crafted.rgb_profile())))
    assert (found.pixels - small.pixels).abs().max() < 1.1 / 255
    assert found.notes == ("ICC profile 'Adobe RGB (1998)' converted to sRGB",)


LONG = "Ein langer Text. " * 200_000


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize(
    "chunk",
    [
        crafted.png_chunk(b"tEXt", b"Comment\0" + LONG.encode("latin-1")),
        crafted.png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(LONG.encode("latin-1"))),
        crafted.png_chunk(b"iTXt", b"Comment\0\1\0de\0Wort\0" + zlib.compress(LONG.encode())),
        crafted.png_chunk(b"iTXt", b"Comment\0\0\0\0\0" + LONG.encode()),
    ],
    ids=["tEXt", "zTXt", "packed iTXt", "iTXt"],
)
def test_text_over_a_megabyte(put, chunk, place):
    data = crafted.png(PHOTO, 2, bits=8, extra=chunk if place == "before" else b"")
    if place == "after":
        data = data[:-12] + chunk + data[-12:]
    path = put("x.png", data)
    assert np.array_equal(np.asarray(io.to_pil(io.read(path).pixels)), PHOTO)
    assert io.read_metadata(path) == {"Comment": LONG}


def test_text_made_to_do_harm(put, monkeypatch):
    monkeypatch.setattr(png_chunks, "MAX_TEXT_BYTES", 1000)
    bomb = crafted.png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**6)))
    short = crafted.png_chunk(b"tEXt", b"b\0words")
    path = put("x.png", crafted.png(PHOTO, 2, bits=8, extra=bomb + short))
    assert np.array_equal(np.asarray(io.to_pil(io.read(path).pixels)), PHOTO)
    assert io.read_metadata(path) == {"b": "words"}


def test_profile_made_to_do_harm(put, monkeypatch):
    monkeypatch.setattr(png_chunks, "MAX_PROFILE_BYTES", 1000)
    found = io.read(put("x.png", crafted.png(PHOTO, 2, bits=8, extra=iccp(large_profile()))))
    assert np.array_equal(np.asarray(io.to_pil(found.pixels)), PHOTO)
    assert found.notes == ("a broken ICC profile was ignored",)


@pytest.mark.parametrize("tag", [b"tEXt", b"iTXt", b"zTXt", b"pHYs", b"iCCP", b"tIME", b"eXIf"])
def test_a_damaged_chunk_that_is_not_needed(put, tag):
    chunk = bytearray(crafted.png_chunk(tag, b"Comment\0words and so on"))
    chunk[-1] ^= 1
    found = io.read(put("x.png", crafted.png(PHOTO, 2, bits=8, extra=bytes(chunk))))
    assert np.array_equal(np.asarray(io.to_pil(found.pixels)), PHOTO)
    assert found.notes == (f"a damaged {tag.decode()} chunk was ignored",)


@pytest.mark.parametrize(
    "body", [b"", b"\0", b"a\0", b"a\0\1", b"a\0\0x", b"a\0\1\0\0\0x", b"\xff\0\0\0\0\0\xff"]
)
@pytest.mark.parametrize("tag", [b"tEXt", b"iTXt", b"zTXt", b"iCCP"])
def test_broken_chunks(put, tag, body):
    path = put("x.png", crafted.png(PHOTO, 2, bits=8, extra=crafted.png_chunk(tag, body)))
    assert np.array_equal(np.asarray(io.to_pil(io.read(path).pixels)), PHOTO)
    io.read_metadata(path)


def test_what_pillow_needs_is_left_to_it():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = crafted.encoded(crafted.photo(), "PNG", exif=exif, dpi=(300, 300))
    plain = png_chunks.read_chunks(data).plain
    with Image.open(streams.BytesIO(plain)) as opened:
        assert opened.getexif()[0x0112] == 6 and round(opened.info["dpi"][0]) == 300
