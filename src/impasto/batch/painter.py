"""What paints the rows one after the other: one context, so that network and styles are read once."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import socket
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from impasto import runtime
from impasto.batch.row import Outcome, Row, Status
from impasto.errors import ImpastoError, OutOfMemoryError, OutputError, SettingError
from impasto.images.atomic_write import make_folder
from impasto.optimize.loop import Step
from impasto.result import Result, read_record, record_path
from impasto.synthesis.context import Context
from impasto.synthesis.recipe import find_recipe

PART_AGE_S = 60.0
"""A temporary file that has not changed for so long is of a process that died."""

ROWS_OWN = (errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ENOTEMPTY, errno.EINVAL)
"""Errors of writing that are a row's own, such as a name that a folder has; the next row can be written."""

Steps = Generator[Step, None, Result]


@dataclass(frozen=True, kw_only=True)
class Saving:
    """Where and how results are written; the same for all rows.

    Attributes:
        folder: absolute.
        options: keywords of ``Result.save``, such as bits and dpi; only those that were asked for.
    """

    folder: Path
    options: Mapping[str, Any] = field(default_factory=dict)


class Painter:
    """Paints rows. Everything that can be kept from one to the next is: networks, and targets of styles.

    Args:
        saving: where results go.
        steps: row -> the steps of its run; None: those of its recipe.
    """

    def __init__(self, saving: Saving, *, steps: Callable[[Row], Steps] | None = None) -> None:
        self.saving, self.context = saving, Context()
        self._steps = steps or self._recipe_steps

    def paint(
        self, row: Row, *, attempt: int = 1, see: Callable[[Step], None] = lambda step: None
    ) -> Outcome:
        """Paint a row and write its result; an error that a user can correct is told, not raised.

        Args:
            row: what to paint.
            attempt: 1 for the first.
            see: called with every step.
        """
        begin, stamp = time.monotonic(), row.stamp()
        status: Status = "done"
        problem: ImpastoError | None = None
        sha256 = ""
        try:
            sha256 = _inputs_sha256(row)
            result = _run(self._steps(row), see)
            self._save(row, result, sha256)
        except ImpastoError as error:
            status, problem = "stopped" if is_of_the_place(error) else "failed", error
        except (RuntimeError, MemoryError) as error:
            if not runtime.out_of_memory(error):
                raise
            status, problem = "failed", OutOfMemoryError("the memory does not suffice", got=str(error)[:200])
        return Outcome(
            row=row.number,
            output=row.output,
            task=row.task,
            status=status,
            seconds=round(time.monotonic() - begin, 3),
            attempts=attempt,
            error=str(problem or ""),
            error_kind=type(problem).__name__ if problem else "",
            inputs_sha256=sha256,
            settings_sha256=row.settings_sha256,
            stamp=stamp,
            worker=worker_name(),
            memory_bytes=runtime.used_bytes(torch.device("cpu")),
        )

    def _recipe_steps(self, row: Row) -> Steps:
        return find_recipe(row.task).steps(row.inputs, row.settings, self.context)

    def _save(self, row: Row, result: Result, sha256: str) -> None:
        """Write a result and, in its record, what it was made of; the same row again replaces it."""
        made_of = {"inputs": sha256, "settings": row.settings_sha256}
        result = dataclasses.replace(result, record={**result.record, "made_of": made_of})
        target = self.saving.folder / row.output
        make_folder(target.parent)
        result.save(target, **self.saving.options)


def is_done(row: Row, folder: Path) -> bool:
    """Whether the folder has the row's result, of the same inputs, with the same settings and version."""
    target = folder / row.output
    if not target.exists():
        return False
    try:
        record = read_record(record_path(target))
        made_of = {"inputs": row.inputs_sha256(), "settings": row.settings_sha256}
    except (SettingError, OSError):
        return False
    same_version = record["versions"].get("impasto") == runtime.versions()["impasto"]
    return record.get("made_of") == made_of and same_version


def is_of_the_place(error: ImpastoError) -> bool:
    """Whether writing failed for a reason that the next row would meet too, such as a full disk."""
    cause = error.__cause__
    return isinstance(error, OutputError) and isinstance(cause, OSError) and cause.errno not in ROWS_OWN


def remove_parts(folders: Iterable[Path]) -> None:
    """Remove the temporary files of workers that died while they wrote; young ones may be in use."""
    for folder in folders:
        for part in folder.glob(".impasto-*.part"):
            with contextlib.suppress(OSError):
                if time.time() - part.stat().st_mtime > PART_AGE_S:
                    part.unlink()


def worker_name() -> str:
    """Host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _inputs_sha256(row: Row) -> str:
    """The hash of a row's inputs; empty where a file cannot be read, which the recipe tells better."""
    try:
        return row.inputs_sha256()
    except OSError:
        return ""


def _run(steps: Steps, see: Callable[[Step], None]) -> Result:
    while True:
        try:
            see(next(steps))
        except StopIteration as end:
            result: Result = end.value
            return result
