"""Reading pictures that are what they say, and writing them."""

from __future__ import annotations

import hashlib
import json
import warnings

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from PIL import Image
from torch.testing import assert_close

from impasto.errors import OutputError, PictureError, ShapeError
from impasto.images import io
from impasto.images.icc import srgb_profile

from . import crafted

ENDINGS = ["png", "jpg", "jpeg", "webp", "tif", "tiff"]
RECORD = {
    "impasto": json.dumps({"seed": 0, "name": "Große Welle 波"}),
    "Software": "impasto 0.1",
    "empty": "",
}


def levels(picture: io.Picture) -> np.ndarray:
    """(H, W, 3) in 0-255."""
    return np.asarray(io.to_pil(picture.pixels))


@pytest.mark.parametrize("kind", ["png", "bmp", "tiff", "gif", "webp", "jpeg"])
def test_reads_every_format(put, kind):
    options = {"webp": {"lossless": True}, "jpeg": {"quality": 100, "subsampling": 0}}.get(kind, {})
    photo = crafted.photo()
    stored = photo.quantize(256) if kind == "gif" else photo
    path = put(f"a photo.{kind}", crafted.encoded(stored, kind, **options))
    picture = io.read(path)
    tolerance = {"jpeg": 6, "gif": 0}.get(kind, 0)
    assert picture.pixels.shape == (1, 3, 24, 36)
    assert picture.pixels.dtype == torch.float32
    assert picture.pixels.is_contiguous()
    difference = levels(picture).astype(int) - np.asarray(stored.convert("RGB"))
    assert np.abs(difference).max() <= tolerance
    assert picture.name == "a photo"
    assert picture.path == path
    assert picture.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert picture.notes == ()


def test_format_is_told_by_content_not_by_name(put):
    path = put("photo.jpg", crafted.encoded(crafted.photo(), "PNG"))
    assert np.array_equal(levels(io.read(str(path))), crafted.photo())


def test_name_of_the_caller_wins(put):
    path = put("x.png", crafted.encoded(crafted.photo(), "PNG"))
    assert io.read(path, name="content").name == "content"
    assert io.read(crafted.photo(), name="content").name == "content"
    assert io.read(np.zeros((2, 2))).name == "image"
    assert io.read(crafted.photo()).name == "image"


def test_a_picture_without_a_file_has_no_hash():
    picture = io.read(crafted.photo())
    assert picture.path is None
    assert picture.sha256 is None


def test_tensor_and_back():
    photo = crafted.photo()
    image = io.to_tensor(photo)
    assert image.shape == (1, 3, 24, 36)
    assert_close(image[0, :, 3, 5], torch.tensor(photo.getpixel((5, 3))) / 255)
    assert io.to_pil(image).tobytes() == photo.tobytes()


def test_to_pil_rounds_and_clamps():
    image = torch.tensor([-0.5, 0.0, 0.4 / 255, 0.6 / 255, 1.0, 7.0]).expand(1, 3, 1, 6)
    assert list(io.to_pil(image).getchannel("R").tobytes()) == [0, 0, 0, 1, 255, 255]


def test_to_pil_takes_what_is_being_optimised():
    image = torch.full((1, 3, 2, 2), 0.5, dtype=torch.bfloat16, requires_grad=True)
    assert io.to_pil(image).getpixel((0, 0)) == (128, 128, 128)


def test_to_pil_wants_one_color_picture():
    with pytest.raises(ShapeError, match=r"image has the wrong shape\n.*\(3, 4, 4\)\n.*\(1, 3, h, w\)"):
        io.to_pil(torch.zeros(3, 4, 4))


@given(
    hnp.arrays(
        np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6).map(lambda s: (*s, 3))
    )
)
@settings(deadline=None)
def test_arrays_of_bytes_are_kept_exactly(array):
    before = array.copy()
    picture = io.read(array)
    assert np.array_equal(levels(picture), array)
    assert np.array_equal(array, before)


def test_arrays_of_every_type_agree():
    eight = np.asarray(crafted.photo())
    expected = io.read(eight).pixels
    assert_close(io.read(eight.astype(np.uint16) * 257).pixels, expected)
    for floating in (np.float32, np.float64):
        assert_close(io.read(eight.astype(floating) / 255).pixels, expected)
    assert_close(io.read((eight / 255).astype(np.float16)).pixels, expected, atol=1e-3, rtol=0)
    assert io.read(np.array([[True, False]])).pixels[0, :, 0].tolist() == [[1.0, 0.0]] * 3


def test_grey_array_fills_three_channels():
    picture = io.read(np.array([[0.0, 0.25], [0.5, 1.0]]))
    assert picture.pixels[0].tolist() == [[[0.0, 0.25], [0.5, 1.0]]] * 3


def test_array_with_alpha_is_flattened():
    picture = io.read(np.array([[[1.0, 0.0, 0.0, 0.25]]]))
    assert_close(picture.pixels[0, :, 0, 0], torch.tensor([1.0, 0.75, 0.75]))
    assert picture.notes == ("transparency was flattened on white",)


def test_array_is_not_shared():
    array = np.zeros((2, 2, 3), dtype=np.float32)
    io.read(array).pixels.fill_(1)
    assert array.max() == 0


@pytest.mark.parametrize("shape", [(3,), (4, 4, 2), (2, 3, 4, 4), (0, 4), (3, 9, 9)])
def test_array_of_another_shape(shape):
    with pytest.raises(PictureError, match="does not have the shape of a picture") as caught:
        io.read(np.zeros(shape))
    assert str(shape) in caught.value.got
    assert "moveaxis" in caught.value.attempt


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_array_that_is_not_finite(bad):
    array = np.zeros((2, 2))
    array[1, 1] = bad
    with pytest.raises(PictureError, match=r"NaN or infinite.*\n  got       1 of 4 numbers"):
        io.read(array)


@pytest.mark.parametrize("bad", [-0.01, 1.01, 255.0])
def test_array_out_of_range(bad):
    with pytest.raises(PictureError, match="outside 0 to 1") as caught:
        io.read(np.array([[0.0, bad]]))
    assert f"{bad:.4g}" in caught.value.got


@pytest.mark.parametrize("kind", [np.int64, np.int8, np.uint32, np.complex64])
def test_array_of_another_type(kind):
    with pytest.raises(PictureError, match="no agreed range") as caught:
        io.read(np.zeros((2, 2), dtype=kind))
    assert caught.value.got == np.dtype(kind).name


@pytest.mark.parametrize("source", [None, 42, {"a": 1}, [1, 2]])
def test_source_of_another_type(source):
    with pytest.raises(PictureError, match="cannot be used as a picture") as caught:
        io.read(source)
    assert type(source).__name__ in caught.value.got
    assert "numpy array" in caught.value.expected


def test_pillow_picture_is_not_changed():
    picture = Image.new("LA", (3, 2), (10, 128))
    picture.info["icc_profile"] = b"rubbish"
    before = (picture.mode, picture.tobytes(), dict(picture.info))
    io.read(picture)
    assert (picture.mode, picture.tobytes(), dict(picture.info)) == before


@pytest.mark.parametrize(
    ("kind", "word"), [("GIF", "frames"), ("WEBP", "frames"), ("PNG", "frames"), ("TIFF", "pages")]
)
def test_animated_files_give_their_first_frame(put, kind, word):
    reds = [Image.new("RGB", (8, 8), (255 - 20 * index, 0, 0)) for index in range(3)]
    data = crafted.encoded(reds[0], kind, save_all=True, append_images=reds[1:])
    picture = io.read(put("moving", data))
    assert picture.notes == (f"first of 3 {word} used",)
    assert abs(int(levels(picture)[4, 4, 0]) - 255) <= 2


def test_decoder_warnings_become_notes(put, monkeypatch):
    def grumble(*_args):
        warnings.warn("odd header", stacklevel=1)
        return ()

    monkeypatch.setattr("impasto.images.decode._frames", grumble)
    picture = io.read(put("x.png", crafted.encoded(crafted.photo(), "PNG")))
    assert picture.notes == ("decoder: odd header",)


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


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_picture_gives_the_same_bytes(tmp_path, ending):
    for name in ("a", "b"):
        io.write(tmp_path / f"{name}.{ending}", crafted.photo(), metadata=RECORD)
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


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


def test_write_checks_the_path(tmp_path):
    with pytest.raises(OutputError, match=r"'\.pgn' is unknown"):
        io.write(tmp_path / "a.pgn", crafted.photo())
