"""Frames of a camera."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from typing import Any

from impasto.errors import VideoError
from impasto.video.optional_imports import load
from impasto.video.writing import Bytes

WAITED_S = 0.004
"""A frame that comes sooner was waiting in the driver."""

MOST_OLD = 5
"""Frames that a driver keeps, at most."""


class Camera:
    """A camera that is open. Frames that nobody fetched in time are skipped.

    Args:
        number: of the camera, from 0.
        size: width and height that are asked of it, px; it may give others.
    Raises:
        VideoError: there is no such camera, or it gives no picture.
    """

    def __init__(self, number: int, size: tuple[int, int]) -> None:
        cv2, self.number = load("cv2"), number
        self._capture: Any = None if _is_missing(number) else cv2.VideoCapture(number)
        if self._capture is None or not self._capture.isOpened():
            raise VideoError(
                "there is no such camera",
                got=f"--camera {number}",
                expected="the number of a camera that is connected and not in use, the first is 0",
                attempt="another number, or --video FILE",
            )
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])

    def frames(self) -> Iterator[tuple[Bytes, float]]:
        """Its frames, (H, W, 3), and the seconds since the first, until the reader stops.

        Raises:
            VideoError: it gives no picture.
        """
        cv2, first = load("cv2"), None
        while True:
            self._skip_old()
            there, frame = self._capture.read()
            if not there:
                raise VideoError("the camera gives no picture", got=f"--camera {self.number}")
            now = time.monotonic()
            first = now if first is None else first
            yield cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), now - first

    def _skip_old(self) -> None:
        """Let frames pass that have waited: one that must be waited for is new."""
        for _ in range(MOST_OLD):
            begin = time.monotonic()
            if not self._capture.grab() or time.monotonic() - begin > WAITED_S:
                return

    def close(self) -> None:
        """Give it back."""
        self._capture.release()


def _is_missing(number: int) -> bool:
    """Whether it is known without asking OpenCV, which prints warnings of its own."""
    return sys.platform == "linux" and not os.path.exists(f"/dev/video{number}")  # noqa: PTH110 - a device
