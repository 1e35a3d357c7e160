"""Colour bars come back within 3 of 255, whatever matrix and range the file has."""

import numpy as np
import pytest

from impasto.video.frame_colors import BT601, BT709, FULL, LIMITED, matrix_of, range_of, to_bytes
from impasto.video.joining import join
from impasto.video.reading import open_clip
from impasto.video.writing import encoding_of, write_part
from tests.video.scenes import write_clip

BARS = np.array(
    [[255, 255, 255], [191, 191, 0], [0, 191, 191], [0, 191, 0], [191, 0, 191], [191, 0, 0], [0, 0, 191],
     [16, 16, 16]], np.uint8,
)  # fmt: skip


def middles(pixels):
    return np.array([pixels[20:28, 16 * k + 6 : 16 * k + 10].mean((0, 1)) for k in range(len(BARS))])


@pytest.mark.parametrize(
    ("matrix", "full", "tags"),
    [(BT709, LIMITED, (1, 1)), (BT601, LIMITED, (5, 1)), (BT601, FULL, (5, 2)), (BT709, FULL, (1, 2)),
     (BT601, LIMITED, (2, 0)), (9, LIMITED, (9, 1))],
)  # fmt: skip
def test_bars_come_back(tmp_path, matrix, full, tags):
    frames = [np.repeat(BARS, 16, 0)[None].repeat(48, 0)] * 3
    path = write_clip(tmp_path / "a.mp4", frames, matrix=matrix, full=full, tags=tags)
    clip = open_clip(path)
    read = list(clip.frames())
    assert np.abs(middles(to_bytes(read[0].pixels)) - BARS).max() <= 3
    pairs = [(to_bytes(frame.pixels), frame.pts) for frame in read]
    encoding = encoding_of(tmp_path / "b.mp4")
    part = tmp_path / "p.nut"
    write_part(part, pairs, time_base=clip.info.time_base, rate=clip.info.rate, encoding=encoding)
    join(tmp_path / "b.mp4", [part], info=clip.info)
    again = next(iter(open_clip(tmp_path / "b.mp4").frames()))
    assert np.abs(middles(to_bytes(again.pixels)) - BARS).max() <= 3
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "b.mp4")) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.colorspace, codec.color_range) == (1, 1)  # BT.709, limited


def test_untagged_frames_are_told_by_their_height():
    assert matrix_of(2, 576) == BT601 and matrix_of(2, 720) == BT709 and matrix_of(1, 100) == BT709
    assert range_of(0, "yuvj420p") == FULL and range_of(0, "yuv420p") == LIMITED
