"""MP4."""

from __future__ import annotations

import importlib
import sys
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from impasto.errors import OutputError
from impasto.video import io


def colors(count: int = 6, size: tuple[int, int] = (64, 48)) -> list[Image.Image]:
    return [Image.new("RGB", size, (200, 30, 40 * index)) for index in range(count)]


def read_back(path):
    av = importlib.import_module("av")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        return stream.average_rate, stream.codec_context, float(stream.duration * stream.time_base), frames


def test_frames_rate_and_colors_come_back(tmp_path):
    frames = colors()
    io.write_video(tmp_path / "a.mp4", frames, frames_per_s=12.5)
    rate, codec, seconds, found = read_back(tmp_path / "a.mp4")
    assert rate == Fraction(25, 2)
    assert seconds == pytest.approx(6 / 12.5)
    assert (codec.name, codec.pix_fmt, codec.width, codec.height) == ("h264", "yuv420p", 64, 48)
    assert codec.colorspace == 1  # BT.709
    assert len(found) == 6
    for shown, frame in zip(found, frames, strict=True):
        assert np.abs(shown.astype(int) - np.asarray(frame)).mean() < 4
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize(("size", "expected"), [((65, 33), (64, 32)), ((1, 1), (2, 2)), ((1, 9), (2, 8))])
def test_sides_become_even(tmp_path, size, expected):
    io.write_video(tmp_path / "a.mp4", colors(2, size))
    assert read_back(tmp_path / "a.mp4")[3][0].shape == (expected[1], expected[0], 3)


def test_frames_take_the_size_of_the_last(tmp_path):
    io.write_video(tmp_path / "a.mp4", [Image.new("L", (10, 10)), *colors(1, (32, 32))])
    assert [frame.shape for frame in read_back(tmp_path / "a.mp4")[3]] == [(32, 32, 3)] * 2


def test_index_comes_first(tmp_path):
    io.write_video(tmp_path / "a.mp4", colors())
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_without_av(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    for call in (io.check_video, lambda path: io.write_video(path, colors())):
        with pytest.raises(OutputError, match=r"needs PyAV, which is not installed") as caught:
            call(tmp_path / "a.mp4")
        assert caught.value.attempt.startswith('pip install "impasto[video]"')
    assert list(tmp_path.iterdir()) == []


def test_av_is_loaded_on_use_only():
    assert "av" not in vars(io)


def test_check(tmp_path):
    assert io.check_video(str(tmp_path / "a.mp4")) == tmp_path / "a.mp4"
    with pytest.raises(OutputError, match=r"'\.avi' is unknown\n  got .*\n  expected  \.mp4"):
        io.check_video(tmp_path / "a.avi")


def test_no_frames(tmp_path):
    with pytest.raises(OutputError, match="at least one frame"):
        io.write_video(tmp_path / "a.mp4", [])


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_impossible_rate(tmp_path, rate):
    with pytest.raises(OutputError, match=rf"frame rate is not possible\n  got +{rate} frames/s"):
        io.write_video(tmp_path / "a.mp4", colors(), frames_per_s=rate)


def test_missing_encoder_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    monkeypatch.setattr(io, "ENCODER", "no_such_encoder")
    with pytest.raises(OutputError, match=r"video could not be encoded\n(.*\n)+.*impasto\[video\]"):
        io.write_video(path, colors())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("trouble", [OSError("disk full"), KeyboardInterrupt()])
def test_failure_half_way_leaves_the_old_file(tmp_path, monkeypatch, trouble):
    def fail(*_):
        raise trouble

    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    monkeypatch.setattr(io, "_frame", fail)
    with pytest.raises(OutputError if isinstance(trouble, OSError) else KeyboardInterrupt):
        io.write_video(path, colors())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
