"""Settings of a camera's picture that is painted while it is seen."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.apply import ApplySettings
from impasto.settings.base import as_in, setting
from impasto.settings.network import InputOptions, InputSettings
from impasto.settings.size import SIDES_PX
from impasto.settings.video import VideoSettings
from impasto.settings.weighted import Weighted


@dataclass(frozen=True, kw_only=True)
class LiveSettings(InputSettings):
    """How frames are painted as they come."""

    size: int = setting(
        640,
        unit="px",
        low=SIDES_PX[0],
        high=4096,
        help="Long side of the frames that are shown.",
        slider=(160, 1920, 32),
    )
    paint_size: int = setting(
        384,
        unit="px",
        low=SIDES_PX[0],
        high=4096,
        help="Long side at which they are painted, at most --size; smaller is quicker and softer.",
        source="by the processor time of a frame, see docs/video.md",
        slider=(128, 1920, 32),
    )
    steady: float = as_in(
        VideoSettings, "steady", default=0.7, help="How much flicker is taken out: 0 none, 1 all that can be."
    )
    flow: str = as_in(VideoSettings, "flow", default="fast")
    styles: dict[str, float] = as_in(ApplySettings, "styles")
    strength: float = as_in(ApplySettings, "strength")
    device: str = as_in(ApplySettings, "device")


class LiveOptions(InputOptions, total=False):
    """Keywords of ``live_frames``: every field of ``LiveSettings``."""

    size: int
    paint_size: int
    steady: float
    flow: str
    styles: Weighted
    strength: float
    device: str
