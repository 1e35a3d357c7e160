"""What each format can hold, and what a large picture costs."""

from __future__ import annotations

import io as streams
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.errors import OutputError, SettingError
from impasto.images import io

from . import crafted


@pytest.mark.parametrize(
    ("ending", "kind"), [("jpg", "JPEG"), ("jpeg", "JPEG"), ("webp", "WEBP"), ("WebP", "WEBP")]
)
def test_formats_of_eight_bits_say_so(tmp_path, ending, kind):
    with pytest.raises(OutputError, match=f"{kind} holds no more than 8 bits a channel") as caught:
        io.check_output(tmp_path / f"a.{ending}", bits=16)
    assert caught.value.got == f"16 bits for {tmp_path / f'a.{ending}'}"
    assert caught.value.expected == ".png, .tif, .tiff"
    assert caught.value.attempt == f"{tmp_path / 'a.tiff'}, or 8 bits"
    with pytest.raises(OutputError, match="8 bits"):
        io.write(tmp_path / f"a.{ending}", torch.zeros(1, 3, 2, 2), bits=16)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("bits", [0, 10, 32])
def test_bits_are_8_or_16(tmp_path, bits):
    with pytest.raises(SettingError, match=rf"bits must be 8 or 16\n  got +{bits}\n"):
        io.check_output(tmp_path / "a.png", bits=bits)


@pytest.mark.parametrize("dpi", [0, -72, 65_536])
def test_dpi_out_of_range(tmp_path, dpi):
    with pytest.raises(SettingError, match=rf"dpi is out of range\n  got +{dpi}\n  expected  1 to 65535"):
        io.check_output(tmp_path / "a.png", dpi=dpi)


def test_webp_has_no_resolution(tmp_path):
    with pytest.raises(OutputError, match="does not say how large a picture is printed") as caught:
        io.check_output(tmp_path / "a.webp", dpi=300)
    assert caught.value.got.startswith("300 dpi for ") and ".webp" not in caught.value.expected
    assert caught.value.attempt == f"{tmp_path / 'a.jpg'}, or leave dpi out"


@pytest.mark.parametrize("metadata", [None, {"impasto": "{}"}])
@pytest.mark.parametrize("ending", ["png", "jpg", "jpeg", "tif", "tiff"])
def test_dpi_is_in_the_file(tmp_path, ending, metadata):
    path = tmp_path / f"a.{ending}"
    io.write(path, crafted.photo(), metadata=metadata, dpi=240)
    with Image.open(path) as opened:
        assert [round(float(value)) for value in opened.info["dpi"]] == [240, 240]
    assert io.read_metadata(path) == (metadata or {})


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tiff"])
def test_a_tensor_is_written_like_its_picture(tmp_path, ending):
    image = torch.rand(1, 3, 9, 11, generator=torch.Generator().manual_seed(0))
    io.write(tmp_path / f"a.{ending}", image)
    io.write(tmp_path / f"b.{ending}", io.to_pil(image))
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss has another unit elsewhere")
def test_large_pictures_are_not_held_several_times(tmp_path):
    """Peak memory above the start, in pictures of float32; measured at 4096 px it was 1.5 and 0.5."""
    levels = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    Image.fromarray(np.tile(levels, (8, 8, 1))).save(tmp_path / "a.png", compress_level=1)
    code = """
import resource, sys
import numpy as np
from impasto.images import io
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / (2048 * 2048 * 3 * 4)
io.read(np.zeros((8, 8, 3), np.uint8))
start = peak()
pixels = io.read(sys.argv[1]).pixels
read = peak()
io.write(sys.argv[2], pixels, bits=16)
io.write(sys.argv[2], pixels)
print(read - start, peak() - start - 1)
"""
    arguments = [sys.executable, "-c", code, tmp_path / "a.png", tmp_path / "b.png"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=120)
    reading, writing = map(float, done.stdout.split())
    assert reading < 2.2 and writing < 1.2


@pytest.mark.parametrize(("ending", "side"), [("webp", 16_384), ("jpg", 65_501)])
def test_picture_too_long_for_the_format(tmp_path, ending, side):
    with pytest.raises(OutputError, match=r"picture is too long for (WEBP|JPEG)") as caught:
        io.write(tmp_path / f"a.{ending}", Image.new("RGB", (1, side)))
    assert caught.value.got.startswith(f"1 x {side} px")
    assert caught.value.expected == f"at most {side - 1} px a side"
    assert caught.value.attempt == str(tmp_path / "a.png")
    io.write(tmp_path / f"a.{ending}", Image.new("RGB", (1, side - 1)))


def test_jpeg_is_full_chroma_quality_95(tmp_path):
    io.write(tmp_path / "a.jpg", crafted.photo())
    with Image.open(tmp_path / "a.jpg") as opened:
        assert [component[1:3] for component in opened.layer] == [(1, 1)] * 3
        reference = Image.open(streams.BytesIO(crafted.encoded(crafted.photo(), "JPEG", quality=95)))
        assert opened.quantization == reference.quantization


def test_tiff_is_compressed(tmp_path):
    io.write(tmp_path / "a.tif", Image.new("RGB", (300, 300)))
    assert (tmp_path / "a.tif").stat().st_size < 10_000
