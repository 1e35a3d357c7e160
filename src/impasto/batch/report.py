"""The report of a batch: a line of JSON for each row, written when the row is done."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from impasto.batch.row import Outcome, Row
from impasto.errors import OutputError, SettingError

log = logging.getLogger(__name__)

NAME = "report.jsonl"
"""Name of the report in the folder of the results."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the report says of a row; the last line about it counts.

    Attributes:
        status: as ``Outcome.status``.
        settings_sha256: of the row that was painted.
        inputs_sha256: of the row that was painted.
        stamp: of the row that was painted.
    """

    status: str
    settings_sha256: str
    inputs_sha256: str
    stamp: str

    def is_of(self, row: Row) -> bool:
        """Whether the entry is of a row as it is now: same settings, and inputs with the same contents."""
        if self.settings_sha256 != row.settings_sha256:
            return False
        if self.stamp == row.stamp():
            return True
        try:
            return self.inputs_sha256 == row.inputs_sha256()
        except OSError:
            return False


class Report:
    """The report of a folder, open for more lines; only one process at a time may have it.

    Args:
        folder: of the results.
    Raises:
        SettingError: another batch is at work in this folder.
        OutputError: the file cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        try:
            self._file = self.path.open(
                "a+b", buffering=0
            )  # nothing is kept back: no second error at the end
        except OSError as error:
            raise _unwritable(self.path, error) from error
        if not _locked(self._file.fileno()):
            self._file.close()
            raise SettingError(
                "another batch is at work in this folder",
                got=str(folder),
                attempt="wait for it, or give another folder with -o",
            )
        self._end_line()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def clear(self) -> None:
        """Forget all earlier lines."""
        self._file.truncate(0)

    def write(self, line: Mapping[str, Any]) -> None:
        """Add a line; it is with the system before this returns.

        Raises:
            OutputError: the disk is full, or the folder is gone.
        """
        data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def add(self, outcome: Outcome) -> None:
        """Add what became of a row.

        Raises:
            OutputError: as ``write``.
        """
        self.write(outcome.to_dict())

    def _end_line(self) -> None:
        """End the last line, which a killed process may have left unfinished."""
        if self._file.seek(0, os.SEEK_END):
            self._file.seek(-1, os.SEEK_END)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")


def read_report(path: Path) -> dict[str, Entry]:
    """{name of the result: the last entry about it}; lines that are no entries are passed over.

    Args:
        path: of the report; it need not exist.
    Raises:
        OutputError: it cannot be read.
    """
    entries: dict[str, Entry] = {}
    broken = 0
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    values = json.loads(line)
                    entries[values["output"]] = _entry(values)
                except (json.JSONDecodeError, KeyError, TypeError):
                    broken += "{" in line and '"run"' not in line
    except (FileNotFoundError, NotADirectoryError):  # the latter is told when the folder is made
        return {}
    except OSError as error:
        raise OutputError("the report cannot be read", got=f"{path}: {error.strerror}") from error
    if broken:
        log.warning("%s: %d lines cannot be read; their rows are painted again", path.name, broken)
    return entries


def _entry(values: Mapping[str, Any]) -> Entry:
    names = ("settings_sha256", "inputs_sha256", "stamp")
    return Entry(values["status"], *(str(values.get(name, "")) for name in names))


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        "the report cannot be written",
        got=f"{path}: {error.strerror or error}",
        attempt="look for free space and permissions, or choose another folder",
    )


def _locked(file: int) -> bool:
    """Lock a file for this process, until it is closed; False if another has it. No lock on Windows."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # a file system without locks
        log.warning("the folder cannot be locked: %s", error.strerror)
    return True
