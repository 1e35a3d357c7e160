"""Orientation, transparency, and everything that is not 8-bit RGB."""

from __future__ import annotations

import io as streams
import struct

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image
from torch.testing import assert_close

from impasto.errors import PictureError
from impasto.images import io

from . import crafted

#: What a viewer does with a picture that says it has that orientation, by hand, on rows of letters.
UPRIGHT = {
    1: ["abc", "def"],
    2: ["cba", "fed"],
    3: ["fed", "cba"],
    4: ["def", "abc"],
    5: ["ad", "be", "cf"],
    6: ["da", "eb", "fc"],
    7: ["fc", "eb", "da"],
    8: ["cf", "be", "ad"],
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "JPEG"])
def test_orientation_is_undone(put, kind, orientation):
    grey = {letter: 40 * index + 20 for index, letter in enumerate("abcdef")}
    stored = np.array([[grey[letter] for letter in row] for row in UPRIGHT[1]], dtype=np.uint8)
    blocks = Image.fromarray(stored.repeat(16, axis=0).repeat(16, axis=1)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100}}.get(kind, {})
    path = put("turned", crafted.encoded(blocks, kind, exif=exif, **options))
    expected = np.array([[grey[letter] for letter in row] for row in UPRIGHT[orientation]])
    for source in (path, Image.open(streams.BytesIO(path.read_bytes()))):
        picture = io.read(source)
        assert_close(picture.pixels[0, 1, 8::16, 8::16] * 255, torch.tensor(expected).float(), atol=2, rtol=0)
    if kind != "TIFF":  # Pillow turns these itself
        assert picture.notes == (("turned upright",) if orientation > 1 else ())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_of_deep_tiff(put, orientation):
    values = np.arange(6, dtype=np.float32).reshape(2, 3) / 10
    buffer = streams.BytesIO()
    tag = (274, 3, 1, orientation, True)
    tifffile.imwrite(buffer, np.stack([values] * 3, axis=2), photometric="rgb", extratags=[tag])
    pixels = io.read(put("x.tif", buffer.getvalue())).pixels[0, 0] * 10
    expected = [["abcdef".index(letter) for letter in row] for row in UPRIGHT[orientation]]
    assert_close(pixels, torch.tensor(expected).float())


@pytest.mark.parametrize("bad", [0, 9, 77])
def test_orientation_that_does_not_exist_is_ignored(put, bad):
    exif = Image.Exif()
    exif[0x0112] = bad
    path = put("x.jpg", crafted.encoded(crafted.photo(), "JPEG", exif=exif))
    assert io.read(path).pixels.shape == (1, 3, 24, 36)


def test_broken_exif_is_ignored(put):
    path = put(
        "x.png", crafted.encoded(crafted.photo(), "PNG", exif=b"Exif\0\0rubbish that is no TIFF header")
    )
    picture = io.read(path)
    assert np.array_equal(np.asarray(io.to_pil(picture.pixels)), crafted.photo())
    assert picture.notes == ("unreadable EXIF data was ignored",)


def half_transparent(mode: str) -> Image.Image:
    """Left: opaque; middle: half; right: clear. Grey 60 or red (200, 40, 0)."""
    rgba = np.zeros((1, 3, 4), dtype=np.uint8)
    rgba[..., :3] = (60, 60, 60) if mode in ("LA", "La") else (200, 40, 0)
    rgba[..., 3] = [255, 51, 0]
    picture = Image.fromarray(rgba)
    if mode in ("LA", "La"):
        return picture.convert("LA") if mode == "LA" else picture.convert("LA").convert("La")
    return picture if mode == "RGBA" else picture.convert("RGBa")


@pytest.mark.parametrize("mode", ["RGBA", "LA", "RGBa", "La"])
def test_alpha_is_flattened_on_white(mode):
    picture = io.read(half_transparent(mode))
    color = np.array([60, 60, 60] if mode in ("LA", "La") else [200, 40, 0])
    expected = [color, color * 0.2 + 255 * 0.8, np.full(3, 255)]
    assert_close(picture.pixels[0, :, 0].T * 255, torch.tensor(np.array(expected)).float(), atol=1.0, rtol=0)
    assert picture.notes == ("transparency was flattened on white",)


def test_opaque_alpha_is_not_worth_a_note():
    assert io.read(crafted.photo().convert("RGBA")).notes == ()


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_transparent_palette_entry(put, kind):
    picture = Image.new("P", (2, 1))
    picture.putpalette([10, 20, 30, 200, 100, 50])
    picture.putdata([0, 1])
    found = io.read(put("x", crafted.encoded(picture, kind, transparency=0)))
    assert np.asarray(io.to_pil(found.pixels)).tolist() == [[[255, 255, 255], [200, 100, 50]]]
    assert found.notes == ("transparency was flattened on white",)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("color_type", [0, 2])
def test_transparent_color_in_png(put, color_type, bits):
    highest = 2**bits - 1
    values = np.array([[highest // 5, highest // 3]])
    values = values if color_type == 0 else np.stack([values] * 3, axis=2)
    key = struct.pack(">H", highest // 5) * (1 if color_type == 0 else 3)
    found = io.read(
        put("x.png", crafted.png(values, color_type, bits=bits, extra=crafted.png_chunk(b"tRNS", key)))
    )
    assert_close(found.pixels[0, :, 0], torch.tensor([[1.0, 1 / 3]] * 3), atol=1e-4, rtol=0)
    assert found.notes == ("transparency was flattened on white",)


def test_one_bit_grey_and_palette(put):
    for mode in ("1", "L", "P"):
        stored = crafted.photo().convert(mode)
        found = io.read(put("x.png", crafted.encoded(stored, "PNG")))
        assert np.array_equal(np.asarray(io.to_pil(found.pixels)), stored.convert("RGB"))
        assert found.notes == ()


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk(put, kind):
    stored = Image.new("CMYK", (8, 8), (0, 255, 255, 0))  # magenta and yellow ink make red
    found = io.read(put("x", crafted.encoded(stored, kind)))
    assert_close(found.pixels[0, :, 4, 4], torch.tensor([1.0, 0.0, 0.0]), atol=0.02, rtol=0)
    assert found.notes == ("converted from CMYK without a profile: its colours are an estimate",)


def test_lab(put):
    # CIELAB (53.24, 80.09, 67.20) is sRGB red for D65, and (54.29, 80.81, 69.89) for D50, the white of ICC.
    stored = Image.new("LAB", (4, 4), (round(54.29 * 2.55), 128 + 81, 128 + 70))
    for source in (stored, put("x.tif", crafted.encoded(stored, "TIFF"))):
        found = io.read(source)
        assert_close(found.pixels[0, :, 1, 1], torch.tensor([1.0, 0.0, 0.0]), atol=0.03, rtol=0)
        assert found.notes == ("converted from CIELAB",)


def test_hsv_and_ycbcr():
    for mode in ("HSV", "YCbCr"):
        found = io.read(crafted.photo().convert(mode))
        assert (
            np.abs(np.asarray(io.to_pil(found.pixels)).astype(int) - np.asarray(crafted.photo())).max() <= 12
        )


def deep(channels: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 65536, (5, 7, channels), dtype=np.uint16)


@pytest.mark.parametrize("color_type", [0, 2, 6])
def test_sixteen_bit_png_keeps_its_precision(put, color_type):
    values = deep({0: 1, 2: 3, 6: 4}[color_type])
    if color_type == 6:
        values[..., 3] = 65535
    found = io.read(put("x.png", crafted.png(values, color_type)))
    expected = np.broadcast_to(values[..., :3] / 65535, (5, 7, 3)).astype(np.float32)
    assert_close(found.pixels[0].permute(1, 2, 0), torch.from_numpy(expected.copy()), atol=1e-6, rtol=0)


def test_sixteen_bit_grey_and_alpha_png(put):
    values = np.full((2, 2, 2), 65535, dtype=np.uint16)
    values[..., 0] = 25700
    found = io.read(put("x.png", crafted.png(values, 4)))
    assert_close(found.pixels, torch.full((1, 3, 2, 2), 100 / 255))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("layout", ["grey", "rgb", "rgba", "planes"])
def test_sixteen_bit_tiff_keeps_its_precision(put, layout, compression, order):
    values = deep({"grey": 1, "rgb": 3, "rgba": 4, "planes": 3}[layout])
    if layout == "rgba":
        values[..., 3] = 65535
    stored = {"grey": values[..., 0], "planes": np.moveaxis(values, -1, 0)}.get(layout, values)
    buffer = streams.BytesIO()
    tifffile.imwrite(
        buffer,
        stored,
        photometric="minisblack" if layout == "grey" else "rgb",
        planarconfig="separate" if layout == "planes" else None,
        extrasamples=["unassalpha"] if layout == "rgba" else None,
        compression=compression,
        byteorder=order,
    )
    found = io.read(put("x.tif", buffer.getvalue()))
    expected = np.broadcast_to(values[..., :3] / 65535, (5, 7, 3)).astype(np.float32)
    assert_close(found.pixels[0].permute(1, 2, 0), torch.from_numpy(expected.copy()), atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 3])
def test_floating_point_tiff(put, channels, kind):
    values = np.random.default_rng(1).random((4, 6, channels)).astype(kind)
    buffer = streams.BytesIO()
    tifffile.imwrite(
        buffer, values if channels == 3 else values[..., 0], photometric="rgb" if channels == 3 else None
    )
    found = io.read(put("x.tif", buffer.getvalue()))
    expected = np.broadcast_to(values, (4, 6, 3)).astype(np.float32)
    assert_close(found.pixels[0].permute(1, 2, 0), torch.from_numpy(expected.copy()))


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
def test_tiff_where_white_is_zero(put, kind):
    values = np.array([[0.0, 0.2, 1.0]])
    scale = 1 if kind == np.float32 else np.iinfo(kind).max
    buffer = streams.BytesIO()
    tifffile.imwrite(buffer, (values * scale).astype(kind), photometric="miniswhite")
    found = io.read(put("x.tif", buffer.getvalue()))
    assert_close(found.pixels[0, 0], torch.tensor([[1.0, 0.8, 0.0]]))


def test_floating_point_tiff_out_of_range(put):
    buffer = streams.BytesIO()
    tifffile.imwrite(buffer, np.array([[0.0, 40.0]], dtype=np.float32))
    with pytest.raises(PictureError, match=r"outside 0 to 1\n  got       0 to 40"):
        io.read(put("x.tif", buffer.getvalue()))


def test_integers_without_a_range():
    with pytest.raises(
        PictureError, match=r"no agreed range\n  got       0 to 70000\n  expected  0 to 65535"
    ):
        io.read(Image.fromarray(np.array([[0, 70000]], dtype=np.int32)))
