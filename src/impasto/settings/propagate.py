"""Settings of a video that follows a few frames painted by hand."""

from __future__ import annotations

from dataclasses import dataclass

from impasto.settings.base import as_in, setting
from impasto.settings.network import InputOptions, InputSettings
from impasto.settings.task import Input, Task
from impasto.settings.video import VIDEO, MotionSettings, SelectSettings, VideoSettings


@dataclass(frozen=True, kw_only=True)
class PropagateSettings(SelectSettings, MotionSettings, InputSettings):
    """How painted frames are carried along a video."""

    at: tuple[int, ...] = setting(
        (1,),
        low=1,
        high=10**7,
        help="Which frame of the result each painted frame is, counted from 1, such as 1,48.",
    )
    steady: float = as_in(
        VideoSettings, "steady", default=0.0, help="How much flicker is taken out: 0 none, 1 all that can be."
    )


class PropagateOptions(InputOptions, total=False):
    """Keywords of ``propagate``: every field of ``PropagateSettings``."""

    at: int | tuple[int, ...] | list[int]
    steady: float
    start: float
    end: float | None
    fps: float | None
    size: int | None
    loop: bool
    flow: str
    flow_files: str | None
    scene_cut: float


PAINTED = Input(
    name="style",
    kind="pictures",
    label="Painted frames",
    help="Frames of the video, painted by hand or by any program.",
    positional=True,
    metavar="PAINTED...",
)
"""Frames to follow."""

TASK = Task(
    name="propagate",
    summary="Carry a few painted frames along a video.",
    settings=PropagateSettings,
    inputs=(VIDEO, PAINTED),
)
"""The row of the command."""
