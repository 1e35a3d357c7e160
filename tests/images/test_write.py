"""Pictures and their metadata, out and in again."""

from __future__ import annotations

import io as streams
import json
import logging

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from impasto.errors import OutputError
from impasto.images import io
from impasto.images.icc import srgb_profile

from . import crafted

ENDINGS = ["png", "jpg", "jpeg", "webp", "tif", "tiff"]
RECORD = {
    "impasto": json.dumps({"seed": 0, "name": "Große Welle 波"}),
    "Software": "impasto 0.1",
    "empty": "",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_picture_and_metadata_come_back(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    photo = crafted.photo(64, 96)
    io.write(path, photo, metadata=RECORD)
    found = io.read(path)
    difference = np.abs(np.asarray(io.to_pil(found.pixels)).astype(int) - np.asarray(photo))
    lossless = ending not in ("jpg", "jpeg", "webp")
    assert difference.max() == 0 if lossless else difference.mean() < 8
    assert found.notes == ()
    assert io.read_metadata(path) == RECORD
    with Image.open(path) as opened:
        assert opened.info["icc_profile"] == srgb_profile()
        assert opened.mode == "RGB"


@pytest.mark.parametrize("ending", ENDINGS)
def test_without_metadata(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    io.write(str(path), crafted.photo())
    assert io.read_metadata(path) == {}


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z][A-Za-z0-9 ]{0,20}[a-z]", fullmatch=True),
        st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    )
)
@settings(max_examples=25, deadline=None)
def test_any_text_comes_back(tmp_path_factory, metadata):
    folder = tmp_path_factory.mktemp("text")
    for ending in ("png", "jpg", "webp", "tif"):
        path = folder / f"a.{ending}"
        io.write(path, crafted.photo(4, 4), metadata=metadata)
        assert io.read_metadata(path) == metadata


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_picture_gives_the_same_bytes(tmp_path, ending):
    for name in ("a", "b"):
        io.write(tmp_path / f"{name}.{ending}", crafted.photo(), metadata=RECORD)
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_jpeg_is_full_chroma_quality_95(tmp_path):
    io.write(tmp_path / "a.jpg", crafted.photo())
    with Image.open(tmp_path / "a.jpg") as opened:
        assert [component[1:3] for component in opened.layer] == [(1, 1)] * 3
        reference = Image.open(streams.BytesIO(crafted.encoded(crafted.photo(), "JPEG", quality=95)))
        assert opened.quantization == reference.quantization


def test_tiff_is_compressed(tmp_path):
    io.write(tmp_path / "a.tif", Image.new("RGB", (300, 300)))
    assert (tmp_path / "a.tif").stat().st_size < 10_000


def test_other_viewers_find_the_software(tmp_path):
    io.write(
        tmp_path / "a.jpg", crafted.photo(), metadata={"Software": "impasto 0.1", "Description": "a wave"}
    )
    with Image.open(tmp_path / "a.jpg") as opened:
        assert opened.getexif()[0x0131] == "impasto 0.1"
        assert opened.getexif()[0x010E] == "a wave"


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "CMYK", "I;16"])
def test_other_modes_are_written_as_rgb(tmp_path, mode):
    picture = Image.new(mode, (4, 4))
    io.write(tmp_path / "a.png", picture)
    with Image.open(tmp_path / "a.png") as opened:
        assert opened.mode == "RGB"
        assert opened.getpixel((0, 0)) == ((255, 255, 255) if mode in ("RGBA", "CMYK") else (0, 0, 0))


def test_what_the_picture_came_with_stays_out(tmp_path):
    picture = crafted.photo()
    picture.info.update(
        {"icc_profile": b"rubbish", "comment": b"secret", "exif": b"Exif\0\0x", "dpi": (7, 7)}
    )
    for ending in ENDINGS:
        io.write(tmp_path / f"a.{ending}", picture)
        with Image.open(tmp_path / f"a.{ending}") as opened:
            assert opened.info["icc_profile"] == srgb_profile()
            assert "comment" not in opened.info
            assert not opened.info.get("exif")
    assert picture.info["comment"] == b"secret"


def test_metadata_too_long_for_exif_is_left_out_and_said(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        io.write(tmp_path / "a.jpg", crafted.photo(), metadata={"losses": "9" * 70_000})
    assert "does not fit into a .jpg file" in caplog.text
    assert io.read_metadata(tmp_path / "a.jpg") == {}
    assert io.read(tmp_path / "a.jpg").pixels.shape == (1, 3, 24, 36)


def test_metadata_of_others_is_not_ours(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((4, 4), dtype=np.uint8), description='{"shape": [4, 4]}')
    assert io.read_metadata(tmp_path / "a.tif") == {}
    exif = Image.Exif()
    exif[0x010E] = "my holiday"
    crafted.photo().save(tmp_path / "a.jpg", exif=exif)
    assert io.read_metadata(tmp_path / "a.jpg") == {}
    crafted.photo().save(tmp_path / "a.gif")
    assert io.read_metadata(tmp_path / "a.gif") == {}


@pytest.mark.parametrize(("ending", "side"), [("webp", 16_384), ("jpg", 65_501)])
def test_picture_too_long_for_the_format(tmp_path, ending, side):
    with pytest.raises(OutputError, match=r"picture is too long for (WEBP|JPEG)") as caught:
        io.write(tmp_path / f"a.{ending}", Image.new("RGB", (1, side)))
    assert caught.value.got.startswith(f"1 x {side} px")
    assert caught.value.expected == f"at most {side - 1} px a side"
    assert caught.value.attempt == str(tmp_path / "a.png")
    io.write(tmp_path / f"a.{ending}", Image.new("RGB", (1, side - 1)))


def test_write_checks_the_path(tmp_path):
    with pytest.raises(OutputError, match=r"'\.pgn' is unknown"):
        io.write(tmp_path / "a.pgn", crafted.photo())
