"""Settings of a photo whose background is repainted."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import setting
from impasto.settings.stylize import TASK as STYLIZE
from impasto.settings.stylize import StylizeOptions, StylizeSettings
from impasto.settings.task import PHOTO, STYLES, Input, Task


@dataclass(frozen=True, kw_only=True)
class BackgroundSettings(StylizeSettings):
    """How the background of a photo is repainted."""

    feather: float = setting(
        4.0,
        unit="px",
        low=0,
        high=200,
        help="Width of the soft edge around the subject, in the result. 0: a hard edge.",
        slider=(0, 40, 1),
    )


class BackgroundOptions(StylizeOptions, total=False):
    """Keywords of ``background``: every field of ``BackgroundSettings``."""

    feather: float


TASK = Task(
    name="background",
    summary="Repaint the background of a photo, and leave its subject a photo.",
    settings=BackgroundSettings,
    inputs=(
        PHOTO,
        STYLES,
        Input(
            name="subject",
            kind="mask",
            label="Mask of the subject",
            help="Grey mask: white is the subject, which stays a photo.",
        ),
    ),
    main=("preset", "size", "strength", "feather", "content_weight"),
    init_words=STYLIZE.init_words,
)
