"""``--print A3@300dpi``: the size in pixels of a picture that fills a sheet of paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from impasto.errors import SettingError, nearest
from impasto.settings import Settings
from impasto.settings.base import type_hints
from impasto.settings.values import kind_of

MM_PER_INCH = 25.4

DPI = 300
"""Pixels an inch, if none are named: for prints that are held in the hand."""

UNITS_MM = {"mm": 1.0, "cm": 10.0, "in": MM_PER_INCH, '"': MM_PER_INCH}
"""Units of lengths, in millimetres."""

PAPERS_MM = {
    **{
        f"a{n}": size
        for n, size in enumerate(
            [(841, 1189), (594, 841), (420, 594), (297, 420), (210, 297), (148, 210), (105, 148)]
        )
    },
    **{
        f"b{n}": size
        for n, size in enumerate([(1000, 1414), (707, 1000), (500, 707), (353, 500), (250, 353)])
    },
    "letter": (8.5 * MM_PER_INCH, 11 * MM_PER_INCH),
    "legal": (8.5 * MM_PER_INCH, 14 * MM_PER_INCH),
    "tabloid": (11 * MM_PER_INCH, 17 * MM_PER_INCH),
    "postcard": (105, 148),
}
"""Paper -> its short and long side, in millimetres; A and B by ISO 216."""

S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Paper:
    """A sheet that is printed on.

    Attributes:
        short_px: its short side at this resolution.
        long_px: its long side.
        dpi: pixels an inch.
    """

    short_px: int
    long_px: int
    dpi: int

    def fitting_px(self, width: int, height: int) -> int:
        """Long side of the largest picture of these proportions that the sheet holds, turned as it suits."""
        ratio = max(width, height) / min(width, height)
        return min(self.long_px, round(self.short_px * ratio))


def parse_print(text: str) -> Paper:
    """The sheet of "A3", "A3@300dpi", "30x40cm" or "8x10in@240".

    Raises:
        SettingError: there is no such paper, or the resolution is no number.
    """
    name, at, resolution = text.strip().lower().partition("@")
    dpi = re.fullmatch(r"\s*(\d+)\s*(?:dpi|ppi)?\s*", resolution) if at else None
    if at and (dpi is None or int(dpi[1]) == 0):
        raise SettingError(
            "that is no resolution", got=text, expected="pixels an inch", attempt=f"{name.strip()}@{DPI}dpi"
        )
    short, long = sorted(_sides_mm(name.strip(), text))
    per_mm = (int(dpi[1]) if dpi else DPI) / MM_PER_INCH
    return Paper(round(short * per_mm), round(long * per_mm), int(dpi[1]) if dpi else DPI)


def _sides_mm(name: str, text: str) -> tuple[float, float]:
    if name in PAPERS_MM:
        return PAPERS_MM[name]
    sides = re.fullmatch(r'(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)\s*(mm|cm|in|")', name)
    if sides is None or not (float(sides[1]) and float(sides[2])):
        raise SettingError(
            "there is no such paper",
            got=text,
            expected=f"{', '.join(PAPERS_MM)}, or its sides, such as 30x40cm or 8x10in",
            attempt=nearest(name, PAPERS_MM) or "A4@300dpi",
        )
    unit = UNITS_MM[sides[3]]
    return float(sides[1]) * unit, float(sides[2]) * unit


def printed(settings: S, paper: Paper, photo: Any, options: Mapping[str, Any]) -> S:
    """The settings with the size that fills a sheet.

    Args:
        settings: of a task that has a size.
        paper: the sheet.
        photo: file whose proportions the result has; None where the size says both sides.
        options: that were given besides.
    Raises:
        SettingError: a size is given as well, or the task has none.
        PictureError: the photo cannot be read.
    """
    if "size" not in settings.info():
        raise SettingError(
            "the result has the photo's own size, and there is none to set",
            got="--print",
            attempt="--dpi, which only says how large it is printed",
        )
    if "size" in options:
        raise SettingError(
            "--print says the size", got=f"--size {options['size']} as well", attempt="one of the two"
        )
    if kind_of(type_hints(type(settings))["size"]) is str:  # type: ignore[arg-type]
        return settings.changed({"size": f"{paper.short_px}x{paper.long_px}"})
    if photo is None:
        return settings.changed({"size": paper.long_px})
    from impasto.images import io

    height, width = io.read(photo).pixels.shape[2:]
    return settings.changed({"size": paper.fitting_px(width, height)})
