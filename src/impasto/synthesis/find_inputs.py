"""The files that a record names, found again: records tell names and hashes, not folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from impasto.errors import PictureError
from impasto.images.picture_file import is_hidden
from impasto.weights.records import file_sha256

DEPTH = 3
"""Folders within folders that are searched."""

MOST_FOLDERS = 2000
"""Folders that are searched, at most: a second or two on a laptop."""


class InputFinder:
    """Finds files by name and hash: where the record lies, in the working folder, and in folders inside them.

    Args:
        record: file of the record, or of the picture that holds it; None for a record in memory, whose files
            may be anywhere: what is not found keeps its name.
        look_in: a folder that is searched first; None for none.
    """

    def __init__(self, record: Path | None, look_in: str | Path | None = None) -> None:
        near = [] if record is None else [record.absolute().parent]
        named = [] if look_in is None else [Path(look_in).absolute()]
        self.places = list(dict.fromkeys([*named, *near, Path.cwd()]))
        self.is_lenient = record is None and look_in is None
        self._folders: list[Path] | None = None

    def resolved(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """What a record says of an input, with absolute paths.

        Args:
            entry: of a picture, a mask, or a style of several pictures; a colour's name stays.
        Raises:
            PictureError: a file or folder is not found.
        """
        path, sha256, parts = entry.get("path"), entry.get("sha256"), entry.get("pictures")
        if path and parts is not None:
            folder = self.folder(path, [Path(part["path"]).name for part in parts])
            if folder.is_file():  # a trained style
                return {
                    **entry,
                    "path": str(folder),
                    "pictures": [{**part, "path": str(folder)} for part in parts],
                }
            inside = [{**part, "path": str(folder / Path(part["path"]).name)} for part in parts]
            return {**entry, "path": str(folder), "pictures": inside}
        if parts is not None:
            return {**entry, "pictures": [self.resolved(part) for part in parts]}
        if not path or sha256 is None:
            return dict(entry)
        return {**entry, "path": str(self.file(path, sha256))}

    def file(self, path: str, sha256: str | None) -> Path:
        """The file of a name, by preference with the recorded hash; else the nearest of that name.

        Raises:
            PictureError: there is none.
        """
        if Path(path).is_absolute() and os.path.lexists(path):
            return Path(path)
        first: Path | None = None
        for folder in self.folders:
            candidate = folder / Path(path).name
            if candidate.is_file():
                if sha256 is None or file_sha256(candidate) == sha256:
                    return candidate
                first = first or candidate
        if first is not None:
            return first
        if self.is_lenient:
            return Path(path)
        raise self._missing(path, sha256)

    def folder(self, path: str, names: Sequence[str]) -> Path:
        """The folder of a name that has most of the pictures in it, or the trained style's file of that name.

        Raises:
            PictureError: there is none.
        """
        if Path(path).is_absolute() and os.path.lexists(path):
            return Path(path)
        name = Path(path).name
        here = [folder for folder in self.folders if folder.name == name]
        here += [folder / name for folder in self.places if (folder / name).exists()]
        if not here and self.is_lenient:
            return Path(path)
        if not here:
            raise self._missing(path, None)
        return max(here, key=lambda folder: sum((folder / name).exists() for name in names))

    @property
    def folders(self) -> list[Path]:
        """The folders in which files may be, the nearest first."""
        if self._folders is None:
            inside = (folder for place in self.places for folder in _folders(place, DEPTH))
            self._folders = list(dict.fromkeys([*self.places, *islice(inside, MOST_FOLDERS)]))
        return self._folders

    def _missing(self, path: str, sha256: str | None) -> PictureError:
        return PictureError(
            "a file that the record names is not found",
            got=f"{Path(path).name}{f', SHA-256 {sha256[:8]}...' if sha256 else ''}",
            expected=f"it in {self.places[0]}, in the working folder, or in a folder inside them",
            attempt="--look-in FOLDER with the folder where it is",
        )


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    """The folders inside a folder, so many levels deep, level by level; hidden ones are passed over."""
    level = [folder]
    for _ in range(depth):
        inside = [one for parent in level for one in _listed(parent)]
        yield from inside
        level = inside


def _listed(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(
                Path(entry.path)
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and not is_hidden(entry.name)
            )
    except OSError:
        return []
