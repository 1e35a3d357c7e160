"""Which rows are painted: all, or those that an earlier run has left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from impasto.batch.report import Entry
from impasto.batch.row import Row
from impasto.errors import SettingError


@dataclass(frozen=True)
class Plan:
    """The rows of a batch by what is to be done with them.

    Attributes:
        todo: to be painted.
        done: there already.
        failed: they failed before, and are not tried again.
    """

    todo: Sequence[Row]
    done: Sequence[Row] = ()
    failed: Sequence[Row] = ()


def plan(
    rows: Sequence[Row],
    entries: dict[str, Entry],
    folder: Path,
    *,
    resume: bool = False,
    retry_failed: bool = False,
    force: bool = False,
) -> Plan:
    """What is to be done, by the report of earlier runs.

    A row is done if the report says so, its result is there, and its inputs and settings are the same as
    then. A row that failed is tried again if its inputs or settings have changed, or with ``retry_failed``.
    Rows that were stopped or never begun are to be painted.

    Args:
        rows: of the manifest.
        entries: of the report.
        folder: of the results.
        resume: paint what is missing.
        retry_failed: the same, and what failed as well.
        force: paint all again.
    Raises:
        SettingError: there is a report, and it is not said what to do about it.
    """
    if force or not entries:
        return Plan(rows)
    if not (resume or retry_failed):
        raise SettingError(
            "the folder has the report of an earlier run",
            got=f"{folder}, {len(entries)} rows",
            attempt="--resume to paint what is missing, --retry-failed to try what failed as well, "
            "--force to paint all again, or another folder",
        )
    todo, done, failed = [], [], []
    for row in rows:
        entry = entries.get(row.output)
        if entry is None or not entry.is_of(row):
            todo.append(row)
        elif entry.status == "done" and (folder / row.output).exists():
            done.append(row)
        elif entry.status == "failed" and not retry_failed:
            failed.append(row)
        else:
            todo.append(row)
    return Plan(todo, done, failed)
