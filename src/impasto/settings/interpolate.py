"""Settings of several pictures from the first style to the last."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import setting
from impasto.settings.stylize import TASK as STYLIZE
from impasto.settings.stylize import StylizeOptions, StylizeSettings
from impasto.settings.task import Task


@dataclass(frozen=True, kw_only=True)
class InterpolateSettings(StylizeSettings):
    """How many pictures are painted between styles, and how each is painted."""

    count: int = setting(
        5, unit="pictures", low=2, help="Number of pictures from first to last style.", slider=(2, 12, 1)
    )


class InterpolateOptions(StylizeOptions, total=False):
    """Keywords of ``interpolate``: every field of ``InterpolateSettings``."""

    count: int


TASK = Task(
    name="interpolate",
    summary="Paint a photo several times, from the first style to the last.",
    settings=InterpolateSettings,
    inputs=STYLIZE.inputs,
    main=("count", "preset", "size", "strength", "content_weight"),
    init_words=STYLIZE.init_words,
)
