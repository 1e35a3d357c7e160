"""Pictures come in from anywhere in one form, and go out whole."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from impasto.checks import expect
from impasto.errors import OutputError, PictureError
from impasto.images import decode, srgb
from impasto.images import metadata as picture_metadata
from impasto.images.output import check_path, whole_file, write_text
from impasto.images.profile import srgb_profile
from impasto.images.signature import sniff

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

PictureSource = str | os.PathLike[str] | Image.Image | npt.NDArray[Any]

_SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    ".png": {"format": "PNG", "optimize": False},
    ".jpg": {"format": "JPEG", "quality": 95, "subsampling": "4:4:4", "optimize": True},
    ".jpeg": {"format": "JPEG", "quality": 95, "subsampling": "4:4:4", "optimize": True},
    ".webp": {"format": "WEBP", "quality": 95, "method": 4},
    ".tif": {"format": "TIFF", "compression": "tiff_adobe_deflate"},
    ".tiff": {"format": "TIFF", "compression": "tiff_adobe_deflate"},
}
_LONGEST_SIDE_PX = {"JPEG": 65_500, "WEBP": 16_383}  # libjpeg's JPEG_MAX_DIMENSION; the WebP container

#: Endings that pictures can be written with.
FORMATS = tuple(_SAVE_OPTIONS)


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A picture in the one form that everything else reads.

    Args:
        pixels: (1, 3, H, W), float32, sRGB in [0, 1], upright, opaque.
        name: what to call it: the file's name without its ending, or what the caller said.
        path: the file it came from, if any.
        sha256: of the file's bytes, if it came from a file.
        notes: what was done to it, for people.
    """

    pixels: Tensor
    name: str
    path: Path | None = None
    sha256: str | None = None
    notes: tuple[str, ...] = ()


def read(source: PictureSource, *, max_megapixels: float = 100.0, name: str = "") -> Picture:
    """Read a picture from a file, a Pillow picture or an array, as upright opaque sRGB.

    Files: PNG, JPEG, WebP, TIFF, BMP, GIF (first frame), up to 16 bits a channel or floating point in [0, 1].

    Args:
        source: a path, a Pillow picture, or an array of (H, W) or (H, W, 3 or 4) in uint8, uint16 or float in
            [0, 1]; never changed.
        max_megapixels: larger pictures are refused before they are decoded; arrays are not counted.
        name: what to call it; the file's name, or "image", if empty.

    Raises:
        PictureError: it is missing, no picture, damaged, too large, or of a type that is not known.
    """
    if isinstance(source, np.ndarray):
        return _picture(srgb.raw_from_array(source), name=name or "image")
    if isinstance(source, Image.Image):
        return _picture(_raw_from_pil(source, max_megapixels), name=name or "image")
    if not isinstance(source, (str, os.PathLike)):
        raise PictureError(
            "this cannot be used as a picture",
            got=f"{type(source).__module__}.{type(source).__qualname__}",
            expected="a path, a Pillow picture, or a numpy array",
            attempt="impasto.images.io.to_pil(tensor) for a tensor of (1, 3, H, W)",
        )
    path = Path(source)
    data = _read_bytes(path)
    raw = decode.decode(data, what=str(path), max_megapixels=max_megapixels)
    return _picture(raw, name=name or path.stem, path=path, sha256=hashlib.sha256(data).hexdigest())


def to_pil(image: Tensor) -> Image.Image:
    """A tensor as an RGB picture of 8 bits, rounded to the nearest.

    Args:
        image: (1, 3, H, W), float, sRGB; values outside [0, 1] are clamped.

    Raises:
        ShapeError: another shape.
    """
    expect(image, "1 3 h w", name="image")
    levels = image.detach().to("cpu", torch.float32)[0].clamp(0, 1).mul(255).round().to(torch.uint8)
    return Image.fromarray(levels.permute(1, 2, 0).contiguous().numpy())


def to_tensor(picture: Image.Image) -> Tensor:
    """A Pillow picture of any mode as a tensor, upright, opaque and in sRGB.

    Returns:
        (1, 3, H, W) float32 in [0, 1].

    Raises:
        PictureError: it cannot be decoded.
    """
    return read(picture, max_megapixels=float("inf")).pixels


def check_output(path: str | os.PathLike[str]) -> Path:
    """Look, before any work is done, whether a picture can be written to `path`.

    Raises:
        OutputError: an unknown ending, a folder, or a folder that is missing or may not be written to.
    """
    return check_path(path, FORMATS)


def write(
    path: str | os.PathLike[str], image: Image.Image, *, metadata: Mapping[str, str] | None = None
) -> None:
    """Write a picture with an sRGB profile, whole or not at all; the same picture gives the same bytes.

    JPEG and WebP have quality 95 (JPEG without chroma subsampling); PNG and TIFF are lossless.

    Args:
        path: ends in .png, .jpg, .jpeg, .webp, .tif or .tiff.
        image: any mode; written as RGB.
        metadata: text that goes into the file; `read_metadata` gives it back.

    Raises:
        OutputError: it cannot be written there, or is too long for the format. A file that was there stays.
    """
    path = check_output(path)
    options = _SAVE_OPTIONS[path.suffix.lower()]
    longest = _LONGEST_SIDE_PX.get(options["format"])
    if longest is not None and max(image.size) > longest:
        raise OutputError(
            f"picture is too long for {options['format']}",
            got=f"{image.width} x {image.height} px for {path}",
            expected=f"at most {longest} px a side",
            attempt=str(path.with_suffix(".png")),
        )
    clean = image.copy() if image.mode == "RGB" else to_pil(to_tensor(image))
    clean.info.clear()  # Pillow would write the profile and the comments that the picture came with
    extra = picture_metadata.save_options(path.suffix.lower(), metadata or {})
    with whole_file(path) as temporary, temporary.open("wb") as file:
        clean.save(file, icc_profile=srgb_profile(), **options, **extra)


def read_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """The text that `write` put into a picture.

    Returns:
        Keys and values; empty if there are none.

    Raises:
        PictureError: it is missing, no picture, or damaged.
    """
    path = Path(path)
    data = _read_bytes(path)
    kind = sniff(data, what=str(path))
    try:
        with decode.open_header(data, kind) as picture:
            return picture_metadata.extract(picture)
    except decode.DAMAGE as error:
        raise decode.damaged(str(path), kind=kind, size_bytes=len(data), error=error) from error


def _picture(raw: srgb.Raw, *, name: str, path: Path | None = None, sha256: str | None = None) -> Picture:
    colours, notes = srgb.finish(raw)  # (H, W, 3)
    pixels = torch.from_numpy(np.array(np.moveaxis(colours, 2, 0), order="C"))[None]  # (1, 3, H, W)
    return Picture(pixels=pixels, name=name, path=path, sha256=sha256, notes=notes)


def _raw_from_pil(picture: Image.Image, max_megapixels: float) -> srgb.Raw:
    what = str(getattr(picture, "filename", "")) or "Pillow picture"
    decode.check_size(*picture.size, what=what, max_megapixels=max_megapixels)
    try:
        loaded = picture.copy()
        return srgb.raw_from_pil(loaded)
    except decode.DAMAGE as error:
        kind = picture.format or "Pillow"
        raise PictureError(
            f"{kind} picture is damaged or cut short", got=f"{what}: {error}", attempt="open its file again"
        ) from error


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise PictureError(
                "picture is a folder",
                got=str(path),
                expected="one file",
                attempt=_first_picture(path) or "the name of a picture inside it",
            )
        if path.exists() and not path.is_file():
            raise PictureError(
                "picture is not a regular file", got=str(path), attempt="save it to a file first"
            )
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PictureError("picture is missing", got=str(path), attempt=_near(path)) from error
    except PermissionError as error:
        raise PictureError("picture may not be read", got=str(path), attempt=f"chmod u+r {path}") from error
    except (OSError, ValueError) as error:
        raise PictureError(
            "picture cannot be read", got=f"{path}: {error}", attempt="another path"
        ) from error


def _near(path: Path) -> str:
    text = str(path)
    if text.startswith(("http:/", "https:/")):
        return "download it first; pictures are read from files only"
    if not path.parent.is_dir():
        return f"a folder that exists: {path.parent} does not"
    there = {entry.name.lower(): entry.name for entry in path.parent.iterdir() if entry.is_file()}
    close = difflib.get_close_matches(path.name.lower(), there, n=3, cutoff=0.6)
    same_stem = [name for name in there if Path(name).stem == path.stem.lower()]
    names = list(dict.fromkeys([*close, *same_stem]))[:3]
    if names:
        return " or ".join(str(path.parent / there[name]) for name in names)
    return "the name of a file that exists, or its full path"


def _first_picture(folder: Path) -> str:
    try:
        inside = sorted(entry for entry in folder.iterdir() if entry.suffix.lower() in FORMATS)
    except OSError:
        return ""
    return str(inside[0]) if inside else ""
