"""Settings of a trained style at work."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in, setting
from impasto.settings.network import ExtractorSettings, InputOptions, InputSettings
from impasto.settings.size import SIDES_PX
from impasto.settings.weighted import Weighted


@dataclass(frozen=True, kw_only=True)
class ApplySettings(InputSettings):
    """How a trained style paints photos."""

    styles: dict[str, float] = setting(
        {},
        item="style",
        help="Which of the file's styles; several with weights: mosaic=1,swirl=2. Left out: the first.",
    )
    strength: float = setting(
        1.0, low=0, high=1, help="How much of the style: 1 all of it, 0 none.", slider=(0, 1, 0.05)
    )
    size: int | None = setting(
        None,
        unit="px",
        low=SIDES_PX[0],
        high=SIDES_PX[1],
        help="Long side of the results; larger photos are made smaller. Left out: the photo's own.",
    )
    device: str = as_in(ExtractorSettings, "device")


class ApplyOptions(InputOptions, total=False):
    """Keywords of ``apply``: every field of ``ApplySettings``."""

    styles: Weighted
    strength: float
    size: int | None
    device: str
