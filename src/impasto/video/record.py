"""A video made again from its record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from impasto.errors import VideoError
from impasto.settings import VideoSettings
from impasto.settings.task import Inputs
from impasto.settings.video import TASK
from impasto.synthesis.find_inputs import InputFinder
from impasto.synthesis.recipe import read_record_of, recorded_run
from impasto.video.pictures_clip import is_pattern


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
        VideoError: the video is not found.
        PictureError: a picture of the record was given in memory, or is not found.
    """
    file = Path(record)
    if file.suffix.lower() != ".json":
        file = file.with_suffix(".json")
    said = read_record_of(file, TASK.name)
    finder = InputFinder(file, look_in)
    content = {"sha256": None, **said["content"]}
    inputs, settings = recorded_run({**said, "content": content}, TASK, finder, given=given or {})
    if content["sha256"] is None and "content" not in (given or {}):
        inputs["content"] = _frames(Path(content["path"]), finder)
    return inputs, settings


def _frames(path: Path, finder: InputFinder) -> Path:
    """A folder or a pattern of frames, where the record lies or in the working folder.

    Raises:
        VideoError: there is none.
    """
    for place in [path.parent] if path.is_absolute() else finder.places:
        found = place / path.name
        if found.exists() or (is_pattern(found) and found.parent.is_dir()):
            return found
    raise VideoError(
        "the frames that the record names are not found",
        got=path.name,
        expected=f"them in {finder.places[0]} or in the working folder",
        attempt="--look-in FOLDER with the folder where they are",
    )
