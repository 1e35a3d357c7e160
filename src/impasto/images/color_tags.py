"""Colour spaces that a file without an ICC profile tells by EXIF, by chunks of PNG, or by a code of video."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from PIL import ExifTags, Image

from impasto.images.color_space import (
    ADOBE_RGB,
    BT_601_NTSC,
    BT_601_PAL,
    BT_2020,
    DCI_P3,
    DISPLAY_P3,
    SRGB,
    WIDE_GAMUT_RGB,
    ColorSpace,
    Curve,
    light_of_srgb,
    power,
    space_of,
)

UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    struct.error,
)
"""What Pillow raises for broken EXIF data."""

EXIF_SRGB, EXIF_ADOBE, EXIF_WIDE_GAMUT, EXIF_UNCALIBRATED = 1, 2, 0xFFFD, 0xFFFF
"""EXIF ColorSpace. 2 and 0xFFFD are not in the standard; cameras of Nikon, Canon and Sony write them."""

INDEX_ADOBE = "R03"
"""InteroperabilityIndex of the DCF option file: Adobe RGB (DCF 2.0, CIPA DC-009)."""

GAMMA_TAG = 0xA500

PRIMARIES = {
    1: ("BT.709", SRGB),
    5: ("BT.601", BT_601_PAL),
    6: ("BT.601", BT_601_NTSC),
    7: ("BT.601", BT_601_NTSC),
    9: ("BT.2020", BT_2020),
    11: ("DCI P3", DCI_P3),
    12: ("Display P3", DISPLAY_P3),
}
"""ColourPrimaries of ITU-T H.273, table 2."""

CURVES: dict[int, Curve] = {4: power(2.2), 5: power(2.8), 8: power(1.0)}
"""TransferCharacteristics of H.273, table 3; the others of normal range count as sRGB's, as in browsers."""

HIGH_RANGE = {16: "PQ", 18: "HLG"}
"""TransferCharacteristics of high dynamic range."""

COMMON_GAMMA = 1 / 2.2
"""What PNG writers store as gAMA for sRGB (PNG 3rd edition, section 11.3.2.5)."""


def told_space(info: Mapping[Any, Any], exif: Image.Exif | None) -> tuple[ColorSpace | None, str]:
    """The colour space that a picture without a profile tells; None for sRGB.

    Args:
        info: what Pillow read of the file: ``srgb``, ``gamma`` and ``chromaticity`` of PNG; and ``cicp``, the
            first two codes of a PNG's cICP chunk or of the nclx box of HEIC and AVIF.
        exif: the EXIF data, if it could be read.
    Returns:
        The space, and a note if it cannot be told.
    """
    codes = info.get("cicp")
    if codes:
        return _by_code(*codes)
    if "srgb" in info:
        return None, ""
    if "gamma" in info or "chromaticity" in info:
        return _by_png(info.get("gamma"), info.get("chromaticity"))
    if exif is None:
        return None, ""
    try:
        return _by_exif(exif)
    except UNREADABLE:
        return None, "unreadable EXIF data was ignored"


def _by_code(primaries: int, transfer: int) -> tuple[ColorSpace | None, str]:
    if transfer in HIGH_RANGE:
        return None, f"high dynamic range ({HIGH_RANGE[transfer]}) was taken as sRGB: save it as SDR first"
    if primaries not in PRIMARIES:
        return None, ""
    name, chromaticities = PRIMARIES[primaries]
    return _unless_srgb(space_of(name, CURVES.get(transfer, light_of_srgb), chromaticities))


def _by_png(gamma: object, chromaticity: object) -> tuple[ColorSpace | None, str]:
    """By gAMA and cHRM; the one that is missing is taken from sRGB."""
    curve: Curve = light_of_srgb
    name = "sRGB's curve"
    if isinstance(gamma, float) and gamma > 0:
        curve, name = power(1 / gamma), f"gamma {gamma:.5g}"
    primaries = SRGB
    if isinstance(chromaticity, tuple) and len(chromaticity) == 8:
        primaries = chromaticity
    try:
        space = space_of(f"{name} and PNG chromaticities" if chromaticity else name, curve, primaries)
        of_srgb = space_of("sRGB", light_of_srgb, primaries).is_srgb
    except UNREADABLE:
        return None, "impossible PNG chromaticities were ignored"
    if of_srgb and isinstance(gamma, float) and abs(gamma / COMMON_GAMMA - 1) < 0.01:
        return None, ""
    return _unless_srgb(space)


def _by_exif(exif: Image.Exif) -> tuple[ColorSpace | None, str]:
    details = exif.get_ifd(ExifTags.IFD.Exif)
    index = exif.get_ifd(ExifTags.IFD.Interop).get(1, "") if ExifTags.IFD.Interop in details else ""
    index = index.decode("latin-1") if isinstance(index, bytes) else str(index)
    told = details.get(ExifTags.Base.ColorSpace, exif.get(ExifTags.Base.ColorSpace))
    if told == EXIF_WIDE_GAMUT:
        return WIDE_GAMUT_RGB, ""
    if told == EXIF_ADOBE or (told != EXIF_SRGB and index.strip("\0 ") == INDEX_ADOBE):
        return ADOBE_RGB, ""
    if told == EXIF_SRGB:
        return None, ""
    white, primaries = (
        tuple(float(value) for value in exif.get(tag, details.get(tag, ())))
        for tag in (ExifTags.Base.WhitePoint, ExifTags.Base.PrimaryChromaticities)
    )
    if len(white) == 2 and len(primaries) == 6:
        gamma = float(details.get(GAMMA_TAG) or exif.get(GAMMA_TAG) or 2.2)
        space = space_of("chromaticities of EXIF", power(gamma), (*white, *primaries))
        if not space_of("", light_of_srgb, (*white, *primaries)).is_srgb:
            return space, ""
        return None, ""
    if told == EXIF_UNCALIBRATED:
        return None, "EXIF tells that the colours are not sRGB but not what they are: taken as sRGB"
    return None, ""


def _unless_srgb(space: ColorSpace) -> tuple[ColorSpace | None, str]:
    return (None, "") if space.is_srgb else (space, "")
