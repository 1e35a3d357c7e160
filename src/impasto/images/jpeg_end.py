"""JPEG files whose last bytes are missing: whether all pixels are there nevertheless."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, JpegImagePlugin

END = b"\xff\xd9"
"""The end marker."""

FILLERS = (b"", b"\x55" * 256, b"\xaa" * 256)
"""What takes the place of the missing bytes; where pixels depend on it, they are missing."""

FILLING_ZEROS = 16
"""Zeros at the end of a file from which on they are no part of the picture."""

BLOCK_PX = 16
"""Side of the largest block in which a JPEG is stored."""

MAX_MISSING = 0.01
"""Share of the pixels that may be missing: a few blocks in a corner. Chosen by eye."""


def complete(data: bytes) -> tuple[Image.Image, str]:
    """Decode a JPEG that ends before its end marker.

    The file is decoded with several ends. A pixel that is the same in all of them came from the file.

    Returns:
        The picture, loaded, and a note.
    Raises:
        OSError: more than ``MAX_MISSING`` of the pixels are not there, or it cannot be decoded at all.
    """
    whole = data[: _scan_end(data)]
    pictures = [_decode(whole + filler + END) for filler in FILLERS]
    missing = _share_after_difference([np.asarray(picture) for picture in pictures])
    if missing > MAX_MISSING:
        raise OSError(f"about {missing:.0%} of the pixels are missing")
    if missing > 0:
        return pictures[
            0
        ], f"the file is cut short: the last {max(missing, 1e-3):.1%} of the pixels are missing"
    return pictures[0], "the file lacks its end marker; no pixel is missing"


def _scan_end(data: bytes) -> int:
    """Where the data ends without a cut marker and without zeros that fill the file."""
    end = len(data.rstrip(b"\0"))
    if len(data) - end < FILLING_ZEROS:
        end = len(data)
    return end - 1 if data[:end].endswith(b"\xff") else end


def _decode(data: bytes) -> Image.Image:
    picture = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    picture.load()
    return picture


def _share_after_difference(pictures: list[npt.NDArray[Any]]) -> float:
    """Share of the pixels from the first block on, row by row, that is not the same in all pictures."""
    height, width = pictures[0].shape[:2]
    differs = np.zeros((height, width), dtype=bool)
    for other in pictures[1:]:
        difference = other != pictures[0]
        differs |= difference.any(axis=2) if difference.ndim == 3 else difference
    if not differs.any():
        return 0.0
    # Where colour is stored at half the size, a block changes one row above it.
    top = (int(differs.any(axis=1).argmax()) + 1) // BLOCK_PX * BLOCK_PX
    band = differs[top : top + BLOCK_PX]
    left = int(band.any(axis=0).argmax())
    present = top * width + len(band) * left
    return float(1 - present / (height * width))
