"""A picture may come as a tensor, bytes, a file object, a path or an array: the pixels are the same."""

import io as streams
import tempfile

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.errors import PictureError
from impasto.images import io
from tests.conftest import drawn


@pytest.fixture
def png(tmp_path):
    path = tmp_path / "picture.png"
    Image.fromarray(drawn(0)).save(path)
    return path


def test_every_form_gives_the_same_pixels(png):
    levels = drawn(0)
    expected = io.read(png).pixels
    tensor = torch.from_numpy(levels).movedim(-1, 0)  # (3, H, W) uint8
    data = png.read_bytes()
    forms = {
        "text": str(png),
        "Pillow": Image.open(png),
        "array": levels,
        "float array": levels.astype(np.float32) / np.float32(255),
        "tensor": tensor,
        "batch of one": tensor[None] / 255,
        "with gradient": (tensor / 255).requires_grad_(),
        "bytes": data,
        "bytearray": bytearray(data),
        "memoryview": memoryview(data),
        "buffer": streams.BytesIO(data),
        "picture": io.read(png),
    }
    for name, form in forms.items():
        assert torch.equal(io.read(form).pixels, expected), name
    with png.open("rb") as file:
        assert torch.equal(io.read(file).pixels, expected)
        assert file.tell() == 0  # it may be read again
    with tempfile.SpooledTemporaryFile() as upload:  # as a web framework gives it
        upload.write(data)
        upload.seek(0)
        assert torch.equal(io.read(upload).pixels, expected)


def test_bytes_have_the_hash_of_the_file(png):
    assert io.read(png.read_bytes()).sha256 == io.read(png).sha256
    assert io.read(png.read_bytes()).path is None


def test_grey_and_half_precision_tensors():
    grey = torch.rand(5, 7)
    assert torch.equal(io.read(grey).pixels, grey.expand(1, 3, 5, 7))
    assert torch.equal(io.read(grey[None]).pixels, io.read(grey).pixels)
    half = torch.rand(3, 5, 7).bfloat16()
    assert torch.equal(io.read(half).pixels[0], half.float())


def test_a_tensor_is_not_changed():
    tensor = torch.rand(1, 3, 4, 5)
    before = tensor.clone()
    io.read(tensor).pixels.zero_()
    assert torch.equal(tensor, before)


class Unread(streams.RawIOBase):
    def read(self, size=-1):
        raise OSError("the line is cut")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (torch.zeros(2, 3, 4, 4), r"(?s)shape of a picture.*\(2, 3, 4, 4\).*tensor\[0\]"),
        (torch.zeros(5, 4, 3), r"(?s)shape of a picture.*channels come first"),
        (torch.zeros(4), r"(?s)shape of a picture.*tensor.numpy"),
        (torch.full((3, 4, 4), 2.0), "numbers outside 0 to 1"),
        (streams.StringIO("text"), r"(?s)gives no bytes.*str from StringIO.*open for bytes"),
        (Unread(), r"(?s)cannot be read.*the line is cut"),
        (b"", "picture"),
        (b"not a picture at all", "picture"),
        (object(), r"(?s)cannot be used as a picture.*builtins.object.*a file object"),
    ],
)
def test_what_is_no_picture(source, text):
    with pytest.raises(PictureError, match=text):
        io.read(source)


def test_a_closed_file(png):
    file = png.open("rb")
    file.close()
    with pytest.raises(PictureError, match=r"(?s)cannot be read.*closed file"):
        io.read(file)
