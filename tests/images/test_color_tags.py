"""Colour spaces that a file tells without an ICC profile: EXIF, PNG's chunks, codes of video."""

from __future__ import annotations

import io as streams
import struct

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms
from torch.testing import assert_close

from impasto.images import io
from impasto.images.color_space import ADOBE, BT_2020, SRGB, light_of_srgb, power, space_of, srgb_matrix

from . import crafted

LINEAR, COMMON = struct.pack(">I", 100_000), struct.pack(">I", 45_455)


def chromaticities(primaries) -> bytes:
    return crafted.png_chunk(b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in primaries)))


def exif_of(space: int | None, index: str | None = None, **tags) -> bytes:
    """EXIF with ColorSpace, InteroperabilityIndex, and tags of the first directory."""
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[{"white": 318, "primaries": 319}[tag]] = value
    details = exif.get_ifd(0x8769)
    if space is not None:
        details[0xA001] = space
    if index is not None:
        details[0xA005] = {1: index}
    return exif.tobytes()


def by_lcms(picture: Image.Image, profile: bytes) -> np.ndarray:
    source = ImageCms.ImageCmsProfile(streams.BytesIO(profile))
    return np.asarray(ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))).astype(int)


@pytest.mark.parametrize(
    ("space", "index"), [(0xFFFF, "R03"), (2, None), (2, "R98"), (None, "R03"), (0xFFFF, "R03\0")]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_adobe_rgb_told_by_exif_is_what_lcms_makes_of_it(put, kind, space, index):
    if kind == "TIFF" and index:
        pytest.skip("Pillow writes no directory of interoperability into TIFF")
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100, "subsampling": 0}}.get(kind, {})
    data = crafted.encoded(crafted.photo(), kind, exif=exif_of(space, index), **options)
    found = io.read(put("x", data))
    with Image.open(streams.BytesIO(data)) as stored:
        expected = by_lcms(stored.convert("RGB"), crafted.rgb_profile())
    assert np.abs(np.asarray(io.to_pil(found.pixels)).astype(int) - expected).max() <= 1
    assert found.notes == ("converted from Adobe RGB to sRGB",)


@pytest.mark.parametrize(
    ("space", "index"), [(1, None), (1, "R98"), (None, None), (0xFFFE, None), (1, "R03")]
)
def test_srgb_told_by_exif_changes_nothing(put, space, index):
    found = io.read(put("x", crafted.encoded(crafted.photo(), "PNG", exif=exif_of(space, index))))
    assert np.array_equal(np.asarray(io.to_pil(found.pixels)), np.asarray(crafted.photo()))
    assert found.notes == ()


def test_colors_that_exif_does_not_name_are_noted(put):
    found = io.read(put("x", crafted.encoded(crafted.photo(), "PNG", exif=exif_of(0xFFFF, "R98"))))
    assert found.notes == ("EXIF tells that the colours are not sRGB but not what they are: taken as sRGB",)


def test_chromaticities_of_exif(put):
    exif = exif_of(0xFFFF, None, white=ADOBE[:2], primaries=ADOBE[2:])
    found = io.read(put("x", crafted.encoded(crafted.photo(), "PNG", exif=exif)))
    expected = by_lcms(crafted.photo(), crafted.rgb_profile())
    assert np.abs(np.asarray(io.to_pil(found.pixels)).astype(int) - expected).max() <= 2
    assert found.notes == ("converted from chromaticities of EXIF to sRGB",)


def test_a_profile_goes_before_exif(put):
    data = crafted.encoded(
        crafted.photo(), "JPEG", quality=100, exif=exif_of(2), icc_profile=crafted.rgb_profile()
    )
    assert io.read(put("x", data)).notes == ("ICC profile 'Adobe RGB (1998)' converted to sRGB",)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("color_type", [0, 2, 4, 6])
def test_linear_png(put, color_type, bits):
    """gAMA 1: the numbers are light."""
    highest = 2**bits - 1
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[color_type]
    values = np.full((1, 2, channels), highest // 5)
    if color_type >= 4:
        values[..., -1] = highest
    data = crafted.png(
        values if channels > 1 else values[..., 0],
        color_type,
        bits=bits,
        extra=crafted.png_chunk(b"gAMA", LINEAR),
    )
    found = io.read(put("x.png", data))
    expected = 1.055 * 0.2 ** (1 / 2.4) - 0.055
    assert_close(found.pixels, torch.full((1, 3, 1, 2), expected), atol=1e-4, rtol=0)
    assert found.notes == ("converted from gamma 1 to sRGB",)


def test_alpha_is_not_curved(put):
    values = np.array([[[0, 0, 0, 51]]])
    found = io.read(put("x.png", crafted.png(values, 6, bits=8, extra=crafted.png_chunk(b"gAMA", LINEAR))))
    assert_close(found.pixels[0, :, 0, 0], torch.full((3,), 0.8))


def test_linear_palette(put):
    stored = Image.new("P", (2, 1))
    stored.putpalette([51, 51, 51, 255, 255, 255])
    data = crafted.encoded(stored, "PNG")
    place = data.index(b"PLTE") - 4
    found = io.read(put("x.png", data[:place] + crafted.png_chunk(b"gAMA", LINEAR) + data[place:]))
    assert_close(
        found.pixels[0, :, 0, 0], torch.full((3,), 1.055 * 0.2 ** (1 / 2.4) - 0.055), atol=1e-4, rtol=0
    )


@pytest.mark.parametrize("bits", [8, 16])
def test_primaries_and_gamma_of_adobe_rgb(put, bits):
    photo = np.asarray(crafted.photo()).astype(int) * (1 if bits == 8 else 257)
    extra = crafted.png_chunk(b"gAMA", struct.pack(">I", 45_471)) + chromaticities(ADOBE)
    found = io.read(put("x.png", crafted.png(photo, 2, bits=bits, extra=extra)))
    expected = by_lcms(crafted.photo(), crafted.rgb_profile())
    assert np.abs(np.asarray(io.to_pil(found.pixels)).astype(int) - expected).max() <= 1
    assert found.notes == ("converted from gamma 0.45471 and PNG chromaticities to sRGB",)


def test_primaries_alone_have_the_curve_of_srgb(put):
    photo = np.asarray(crafted.photo())
    found = io.read(put("x.png", crafted.png(photo, 2, bits=8, extra=chromaticities(BT_2020))))
    light = light_of_srgb(photo.astype(np.float32) / 255) @ srgb_matrix(BT_2020).T
    assert_close(
        torch.from_numpy(light_of_srgb(found.pixels[0].permute(1, 2, 0).numpy())),
        torch.from_numpy(light.clip(0, 1).astype(np.float32)),
        atol=1e-4,
        rtol=0,
    )


@pytest.mark.parametrize(
    "extra",
    [
        crafted.png_chunk(b"gAMA", COMMON),
        crafted.png_chunk(b"gAMA", COMMON) + chromaticities(SRGB),
        chromaticities(SRGB),
        crafted.png_chunk(b"sRGB", b"\0") + crafted.png_chunk(b"gAMA", LINEAR),
        crafted.png_chunk(b"gAMA", bytes(4)),
    ],
    ids=["2.2", "2.2 and sRGB", "sRGB", "sRGB before gamma", "gamma 0"],
)
def test_chunks_that_say_srgb(put, extra):
    photo = np.asarray(crafted.photo())
    found = io.read(put("x.png", crafted.png(photo, 2, bits=8, extra=extra)))
    assert np.array_equal(np.asarray(io.to_pil(found.pixels)), photo)
    assert found.notes == ()


@pytest.mark.parametrize("bad", [bytes(32), struct.pack(">8I", *[30_000] * 8)])
def test_impossible_chromaticities(put, bad):
    photo = np.asarray(crafted.photo())
    found = io.read(put("x.png", crafted.png(photo, 2, bits=8, extra=crafted.png_chunk(b"cHRM", bad))))
    assert np.array_equal(np.asarray(io.to_pil(found.pixels)), photo)
    assert found.notes == ("impossible PNG chromaticities were ignored",)


@pytest.mark.parametrize(
    ("codes", "note"),
    [
        ((1, 13), None),
        ((1, 1), None),
        ((2, 2), None),
        ((12, 13), "converted from Display P3 to sRGB"),
        ((9, 8), "converted from BT.2020 to sRGB"),
        ((9, 16), "high dynamic range (PQ) was taken as sRGB: save it as SDR first"),
    ],
)
def test_codes_of_video(put, codes, note):
    extra = crafted.png_chunk(b"cICP", bytes([*codes, 0, 1]))
    found = io.read(put("x.png", crafted.png(np.asarray(crafted.photo()), 2, bits=8, extra=extra)))
    assert found.notes == (() if note is None else (note,))


def test_matrices():
    assert_close(torch.from_numpy(srgb_matrix(SRGB)), torch.eye(3, dtype=torch.float64))
    # White stays white under another white. Red of Adobe RGB is 1.39836 of sRGB's.
    assert_close(srgb_matrix((0.3457, 0.3585, *SRGB[2:])).sum(axis=1), np.ones(3), atol=1e-6, rtol=0)
    assert_close(srgb_matrix(ADOBE)[0], np.array([1.39836, -0.39836, 0.0]), atol=1e-4, rtol=0)
    assert space_of("x", power(2.2), SRGB).is_srgb is False
    assert space_of("x", light_of_srgb, SRGB).is_srgb is True
