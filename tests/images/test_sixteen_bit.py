"""16 bits a channel: PNG and TIFF, out and in again."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image

from impasto.errors import OutputError, ShapeError
from impasto.images import io, sixteen_bit, strips
from impasto.images.icc import srgb_profile

from . import crafted

ENDINGS = ["png", "tif", "tiff"]
RECORD = {"impasto": json.dumps({"seed": 0, "name": "Große Welle 波"}), "Software": "impasto"}


def gradient():
    """(1, 3, 48, 64): every level from 1000 to 4071, in steps of 1/65535, and both ends of the scale."""
    levels = 1000 + torch.arange(48 * 64).reshape(48, 64)
    image = torch.stack([levels, 65535 - levels, levels * 21 % 65536]) / 65535
    image[:, 0, 0], image[:, 0, 1] = 0, 1
    return image[None]


def levels(image):
    """(H, W, 3) of uint16."""
    return np.rint(image[0].permute(1, 2, 0).numpy() * 65535).astype(np.uint16)


@pytest.fixture
def small_strips(monkeypatch):
    monkeypatch.setattr(strips, "STRIP_PIXELS", 64 * 5)  # 5 rows, and 3 in the last


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_step_of_a_gradient_comes_back(tmp_path, ending, small_strips):
    path = tmp_path / f"a.{ending}"
    image = gradient()
    before = image.clone()
    io.write(path, image, metadata=RECORD, bits=16)
    found = io.read(path)
    assert np.array_equal(levels(found.pixels), levels(image))
    assert (found.pixels - image).abs().max() < 0.5 / 65535
    assert found.notes == () and torch.equal(image, before)
    assert io.read_metadata(path) == RECORD


def test_tifffile_and_pillow_read_the_same_tiff(tmp_path, small_strips):
    path = tmp_path / "a.tiff"
    io.write(path, gradient(), bits=16)
    assert np.array_equal(tifffile.imread(path), levels(gradient()))
    with Image.open(path) as opened:  # the high bytes
        assert np.array_equal(np.asarray(opened), levels(gradient()) >> 8)
        assert opened.tag_v2[258] == (16, 16, 16)


def test_png_by_the_standard(tmp_path, small_strips):
    """Chunks, checksums and the filter, undone by hand."""
    path = tmp_path / "a.png"
    io.write(path, gradient(), metadata={"impasto": "{}"}, bits=16, dpi=300)
    data = path.read_bytes()
    chunks, place = [], 8
    while place < len(data):
        size, tag = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + size]
        assert data[place : place + 12 + size] == crafted.png_chunk(tag, body)
        chunks.append((tag, body))
        place += 12 + size
    order = list(dict.fromkeys(tag for tag, _ in chunks))
    assert order == [b"IHDR", b"iCCP", b"pHYs", b"iTXt", b"IDAT", b"IEND"]
    packed = b"".join(body for tag, body in chunks if tag == b"IDAT")
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(48, 1 + 64 * 6)
    assert set(rows[:, 0]) == {1}
    stored = np.cumsum(rows[:, 1:].reshape(48, 64, 6), axis=1, dtype=np.uint8)
    assert np.array_equal(stored.view(">u2").reshape(48, 64, 3), levels(gradient()))


@pytest.mark.parametrize("ending", ENDINGS)
def test_profile_and_resolution(tmp_path, ending):
    io.write(tmp_path / f"a.{ending}", gradient(), bits=16, dpi=300)
    io.write(tmp_path / f"b.{ending}", gradient(), bits=16)
    with Image.open(tmp_path / f"a.{ending}") as opened:
        assert opened.info["icc_profile"] == srgb_profile()
        assert [round(float(value)) for value in opened.info["dpi"]] == [300, 300]
    with Image.open(tmp_path / f"b.{ending}") as opened:
        assert "dpi" not in opened.info and io.read_metadata(tmp_path / f"b.{ending}") == {}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_picture_gives_the_same_bytes(tmp_path, ending):
    for name in ("a", "b"):
        io.write(tmp_path / f"{name}.{ending}", gradient(), metadata=RECORD, bits=16)
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1)])
@pytest.mark.parametrize("ending", ENDINGS)
def test_slivers(tmp_path, ending, shape):
    image = torch.rand(1, 3, *shape)
    io.write(tmp_path / f"a.{ending}", image, bits=16)
    assert np.array_equal(levels(io.read(tmp_path / f"a.{ending}").pixels), levels(image))


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_lies_outside_is_clamped(tmp_path, ending):
    image = torch.tensor([-1.0, 0.5, 2.0]).expand(1, 3, 2, 3).to(torch.bfloat16).requires_grad_()
    io.write(tmp_path / f"a.{ending}", image, bits=16)
    assert levels(io.read(tmp_path / f"a.{ending}").pixels)[0, :, 0].tolist() == [0, 32768, 65535]


def test_a_pillow_picture_becomes_deep_without_gaining(tmp_path):
    io.write(tmp_path / "a.png", crafted.photo(), bits=16)
    found = levels(io.read(tmp_path / "a.png").pixels)
    assert np.array_equal(found, np.asarray(crafted.photo()).astype(np.uint16) * 257)


def test_beyond_four_gigabytes_it_is_big_tiff(tmp_path, monkeypatch):
    monkeypatch.setattr(sixteen_bit, "CLASSIC_TIFF_BYTES", 100)
    path = tmp_path / "a.tif"
    io.write(path, gradient(), metadata=RECORD, bits=16)
    assert path.read_bytes()[:4] == b"II+\0"
    assert np.array_equal(levels(io.read(path).pixels), levels(gradient()))
    assert io.read_metadata(path) == RECORD


@pytest.mark.parametrize("ending", ENDINGS)
def test_failure_leaves_the_old_picture(tmp_path, monkeypatch, ending):
    path = tmp_path / f"a.{ending}"
    path.write_bytes(b"old")

    def fail():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sixteen_bit, "srgb_profile", fail)
    with pytest.raises(OutputError, match="No space left on device"):
        io.write(path, gradient(), bits=16)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_tensor_of_another_shape(tmp_path):
    for bits in (8, 16):
        with pytest.raises(ShapeError, match="image has the wrong shape"):
            io.write(tmp_path / "a.png", torch.zeros(3, 4, 4), bits=bits)
    assert list(tmp_path.iterdir()) == []
