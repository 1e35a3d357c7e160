"""A picture made again: the inputs and settings that its record names."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from impasto.errors import PictureError, SettingError

log = logging.getLogger(__name__)

Source = Path | list[Path]
"""A picture, a folder, or pictures whose statistics are pooled."""


def again(record_file: Path, task: str) -> Mapping[str, Any]:
    """The record of a picture, whatever has changed since told.

    Args:
        record_file: the .json, or the picture itself.
        task: the command that is to make it again.
    Returns:
        The record.
    Raises:
        SettingError: it is no record, or another command's.
        PictureError: a picture of the record has no file.
    """
    from impasto.result import read_record

    record = read_record(record_file)
    made_by = record.get("task", "stylize")
    if made_by != task:
        raise SettingError(
            "the record is of another command",
            got=f"{record_file.name}, made by impasto {made_by}",
            attempt=f"impasto {made_by} --from {record_file}",
        )
    for entry in inputs(record):
        if not all(one["path"] for one in parts(entry)):
            raise PictureError(
                "the record's pictures were given in memory, not as files",
                got=entry["name"],
                attempt=f"impasto.{task} with the same arrays and settings",
            )
    warn_of_changes(record)
    return record


def inputs(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Everything that was read: the photo first, if there was one, the styles, and the masks."""
    found = [] if record.get("content") is None else [record["content"]]
    found += record.get("styles", [])
    for given in record.get("controls", {}).values():
        found += [one for one in (given if isinstance(given, list) else [given]) if one is not None]
    return found


def parts(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The pictures of an input; more than one, or those of a folder, where their statistics are pooled."""
    return list(entry.get("pictures", [entry]))


def there(folder: Path) -> set[str]:
    """The pictures that are in a folder now."""
    from impasto.synthesis.read import pictures_of

    return {str(Path(str(path)).resolve()) for path in pictures_of(folder)} if folder.is_dir() else set()


def source_of(entry: Mapping[str, Any]) -> Source:
    """The file, the folder, or the list of files that a record names."""
    return Path(entry["path"]) if entry["path"] else [Path(one["path"]) for one in parts(entry)]


def warn_of_changes(record: Mapping[str, Any]) -> None:
    """Log what is no longer as it was when the record was written: then the picture will not be the same."""
    from impasto.runtime import versions
    from impasto.weights import file_sha256

    for entry in [part for one in inputs(record) for part in parts(one)]:
        path = Path(entry["path"])
        if path.is_file() and entry["sha256"] != file_sha256(path):
            log.warning("%s has changed since the record was written", path)
    for folder in [one for one in inputs(record) if "pictures" in one and one["path"]]:
        if {one["path"] for one in folder["pictures"]} != there(Path(folder["path"])):
            log.warning("%s has other pictures than when the record was written", folder["path"])
    changed = [name for name, version in versions().items() if record["versions"].get(name) != version]
    if changed:
        log.warning("made with another version of %s: pixels may differ", ", ".join(changed))
    if record.get("interrupted"):
        log.warning("the record is of a run that was stopped; this one goes on to its end")


def default_target(sources: Sequence[Source], record_file: Path | None) -> Path:
    """Where the picture goes if nobody says: PHOTO-STYLE.png here, or beside the record."""
    if record_file is not None:
        return record_file.with_name(f"{record_file.stem}-again.png")
    return Path("-".join(source.stem for source in flat(sources)) + ".png")


def flat(sources: Sequence[Source]) -> list[Path]:
    """Every file and folder, those of lists too."""
    return [one for given in sources for one in (given if isinstance(given, list) else [given])]
