"""Files and pictures made by hand for the tests of this room."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import torch
from PIL import Image

from impasto.images.color_names import color_of
from impasto.images.masks import Regions


def photo(height: int = 24, width: int = 36) -> Image.Image:
    """A picture without any symmetry."""
    y, x = np.mgrid[0:height, 0:width]
    red = x * 255 // max(1, width - 1)
    green = y * 255 // max(1, height - 1)
    return Image.fromarray(np.stack([red, green, (red * 2 + green * 5) % 256], axis=2).astype(np.uint8))


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def png_chunk(tag: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))


def png(values: np.ndarray, color_type: int, *, bits: int = 16, extra: bytes = b"") -> bytes:
    """A PNG of (H, W) or (H, W, C) numbers; colour type 0 grey, 2 RGB, 4 grey and alpha, 6 RGB and alpha."""
    rows = b"".join(b"\0" + row.astype(">u2" if bits == 16 else "u1").tobytes() for row in values)
    height, width = values.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + extra
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def png_that_claims(width: int, height: int) -> bytes:
    """A small file whose header claims any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + png_chunk(b"IEND", b"")
    )


def _fixed(number: float) -> bytes:
    return struct.pack(">i", round(number * 65536))


def rgb_profile(name: str = "Adobe RGB (1998)", gamma: float = 563 / 256) -> bytes:
    """An ICC profile with Adobe RGB's primaries (adapted to D50) and a gamma.

    Source: Adobe RGB (1998) colour image encoding, annex A.
    """
    title = name.encode() + b"\0"
    curve = b"curv" + bytes(4) + struct.pack(">I", 1) + struct.pack(">H", round(gamma * 256)) + bytes(2)
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(title)) + title + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": _xyz(0.60974, 0.31111, 0.01947),
        b"gXYZ": _xyz(0.20528, 0.62567, 0.06087),
        b"bXYZ": _xyz(0.14919, 0.06322, 0.74457),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    return _profile(tags, b"RGB ")


def grey_profile(gamma: float) -> bytes:
    curve = b"curv" + bytes(4) + struct.pack(">I", 1) + struct.pack(">H", round(gamma * 256)) + bytes(2)
    title = b"Grey\0"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(title)) + title + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"kTRC": curve,
    }
    return _profile(tags, b"GRAY")


def _xyz(x: float, y: float, z: float) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(x) + _fixed(y) + _fixed(z)


def _profile(tags: dict[bytes, bytes], space: bytes) -> bytes:
    start = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        data += bytes(-len(data) % 4)
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"none", 0x02100000, b"mntr", space, b"XYZ ")
    header += struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += _fixed(0.9642) + _fixed(1.0) + _fixed(0.8249)
    return header.ljust(128, b"\0") + table + body


def stripes(*colors: tuple[int, int, int], height: int = 40, width: int = 20) -> Image.Image:
    """Vertical stripes of equal width."""
    row = np.repeat(np.array(colors, np.uint8), width, axis=0)
    return Image.fromarray(np.broadcast_to(row, (height, *row.shape)).copy())


def blobs(size: int = 160) -> np.ndarray:
    """Round regions of red, green, yellow and dark red in blue, overlapping."""
    y, x = np.mgrid[0:size, 0:size] / size
    picture = np.full((size, size, 3), (0, 0, 255), np.uint8)
    for (cy, cx), radius, color in [
        ((0.3, 0.3), 0.25, (255, 0, 0)),
        ((0.3, 0.5), 0.12, (150, 0, 0)),
        ((0.7, 0.7), 0.2, (0, 255, 0)),
        ((0.75, 0.2), 0.15, (255, 255, 0)),
    ]:
        picture[(y - cy) ** 2 + (x - cx) ** 2 < radius**2] = color
    return picture


def as_jpeg(picture: Image.Image, quality: int, subsampling: int) -> Image.Image:
    """What is left of a picture after JPEG."""
    data = encoded(picture, "JPEG", quality=quality, subsampling=subsampling)
    return Image.open(io.BytesIO(data))


def labels_picture(regions: Regions) -> torch.Tensor:
    """Regions in their colours, (1, 3, H, W) in [0, 1]; where they overlap, their colours mix."""
    colors = torch.tensor([color_of(name) for name in regions.names], dtype=torch.float32) / 255  # (R, 3)
    return torch.einsum("nrhw,rc->nchw", regions.guides, colors)
