"""ICC profiles: convert a picture by its profile, and the sRGB profile of ours."""

from __future__ import annotations

import io
import itertools

import numpy as np
from PIL import Image, ImageCms

from impasto.images.icc_precise import Converter, grid_converter, matrix_space

MODE_OF_SPACE = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
"""Colour space of a profile -> mode of Pillow."""

MODE_OF_CHANNELS = {1: "L", 3: "RGB", 4: "CMYK"}
"""Number of channels of an array -> mode of Pillow."""

DATE = slice(24, 36)
"""Bytes of the ICC header that hold the time at which the profile was made."""

NEAR_SRGB = 2
"""Levels of 255 within which a profile counts as sRGB; published ones differ by 1. Chosen by eye."""


def srgb_profile() -> bytes:
    """The sRGB profile of every picture we write: the same bytes every time."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # lcms stamps the current time; a file that is written twice would differ.
    profile[DATE] = np.array([2000, 1, 1, 0, 0, 0], dtype=">u2").tobytes()
    return bytes(profile)


def to_srgb(picture: Image.Image, profile: bytes) -> tuple[Image.Image | None, str]:
    """Convert a picture from its profile to sRGB.

    Relative colorimetric with black point compensation, at 8 bits.

    Args:
        picture: mode 1, L, RGB, CMYK or LAB; other modes are taken as RGB.
        profile: the bytes of an ICC profile.
    Returns:
        An RGB picture and a note for people. The picture is None if the pixels stay as they are: the profile
        is sRGB (empty note), or it is broken or made for other pixels, and was ignored.
    """
    try:
        source, mode = _source(profile)
        title = ImageCms.getProfileDescription(source).strip() or "unnamed"
        if not _fits(picture.mode, mode):
            return None, f"ICC profile {title!r} is not for {picture.mode} pictures and was ignored"
        transform = _transform(source, mode)
        if mode in ("L", "RGB") and _changes_little(transform, mode):
            return None, ""
        plain = picture if picture.mode == mode else picture.convert(mode)
        converted = ImageCms.applyTransform(plain, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None, "a broken ICC profile was ignored"
    return converted, f"ICC profile {title!r} converted to sRGB"


def precise(profile: bytes, *, channels: int) -> tuple[Converter | None, str]:
    """How pixels of more than 8 bits come from a profile to sRGB, without loss of levels.

    Relative colorimetric; black point compensation where the profile holds tables (without them black is 0).

    Args:
        profile: the bytes of an ICC profile.
        channels: 1 grey, 3 RGB, 4 CMYK.
    Returns:
        A function of (h, W, C) in [0, 1] that gives (h, W, 3) or (h, W, 1), and a note. The function is None
        if the pixels stay as they are, as for ``to_srgb``.
    """
    probe, note = to_srgb(Image.new(MODE_OF_CHANNELS[channels], (1, 1)), profile)
    if probe is None:
        return None, note
    source, mode = _source(profile)
    space = None if mode == "CMYK" else matrix_space(profile, channels=3 if mode == "RGB" else 1)
    converter = grid_converter(_transform(source, mode), mode) if space is None else space.to_srgb
    if mode == "RGB" and channels == 1:
        return lambda values: converter(values.repeat(3, axis=2)), note
    return converter, note


def lab_to_srgb(picture: Image.Image) -> Image.Image:
    """Convert a LAB picture without a profile (D50 white) to RGB."""
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
    )
    converted = ImageCms.applyTransform(picture, transform)
    return picture.convert("RGB") if converted is None else converted


def _source(profile: bytes) -> tuple[ImageCms.ImageCmsProfile, str]:
    """A profile, and the mode of the pictures it is for; empty if it is for no picture."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return source, MODE_OF_SPACE.get(source.profile.xcolor_space.strip(), "")


def _transform(source: ImageCms.ImageCmsProfile, mode: str) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        source,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def _fits(picture_mode: str, profile_mode: str) -> bool:
    """Whether a profile is made for pictures of a mode."""
    if profile_mode in ("CMYK", "LAB") or picture_mode in ("CMYK", "LAB"):
        return picture_mode == profile_mode
    if profile_mode == "L":
        return picture_mode in ("1", "L")
    return profile_mode == "RGB"


def _changes_little(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether a transform to sRGB leaves colours as they are, but for rounding."""
    channels = len(mode)
    levels = range(0, 256, 17 if channels == 1 else 51)
    colors = np.array(list(itertools.product(levels, repeat=channels)), dtype=np.uint8)  # (K, channels)
    before = Image.fromarray(colors[None] if channels == 3 else colors)
    after = ImageCms.applyTransform(before, transform)
    difference = np.asarray(after, dtype=np.int16) - np.asarray(before.convert("RGB"), dtype=np.int16)
    return bool(np.abs(difference).max() <= NEAR_SRGB)
