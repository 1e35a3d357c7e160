"""Where a result goes if the user does not say: never over a picture of something else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impasto.errors import OutputError, SettingError
from impasto.images.file_names import numbered

if TYPE_CHECKING:
    from impasto.settings.task import Task


def unused(path: Path, task: Task[Any], inputs: Mapping[str, Any]) -> Path:
    """The path; with a number where a picture of other inputs, or of another program, has that name.

    A picture that was made of the same files may be replaced: the same command again, or with other settings.

    Args:
        path: that follows from the names of the inputs.
        task: whose result it is.
        inputs: by name.
    """
    if not os.path.lexists(path):
        return path
    given = _given(task, inputs)
    for place in numbered(path):
        if not os.path.lexists(place) or _made_of(place, task.name) == given:
            return place
    raise AssertionError("numbers never end")


def check_foreign(path: Path, what: str) -> None:
    """Whether a file whose name the user did not give may be written: none is there, or one of impasto.

    Args:
        path: the file, such as OUT-1.png of a series.
        what: it is, for people.
    Raises:
        OutputError: a file of another program has that name.
    """
    from impasto.result import read_record

    if not os.path.lexists(path):
        return
    try:
        read_record(path)
    except SettingError as error:
        raise OutputError(
            f"{what} would replace a file that impasto did not write",
            got=str(path),
            attempt="another name for -o, or move that file",
        ) from error


def _given(task: Task[Any], inputs: Mapping[str, Any]) -> set[str]:
    """Hashes of the files that are read; of a text, such as a colour's name, there is none."""
    from impasto.synthesis.read import pictures_of
    from impasto.weights.records import file_sha256

    paths = [Path(str(one)) for path in task.paths(inputs) if path.exists() for one in pictures_of(path)]
    return {file_sha256(path) for path in paths if path.is_file()}


def _made_of(picture: Path, task: str) -> set[str] | None:
    """Hashes of the files that a picture was made of; None if it does not say, or is of another task."""
    from impasto.result import read_record
    from impasto.synthesis.recipe import recorded_entries

    try:
        record = read_record(picture)
    except SettingError:
        return None
    entries = [*recorded_entries(record), *([record["palette"]] if record.get("palette") else [])]
    parts = [part for entry in entries for part in entry.get("pictures", [entry])]
    return {part["sha256"] for part in parts if part["sha256"]} if record["task"] == task else None
