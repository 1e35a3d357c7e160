"""Where frames go that are painted while they are seen: a pipe of raw video, or a file."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from impasto.errors import OutputError
from impasto.images.atomic_write import check_path
from impasto.video.optional_imports import load
from impasto.video.writing import CONTAINERS, Bytes

BT601 = 6
"""Number of the matrix in ITU-T H.273; the same of its primaries and curve."""

MILLISECOND = Fraction(1, 1000)


class LiveOutput(Protocol):
    """Takes frames."""

    def write(self, pixels: Bytes, time_s: float) -> None:
        """Take a frame, (H, W, 3), and the seconds since the first."""
        ...

    def close(self) -> None:
        """No more frames will come."""
        ...


class RawPipe:
    """YUV4MPEG2 on a stream, which ffplay, mpv and ffmpeg read: ``impasto live ... -o - | ffplay -``.

    Args:
        stream: of bytes.
        size: width and height, px, both even.
        rate: frames a second, as it is told to the reader.

    Source: the format as mjpegtools' yuv4mpeg(5) describes it.
    """

    def __init__(self, stream: BinaryIO, size: tuple[int, int], rate: Fraction) -> None:
        self.stream = stream
        head = f"YUV4MPEG2 W{size[0]} H{size[1]} F{rate.numerator}:{rate.denominator} Ip A1:1 C420jpeg\n"
        self.stream.write(head.encode())

    def write(self, pixels: Bytes, time_s: float) -> None:
        """As ``LiveOutput.write``: BT.601, limited range, 4:2:0, as the format is read by default."""
        cv2 = load("cv2")
        self.stream.write(b"FRAME\n")
        self.stream.write(cv2.cvtColor(pixels, cv2.COLOR_RGB2YUV_I420).tobytes())
        self.stream.flush()

    def close(self) -> None:
        """As ``LiveOutput.close``."""
        self.stream.flush()


class RecordedFile:
    """A video file that is written as the frames come.

    Args:
        path: .mp4, .mov or .mkv.
        size: width and height, px, both even.
        rate: frames a second, for the encoder's estimate.
    Raises:
        OutputError: it cannot be written there.
    """

    def __init__(self, path: Path, size: tuple[int, int], rate: Fraction) -> None:
        self._last = -1
        self._container: Any = load("av").open(str(path), "w")
        options = {"preset": "ultrafast", "crf": "20"}
        self._stream = self._container.add_stream("libx264", rate=rate, options=options)
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        context = self._stream.codec_context
        context.time_base = MILLISECOND
        context.color_primaries = context.color_trc = context.colorspace = BT601
        context.color_range = 1  # limited

    def write(self, pixels: Bytes, time_s: float) -> None:
        """As ``LiveOutput.write``."""
        cv2, av = load("cv2"), load("av")
        planes = cv2.cvtColor(pixels, cv2.COLOR_RGB2YUV_I420)  # quicker than FFmpeg's own, and BT.601
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        self._last = max(self._last + 1, round(time_s / MILLISECOND))
        frame.pts, frame.time_base = self._last, MILLISECOND
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """As ``LiveOutput.close``."""
        self._container.mux(self._stream.encode(None))
        self._container.close()


def check_live_output(out: str) -> None:
    """Check, before any work is done, that frames can go there.

    Args:
        out: "-" for standard output, or a file's name.
    Raises:
        OutputError: an unknown ending, or a folder that is missing or closed; or the terminal itself.
    """
    if out != "-":
        check_path(Path(out), tuple(suffix for suffix in CONTAINERS if suffix != ".webm"))
    elif sys.stdout.isatty():
        raise OutputError(
            "raw video cannot be shown by a terminal",
            got="-o -",
            expected="a pipe",
            attempt="impasto live STYLE -o - | ffplay -",
        )


def open_live_output(out: str, size: tuple[int, int], rate: Fraction) -> LiveOutput:
    """What ``check_live_output`` has checked, open; other arguments as for the classes."""
    if out == "-":
        return RawPipe(sys.stdout.buffer, size, rate)
    return RecordedFile(Path(out), size, rate)
