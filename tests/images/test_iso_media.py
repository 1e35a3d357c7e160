"""HEIC and AVIF, in and out."""

from __future__ import annotations

import io as streams
import sys

import numpy as np
import pytest
import torch
from PIL import Image, features

from impasto.errors import OutputError, PictureError
from impasto.images import io, iso_media

from . import crafted

ENDINGS = ["avif", "heic", "heif"]


def photo() -> Image.Image:
    """A picture without sharp edges, which small files keep."""
    y, x = np.mgrid[0:96, 0:128].astype(np.float32)
    bands = [x / 127, y / 95, (x + y) / 222]
    return Image.fromarray(np.rint(255 * np.stack(bands, axis=2)).astype(np.uint8))


def smooth() -> torch.Tensor:
    return io.to_tensor(photo())


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_written_is_read(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    record = {"impasto": '{"seed": 1}', "Software": "impasto"}
    io.write(path, smooth(), metadata=record)
    found = io.read(path)
    assert found.pixels.shape == smooth().shape and found.notes == () and found.alpha is None
    assert (found.pixels - smooth()).square().mean() < 10 ** (-32 / 10)
    assert io.read_metadata(path) == record


@pytest.mark.parametrize("ending", ["avif", "heic"])
def test_the_same_picture_gives_the_same_bytes(tmp_path, ending):
    for name in "ab":
        io.write(tmp_path / f"{name}.{ending}", smooth(), metadata={"impasto": "{}"})
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


@pytest.mark.parametrize("ending", ["avif", "heic", "webp", "png", "tiff"])
def test_alpha_is_kept(tmp_path, ending):
    alpha = torch.zeros(1, 1, 96, 128)
    alpha[..., :64] = 1
    path = tmp_path / f"a.{ending}"
    io.write(path, smooth(), alpha=alpha)
    found = io.read(path)
    assert found.alpha is not None and (found.alpha - alpha).abs().mean() < 0.01
    assert found.pixels[..., 96:].min() > 0.98


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_turned_pictures_come_upright(put, kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = photo()
    buffer = streams.BytesIO()
    if kind == "AVIF":
        stored.save(buffer, "AVIF", quality=95, exif=exif)
    else:
        iso_media.write_heic(buffer, stored, options={"quality": 95, "exif": exif})
    found = io.read(put("x", buffer.getvalue()))
    turn = {1: 0, 3: 2, 6: 3, 8: 1}[orientation]
    expected = np.rot90(np.asarray(stored), turn).astype(int)
    assert np.abs(np.asarray(io.to_pil(found.pixels)).astype(int) - expected).mean() < 3


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_profiles_are_converted(put, kind):
    buffer = streams.BytesIO()
    options = {"quality": 95, "icc_profile": crafted.rgb_profile()}
    if kind == "AVIF":
        crafted.photo(48, 64).save(buffer, "AVIF", **options)
    else:
        iso_media.write_heic(buffer, crafted.photo(48, 64), options=options)
    assert io.read(put("x", buffer.getvalue())).notes == ("ICC profile 'Adobe RGB (1998)' converted to sRGB",)


def test_codes_of_video_are_found():
    assert iso_media.nclx(b"....colrnclx\0\x0c\0\x0d\0\0\x80") == (12, 13)
    assert iso_media.nclx(b"....colrnclx\0") is None and iso_media.nclx(b"nothing") is None


def test_damaged(put):
    buffer = streams.BytesIO()
    iso_media.write_heic(buffer, crafted.photo(), options={"quality": 90})
    data = buffer.getvalue()
    with pytest.raises(PictureError, match="HEIC picture is damaged or cut short"):
        io.read(put("x.heic", data[: len(data) // 2]))


def test_without_pillow_heif(put, tmp_path, monkeypatch):
    buffer = streams.BytesIO()
    iso_media.write_heic(buffer, crafted.photo(), options={"quality": 90})
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setitem(sys.modules, "pillow_heif.as_plugin", None)
    with pytest.raises(PictureError, match=r"HEIC needs the package pillow-heif\n.*\n  try +pip install"):
        io.read(put("x.heic", buffer.getvalue()))
    with pytest.raises(OutputError, match=r"HEIC needs the package pillow-heif\n.*\n  try +pip install"):
        io.check_output(tmp_path / "x.heic")


def test_without_avif(put, tmp_path, monkeypatch):
    data = crafted.encoded(crafted.photo(), "AVIF")
    monkeypatch.setattr(features, "check", lambda name: False)
    with pytest.raises(PictureError, match=r"AVIF cannot be read by this Pillow\n  got +Pillow "):
        io.read(put("x.avif", data))
    with pytest.raises(OutputError, match=r"AVIF cannot be written by this Pillow\n  got +Pillow "):
        io.check_output(tmp_path / "x.avif")


def test_jpeg_holds_no_transparency(tmp_path):
    with pytest.raises(OutputError, match="JPEG holds no transparency") as caught:
        io.check_output(tmp_path / "x.jpg", alpha=True)
    assert caught.value.attempt == f"{tmp_path / 'x.png'}, or leave --keep-alpha out"
    assert ".png" in caught.value.expected and ".jpg" not in caught.value.expected
