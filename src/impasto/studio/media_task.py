"""What a tab of sounds, videos or texts makes, and what it reports while it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL.Image import Image

from impasto.settings import StudioSettings
from impasto.settings.task import Inputs
from impasto.studio.painting_task import TabTask


@dataclass(frozen=True, kw_only=True)
class MediaProgress:
    """How far a run is.

    Attributes:
        fraction: of its time that is over, 0 to 1.
        where: step, frame or paragraph, in words.
        seconds_left: estimate; None: unknown.
        picture: the last frame, for a video.
    """

    fraction: float
    where: str
    seconds_left: float | None = None
    picture: Image | None = None


@dataclass(frozen=True, kw_only=True)
class Made:
    """The end of a run.

    Attributes:
        files: the result and its record; empty if it was stopped before there was one.
        shown: the result as HTML.
        notes: on the inputs, for people.
        interrupted: the visitor stopped it.
    """

    files: tuple[Path, ...] = ()
    shown: str = ""
    notes: tuple[str, ...] = ()
    interrupted: bool = False


@dataclass(frozen=True)
class MediaRun:
    """What a run gets.

    Attributes:
        inputs: of the task, by name.
        settings: of the task.
        limits: of the studio.
        new_folder: () -> path of a folder for the results, not yet made.
        is_stopped: whether to end; asked after each step.
    """

    inputs: Inputs
    settings: Any
    limits: StudioSettings
    new_folder: Callable[[], Path]
    is_stopped: Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class MediaTask(TabTask):
    """What a tab of sounds, videos or texts makes.

    Attributes:
        noun: of the result: "sound".
        command: how a terminal gets the same; empty: by the name.
        run: (what the run gets) -> progress, and ``Made`` at the end.
        check_more: (inputs) raises SettingError where they are not for visitors to give.
    """

    noun: str
    command: str = ""
    run: Callable[[MediaRun], Iterator[MediaProgress | Made]]
    check_more: Callable[[Inputs], None] = lambda inputs: None

    def check(self, values: Inputs) -> None:
        """As ``TabTask.check``."""
        self.check_required(values)
        self.check_more(values)
