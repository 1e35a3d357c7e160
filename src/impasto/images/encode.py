"""Encode pixels as picture files: the formats, their options and their limits."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image
from torch import Tensor

from impasto.checks import expect
from impasto.errors import OutputError, SettingError
from impasto.images import metadata as picture_metadata
from impasto.images import sixteen_bit
from impasto.images.atomic_write import check_path
from impasto.images.icc import srgb_profile
from impasto.images.iso_media import check_writer, write_heic
from impasto.images.strips import level_strips

SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    ".png": {"format": "PNG", "optimize": False},
    ".jpg": {"format": "JPEG", "quality": 95, "subsampling": "4:4:4", "optimize": True},
    ".jpeg": {"format": "JPEG", "quality": 95, "subsampling": "4:4:4", "optimize": True},
    ".webp": {"format": "WEBP", "quality": 95, "method": 4},
    ".tif": {"format": "TIFF", "compression": "tiff_adobe_deflate"},
    ".tiff": {"format": "TIFF", "compression": "tiff_adobe_deflate"},
    ".avif": {"format": "AVIF", "quality": 90, "subsampling": "4:4:4", "speed": 6, "max_threads": 1},
    ".heic": {"format": "HEIC", "quality": 95},
    ".heif": {"format": "HEIC", "quality": 95},
}
"""Options by ending, of Pillow and, for HEIC, of pillow-heif."""

FORMATS = tuple(SAVE_OPTIONS)
"""Endings that pictures can be written with."""

MAX_SIDE_PX = {"JPEG": 65_500, "WEBP": 16_383, "AVIF": 32_768, "HEIC": 16_384}
"""Longest sides: libjpeg's JPEG_MAX_DIMENSION; the WebP container; libavif's and libheif's limits."""

WITHOUT_DPI = ("WEBP", "AVIF", "HEIC")
"""Formats that do not say how large a picture is printed."""

WITHOUT_ALPHA = ("JPEG",)
"""Formats that are always opaque."""

WRITERS_16_BIT = {
    ".png": sixteen_bit.write_png,
    ".tif": sixteen_bit.write_tiff,
    ".tiff": sixteen_bit.write_tiff,
}
"""Writers of 16 bits a channel by ending."""

MAX_DPI = 65_535
"""Largest resolution: JPEG has 16 bits for it."""


def to_pil(image: Tensor) -> Image.Image:
    """Convert a tensor to a picture of 8 bits, rounded to the nearest level.

    Args:
        image: (1, 3, H, W), or (1, 4, H, W) with its opacity; float, sRGB; values outside [0, 1] are clamped.
    Returns:
        RGB, or RGBA.
    Raises:
        ShapeError: another shape.
    """
    with_alpha = image.ndim == 4 and image.shape[1] == 4
    expect(image, "1 4 h w" if with_alpha else "1 3 h w", name="image")
    picture = Image.new("RGBA" if with_alpha else "RGB", (image.shape[3], image.shape[2]))
    for rows, levels in level_strips(image, bits=8):
        picture.paste(Image.fromarray(levels), (0, rows.start))
    return picture


def check_output(
    path: str | os.PathLike[str], *, bits: int = 8, dpi: int | None = None, alpha: bool = False
) -> Path:
    """Check, before any work is done, that a picture can be written to ``path``.

    Args:
        path: the file; it need not exist.
        bits: a channel, 8 or 16.
        dpi: pixels an inch, to be stored in the file.
        alpha: whether the picture is transparent in places.
    Raises:
        OutputError: an unknown ending, a folder, a folder that is missing or may not be written to, or a
            format that cannot hold the bits, the dpi or the transparency, or needs a package that is missing.
        SettingError: ``bits`` is not 8 or 16, or ``dpi`` is out of range.
    """
    path = check_path(path, FORMATS)
    check_format(path, bits=bits, dpi=dpi, alpha=alpha)
    return path


def check_format(path: Path, *, bits: int, dpi: int | None, alpha: bool = False) -> None:
    """Check that the format of a file's ending holds the bits, the dpi and the transparency.

    Args:
        path: ends in one of ``FORMATS``.
        bits: a channel, 8 or 16.
        dpi: pixels an inch, to be stored in the file.
        alpha: whether the picture is transparent in places.
    Raises:
        OutputError: it does not, or needs a package that is missing.
        SettingError: ``bits`` is not 8 or 16, or ``dpi`` is out of range.
    """
    suffix = path.suffix.lower()
    kind = SAVE_OPTIONS[suffix]["format"]
    check_writer(kind)
    if alpha and kind in WITHOUT_ALPHA:
        raise OutputError(
            f"{kind} holds no transparency",
            got=str(path),
            expected=", ".join(e for e in FORMATS if SAVE_OPTIONS[e]["format"] not in WITHOUT_ALPHA),
            attempt=f"{path.with_suffix('.png')}, or leave --keep-alpha out",
        )
    if bits not in (8, 16):
        raise SettingError(
            "bits must be 8 or 16", got=str(bits), expected="bits a channel", attempt="16 for print, else 8"
        )
    if bits == 16 and suffix not in WRITERS_16_BIT:
        raise OutputError(
            f"{kind} holds no more than 8 bits a channel",
            got=f"16 bits for {path}",
            expected=", ".join(WRITERS_16_BIT),
            attempt=f"{path.with_suffix('.tiff')}, or 8 bits",
        )
    if dpi is None:
        return
    if not 1 <= dpi <= MAX_DPI:
        raise SettingError(
            "dpi is out of range",
            got=str(dpi),
            expected=f"1 to {MAX_DPI} pixels an inch",
            attempt="300 for a print that is held in the hand",
        )
    if kind in WITHOUT_DPI:
        raise OutputError(
            f"{kind} does not say how large a picture is printed",
            got=f"{dpi} dpi for {path}",
            expected=", ".join(e for e in FORMATS if SAVE_OPTIONS[e]["format"] not in WITHOUT_DPI),
            attempt=f"{path.with_suffix('.jpg')}, or leave dpi out",
        )


def check_length(path: Path, width: int, height: int) -> None:
    """Check that a format can hold a picture that long.

    Raises:
        OutputError: a side is too long.
    """
    kind = SAVE_OPTIONS[path.suffix.lower()]["format"]
    longest = MAX_SIDE_PX.get(kind)
    if longest is not None and max(width, height) > longest:
        raise OutputError(
            f"picture is too long for {kind}",
            got=f"{width} x {height} px for {path}",
            expected=f"at most {longest} px a side",
            attempt=str(path.with_suffix(".png")),
        )


def encode(
    file: BinaryIO, picture: Image.Image, suffix: str, *, metadata: Mapping[str, str], dpi: int | None
) -> None:
    """Write 8 bits a channel.

    Args:
        file: open for writing.
        picture: RGB, or RGBA where the format holds transparency.
        suffix: an ending of ``FORMATS``.
        metadata: text to be stored in the file.
        dpi: pixels an inch, to be stored in the file.
    """
    extra = picture_metadata.save_options(suffix, metadata)
    if dpi is not None:
        extra["dpi"] = (dpi, dpi)
    options = {**SAVE_OPTIONS[suffix], **extra, "icc_profile": srgb_profile()}
    kind = options.pop("format")
    if kind == "HEIC":
        write_heic(file, picture, options=options)
    else:
        picture.save(file, format=kind, **options)
