"""The file that the download button gives: the picture in another format, or with 16 bits a channel."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from impasto.errors import PictureError
from impasto.images import io
from impasto.studio.session import Entry

FORMATS = {
    "PNG": (".png", 8),
    "PNG, 16 bits": (".png", 16),
    "JPEG": (".jpg", 8),
    "WebP": (".webp", 8),
    "TIFF, 16 bits": (".tiff", 16),
}
"""What a visitor chooses -> ending and bits a channel; the first is what was written when the run ended."""


def in_format(entry: Entry, choice: str) -> Path:
    """The file of a result in a format; made when it is first asked for, with the record inside.

    Args:
        entry: the result.
        choice: in ``FORMATS``.
    Raises:
        PictureError: 16 bits are asked for, and are no longer kept.
        OutputError: the file cannot be written.
    """
    suffix, bits = FORMATS[choice]
    name = f"{entry.picture.stem}{'-16-bits' if bits == 16 else ''}{suffix}"
    path = entry.picture.with_name(name)
    if not path.exists():
        pixels = _fine_pixels(entry) if bits == 16 else io.read(entry.picture).pixels
        io.write(path, pixels, metadata={"impasto": json.dumps(entry.record)}, bits=bits)
    return path


def _fine_pixels(entry: Entry) -> Tensor:
    """(1, 3, H, W), float32 in [0, 1], in steps of 1 / 65535."""
    if not entry.fine_pixels.exists():
        raise PictureError(
            "16 bits are kept of the last paintings only",
            got=entry.caption,
            attempt="paint it again: its settings and pictures give the same pixels",
        )
    levels = np.load(entry.fine_pixels, allow_pickle=False)
    return torch.from_numpy(levels.astype(np.float32) / np.float32(65535))
