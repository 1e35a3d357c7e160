"""A result goes to a file object with the bytes that a file would have."""

import io as streams
import json

import numpy as np
import pytest
import torch
from PIL import Image

from impasto.errors import OutputError, SettingError
from impasto.images import io
from impasto.images.write_stream import write_stream
from impasto.result import Result

PIXELS = torch.rand(1, 3, 5, 7, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tiff", ".PNG"])
def test_the_bytes_are_those_of_a_file(tmp_path, suffix):
    buffer = streams.BytesIO()
    write_stream(buffer, PIXELS, format=suffix, metadata={"impasto": "x"})
    path = tmp_path / f"a.{suffix.strip('.').lower()}"
    io.write(path, PIXELS, metadata={"impasto": "x"})
    assert buffer.getvalue() == path.read_bytes()


def test_16_bits_and_dpi(tmp_path):
    buffer = streams.BytesIO()
    write_stream(buffer, PIXELS, format="png", metadata={}, bits=16, dpi=300)
    io.write(tmp_path / "a.png", PIXELS, bits=16, dpi=300)
    assert buffer.getvalue() == (tmp_path / "a.png").read_bytes()


def test_the_name_of_a_file_says_its_format(tmp_path):
    with (tmp_path / "a.jpg").open("wb") as file:
        write_stream(file, PIXELS, format=None, metadata={})
        assert not file.closed
    with Image.open(tmp_path / "a.jpg") as picture:
        assert picture.format == "JPEG"


def result():
    return Result(PIXELS, {}, {"impasto_format": 1, "task": "stylize"})


def test_a_result_in_memory_has_its_record_inside():
    buffer = streams.BytesIO()
    assert result().save(buffer, format="png") is None
    with Image.open(streams.BytesIO(buffer.getvalue())) as picture:
        assert json.loads(picture.text["impasto"])["task"] == "stylize"
        assert np.array_equal(picture, result().image)


class Full(streams.RawIOBase):
    def write(self, data):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("file", "options", "text"),
    [
        (streams.BytesIO(), {}, r"(?s)the format is missing.*png, jpg.*format=\"png\""),
        (streams.BytesIO(), {"format": "pngg"}, r"(?s)'.pngg' is unknown.*did you mean 'png'"),
        (streams.StringIO(), {"format": "png"}, r"(?s)open for text.*StringIO.*wb"),
        (Full(), {"format": "png"}, r"(?s)cannot be written to.*No space left"),
        (object(), {"format": "png"}, r"(?s)cannot be written there.*builtins.object.*BytesIO"),
        (streams.BytesIO(), {"format": "jpg", "bits": 16}, "no more than 8 bits"),
        (streams.BytesIO(), {"format": "webp", "dpi": 300}, "how large a picture is printed"),
        ("out.png", {"format": "png"}, "(?s)format of a path is its ending.*out.png"),
    ],
)
def test_what_cannot_be_written(file, options, text):
    with pytest.raises(OutputError, match=text):
        result().save(file, **options)


def test_a_closed_buffer_and_wrong_bits():
    closed = streams.BytesIO()
    closed.close()
    with pytest.raises(OutputError, match=r"(?s)cannot be written to.*closed file"):
        result().save(closed, format="png")
    with pytest.raises(SettingError, match="bits must be 8 or 16"):
        result().save(streams.BytesIO(), format="png", bits=12)


def test_a_picture_that_is_too_long():
    long = Result(torch.zeros(1, 3, 1, 20_000), {}, {})
    with pytest.raises(OutputError, match="too long for WEBP"):
        long.save(streams.BytesIO(), format="webp")
