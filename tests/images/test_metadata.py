"""Metadata out and in again."""

from __future__ import annotations

import logging

import numpy as np
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from impasto.images import io

from . import crafted


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


def test_other_viewers_find_the_software(tmp_path):
    io.write(
        tmp_path / "a.jpg", crafted.photo(), metadata={"Software": "impasto 0.1", "Description": "a wave"}
    )
    with Image.open(tmp_path / "a.jpg") as opened:
        assert opened.getexif()[ExifTags.Base.Software] == "impasto 0.1"
        assert opened.getexif()[ExifTags.Base.ImageDescription] == "a wave"


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
    exif[ExifTags.Base.ImageDescription] = "my holiday"
    crafted.photo().save(tmp_path / "a.jpg", exif=exif)
    assert io.read_metadata(tmp_path / "a.jpg") == {}
    crafted.photo().save(tmp_path / "a.gif")
    assert io.read_metadata(tmp_path / "a.gif") == {}
