"""A set: several photos painted alike, each to a file of its own in one folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from impasto.batch.names import Names, check_replaces_nothing
from impasto.batch.row import Row, files_of
from impasto.errors import SettingError
from impasto.images.picture_file import SUFFIXES, pictures_in
from impasto.settings import Settings
from impasto.settings.task import Input, Task, as_list


def expand_folders(photos: Sequence[Path], results: Path) -> list[Path]:
    """The photos that are named, and those in folders that are named.

    Args:
        photos: files and folders.
        results: folder of the results.
    Raises:
        PictureError: a folder has none, or cannot be read.
        SettingError: the results would lie among the photos of a folder, and be photos the next time.
    """
    for path in photos:
        if path.is_dir() and path.resolve() == results.resolve():
            raise SettingError(
                "the results would lie among the photos", got=f"-o {results}", attempt="another folder for -o"
            )
    return [one for path in photos for one in (pictures_in(path) if path.is_dir() else [path])]


def photo_rows(
    photos: Sequence[Path],
    folder: Path,
    *,
    task: str,
    settings: Settings,
    inputs: Mapping[str, Any],
    masks: Mapping[str, Path] | None = None,
    suffix: str = ".png",
) -> list[Row]:
    """A row for each photo; the result is named after the photo.

    Args:
        photos: files; they need not exist.
        folder: of the results.
        task: name of the recipe.
        settings: of every run.
        inputs: of every run, besides the photo: paths, texts, and lists of these.
        masks: {input: folder with a mask of the same name for each photo}.
        suffix: ending of the results.
    Raises:
        OutputError: a result would replace a picture that is read.
        PictureError: a folder of masks has none.
    """
    names = Names()
    given = {name: _absolute(value) for name, value in inputs.items()}
    found = {name: {file.stem: file for file in pictures_in(place)} for name, place in (masks or {}).items()}
    rows = []
    for number, photo in enumerate(photos, 1):
        own = {name: files.get(photo.stem, _expected(masks, name, photo)) for name, files in found.items()}
        rows.append(
            Row(
                number=number,
                task=task,
                inputs={**given, "content": _absolute(photo), **{n: _absolute(m) for n, m in own.items()}},
                settings=settings,
                output=names.of(photo.stem, suffix),
            )
        )
    read = [
        file
        for row in rows
        for value in row.inputs.values()
        for one in as_list(value)
        for file in files_of(str(one))
    ]
    check_replaces_nothing(folder, (row.output for row in rows), read)
    return rows


def masks_of(task: Task[Any], inputs: Mapping[str, Any], *, photos: int) -> dict[str, Path]:
    """The folders of masks among the inputs, one mask a photo: {input: folder}.

    Args:
        task: of the set.
        inputs: by name.
        photos: number of photos.
    Raises:
        SettingError: one mask is given for several photos.
    """
    given = {row: Path(str(inputs[row.name])) for row in task.inputs if _is_of_photo(row, inputs)}
    for row, path in given.items():
        if not path.is_dir() and photos > 1:
            raise SettingError(
                f"{row.flag} is of one photo, and there are {photos}",
                got=str(path),
                expected="a folder with a mask for each, named as the photo",
                attempt=f"{row.flag} masks/, or impasto batch with a column {row.name}",
            )
    return {row.name: path for row, path in given.items() if path.is_dir()}


def _is_of_photo(row: Input, inputs: Mapping[str, Any]) -> bool:
    return row.kind == "mask" and inputs.get(row.name) is not None


def _expected(masks: Mapping[str, Path] | None, name: str, photo: Path) -> Path:
    """The mask of a photo that has none, for the error: a file that is not there."""
    return (masks or {})[name] / f"{photo.stem}{SUFFIXES[0]}"


def _absolute(value: Any) -> Any:
    """Paths as absolute texts, alone or in a list; a text that is no path as it is."""
    if isinstance(value, (list, tuple)):
        return [_absolute(one) for one in value]
    is_path = isinstance(value, Path) or Path(str(value)).exists()
    return str(Path(value).absolute()) if is_path else str(value)
