"""Read and write optical flow as .flo, the format of the Middlebury benchmark."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from impasto.errors import VideoError
from impasto.images.atomic_write import atomic_write
from impasto.video.warp import Flow

TAG = 202021.25
"""First number of the file; its bytes are the letters PIEH."""


def read_flow(path: Path, size: tuple[int, int] | None = None) -> Flow:
    """Read a .flo file: tag, width, height, then u and v of each pixel, row by row.

    Args:
        path: the file.
        size: (height, width) that is needed, px; None: any.
    Returns:
        (H, W, 2), px.
    Raises:
        VideoError: it is missing, no .flo file, cut off, or of another size.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VideoError("the flow is missing", got=f"{path}: {error.strerror}") from error
    if len(data) < 12 or np.frombuffer(data[:4], "<f4")[0] != TAG:
        raise VideoError("the file is no flow", got=str(path), expected="a .flo file")
    width, height = (int(side) for side in np.frombuffer(data[4:12], "<i4"))
    numbers = np.frombuffer(data[12 : 12 + 4 * (len(data) // 4 - 3)], "<f4")
    if width < 1 or height < 1 or numbers.size < 2 * width * height:
        raise VideoError(
            "the flow is cut off", got=f"{path}: {numbers.size} numbers", expected=f"2 x {width} x {height}"
        )
    if size is not None and (height, width) != size:
        raise VideoError(
            "the flow has another size than the frames",
            got=f"{path}: {width} x {height} px",
            expected=f"{size[1]} x {size[0]} px",
            attempt="another --size, or flow files of this size",
        )
    return numbers[: 2 * width * height].reshape(height, width, 2).astype(np.float32)


def write_flow(path: Path, flow: Flow) -> None:
    """Write a .flo file.

    Args:
        path: the file.
        flow: (H, W, 2), px.
    Raises:
        OutputError: it cannot be written.
    """
    height, width = flow.shape[:2]
    head = np.array([TAG], "<f4").tobytes() + np.array([width, height], "<i4").tobytes()
    with atomic_write(path) as temporary:
        temporary.write_bytes(head + flow.astype("<f4").tobytes())
