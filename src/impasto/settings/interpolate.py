"""Settings of several pictures from the first style to the last."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import setting
from impasto.settings.stylize import StylizeOptions, StylizeSettings


@dataclass(frozen=True, kw_only=True)
class InterpolateSettings(StylizeSettings):
    """How many pictures are painted between styles, and how each is painted."""

    count: int = setting(
        5, unit="pictures", low=2, help="Number of pictures from first to last style.", slider=(2, 12, 1)
    )


class InterpolateOptions(StylizeOptions, total=False):
    """Keywords of ``interpolate``: every field of ``InterpolateSettings``."""

    count: int
