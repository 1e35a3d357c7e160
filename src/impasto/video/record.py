"""A video made again from its record."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from impasto.errors import PictureError, SettingError, VideoError
from impasto.result import record_path
from impasto.settings import VideoSettings
from impasto.settings.task import Inputs
from impasto.settings.video import TASK
from impasto.synthesis.find_inputs import InputFinder
from impasto.synthesis.recipe import read_record_of, recorded_run
from impasto.video.pictures_clip import files_of, is_pattern

log = logging.getLogger(__name__)


def video_record_path(video: Path) -> Path:
    """Where the record of a video is: OUT.json, or frames.json beside frames by a pattern."""
    return video.with_name("frames.json") if is_pattern(video) else record_path(video)


def from_video_record(
    record: str | Path, *, given: Inputs | None = None, look_in: str | Path | None = None
) -> tuple[dict[str, Any], VideoSettings]:
    """What a record says was run: inputs as paths, and settings; ``stylize_video`` runs it again.

    Args:
        record: the .json, or the video beside it.
        given: inputs that take the place of the recorded ones, by name.
        look_in: a folder in which the record's files may be, too.
    Raises:
        SettingError: it is no record of a video.
        VideoError: the folder or the series of frames is not found.
        PictureError: a picture of the record was given in memory; or it or the video is not found.
    """
    said = _read(Path(record))
    finder = InputFinder(_file(Path(record)), look_in)
    inputs, settings = recorded_run(said, TASK, finder, given=given or {})
    content = said["content"]
    if content["sha256"] is None and "content" not in (given or {}):
        inputs["content"] = _frames(Path(content["path"]), finder)
    return inputs, _with_flow_files(settings, finder)


def again_path(record: Path) -> Path:
    """Name of a video that is made again: OUT-again, with the ending that the record's video has."""
    made = Path(_read(record)["picture"])
    return record.with_name(f"again-{made.name}" if is_pattern(made) else f"{made.stem}-again{made.suffix}")


def _file(record: Path) -> Path:
    return record if record.suffix.lower() == ".json" else video_record_path(record)


def _read(record: Path) -> Mapping[str, Any]:
    """The record of a video.

    Raises:
        SettingError: it is none.
    """
    if not _file(record).exists():
        raise SettingError("the record is missing", got=str(_file(record)), attempt="another path")
    said = read_record_of(_file(record), TASK.name)
    if not isinstance(said.get("content"), Mapping) or not isinstance(said.get("picture"), str):
        raise SettingError(
            f"{record.name} does not tell how a video was made",
            got=str(record),
            expected="the .json beside a video made by impasto video",
        )
    return said


def _frames(path: Path, finder: InputFinder) -> Path:
    """A folder or a pattern of frames, near the record or the working folder.

    Raises:
        VideoError: there is none.
    """
    for place in [path.parent] if path.is_absolute() else finder.folders:
        if files_of(place / path.name):
            return place / path.name
    raise VideoError(
        "the frames that the record names are not found",
        got=path.name,
        expected=f"them in {finder.places[0]}, in the working folder, or in a folder inside them",
        attempt="--look-in FOLDER with the folder where they are",
    )


def _with_flow_files(settings: VideoSettings, finder: InputFinder) -> VideoSettings:
    """The settings with the folder of flow as it is here; without one, flow is worked out."""
    if settings.flow_files is None:
        return settings
    try:
        return replace(settings, flow_files=str(finder.folder(settings.flow_files, [])))
    except PictureError:
        log.warning("the folder of flow files %s is not here; flow is worked out", settings.flow_files)
        return replace(settings, flow_files=None)
