"""Settings of the colours of a result that is painted from a photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from impasto.settings.base import Settings, setting
from impasto.settings.choices import ColorMap, Colors

COLORS: tuple[Colors, ...] = ("style", "match", "histogram", "luminance", "luminance-after")
"""Ways to choose the colours of a result."""

COLOR_MAPS: tuple[ColorMap, ...] = ("monge-kantorovich", "pca", "cholesky")
"""Linear maps from the colours of one picture to those of another."""


@dataclass(frozen=True, kw_only=True)
class ColorSettings(Settings, panel="Style"):
    """Which colours the result has."""

    colors: str = setting(
        "style",
        choices=COLORS,
        aliases=(("photo", "luminance"),),
        help="Colours of the result. style: the painting's. photo: the photo's, in the way to try first: "
        "luminance. luminance-after, match and histogram are other ways; the last two may tint hair.",
        source="Gatys et al. 2016, Preserving color in neural artistic style transfer",
    )
    color_map: str = setting(
        "monge-kantorovich", choices=COLOR_MAPS, help="Linear map of colours that --colors match uses."
    )
    plain_ground: bool = setting(
        True,
        help="A ground of one colour in the photo, such as the white behind a product, gets one colour. Off: "
        "it is painted as well.",
        absent=False,
        source="chosen by eye",
    )


class ColorOptions(TypedDict, total=False):
    """Keywords: every field of ``ColorSettings``."""

    colors: Colors
    color_map: ColorMap
    plain_ground: bool
