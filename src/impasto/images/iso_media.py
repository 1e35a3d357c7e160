"""HEIC and AVIF: read and written through pillow-heif (an extra) and Pillow's own decoder."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

import PIL
from PIL import Image, ImageFile, features

from impasto.errors import OutputError, PictureError

ISO_KINDS = ("AVIF", "HEIC")

HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"MiHE")
AVIF_BRANDS = (b"avif", b"avis")
"""Brands of ISO media files. mif1 and msf1 stand for any coding, so a compatible brand decides."""

HEADER_BYTES = 2**16
"""Bytes in which the properties of a picture are looked for."""

INSTALL_HEIC = "pip install 'impasto[heic]', or save it as PNG or JPEG"
INSTALL_AVIF = "pip install --upgrade pillow (11.3 or later), or save it as PNG or JPEG"


def iso_kind(data: bytes) -> str:
    """HEIC or AVIF by the brands of an ISO media file; empty for anything else."""
    if data[4:8] != b"ftyp" or len(data) < 16:
        return ""
    (size,) = struct.unpack_from(">I", data)
    listed = data[16 : min(size, 256)]
    brands = [data[8:12], *(listed[place : place + 4] for place in range(0, len(listed), 4))]
    if any(brand in AVIF_BRANDS for brand in brands):
        return "AVIF"
    return "HEIC" if any(brand in HEIC_BRANDS for brand in brands) else ""


def open_avif(stream: io.BytesIO) -> ImageFile.ImageFile:
    """Read the header of an AVIF.

    Raises:
        PictureError: this Pillow was built without AVIF.
    """
    if not has_avif():
        raise PictureError(
            "AVIF cannot be read by this Pillow", got=f"Pillow {PIL.__version__}", attempt=INSTALL_AVIF
        )
    from PIL import AvifImagePlugin

    return AvifImagePlugin.AvifImageFile(stream)


def open_heic(stream: io.BytesIO) -> ImageFile.ImageFile:
    """Read the header of a HEIC; its picture comes upright.

    Raises:
        PictureError: pillow-heif is not installed.
    """
    try:
        from pillow_heif.as_plugin import HeifImageFile
    except ImportError as error:
        raise PictureError(
            "HEIC needs the package pillow-heif", got="not installed", attempt=INSTALL_HEIC
        ) from error
    picture: ImageFile.ImageFile = HeifImageFile(stream)  # type: ignore[no-untyped-call]
    return picture


def has_avif() -> bool:
    """Whether this Pillow reads and writes AVIF."""
    return bool(features.check("avif")) if "avif" in features.modules else False


def check_writer(kind: str) -> None:
    """Check that a HEIC or AVIF can be written here; any other kind can.

    Raises:
        OutputError: a package is missing.
    """
    if kind == "AVIF" and not has_avif():
        raise OutputError(
            "AVIF cannot be written by this Pillow", got=f"Pillow {PIL.__version__}", attempt=INSTALL_AVIF
        )
    if kind == "HEIC":
        try:
            import pillow_heif  # noqa: F401
        except ImportError as error:
            raise OutputError(
                "HEIC needs the package pillow-heif", got="not installed", attempt=INSTALL_HEIC
            ) from error


def write_heic(file: BinaryIO, picture: Image.Image, *, options: Mapping[str, Any]) -> None:
    """Write a HEIC.

    Args:
        file: open for writing.
        picture: RGB or RGBA.
        options: ``quality`` from 0 to 100, ``icc_profile``, ``exif``.
    """
    import pillow_heif

    buffer = io.BytesIO()
    exif = options.get("exif")
    plain = {**options, "exif": exif.tobytes()} if isinstance(exif, Image.Exif) else dict(options)
    pillow_heif.from_pillow(picture).save(buffer, **plain)
    file.write(buffer.getvalue())


def nclx(data: bytes) -> tuple[int, int] | None:
    """Colour primaries and transfer characteristics by the codes of a file (ISO/IEC 23008-12, box colr)."""
    place = data.find(b"colrnclx", 0, HEADER_BYTES)
    if place < 0 or place + 12 > len(data):
        return None
    primaries, transfer = struct.unpack_from(">HH", data, place + 8)
    return primaries, transfer
