"""Read pictures from files, Pillow or arrays into one form, and write them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from impasto.checks import expect
from impasto.errors import PictureError
from impasto.images import decode, sources, srgb
from impasto.images import metadata as picture_metadata
from impasto.images.atomic_write import atomic_write, write_text
from impasto.images.decoded import DecodedPicture, from_array, from_pil
from impasto.images.encode import FORMATS, WRITERS_16_BIT, check_length, check_output, encode, to_pil
from impasto.images.file_type import detect_format
from impasto.images.picture_file import read_bytes
from impasto.images.png_chunks import read_chunks

__all__ = [
    "FORMATS",
    "Picture",
    "PictureSource",
    "check_output",
    "read",
    "read_metadata",
    "to_pil",
    "to_tensor",
    "write",
    "write_text",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A picture in the one form that all other code takes.

    Attributes:
        pixels: (1, 3, H, W), float32, sRGB in [0, 1], upright, opaque.
        name: the file's name without its ending, or what the caller gave.
        path: the file it came from, if any.
        sha256: of the file's bytes, if it came from a file.
        notes: what was done to it, for people.
        alpha: (1, 1, H, W), float32 in [0, 1], how opaque it was; None if all of it was.
    """

    pixels: Tensor
    name: str
    path: Path | None = None
    sha256: str | None = None
    notes: tuple[str, ...] = ()
    alpha: Tensor | None = None


PictureSource = (
    str
    | os.PathLike[str]
    | Image.Image
    | npt.NDArray[Any]
    | Tensor
    | sources.Buffer
    | sources.ReadableFile
    | Picture
)
"""A path, a Pillow picture, an array, a tensor, bytes of a file, a file object, or a picture read before."""


def read(source: PictureSource, *, max_megapixels: float = 100.0, name: str = "") -> Picture:
    """Read a picture from a file, a Pillow picture or an array, as upright opaque sRGB.

    Files: PNG, JPEG, WebP, TIFF, BMP, GIF (first frame), AVIF and, with the extra ``heic``, HEIC; up to 16
    bits a channel or floating point in [0, 1].

    Args:
        source: a path; a Pillow picture; an array of (H, W) or (H, W, 3 or 4) in uint8, uint16 or float in
            [0, 1]; a tensor of (C, H, W) or (1, C, H, W); the bytes of a file; a file object that is open for
            bytes; or a ``Picture``, which is given back. Never changed.
        max_megapixels: larger pictures are refused before they are decoded; arrays are not counted.
        name: of the picture; if empty, the file's name or "image".
    Returns:
        The picture, with the hash of its file and notes on what was done to it.
    Raises:
        PictureError: it is missing, not a picture, damaged, too large, or of an unknown type.
    """
    if isinstance(source, Picture):
        return source
    source = sources.plain(source)
    if isinstance(source, bytes):
        sha256 = hashlib.sha256(source).hexdigest()
        decoded = decode.decode(source, what=name or "picture", max_megapixels=max_megapixels)
        return _picture(decoded, name=name or "image", sha256=sha256)
    if isinstance(source, np.ndarray):
        return _picture(from_array(source), name=name or "image")
    if isinstance(source, Image.Image):
        return _picture(_from_pil(source, max_megapixels), name=name or "image")
    if not isinstance(source, (str, os.PathLike)):
        raise PictureError(
            "this cannot be used as a picture",
            got=f"{type(source).__module__}.{type(source).__qualname__}",
            expected="a path, a Pillow picture, a numpy array, a tensor, bytes or a file object",
        )
    path = Path(source)
    data = read_bytes(path)
    sha256 = hashlib.sha256(data).hexdigest()
    decoded = decode.decode(data, what=str(path), max_megapixels=max_megapixels)
    del data  # frees memory: a file of floats is as large as its pixels
    return _picture(decoded, name=name or path.stem, path=path, sha256=sha256)


def to_tensor(picture: Image.Image) -> Tensor:
    """Convert a Pillow picture of any mode to a tensor, upright, opaque and in sRGB.

    Returns:
        (1, 3, H, W) float32 in [0, 1].
    Raises:
        PictureError: it cannot be decoded.
    """
    return read(picture, max_megapixels=float("inf")).pixels


def write(
    path: str | os.PathLike[str],
    image: Image.Image | Tensor,
    *,
    metadata: Mapping[str, str] | None = None,
    bits: int = 8,
    dpi: int | None = None,
    alpha: Tensor | None = None,
) -> None:
    """Write a picture with an sRGB profile; the same picture gives the same bytes.

    JPEG, WebP and HEIC have quality 95, AVIF 90 (JPEG and AVIF without chroma subsampling); PNG and TIFF are
    lossless.

    Args:
        path: ends in one of ``FORMATS``.
        image: a Pillow picture of any mode, or (1, 3, H, W) in [0, 1]; written as RGB.
        alpha: (1, 1, H, W) in [0, 1], how opaque ``image``, a tensor, is; not for .jpg.
        metadata: text to be stored in the file; ``read_metadata`` returns it.
        bits: a channel; 16 for .png and .tiff, where a tensor then keeps its smooth gradients.
        dpi: pixels an inch, for programs that print; not for .webp.
    Raises:
        OutputError: it cannot be written there, or is too long or has too many bits for the format. An
            existing file stays as it was.
        SettingError: ``bits`` is not 8 or 16, or ``dpi`` is out of range.
        ShapeError: a tensor of another shape.
    """
    path = check_output(path, bits=bits, dpi=dpi, alpha=alpha is not None)
    suffix = path.suffix.lower()
    if isinstance(image, Tensor):
        expect(image, "1 3 h w", name="image")
        height, width = image.shape[2:]
        if alpha is not None:
            expect(alpha, f"1 1 {height} {width}", name="alpha")
            image = torch.cat([image, alpha.to(image)], dim=1)
    else:
        width, height = image.size
    check_length(path, width, height)
    if bits == 16:
        pixels = image if isinstance(image, Tensor) else to_tensor(image)
        write_pixels = partial(WRITERS_16_BIT[suffix], image=pixels)
    else:
        picture = to_pil(image) if isinstance(image, Tensor) else _as_rgb(image)
        write_pixels = partial(encode, picture=picture, suffix=suffix)
    with atomic_write(path) as temporary, temporary.open("wb") as file:
        write_pixels(file, metadata=metadata or {}, dpi=dpi)


def read_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """The text that ``write`` stored in a picture; empty if there is none.

    Raises:
        PictureError: it is missing, not a picture, or damaged.
    """
    path = Path(path)
    data = read_bytes(path)
    kind = detect_format(data, what=str(path))
    try:
        chunks = read_chunks(data) if kind == "PNG" else None
        with decode.open_header(data if chunks is None else chunks.plain, kind) as picture:
            return picture_metadata.extract(picture) if chunks is None else chunks.text
    except decode.DAMAGE as error:
        raise decode.damaged(str(path), kind=kind, size_bytes=len(data), error=error) from error


def _as_rgb(picture: Image.Image) -> Image.Image:
    """A copy as RGB without profile, comments and other information."""
    clean = picture.copy() if picture.mode == "RGB" else to_pil(to_tensor(picture))
    clean.info.clear()  # Pillow would write it to the file
    return clean


def _picture(
    decoded: DecodedPicture, *, name: str, path: Path | None = None, sha256: str | None = None
) -> Picture:
    values, opacity, notes = srgb.convert(decoded)  # (3, H, W), (1, H, W)
    return Picture(
        pixels=torch.from_numpy(values)[None],
        name=name,
        path=path,
        sha256=sha256,
        notes=notes,
        alpha=None if opacity is None else torch.from_numpy(opacity)[None],
    )


def _from_pil(picture: Image.Image, max_megapixels: float) -> DecodedPicture:
    what = str(getattr(picture, "filename", "")) or "Pillow picture"
    decode.check_size(*picture.size, what=what, max_megapixels=max_megapixels)
    try:
        return from_pil(picture.copy())
    except decode.DAMAGE as error:
        kind = picture.format or "Pillow"
        raise PictureError(
            f"{kind} picture is damaged or cut short", got=f"{what}: {error}", attempt="open its file again"
        ) from error
