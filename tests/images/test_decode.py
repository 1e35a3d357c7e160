"""Files that are not what they say, or not at all."""

from __future__ import annotations

import io as streams
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from impasto.errors import PictureError
from impasto.images import decode, io

from . import crafted

KINDS = {
    "PNG": {},
    "JPEG": {},
    "WEBP": {},
    "GIF": {},
    "BMP": {},
    "TIFF": {"compression": "tiff_adobe_deflate"},
}
FILES = {kind: crafted.encoded(crafted.photo(60, 80), kind, **options) for kind, options in KINDS.items()}


def test_missing_file_names_the_near_ones(put):
    path = put("Portrait.png", b"x")
    put("landscape.png", b"x")
    with pytest.raises(PictureError, match="picture is missing") as caught:
        io.read(path.with_name("portrai.png"))
    assert caught.value.got == str(path.with_name("portrai.png"))
    assert caught.value.attempt == str(path)


def test_missing_file_with_another_ending(put):
    path = put("wave.jpeg", b"x")
    with pytest.raises(PictureError) as caught:
        io.read(path.with_name("wave.webp"))
    assert caught.value.attempt == str(path)


def test_missing_file_with_nothing_near(tmp_path):
    with pytest.raises(PictureError, match="a file that exists, or its full path"):
        io.read(tmp_path / "a.png")


def test_missing_folder(tmp_path):
    with pytest.raises(
        PictureError, match=rf"try +a folder that exists: {re.escape(str(tmp_path / 'no'))} does not"
    ):
        io.read(tmp_path / "no" / "a.png")


def test_path_below_a_file(put):
    with pytest.raises(PictureError, match="picture is missing"):
        io.read(put("a.png", b"x") / "b.png")


def test_web_address():
    with pytest.raises(PictureError, match="download it first"):
        io.read("https://example.org/wave.jpg")


def test_folder(put):
    inside = put("a.png", b"x")
    with pytest.raises(PictureError, match="picture is a folder") as caught:
        io.read(inside.parent)
    assert caught.value.attempt == str(inside)
    inside.unlink()
    with pytest.raises(PictureError, match="the name of a picture inside it"):
        io.read(inside.parent)


def test_pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(PictureError, match="not a regular file"):
        io.read(path)


def test_unreadable_file(put, monkeypatch):
    def refuse(_path):
        raise PermissionError(13, "Permission denied")

    path = put("a.png", FILES["PNG"])
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PictureError, match="may not be read") as caught:
        io.read(path)
    assert caught.value.attempt == f"chmod u+r {path}"


@pytest.mark.parametrize("name", ["a" * 300, "a\0b"])
def test_impossible_name(name):
    with pytest.raises(PictureError, match=r"picture (cannot be read|is missing)"):
        io.read(name)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("kind", KINDS)
def test_truncated(put, kind, share):
    data = FILES[kind]
    cut = data[: max(16, int(share * len(data)))]
    with pytest.raises(
        PictureError, match=r"(PNG|JPEG|WebP|GIF|BMP|TIFF) picture is damaged or cut short"
    ) as caught:
        io.read(put("a", cut))
    assert f"a ({len(cut):,} bytes): " in caught.value.got
    assert "download it again" in caught.value.attempt


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_damage_is_read_or_refused(kind, data):
    """Whatever happens to the bytes, only a PictureError comes out, and no warning."""
    spoiled = bytearray(FILES[kind])
    for place in data.draw(st.lists(st.integers(8, len(spoiled) - 1), min_size=1, max_size=8)):
        spoiled[place] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            decoded = decode.decode(bytes(spoiled), what="spoiled", max_megapixels=1)
            io._picture(decoded, name="spoiled")
        except PictureError as error:
            assert str(error)


def test_bomb_is_refused_before_it_is_decoded(put, monkeypatch):
    monkeypatch.setattr(Image.core, "new", None)  # nothing may be allocated
    monkeypatch.setattr(Image.core, "fill", None)
    path = put("bomb.png", crafted.png_that_claims(60_000, 60_000))
    with pytest.raises(PictureError, match="larger than the limit") as caught:
        io.read(path)
    assert caught.value.got == f"{path}: 60000 x 60000 px = 3,600.0 megapixels"
    assert caught.value.expected == "at most 100 megapixels"
    assert caught.value.attempt.startswith("--max-megapixels 3601 ")


def test_limit_is_an_argument(put):
    path = put("a.png", crafted.encoded(Image.new("RGB", (200, 100)), "PNG"))
    with pytest.raises(PictureError, match=r"0\.0 megapixels\n  expected  at most 0\.01 megapixels"):
        io.read(path, max_megapixels=0.01)
    assert io.read(path, max_megapixels=0.02).pixels.shape == (1, 3, 100, 200)
    with pytest.raises(PictureError, match="larger than the limit"):
        io.read(path, max_megapixels=float("nan"))
    with pytest.raises(PictureError, match="larger than the limit"):
        io.read(Image.new("L", (200, 100)), max_megapixels=0.01)


def test_limit_of_pillow_does_not_interfere(put, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    for kind in KINDS:
        assert io.read(put("a", FILES[kind])).pixels.shape == (1, 3, 60, 80)
    assert Image.MAX_IMAGE_PIXELS == 10


def test_bomb_in_a_frame_larger_than_its_screen(put, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    spoiled = bytearray(FILES["GIF"])
    frame = spoiled.index(b",", 13 + 3 * 2 ** ((spoiled[10] & 7) + 1))
    spoiled[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"  # width and height of 65535
    with pytest.raises(PictureError, match="larger than the limit") as caught:
        io.read(put("a.gif", bytes(spoiled)), max_megapixels=1)
    assert caught.value.expected == "at most 1 megapixels"
    assert Image.MAX_IMAGE_PIXELS == 1000


def test_bomb_in_floating_point_tiff(put):
    buffer = streams.BytesIO()
    tifffile.imwrite(buffer, np.zeros((100, 200, 3), dtype=np.float32), photometric="rgb")
    with pytest.raises(PictureError, match="larger than the limit"):
        io.read(put("a.tif", buffer.getvalue()), max_megapixels=0.01)


def test_tiff_of_an_unknown_kind(put):
    buffer = streams.BytesIO()
    tifffile.imwrite(buffer, np.zeros((4, 4, 3), dtype=np.float32), photometric="cielab")
    with pytest.raises(PictureError, match="TIFF of an unknown kind: photometric 8"):
        io.read(put("a.tif", buffer.getvalue()))


def test_header_without_pixels():
    with pytest.raises(PictureError, match=r"has no pixels\n  got +a: 0 x 5 px"):
        decode.check_size(0, 5, what="a", max_megapixels=1)


def test_truncated_pillow_picture(put):
    picture = Image.open(put("a.png", FILES["PNG"][:300]))
    with picture, pytest.raises(PictureError, match="PNG picture is damaged or cut short") as caught:
        io.read(picture)
    assert "a.png" in caught.value.got


@pytest.mark.parametrize("data", [b"", b"words", FILES["PNG"][:20]])
def test_metadata_of_what_is_no_picture(put, data):
    with pytest.raises(PictureError):
        io.read_metadata(put("a.png", data))


def test_tiff_made_to_keep_us_busy(put):
    buffer = streams.BytesIO()
    tifffile.imwrite(
        buffer, np.zeros((4, 4, 9), dtype=np.float32), photometric="minisblack", planarconfig="contig"
    )
    with pytest.raises(PictureError, match="9 channels in 1 pieces"):
        io.read(put("a.tif", buffer.getvalue()))


def test_decoders_do_not_write_to_the_terminal(put):
    code = """
import sys
from impasto.errors import PictureError
from impasto.images import io
try:
    io.read(sys.argv[1])
except PictureError as error:
    print(error)
"""
    path = put("a.tif", FILES["TIFF"][:-200] + bytes(200))  # tifffile logs that tags are missing
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert f"got       {path}" in done.stdout
