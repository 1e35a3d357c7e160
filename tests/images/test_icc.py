"""ICC profiles."""

from __future__ import annotations

import io as streams

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms
from torch.testing import assert_close

from impasto.images import icc, io

from . import crafted

ADOBE = crafted.rgb_profile()


def to_adobe(picture: Image.Image) -> Image.Image:
    """The same colours in the numbers of Adobe RGB, by lcms."""
    adobe = ImageCms.ImageCmsProfile(streams.BytesIO(ADOBE))
    return ImageCms.profileToProfile(picture, ImageCms.createProfile("sRGB"), adobe, outputMode="RGB")


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "JPEG"])
def test_converted_picture_comes_back(put, kind):
    photo = crafted.photo()
    stored = to_adobe(photo)
    assert np.abs(np.asarray(stored).astype(int) - np.asarray(photo)).max() > 20
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100, "subsampling": 0}}.get(kind, {})
    found = io.read(put("x", crafted.encoded(stored, kind, icc_profile=ADOBE, **options)))
    difference = np.asarray(io.to_pil(found.pixels)).astype(int) - np.asarray(photo)
    assert np.abs(difference).mean() < (2.5 if kind == "JPEG" else 1)
    assert found.notes == ("ICC profile 'Adobe RGB (1998)' converted to sRGB",)


def test_adobe_green_by_hand():
    # Adobe RGB (0, 1, 0) lies outside sRGB: red and blue are cut at 0.
    picture = Image.new("RGB", (2, 2), (0, 255, 0))
    picture.info["icc_profile"] = ADOBE
    assert_close(io.read(picture).pixels[0, :, 0, 0], torch.tensor([0.0, 1.0, 0.0]), atol=0.01, rtol=0)
    # A grey g means g ** (563 / 256) of white; sRGB's curve has another number for it.
    picture = Image.new("RGB", (2, 2), (64, 64, 64))
    picture.info["icc_profile"] = ADOBE
    light = (64 / 255) ** (563 / 256)
    expected = 1.055 * light ** (1 / 2.4) - 0.055
    assert_close(io.read(picture).pixels[0, :, 0, 0], torch.full((3,), expected), atol=0.006, rtol=0)


def test_our_own_profile_changes_nothing():
    picture = crafted.photo()
    picture.info["icc_profile"] = icc.srgb_profile()
    found = io.read(picture)
    assert io.to_pil(found.pixels).tobytes() == picture.tobytes()
    assert found.notes == ()


def test_our_own_profile_is_the_same_every_time():
    assert icc.srgb_profile() == icc.srgb_profile()
    described = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(streams.BytesIO(icc.srgb_profile())))
    assert "sRGB" in described


def test_grey_profile():
    picture = Image.new("L", (2, 2), 128)
    picture.info["icc_profile"] = crafted.grey_profile(1.0)  # linear light
    found = io.read(picture)
    expected = 1.055 * (128 / 255) ** (1 / 2.4) - 0.055
    assert_close(found.pixels[0, :, 0, 0], torch.full((3,), expected), atol=0.006, rtol=0)
    assert found.notes == ("ICC profile 'Grey' converted to sRGB",)


def test_grey_profile_with_alpha():
    picture = Image.new("LA", (2, 2), (128, 0))
    picture.info["icc_profile"] = crafted.grey_profile(1.0)
    found = io.read(picture)
    assert found.pixels.min() == 1
    assert found.notes == ("ICC profile 'Grey' converted to sRGB", "transparency was flattened on white")


def test_color_profile_on_grey_and_palette():
    for mode in ("L", "P"):
        picture = Image.new("RGB", (2, 2), (64, 64, 64))
        picture = picture.quantize(2) if mode == "P" else picture.convert(mode)
        picture.info["icc_profile"] = ADOBE
        light = (64 / 255) ** (563 / 256)
        expected = 1.055 * light ** (1 / 2.4) - 0.055
        assert_close(io.read(picture).pixels[0, :, 0, 0], torch.full((3,), expected), atol=0.006, rtol=0)


def test_deep_picture_with_srgb_profile_keeps_its_precision(put):
    values = np.random.default_rng(0).integers(0, 65536, (4, 4, 3), dtype=np.uint16)
    extra = crafted.encoded(crafted.photo(), "PNG", icc_profile=icc.srgb_profile())
    start = extra.index(b"iCCP") - 4
    chunk = extra[start : start + 12 + int.from_bytes(extra[start : start + 4], "big")]
    found = io.read(put("x.png", crafted.png(values, 2, extra=chunk)))
    expected = torch.from_numpy((values / 65535).astype(np.float32))
    assert_close(found.pixels[0].permute(1, 2, 0), expected, atol=1e-6, rtol=0)
    assert found.notes == ()


def test_deep_picture_with_another_profile(put):
    extra = crafted.encoded(crafted.photo(), "PNG", icc_profile=ADOBE)
    start = extra.index(b"iCCP") - 4
    chunk = extra[start : start + 12 + int.from_bytes(extra[start : start + 4], "big")]
    values = np.asarray(to_adobe(crafted.photo())).astype(np.uint16) * 257
    found = io.read(put("x.png", crafted.png(values, 2, extra=chunk)))
    difference = np.asarray(io.to_pil(found.pixels)).astype(int) - np.asarray(crafted.photo())
    assert np.abs(difference).mean() < 1
    assert found.notes == ("ICC profile 'Adobe RGB (1998)' converted to sRGB",)


@pytest.mark.parametrize("broken", [b"rubbish", ADOBE[:200], ADOBE[:132] + bytes(len(ADOBE) - 132)])
@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_broken_profile_is_ignored(broken, mode):
    picture = crafted.photo().convert(mode)
    expected = np.asarray(picture.convert("RGB"))
    picture.info["icc_profile"] = broken
    found = io.read(picture)
    assert np.array_equal(np.asarray(io.to_pil(found.pixels)), expected)
    assert found.notes[-1].endswith("ignored")


@pytest.mark.parametrize(
    ("mode", "icc"), [("CMYK", ADOBE), ("LAB", ADOBE), ("RGB", crafted.grey_profile(1.0))]
)
def test_profile_for_other_pixels_is_ignored(mode, icc):
    picture = Image.new(mode, (2, 2))
    picture.info["icc_profile"] = icc
    assert f"is not for {mode} pictures and was ignored" in io.read(picture).notes[-1]
