"""Settings of the filter that takes flicker out of painted frames."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in
from impasto.settings.network import InputOptions, InputSettings
from impasto.settings.task import Input, Task
from impasto.settings.video import MotionSettings, VideoSettings


@dataclass(frozen=True, kw_only=True)
class DeflickerSettings(MotionSettings, InputSettings):
    """How flicker is taken out of a video that was painted by any program."""

    steady: float = as_in(
        VideoSettings,
        "steady",
        default=0.7,
        help="How much flicker is taken out: 0 none, 1 all that can be.",
    )


class DeflickerOptions(InputOptions, total=False):
    """Keywords of ``deflicker``: every field of ``DeflickerSettings``."""

    steady: float
    flow: str
    flow_files: str | None
    scene_cut: float


PAINTED = Input(
    name="painted",
    kind="video",
    label="Painted video",
    help="The painted video: a file, a folder of frames, or a pattern such as frame_%05d.png.",
    positional=True,
    metavar="PAINTED",
)
"""Frames that flicker."""

ORIGINAL = Input(
    name="content",
    kind="video",
    label="Original",
    help="The video that it was painted from, with as many frames.",
    positional=True,
    metavar="ORIGINAL",
)
"""Frames that tell the motion."""

TASK = Task(
    name="deflicker",
    summary="Take the flicker out of a video that was painted frame by frame, by any program.",
    settings=DeflickerSettings,
    inputs=(PAINTED, ORIGINAL),
)
