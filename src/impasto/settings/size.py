"""The size of a result."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypedDict

from impasto.errors import SettingError
from impasto.settings.base import Settings, setting

SIDES_PX = (32, 32768)
"""Shortest and longest side of a result."""


@dataclass(frozen=True, kw_only=True)
class SizeSettings(Settings):
    """How large a photo's result is."""

    size: int = setting(
        512,
        unit="px",
        low=SIDES_PX[0],
        high=SIDES_PX[1],
        help="Long side of the result. Smaller photos keep their own size.",
        slider=(128, 2048, 32),
    )
    enlarge: bool = setting(False, help="Paint at --size even if the photo is smaller.")
    keep_alpha: bool = setting(
        False, help="Keep the transparency of a cut-out photo. Off: it is laid on white."
    )


class SizeOptions(TypedDict, total=False):
    """Keywords: every field of ``SizeSettings``."""

    size: int
    enlarge: bool
    keep_alpha: bool


def parse_size(size: str) -> tuple[int, int]:
    """(width, height) of "512x384", or of "512" for both; px.

    Raises:
        SettingError: the text is no size, or a side is too short or too long.
    """
    pattern = r"\s*(\d+)\s*(?:px)?\s*(?:[x×]\s*(\d+)\s*(?:px)?\s*)?"
    sides = re.fullmatch(pattern, size, re.IGNORECASE | re.ASCII)
    if sides is None:
        raise SettingError(
            "that is no size",
            got=size,
            expected="width x height in px",
            attempt="512x384, or 512 for a square",
        )
    width, height = int(sides[1]), int(sides[2] or sides[1])
    low, high = SIDES_PX
    if min(width, height) < low or max(width, height) > high:
        raise SettingError(
            f"a side is too {'short' if min(width, height) < low else 'long'}",
            got=f"{width} x {height} px",
            expected=f"{low} to {high} px on each side",
        )
    return width, height
