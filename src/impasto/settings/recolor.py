"""Settings of a photo in the colours of a theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from impasto.settings.base import Settings, as_in, setting
from impasto.settings.stylize import StylizeSettings
from impasto.settings.themes import EMOTIONS


@dataclass(frozen=True, kw_only=True)
class RecolorSettings(Settings):
    """How a photo gets the colours of a theme."""

    emotion: str | None = setting(
        None,
        choices=tuple(EMOTIONS),
        help="Instead of a palette: of this emotion's combinations of three colours, the one that fits best.",
        source="the idea is that of He, Qi, Zaretzki 2013; the colours are chosen by eye",
    )
    colors: int = setting(5, unit="colours", low=2, high=5, help="How many are taken from a painting.")
    strength: float = setting(
        1.0, low=0.0, high=1.0, help="0 is the photo, 1 all of the theme; between, a mixture."
    )
    variety: float = setting(
        0.5,
        low=0.0,
        high=1.0,
        help="Higher keeps more of the photo's own variety of colour around each colour of the theme.",
    )
    gradients: float = setting(
        2.0,
        low=0.0,
        high=1000.0,
        help="Higher keeps gradients of colour more like the photo's, lower shows the theme more clearly.",
    )
    keep_luminance: bool = setting(
        True, help="Keep the photo's light and dark; off, groups get as light or dark as their theme colours."
    )
    max_megapixels: float = as_in(StylizeSettings, "max_megapixels")


class RecolorOptions(TypedDict, total=False):
    """The keywords of ``recolor``: every field of ``RecolorSettings``."""

    emotion: str | None
    colors: int
    strength: float
    variety: float
    gradients: float
    keep_luminance: bool
    max_megapixels: float
