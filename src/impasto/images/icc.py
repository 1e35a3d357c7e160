"""ICC profiles: convert a picture by its profile, and the sRGB profile of ours."""

from __future__ import annotations

import io
import itertools

import numpy as np
from PIL import Image, ImageCms

MODE_OF_SPACE = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
"""Colour space of a profile -> mode of Pillow."""

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
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        title = ImageCms.getProfileDescription(source).strip() or "unnamed"
        mode = MODE_OF_SPACE.get(source.profile.xcolor_space.strip(), "")
        if not _fits(picture.mode, mode):
            return None, f"ICC profile {title!r} is not for {picture.mode} pictures and was ignored"
        transform = ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if mode in ("L", "RGB") and _changes_little(transform, mode):
            return None, ""
        plain = picture if picture.mode == mode else picture.convert(mode)
        converted = ImageCms.applyTransform(plain, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None, "a broken ICC profile was ignored"
    return converted, f"ICC profile {title!r} converted to sRGB"


def lab_to_srgb(picture: Image.Image) -> Image.Image:
    """Convert a LAB picture without a profile (D50 white) to RGB."""
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
    )
    converted = ImageCms.applyTransform(picture, transform)
    return picture.convert("RGB") if converted is None else converted


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
