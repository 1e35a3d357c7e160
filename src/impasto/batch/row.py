"""One picture among many: what it is made from, where it goes, and what became of it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from impasto.errors import PictureError
from impasto.images.picture_file import pictures_in
from impasto.settings import Settings
from impasto.settings.task import as_list
from impasto.weights.records import file_sha256

Status = Literal["done", "failed", "stopped"]
"""What became of a row: there is a result; it cannot be painted, and will fail again; or it was not the row's
fault (the place to write to failed), so that it is worth another try."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One picture to be made.

    Attributes:
        number: its line in the manifest, or its place among the photos; from 1.
        task: name of the recipe.
        inputs: {name: absolute path, text, or a list of these}.
        settings: of the run; rows with the same settings share one object.
        output: name of the result in the folder of the results, with its ending.
    """

    number: int
    task: str
    inputs: Mapping[str, Any]
    settings: Settings
    output: str

    @property
    def settings_sha256(self) -> str:
        """Of the task and all settings, defaults too; 64 hexadecimal digits."""
        return _settings_sha256(self.task, json.dumps(self.settings.to_dict(), sort_keys=True))

    def inputs_sha256(self) -> str:
        """Of the bytes of all files and of the texts; 64 hexadecimal digits.

        Raises:
            OSError: a file cannot be read.
        """
        digest = hashlib.sha256()
        for name, value in self._values():
            paths = list(files_of(value))
            words = [_file_sha256(str(path), *_size_and_time(path)) for path in paths] or [value]
            digest.update(json.dumps([name, *words]).encode())
        return digest.hexdigest()

    def stamp(self) -> str:
        """Of the names, sizes and times of all files: what is the same has the same contents; 16 digits.

        A file that is not there counts as such.
        """
        digest = hashlib.sha256()
        for name, value in self._values():
            facts = [[str(path), *_size_and_time(path)] for path in files_of(value)]
            digest.update(json.dumps([name, value, facts]).encode())
        return digest.hexdigest()[:16]

    def missing(self) -> list[str]:
        """Names of input files that are not there; a word that is no path is none."""
        return [v for _, v in self._values() if Path(v).is_absolute() and not Path(v).exists()]

    def _values(self) -> Iterator[tuple[str, str]]:
        """Every value of every input, and the files that settings name: (name, path or text)."""
        for name, value in sorted(self.inputs.items()):
            for one in as_list(value):
                yield name, str(one)
        for name in ("init", "weights"):
            file = getattr(self.settings, name, None)
            if file and Path(file).is_file():
                yield name, str(file)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a row; a line of the report.

    Attributes:
        row: its number.
        output: as ``Row.output``.
        task: as ``Row.task``.
        status: see ``Status``.
        seconds: from reading to writing, of the last attempt.
        attempts: how often it was begun; more than 1 where workers died.
        error: why there is no result; the whole text.
        error_kind: class of the error.
        inputs_sha256: as ``Row.inputs_sha256``; empty where a file cannot be read.
        settings_sha256: as ``Row.settings_sha256``.
        stamp: as ``Row.stamp``.
        worker: host and process.
        memory_bytes: held by the worker afterwards; 0 where it is not known.
    """

    row: int
    output: str
    task: str
    status: Status
    seconds: float
    attempts: int = 1
    error: str = ""
    error_kind: str = ""
    inputs_sha256: str = ""
    settings_sha256: str
    stamp: str
    worker: str = ""
    memory_bytes: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON; what is empty is left out."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value != ""}


def files_of(value: str) -> Iterator[Path]:
    """The files of an input's value: the file itself, the pictures of a folder, or none for a text."""
    path = Path(value)
    if not path.is_absolute():
        return
    try:
        yield from pictures_in(path) if path.is_dir() else [path]
    except PictureError:  # a folder that may not be read; the recipe says so
        yield path


def _size_and_time(path: Path) -> tuple[int, int]:
    """(bytes, time of the last change in ns) of a file; -1 if it is not there."""
    try:
        facts = path.stat()
    except OSError:
        return -1, -1
    return facts.st_size, facts.st_mtime_ns


@lru_cache(maxsize=4096)
def _file_sha256(path: str, size: int, time_ns: int) -> str:
    """Hash of a file; kept, as many rows have the same painting. Size and time tell whether it changed."""
    return file_sha256(Path(path))


@lru_cache(maxsize=4096)
def _settings_sha256(task: str, settings: str) -> str:
    return hashlib.sha256(f"{task} {settings}".encode()).hexdigest()
