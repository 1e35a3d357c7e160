"""Frames that are painted while they are seen."""

import io
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from impasto.cli import app
from impasto.errors import OutputError, VideoError
from impasto.fast.restyle import Region, restyle
from impasto.images import io as pictures
from impasto.settings.live import LiveSettings
from impasto.video.camera import Camera
from impasto.video.frame_colors import to_bytes
from impasto.video.live import FlowBefore, ahead, even_fit, painted_frames, seen_frames
from impasto.video.live_output import RawPipe, check_live_output
from impasto.video.live_painter import LivePainter
from impasto.video.reading import open_clip
from tests.video.scenes import moving_square, tensor, write_clip


def test_the_first_frame_is_one_pass_of_the_network(painting):
    """Without its maps of colours a live frame is ``restyle``'s."""
    painter = LivePainter(Path(painting), LiveSettings())
    frame = tensor(moving_square(1)[0]) / 255
    style = painter.painter
    expected = restyle(style.network, frame, [Region(style.style, 1.0)])
    painter._palette = None
    torch.testing.assert_close(painter(frame), expected, atol=2e-5, rtol=0)


def test_colours_of_a_live_frame_are_the_palette_s(painting):
    painter = LivePainter(Path(painting), LiveSettings())
    painted = painter(tensor(moving_square(1)[0]) / 255)
    palette = pictures.read(painting).pixels
    assert np.abs((painted.mean((0, 2, 3)) - palette.mean((0, 2, 3))).numpy()).max() < 0.08


def test_live_frames_flicker_less_when_steady():
    ground = moving_square(1)[0]
    frames = [(ground, k / 25) for k in range(6)]
    flickering = iter([0.0, 0.2, 0.0, 0.2, 0.0, 0.2])

    def paint(frame):
        return (0.7 * frame + next(flickering)).clamp(0, 1)

    settings = LiveSettings(steady=0.9)
    seen = seen_frames(iter(frames), (64, 96), settings)
    shown = [one.pixels.astype(float) for one in painted_frames(seen, paint, (128, 192), steady=0.9)]
    assert shown[0].shape == (128, 192, 3)
    assert np.abs(shown[-1] - shown[-2]).mean() < 0.1 * 0.2 * 255


def test_flow_before_finds_a_shift():
    random = np.random.default_rng(1)
    small = random.integers(0, 255, (20, 24, 3)).astype(np.uint8)
    picture = np.kron(small, np.ones((4, 4, 1), np.uint8))
    flow = FlowBefore("fast")
    assert flow(picture) is None
    motion = flow(np.roll(picture, 2, 1))
    inner = motion.flow[20:-20, 20:-20]
    assert abs(np.median(inner[..., 0]) + 2) < 0.3 and abs(np.median(inner[..., 1])) < 0.3


def test_ahead_keeps_order_and_raises_the_error():
    assert list(ahead(iter(range(1, 8)))) == list(range(1, 8))

    def broken():
        yield 1
        raise VideoError("the camera gives no picture")

    items = ahead(broken())
    assert next(items) == 1
    with pytest.raises(VideoError, match="the camera gives no picture"):
        next(items)


def test_raw_pipe_by_hand():
    stream = io.BytesIO()
    pipe = RawPipe(stream, (4, 2), Fraction(30))
    pipe.write(np.full((2, 4, 3), 255, np.uint8), 0.0)
    pipe.close()
    head, _, rest = stream.getvalue().partition(b"\n")
    assert head == b"YUV4MPEG2 W4 H2 F30:1 Ip A1:1 C420jpeg"
    assert rest == b"FRAME\n" + bytes([235] * 8 + [128] * 4)


def test_even_sizes():
    assert even_fit(361, 640, 640) == (360, 640) and even_fit(2000, 1000, 101) == (100, 50)


@pytest.mark.slow
def test_a_video_live_to_a_file_and_to_a_pipe(tmp_path, painting):
    path = write_clip(tmp_path / "in.mp4", moving_square(5), rate=Fraction(10))
    words = ["live", painting, "--video", path, "-o", tmp_path / "out.mp4", "--preview", tmp_path / "now.png"]
    answer = CliRunner().invoke(app, [str(word) for word in words])
    assert answer.exit_code == 0, answer.output
    assert "5 frames" in answer.stderr and (tmp_path / "now.png").exists()
    frames = list(open_clip(tmp_path / "out.mp4").frames())
    assert [round(float(f.pts * open_clip(tmp_path / "out.mp4").info.time_base), 2) for f in frames] == [
        0, 0.1, 0.2, 0.3, 0.4]  # fmt: skip
    assert np.abs(to_bytes(frames[0].pixels).astype(int) - moving_square(1)[0]).mean() > 5
    command = [sys.executable, "-m", "impasto", "live", str(painting), "--video", str(path), "-o", "-"]
    run = subprocess.run([*command, "--seconds", "0.25"], capture_output=True, check=True)
    assert run.stdout.startswith(b"YUV4MPEG2 W64 H48 F10:1 ") and run.stdout.count(b"FRAME\n") == 3


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "a style is needed, and where the frames go"),
        (["STYLE"], "neither -o nor --preview"),
        (["STYLE", "--camera", "97", "-o", "out.mp4"], "there is no such camera"),
        (["STYLE", "--camera", "0", "--video", "a.mp4", "-o", "out.mp4"], "the frames come from one place"),
        (["STYLE", "--video", "no.mp4", "-o", "out.mp4"], "the video is missing"),
        (["STYLE", "--video", "no.mp4", "-o", "out.gif"], "out.gif"),
    ],
)
def test_what_is_refused(tmp_path, painting, monkeypatch, words, text):
    monkeypatch.chdir(tmp_path)
    given = [str(painting) if word == "STYLE" else word for word in words]
    answer = CliRunner().invoke(app, ["live", *given])
    assert answer.exit_code == 2 and text in answer.stderr and not list(tmp_path.glob("out*"))


def test_a_terminal_is_no_place_for_raw_video(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(OutputError, match="raw video cannot be shown by a terminal"):
        check_live_output("-")


def test_a_camera_that_goes_away():
    camera = Camera.__new__(Camera)
    camera.number = 3

    class Gone:
        def grab(self):
            return False

        def read(self):
            return False, None

    camera._capture = Gone()
    with pytest.raises(VideoError, match="the camera gives no picture"):
        next(camera.frames())
